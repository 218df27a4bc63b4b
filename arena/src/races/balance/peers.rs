//! The choosers of the ecosystem.

use std::{
    collections::BTreeSet,
    future::{Future, Ready, ready},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use maglev::ConsistentHasher as _;
use pingora_load_balancing::{
    Backend,
    selection::{self, BackendIter, BackendSelection, consistent::KetamaHashing},
};
use tower::{
    BoxError, Service,
    balance::p2c::Balance,
    discover::ServiceList,
    load::{CompleteOnResponse, PendingRequests},
};
use weighted_rs::{RoundrobinWeight, SmoothWeight, Weight};

use super::contender::{Choice, Chooser, Endpoint};
use crate::harness::Identity;

const fn peer(name: &'static str, package: &'static str, what: &'static str) -> Identity {
    Identity {
        name,
        package,
        what,
        ours: false,
    }
}

/// pingora, one of its selections.
pub struct Pingora<S>(Arc<S>);

/// A selection of pingora's.
pub trait Selection: BackendSelection + Send + Sync + 'static {
    const WHO: Identity;
    const CHOICE: Choice;
}

pub type PingoraRoundRobin = Pingora<selection::RoundRobin>;
pub type PingoraRandom = Pingora<selection::Random>;
pub type PingoraKetama = Pingora<KetamaHashing>;

const PINGORA: &str = "pingora-load-balancing";

impl Selection for selection::RoundRobin {
    const WHO: Identity = peer(
        "pingora, RoundRobin",
        PINGORA,
        "each as often in a row as it weighs",
    );
    const CHOICE: Choice = Choice::InTurn;
}

impl Selection for selection::Random {
    const WHO: Identity = peer(
        "pingora, Random",
        PINGORA,
        "at random from a list with copies",
    );
    const CHOICE: Choice = Choice::AtRandom;
}

impl Selection for KetamaHashing {
    const WHO: Identity = peer("pingora, Consistent", PINGORA, "ketama's ring");
    const CHOICE: Choice = Choice::ByKey;
}

impl<S: Selection> Chooser for Pingora<S>
where
    S::Iter: BackendIter,
{
    const WHO: Identity = S::WHO;
    const CHOICE: Choice = S::CHOICE;

    fn of(endpoints: &[Endpoint]) -> Self {
        let backend = |endpoint: &Endpoint| {
            let backend = Backend::new_with_weight(&endpoint.name, endpoint.weight as usize);
            backend.expect("the name is an address")
        };
        let backends: BTreeSet<Backend> = endpoints.iter().map(backend).collect();
        Self(Arc::new(S::build(&backends)))
    }

    #[inline(always)]
    fn pick(&self, key: u64) -> usize {
        let mut choices = self.0.iter(&key.to_le_bytes());
        std::ptr::from_ref(choices.next().expect("there are endpoints")).addr()
    }
}

/// weighted-rs, one of its ways, behind a mutex.
pub struct WeightedRs<W>(Mutex<W>);

/// One of weighted-rs's ways.
pub trait Way: Weight<Item = usize> + Send + 'static {
    const WHO: Identity;
    const CHOICE: Choice;

    fn new() -> Self;
}

pub type WeightedRsSmooth = WeightedRs<SmoothWeight<usize>>;
pub type WeightedRsRoundRobin = WeightedRs<RoundrobinWeight<usize>>;

impl Way for SmoothWeight<usize> {
    const WHO: Identity = peer(
        "weighted-rs, smooth",
        "weighted-rs",
        "nginx's, computed for each pick",
    );
    const CHOICE: Choice = Choice::InTurn;

    fn new() -> Self {
        Self::new()
    }
}

impl Way for RoundrobinWeight<usize> {
    const WHO: Identity = peer(
        "weighted-rs, round robin",
        "weighted-rs",
        "LVS's, computed for each pick",
    );
    const CHOICE: Choice = Choice::InTurn;

    fn new() -> Self {
        Self::new()
    }
}

impl<W: Way> Chooser for WeightedRs<W> {
    const WHO: Identity = W::WHO;
    const CHOICE: Choice = W::CHOICE;

    fn of(endpoints: &[Endpoint]) -> Self {
        let mut weights = W::new();
        for (number, endpoint) in endpoints.iter().enumerate() {
            weights.add(number, endpoint.weight as isize);
        }
        Self(Mutex::new(weights))
    }

    #[inline(always)]
    fn pick(&self, _: u64) -> usize {
        let mut weights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        weights.next().expect("there are endpoints")
    }
}

/// A service that answers at once, with its number.
struct Number(usize);

impl Service<u64> for Number {
    type Response = usize;
    type Error = BoxError;
    type Future = Ready<Result<usize, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: u64) -> Self::Future {
        ready(Ok(self.0))
    }
}

type Services = ServiceList<Vec<PendingRequests<Number>>>;

/// tower's p2c, behind a mutex.
pub struct TowerP2c(Mutex<Balance<Services, u64>>);

impl Chooser for TowerP2c {
    const WHO: Identity = peer(
        "tower, p2c",
        "tower",
        "the less busy of two at random, as a service",
    );
    const CHOICE: Choice = Choice::ByLoad;

    fn of(endpoints: &[Endpoint]) -> Self {
        let service = |number| PendingRequests::new(Number(number), CompleteOnResponse::default());
        let services = (0..endpoints.len()).map(service).collect();
        let mut balance = Balance::new(ServiceList::new::<u64>(services));
        // It takes in a few services each time it is asked.
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..endpoints.len() + 10 {
            let _ = balance.poll_ready(&mut context);
        }
        Self(Mutex::new(balance))
    }

    #[inline(always)]
    fn pick(&self, key: u64) -> usize {
        let mut balance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut context = Context::from_waker(Waker::noop());
        let is_ready = balance.poll_ready(&mut context);
        assert!(
            matches!(is_ready, Poll::Ready(Ok(()))),
            "services are ready"
        );
        let mut response = pin!(balance.call(key));
        match response.as_mut().poll(&mut context) {
            Poll::Ready(Ok(number)) => number,
            _ => unreachable!("services answer at once"),
        }
    }
}

/// hashring, with as many points as the others.
pub struct HashRing(hashring::HashRing<(usize, u32)>);

impl Chooser for HashRing {
    const WHO: Identity = peer("hashring", "hashring", "a ring, by SipHash");
    const CHOICE: Choice = Choice::ByKey;

    fn of(endpoints: &[Endpoint]) -> Self {
        let points = |number| (0..160).map(move |point| (number, point));
        let mut ring = hashring::HashRing::new();
        ring.batch_add((0..endpoints.len()).flat_map(points).collect());
        Self(ring)
    }

    #[inline(always)]
    fn pick(&self, key: u64) -> usize {
        self.0.get(&key).expect("there are endpoints").0
    }
}

/// maglev.
pub struct MaglevCrate(maglev::Maglev<usize>);

impl Chooser for MaglevCrate {
    const WHO: Identity = peer("maglev", "maglev", "Maglev's table, by SipHash");
    const CHOICE: Choice = Choice::ByKey;

    fn of(endpoints: &[Endpoint]) -> Self {
        Self(maglev::Maglev::with_capacity(0..endpoints.len(), 65_537))
    }

    #[inline(always)]
    fn pick(&self, key: u64) -> usize {
        *self.0.get(&key).expect("there are endpoints")
    }
}
