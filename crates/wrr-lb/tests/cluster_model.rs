//! Random changes to a cluster, against a model that is so simple that it is unlikely to be wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use clock::{Clock, ManualClock, Nanos};
use proptest::prelude::*;
use wrr_lb::cluster::{Cluster, ClusterConfig, HealthConfig, Lease, OutlierConfig, State};
use wrr_lb::{Algorithm, Request};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const MAX_EJECTED_PERCENT: usize = 40;
const PANIC_THRESHOLD: usize = 50;
const CONSECUTIVE: u32 = 3;
const UNHEALTHY_AFTER: u32 = 2;
const HEALTHY_AFTER: u32 = 2;
const BASE: Duration = Duration::from_secs(20);
const MAX: Duration = Duration::from_secs(50);
const INTERVAL: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
enum Op {
    Set(Vec<usize>),
    Add(usize, u32),
    Remove(usize),
    Drain(usize),
    Resume(usize),
    Weight(usize, u32),
    Algorithm(usize),
    Check(usize, bool),
    Pick(u64),
    PickOther(u64),
    Succeed(usize),
    Fail(usize),
    Cancel(usize),
    Tick(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let name = 0..NAMES.len();
    prop_oneof![
        1 => proptest::sample::subsequence((0..NAMES.len()).collect::<Vec<_>>(), 1..=NAMES.len())
            .prop_shuffle().prop_map(Op::Set),
        2 => (name.clone(), 0..4u32).prop_map(|(name, weight)| Op::Add(name, weight)),
        1 => name.clone().prop_map(Op::Remove),
        1 => name.clone().prop_map(Op::Drain),
        1 => name.clone().prop_map(Op::Resume),
        1 => (name.clone(), 0..4u32).prop_map(|(name, weight)| Op::Weight(name, weight)),
        1 => (0..ALGORITHMS).prop_map(Op::Algorithm),
        6 => (name.clone(), any::<bool>()).prop_map(|(name, ok)| Op::Check(name, ok)),
        12 => any::<u64>().prop_map(Op::Pick),
        2 => any::<u64>().prop_map(Op::PickOther),
        2 => (0..50usize).prop_map(Op::Succeed),
        12 => (0..50usize).prop_map(Op::Fail),
        1 => (0..50usize).prop_map(Op::Cancel),
        4 => (0..30u64).prop_map(Op::Tick),
    ]
}

const ALGORITHMS: usize = 12;

fn algorithm(number: usize) -> Algorithm {
    [
        Algorithm::RoundRobin,
        Algorithm::SmoothWeighted,
        Algorithm::Edf,
        Algorithm::Interleaved,
        Algorithm::WeightedRandom,
        Algorithm::LeastConnections,
        Algorithm::PowerOfTwo,
        Algorithm::peak_ewma(),
        Algorithm::Ketama { points: 8 },
        Algorithm::BoundedLoad {
            factor: 1.5,
            points: 8,
        },
        Algorithm::Maglev { table_size: 13 },
        Algorithm::Rendezvous,
    ][number]
}

/// What the model knows of an endpoint.
#[derive(Clone, Debug)]
struct Model {
    /// Which of all that ever had this name.
    life: u32,
    weight: u32,
    healthy: bool,
    /// The latest checks that contradict that.
    streak: u32,
    draining: bool,
    ejected: Option<Nanos>,
    times: u32,
    row: u32,
}

impl Model {
    fn wanted(&self) -> bool {
        !self.draining && self.weight > 0
    }

    fn eligible(&self) -> bool {
        self.wanted() && self.healthy && self.ejected.is_none()
    }
}

struct Test {
    clock: ManualClock,
    cluster: Cluster<u32, ManualClock>,
    models: BTreeMap<usize, Model>,
    lives: u32,
    leases: Vec<Lease<u32>>,
    interval_began: Nanos,
}

impl Test {
    fn new() -> Self {
        let config = ClusterConfig {
            algorithm: Algorithm::default(),
            panic_threshold: PANIC_THRESHOLD as u32,
            slow_start: Duration::from_secs(15),
            slow_start_from: 10,
            health: HealthConfig {
                healthy_after: HEALTHY_AFTER,
                unhealthy_after: UNHEALTHY_AFTER,
                presume_healthy: true,
            },
            outlier: OutlierConfig {
                consecutive_failures: CONSECUTIVE,
                interval: INTERVAL,
                base_ejection: BASE,
                max_ejection: MAX,
                max_ejected_percent: MAX_EJECTED_PERCENT as u32,
                ..OutlierConfig::default()
            },
            seed: Some(7),
        };
        let clock = ManualClock::new();
        Test {
            cluster: Cluster::with_clock(config, clock.clone()).unwrap(),
            clock,
            models: BTreeMap::new(),
            lives: 0,
            leases: Vec::new(),
            interval_began: Nanos::ZERO,
        }
    }

    fn add(&mut self, name: usize, weight: u32) -> u32 {
        if let Some(model) = self.models.get_mut(&name) {
            model.weight = weight;
            return model.life;
        }
        self.lives += 1;
        let model = Model {
            life: self.lives,
            weight,
            healthy: true,
            streak: 0,
            draining: false,
            ejected: None,
            times: 0,
            row: 0,
        };
        self.models.insert(name, model);
        self.lives
    }

    /// (ejected, of how many)
    fn ejected(&self) -> (usize, usize) {
        let wanted = self.models.values().filter(|m| m.wanted());
        let ejected = wanted.clone().filter(|m| m.ejected.is_some());
        (ejected.count(), wanted.count())
    }

    fn end_excess(&mut self, order: &[usize]) {
        loop {
            let (ejected, wanted) = self.ejected();
            if ejected * 100 <= MAX_EJECTED_PERCENT * wanted {
                return;
            }
            let candidates = order.iter().filter(|name| self.models[name].wanted());
            let next = *candidates
                .filter(|name| self.models[name].ejected.is_some())
                .min_by_key(|name| self.models[name].ejected)
                .unwrap();
            self.readmit(next);
        }
    }

    fn readmit(&mut self, name: usize) {
        let model = self.models.get_mut(&name).unwrap();
        model.ejected = None;
        model.row = 0;
    }

    fn fail(&mut self, name: usize, life: u32) {
        let (ejected, wanted) = self.ejected();
        let now = self.clock.now();
        let Some(model) = self.models.get_mut(&name).filter(|m| m.life == life) else {
            return;
        };
        model.row += 1;
        if model.row < CONSECUTIVE {
            return;
        }
        model.row = 0;
        if model.eligible() && (ejected + 1) * 100 <= MAX_EJECTED_PERCENT * wanted {
            if BASE * model.times < MAX {
                model.times += 1;
            }
            model.ejected = Some(now + (BASE * model.times).min(MAX));
        }
    }

    fn take_lease(&mut self, which: usize) -> Option<(Lease<u32>, usize, u32)> {
        if self.leases.is_empty() {
            return None;
        }
        let lease = self.leases.swap_remove(which % self.leases.len());
        let name = lease.endpoint().name();
        let name = NAMES.iter().position(|n| *n == name).unwrap();
        let life = *lease.data();
        Some((lease, name, life))
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Set(list) => {
                self.models.retain(|name, _| list.contains(name));
                let list: Vec<_> = list
                    .iter()
                    .map(|&name| (NAMES[name], 1, self.add(name, 1)))
                    .collect();
                self.cluster.set(list).unwrap();
            }
            Op::Add(name, weight) => {
                let life = self.add(name, weight);
                self.cluster.add(NAMES[name], weight, life).unwrap();
            }
            Op::Remove(name) => {
                let known = self.models.remove(&name).is_some();
                assert_eq!(self.cluster.remove(NAMES[name]), known);
            }
            Op::Drain(name) => {
                let known = self.models.contains_key(&name);
                assert_eq!(self.cluster.drain(NAMES[name]), known);
                if known {
                    self.models.get_mut(&name).unwrap().draining = true;
                    self.readmit(name);
                }
            }
            Op::Resume(name) => {
                let model = self.models.get_mut(&name);
                let drained = model.is_some_and(|m| std::mem::take(&mut m.draining));
                assert_eq!(self.cluster.resume(NAMES[name]), drained);
            }
            Op::Weight(name, weight) => {
                let model = self.models.get_mut(&name);
                let known = model.map(|m| m.weight = weight).is_some();
                assert_eq!(self.cluster.set_weight(NAMES[name], weight), known);
            }
            Op::Algorithm(number) => self.cluster.set_algorithm(algorithm(number)).unwrap(),
            Op::Check(name, passed) => {
                self.cluster.report_check(NAMES[name], passed);
                if let Some(model) = self.models.get_mut(&name) {
                    model.streak = if passed == model.healthy {
                        0
                    } else {
                        model.streak + 1
                    };
                    let needed = if passed {
                        HEALTHY_AFTER
                    } else {
                        UNHEALTHY_AFTER
                    };
                    if model.streak == needed {
                        model.healthy = passed;
                        model.streak = 0;
                    }
                }
            }
            Op::Pick(key) => {
                let lease = self.cluster.pick(Request::hashed(key));
                self.check_pick(lease);
            }
            Op::PickOther(key) => {
                let not = self.leases.last().map(|lease| lease.endpoint().clone());
                let not: Vec<_> = not.iter().map(|endpoint| &**endpoint).collect();
                let lease = self.cluster.pick_other(Request::hashed(key), &not);
                if let (Some(lease), [not]) = (&lease, &not[..]) {
                    let candidates = self.candidates();
                    let same = lease.endpoint().is_same(not);
                    assert!(!same || candidates.len() == 1, "there was another");
                }
                self.check_pick(lease);
            }
            Op::Succeed(which) => {
                if let Some((lease, name, life)) = self.take_lease(which) {
                    lease.success(Duration::from_millis(1));
                    if let Some(model) = self.models.get_mut(&name)
                        && model.life == life
                    {
                        model.row = 0;
                    }
                }
            }
            Op::Fail(which) => {
                if let Some((lease, name, life)) = self.take_lease(which) {
                    lease.failure();
                    self.fail(name, life);
                }
            }
            Op::Cancel(which) => drop(self.take_lease(which)),
            Op::Tick(seconds) => {
                self.clock.advance(Duration::from_secs(seconds));
                self.tick();
                self.cluster.tick();
            }
        }
        let order: Vec<usize> = (self.cluster.endpoints().iter())
            .map(|e| NAMES.iter().position(|n| *n == e.name()).unwrap())
            .collect();
        self.end_excess(&order);
    }

    fn tick(&mut self) {
        let now = self.clock.now();
        if now - self.interval_began >= INTERVAL {
            self.interval_began = now;
            for model in self.models.values_mut().filter(|m| m.ejected.is_none()) {
                model.times = model.times.saturating_sub(1);
            }
        }
        let names: Vec<usize> = self.models.keys().copied().collect();
        for name in names {
            if self.models[&name].ejected.is_some_and(|until| until <= now) {
                self.readmit(name);
            }
        }
    }

    fn candidates(&self) -> Vec<usize> {
        let wanted = self.models.iter().filter(|(_, m)| m.wanted());
        let eligible = wanted.clone().filter(|(_, m)| m.eligible());
        let panic = eligible.clone().count() * 100 < PANIC_THRESHOLD * wanted.clone().count();
        match panic {
            true => wanted.map(|(&name, _)| name).collect(),
            false => eligible.map(|(&name, _)| name).collect(),
        }
    }

    fn check_pick(&mut self, lease: Option<Lease<u32>>) {
        let candidates = self.candidates();
        assert_eq!(lease.is_some(), !candidates.is_empty());
        if let Some(lease) = lease {
            let name = lease.endpoint().name();
            assert!(
                candidates.iter().any(|&c| NAMES[c] == name),
                "{name} of {candidates:?}"
            );
            self.leases.push(lease);
        }
    }

    /// The cluster shows what the model knows.
    fn check(&self) {
        self.cluster.check_invariants();
        let stats = self.cluster.stats();
        let known = self.models.values().filter(|m| m.eligible()).count();
        assert_eq!(stats.eligible, known);
        let endpoints = self.cluster.endpoints();
        assert_eq!(endpoints.len(), self.models.len());
        for endpoint in endpoints {
            let name = NAMES.iter().position(|n| *n == endpoint.name()).unwrap();
            let model = &self.models[&name];
            assert_eq!(*endpoint.data(), model.life);
            assert_eq!(endpoint.weight(), model.weight);
            assert_eq!(
                endpoint.is_ejected(),
                model.ejected.is_some(),
                "{endpoint:?}"
            );
            let state = match model.healthy && model.ejected.is_none() {
                _ if model.draining => State::Draining,
                true => State::Healthy,
                false => State::Unhealthy,
            };
            assert_eq!(endpoint.state(), state);
            let mine = |lease: &&Lease<u32>| lease.endpoint().is_same(&endpoint);
            let active = self.leases.iter().filter(mine).count();
            assert_eq!(endpoint.load().active() as usize, active);
            let drained = model.draining && active == 0;
            assert_eq!(self.cluster.is_drained(endpoint.name()), drained);
        }
        let (ejected, wanted) = self.ejected();
        assert!(ejected * 100 <= MAX_EJECTED_PERCENT * wanted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_cluster_does_as_its_model(ops in proptest::collection::vec(op(), 1..150)) {
        let mut test = Test::new();
        test.apply(Op::Set(vec![0, 1, 2, 3, 4]));
        for op in ops {
            test.apply(op);
            test.check();
        }
        let endpoints = test.cluster.endpoints();
        test.leases.clear();
        for endpoint in endpoints {
            prop_assert_eq!(endpoint.load().active(), 0);
        }
    }
}
