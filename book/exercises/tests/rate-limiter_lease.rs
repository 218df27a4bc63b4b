//! Machines that lease from a central limiter: the crate's, on a clock that is moved by hand.

use std::time::Duration;

use clock::{ManualClock, Nanos};
use rate_limiter::{Denied, Gcra, Quota};

#[cfg_attr(feature = "yours", path = "../rate-limiter/lease.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/rate-limiter/lease.rs")]
mod exercise;

use exercise::Leased;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The central limiter, which counts who asks it.
struct Central {
    limiter: Gcra<ManualClock>,
    trips: u32,
}

impl Central {
    fn new(quota: &str) -> Self {
        let quota: Quota = quota.parse().expect("a quota");
        let limiter = Gcra::with_clock(quota, ManualClock::new());
        Central { limiter, trips: 0 }
    }

    fn take(&mut self, n: u32, now: Duration) -> Result<(), Duration> {
        self.trips += 1;
        match self.limiter.check_at(Nanos(now.as_nanos() as u64), n) {
            Ok(_) => Ok(()),
            Err(Denied::RetryAfter(wait)) => Err(wait),
            Err(Denied::Never { asked, burst }) => panic!("{asked} of {burst} can never be taken"),
        }
    }

    fn ask(&mut self, machine: &mut Leased, now: Duration) -> Result<(), Duration> {
        machine.check(now, |n| self.take(n, now))
    }
}

#[test]
fn a_lease_is_one_round_trip() {
    let mut central = Central::new("1000/s");
    let mut machine = Leased::new(10, ms(100));
    for now in 0..1_000 {
        assert!(central.ask(&mut machine, ms(now)).is_ok());
    }
    assert_eq!(central.trips, 100);
}

#[test]
fn what_is_old_is_worth_nothing() {
    let mut central = Central::new("1/h burst 20");
    let mut machine = Leased::new(10, ms(100));
    assert!(central.ask(&mut machine, ms(0)).is_ok());
    assert!(central.ask(&mut machine, ms(100)).is_ok());
    assert_eq!(central.trips, 1);
    assert!(central.ask(&mut machine, ms(101)).is_ok());
    assert_eq!(central.trips, 2, "eight units were in hand, and too old");
    let more = (0..100)
        .filter(|_| central.ask(&mut machine, ms(101)).is_ok())
        .count();
    assert_eq!(more, 9);
}

#[test]
fn the_last_few_are_given_too() {
    let mut central = Central::new("1/h burst 23");
    let mut machine = Leased::new(10, ms(100));
    let admitted = (0..100)
        .filter(|_| central.ask(&mut machine, ms(0)).is_ok())
        .count();
    assert_eq!(admitted, 23);
}

#[test]
fn a_flood_that_is_denied_costs_no_round_trips_and_is_told_when() {
    let mut central = Central::new("1/s burst 5");
    let mut machine = Leased::new(4, ms(100));
    while central.ask(&mut machine, ms(0)).is_ok() {}
    let trips = central.trips;
    for now in 0..1_000 {
        assert_eq!(central.ask(&mut machine, ms(now)), Err(ms(1_000 - now)));
    }
    assert_eq!(
        central.trips, trips,
        "it was known that there is not even one"
    );
    assert_eq!(central.ask(&mut machine, ms(1_000)), Ok(()));
}

#[test]
fn four_machines_give_away_what_there_is_and_nothing_else() {
    // 100 a second, bursts of 50; what is in hand for 100 ms was allowed 100 ms ago.
    const RATE: u64 = 100;
    const BURST: u64 = 50;
    const KEEP: u64 = 100;
    for seed in 1..20_u64 {
        let mut state = seed;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let mut central = Central::new("100/s burst 50");
        let mut machines: Vec<Leased> = (0..4).map(|_| Leased::new(8, ms(KEEP))).collect();
        let mut admitted = Vec::new();
        for now in 0..10_000 {
            // Twice as many as may pass; the first machine gets half of them.
            if random(5) == 0 {
                let machine = if random(2) == 0 {
                    0
                } else {
                    random(4) as usize
                };
                if central.ask(&mut machines[machine], ms(now)).is_ok() {
                    admitted.push(now);
                }
            }
        }
        for (first, &start) in admitted.iter().enumerate() {
            for (count, &end) in (1..).zip(&admitted[first..]) {
                let bound = BURST + (end - start + KEEP) * RATE / 1_000;
                assert!(count <= bound, "{count} in {} ms", end - start);
            }
        }
        let share = admitted.len() as f64 / (10 * RATE + BURST) as f64;
        assert!(share > 0.85, "{share:.2} of what there is, seed {seed}");
    }
}
