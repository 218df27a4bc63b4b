//! Fifty servers, ten balancers, and reports that are fresh or old: how long does a request take?

use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[cfg_attr(feature = "yours", path = "../wrr-lb/stale.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wrr-lb/stale.rs")]
mod exercise;

use exercise::Informed;

const SERVERS: usize = 50;
const BALANCERS: usize = 10;
const REQUESTS: u32 = 60_000;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 ^ (self.0 >> 29)) >> 11
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A random time with this mean.
    fn wait(&mut self, mean: f64) -> f64 {
        -((self.next() as f64 + 0.5) / (1u64 << 53) as f64).ln() * mean
    }
}

/// One of several balancers, in a simulation.
trait Balancer {
    fn report(&mut self, active: &[u32]);
    fn pick(&mut self) -> usize;
}

impl Balancer for Informed {
    fn report(&mut self, active: &[u32]) {
        Informed::report(self, active);
    }

    fn pick(&mut self) -> usize {
        Informed::pick(self)
    }
}

/// The less busy of two, by the report and by what it has sent itself.
struct TwoChoices(Vec<u32>, Random);

impl Balancer for TwoChoices {
    fn report(&mut self, active: &[u32]) {
        self.0 = active.to_vec();
    }

    fn pick(&mut self) -> usize {
        let [one, other] = [self.1.below(SERVERS), self.1.below(SERVERS)];
        let pick = if self.0[other] < self.0[one] {
            other
        } else {
            one
        };
        self.0[pick] += 1;
        pick
    }
}

/// The mean time of a request, in mean service times, with reports of such an age.
fn simulate<B: Balancer>(age: f64, new: impl Fn(u64) -> B) -> f64 {
    let mut balancers: Vec<B> = (1..=BALANCERS as u64).map(new).collect();
    let mut random = Random(42);
    let mut active = [0u32; SERVERS];
    let mut free = [0.0; SERVERS];
    // When requests end, in millionths, and where.
    let mut ends: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    let (mut now, mut next_report, mut sum) = (0.0, 0.0, 0.0);
    for request in 0..REQUESTS {
        now += random.wait(1.0 / (0.9 * SERVERS as f64));
        while next_report <= now {
            end(&mut ends, &mut active, next_report);
            balancers
                .iter_mut()
                .for_each(|balancer| balancer.report(&active));
            next_report += age;
        }
        end(&mut ends, &mut active, now);
        let server = balancers[random.below(BALANCERS)].pick();
        let done = now.max(free[server]) + random.wait(1.0);
        free[server] = done;
        active[server] += 1;
        ends.push(Reverse(((done * 1e6) as u64, server)));
        if request >= REQUESTS / 5 {
            sum += done - now;
        }
    }
    sum / f64::from(REQUESTS - REQUESTS / 5)
}

fn end(ends: &mut BinaryHeap<Reverse<(u64, usize)>>, active: &mut [u32], now: f64) {
    while let Some(&Reverse((_, server))) = ends
        .peek()
        .filter(|Reverse((end, _))| *end as f64 <= now * 1e6)
    {
        ends.pop();
        active[server] -= 1;
    }
}

fn informed(age: f64) -> f64 {
    simulate(age, |seed| Informed::new(SERVERS, BALANCERS as u32, seed))
}

fn two_choices(age: f64) -> f64 {
    simulate(age, |seed| TwoChoices(vec![0; SERVERS], Random(seed)))
}

#[test]
fn before_any_report_all_servers_are_tried() {
    let mut informed = Informed::new(10, 3, 1);
    let mut counts = [0; 10];
    (0..1_000).for_each(|_| counts[informed.pick()] += 1);
    assert!(counts.iter().all(|&count| count > 50), "{counts:?}");
}

#[test]
fn a_report_of_no_requests_is_no_trouble() {
    let mut informed = Informed::new(4, 3, 1);
    for _ in 0..100 {
        informed.report(&[0; 4]);
        assert!(informed.pick() < 4);
        informed.report(&[9, 9, 9, 9]);
        informed.report(&[1000, 0, 1000, 1000]);
        assert_eq!(informed.pick(), 1, "there is one that is idle");
    }
}

#[test]
fn fresh_reports_are_made_the_most_of() {
    // Reports about as often as requests, and then 20 requests to a report.
    for (age, at_most) in [(0.02, 1.5), (0.5, 2.4)] {
        let time = informed(age);
        assert!(
            time < at_most,
            "with reports every {age} a request takes {time:.2}, of two choices {:.2}",
            two_choices(age)
        );
    }
}

#[test]
fn old_reports_make_no_herd() {
    // The least busy of the report would be 10 and 30.
    for (age, at_most) in [(2.0, 3.4), (8.0, 5.0)] {
        let time = informed(age);
        assert!(
            time < at_most,
            "with reports every {age} a request takes {time:.2}, of two choices {:.2}",
            two_choices(age)
        );
    }
}
