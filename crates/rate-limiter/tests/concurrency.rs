//! The concurrency limiter: permits, and where each algorithm leads a simulated server.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use clock::{ManualClock, Nanos};
use proptest::prelude::*;
use rate_limiter::ConfigError;
use rate_limiter::concurrency::sim::{Point, Scenario};
use rate_limiter::concurrency::{
    Aimd, ConcurrencyLimiter, Fixed, Gradient2, Limit, Sample, Vegas, Windowed,
};

const MS: Duration = Duration::from_millis(1);

fn sample(rtt: Duration, inflight: u32) -> Sample {
    Sample {
        at: Nanos::ZERO,
        rtt,
        inflight,
        dropped: false,
    }
}

/// An algorithm that says how it was told to.
struct Told(u32);

impl Limit for Told {
    fn limit(&self) -> u32 {
        1
    }

    fn on_sample(&mut self, _: &Sample) -> u32 {
        self.0
    }
}

#[test]
fn permits_are_given_up_to_the_limit_and_come_back_however_a_request_ends() {
    let limiter = ConcurrencyLimiter::new(Fixed::new(3));
    let (a, b, c) = (
        limiter.try_acquire(),
        limiter.try_acquire(),
        limiter.try_acquire(),
    );
    assert!(
        limiter.clone().try_acquire().is_none(),
        "a clone is the same limiter"
    );
    a.expect("the first").success();
    b.expect("the second").dropped();
    c.expect("the third").ignore();
    drop(limiter.try_acquire());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _permit = limiter.try_acquire().expect("all came back");
        panic!("in the request");
    }));
    assert!(panicked.is_err());

    let stats = limiter.stats();
    assert_eq!((stats.limit, stats.inflight, stats.rejected), (3, 0, 1));
    assert_eq!((stats.succeeded, stats.dropped, stats.ignored), (1, 1, 3));
}

#[test]
fn a_limit_that_shrinks_throws_nobody_out_and_lets_nobody_in_until_there_is_room() {
    let aimd = Aimd::new(1, 4)
        .expect("bounds")
        .initial(4)
        .backoff(0.5)
        .expect("ratio");
    let limiter = ConcurrencyLimiter::with_clock(aimd, ManualClock::new());
    let mut inside: Vec<_> = (0..4).filter_map(|_| limiter.try_acquire()).collect();
    inside.pop().expect("four").dropped();
    assert_eq!((limiter.limit(), limiter.inflight()), (2, 3));
    assert!(limiter.try_acquire().is_none());
    inside.pop().expect("three").ignore();
    assert!(limiter.try_acquire().is_none());
    inside.pop().expect("two").ignore();
    assert!(limiter.try_acquire().is_some());
}

#[test]
fn a_limit_of_zero_is_taken_as_one() {
    let limiter = ConcurrencyLimiter::new(Told(0));
    limiter.try_acquire().expect("nobody is inside").success();
    assert_eq!(limiter.limit(), 1);
    assert_eq!(Fixed::new(0).limit(), 1);
}

#[test]
fn an_algorithm_that_panics_costs_no_place_and_does_not_wedge_the_limiter() {
    struct Panics;
    impl Limit for Panics {
        fn limit(&self) -> u32 {
            1
        }
        fn on_sample(&mut self, sample: &Sample) -> u32 {
            assert!(!sample.dropped, "the algorithm's own mistake");
            1
        }
    }
    let limiter = ConcurrencyLimiter::new(Panics);
    let permit = limiter.try_acquire().expect("nobody is inside");
    assert!(catch_unwind(AssertUnwindSafe(|| permit.dropped())).is_err());
    limiter
        .try_acquire()
        .expect("the place came back")
        .success();
    assert_eq!(limiter.stats().succeeded, 1);
}

#[test]
fn threads_never_hold_more_permits_than_the_limit() {
    const LIMIT: u32 = 3;
    let limiter = ConcurrencyLimiter::new(Fixed::new(LIMIT));
    let (inside, most, admitted) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..20_000 {
                    let Some(permit) = limiter.try_acquire() else {
                        continue;
                    };
                    let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    admitted.fetch_add(1, Ordering::SeqCst);
                    inside.fetch_sub(1, Ordering::SeqCst);
                    permit.success();
                }
            });
        }
    });
    assert!(most.into_inner() <= LIMIT);
    let stats = limiter.stats();
    assert_eq!(stats.inflight, 0);
    assert_eq!(stats.succeeded, u64::from(admitted.into_inner()));
    assert_eq!(stats.succeeded + stats.rejected, 80_000);
}

#[test]
fn aimd_grows_by_one_a_limits_worth_of_answers_and_shrinks_once_for_those_dropped_together() {
    let mut aimd = Aimd::new(1, 100).expect("bounds").initial(50);
    for _ in 0..51 {
        aimd.on_sample(&sample(MS, 50));
    }
    assert_eq!(aimd.limit(), 51);

    // Twenty time out at once, a second after they began; then one that began since.
    let second = Duration::from_secs(1);
    let late = Sample {
        at: Nanos::ZERO + 10 * second,
        rtt: second,
        inflight: 51,
        dropped: true,
    };
    let limits: Vec<_> = (0..20).map(|_| aimd.on_sample(&late)).collect();
    assert_eq!(limits, [45; 20]);
    let later = Sample {
        at: late.at + second,
        ..late
    };
    assert_eq!(aimd.on_sample(&later), 41);
}

#[test]
fn aimd_takes_an_answer_after_the_timeout_for_a_drop() {
    let mut aimd = Aimd::new(1, 100)
        .expect("bounds")
        .initial(50)
        .timeout(10 * MS);
    let slow = Sample {
        at: Nanos::ZERO + 11 * MS,
        ..sample(11 * MS, 50)
    };
    assert_eq!(aimd.on_sample(&slow), 45);
}

#[test]
fn no_algorithm_grows_while_its_limit_is_not_used() {
    let algorithms: [Box<dyn Limit>; 3] = [
        Box::new(Aimd::new(1, 1000).expect("bounds").initial(20)),
        Box::new(Gradient2::new(1, 1000).expect("bounds").initial(20)),
        Box::new(Vegas::new(1, 1000).expect("bounds").initial(20)),
    ];
    for mut algorithm in algorithms {
        for _ in 0..1000 {
            algorithm.on_sample(&sample(MS, 9));
        }
        assert_eq!(algorithm.limit(), 20);
        for _ in 0..1000 {
            algorithm.on_sample(&sample(MS, 20));
        }
        assert!(algorithm.limit() > 20);
    }
}

#[test]
fn a_window_is_one_sample_its_mean_its_fullest_moment_and_its_drops() {
    struct Heard(std::sync::mpsc::Sender<Sample>);
    impl Limit for Heard {
        fn limit(&self) -> u32 {
            7
        }
        fn on_sample(&mut self, sample: &Sample) -> u32 {
            self.0.send(*sample).expect("the test listens");
            8
        }
    }
    let (heard, samples) = std::sync::mpsc::channel();
    let mut windowed = Windowed::new(Heard(heard), 10 * MS).at_least(3);
    let at = |millis: u32, rtt, inflight| Sample {
        at: Nanos::ZERO + millis * MS,
        dropped: inflight == 5,
        ..sample(rtt * MS, inflight)
    };
    assert_eq!(windowed.on_sample(&at(1, 4, 2)), 7);
    assert_eq!(
        windowed.on_sample(&at(11, 6, 5)),
        7,
        "long enough, but only two"
    );
    assert_eq!(windowed.on_sample(&at(12, 2, 3)), 8);
    assert_eq!(windowed.on_sample(&at(50, 1, 1)), 7, "a new window");
    let whole = samples.try_iter().collect::<Vec<_>>();
    assert_eq!(
        whole,
        [Sample {
            at: Nanos::ZERO + 12 * MS,
            rtt: 4 * MS,
            inflight: 5,
            dropped: true
        }]
    );
}

#[test]
fn what_cannot_be_is_refused_with_the_name_of_the_field() {
    let message = |result: Result<(), ConfigError>| result.expect_err("refused").to_string();
    assert!(message(Aimd::new(0, 5).map(drop)).starts_with("min_limit: "));
    assert!(message(Vegas::new(6, 5).map(drop)).starts_with("max_limit: 5 is less"));
    let gradient = || Gradient2::new(1, 5).expect("bounds");
    assert!(message(gradient().tolerance(f64::NAN).map(drop)).starts_with("tolerance: NaN"));
    assert!(message(gradient().smoothing(0.0).map(drop)).starts_with("smoothing: 0"));
    let aimd = Aimd::new(1, 5).expect("bounds");
    assert!(message(aimd.backoff(1.0).map(drop)).starts_with("backoff: 1"));
}

proptest! {
    #[test]
    fn a_limit_stays_within_its_bounds_whatever_it_hears(
        min in 1u32..50,
        more in 0u32..200,
        samples in prop::collection::vec((0u64..u64::MAX, 0u32..u32::MAX, any::<bool>()), 1..200),
    ) {
        let max = min + more;
        let mut algorithms: [Box<dyn Limit>; 4] = [
            Box::new(Aimd::new(min, max).expect("bounds")),
            Box::new(Gradient2::new(min, max).expect("bounds").initial(max)),
            Box::new(Vegas::new(min, max).expect("bounds").initial(max)),
            Box::new(Windowed::new(Gradient2::new(min, max).expect("bounds"), MS)),
        ];
        let mut at = Nanos::ZERO;
        for (nanos, inflight, dropped) in samples {
            let rtt = Duration::from_nanos(nanos);
            at = at + rtt;
            for algorithm in &mut algorithms {
                let limit = algorithm.on_sample(&Sample { at, rtt, inflight, dropped });
                prop_assert!((min..=max).contains(&limit), "{limit} is not in {min}..={max}");
                prop_assert_eq!(limit, algorithm.limit());
            }
        }
    }
}

/// What was between two seconds of a series: the limits, and the share of what the server could
/// have answered that it did answer.
struct Phase {
    limits: Vec<u32>,
    goodput: f64,
}

impl Phase {
    fn new(points: &[Point], seconds: std::ops::Range<u64>, per_second: f64) -> Self {
        let times = Duration::from_secs(seconds.start)..Duration::from_secs(seconds.end);
        let points: Vec<_> = points
            .iter()
            .filter(|point| times.contains(&point.at))
            .collect();
        let answered: u32 = points.iter().map(|point| point.answered).sum();
        Phase {
            limits: points.iter().map(|point| point.limit).collect(),
            goodput: f64::from(answered) / ((seconds.end - seconds.start) as f64 * per_second),
        }
    }

    fn mean(&self) -> f64 {
        self.limits.iter().sum::<u32>() as f64 / self.limits.len() as f64
    }

    fn within(&self, limits: std::ops::RangeInclusive<u32>) -> bool {
        self.limits.iter().all(|limit| limits.contains(limit))
    }
}

/// Before the server is slow, while it is (after some seconds to find out), and after.
fn phases(limit: impl Limit + 'static) -> [Phase; 3] {
    let points = Scenario::default().run(limit);
    [
        Phase::new(&points, 20..60, 1000.0),
        Phase::new(&points, 70..120, 500.0),
        Phase::new(&points, 135..180, 1000.0),
    ]
}

#[test]
fn without_a_limit_that_fits_an_overloaded_server_answers_nobody() {
    let [before, slow, after] = phases(Fixed::new(1000));
    assert_eq!(
        (before.goodput, slow.goodput, after.goodput),
        (0.0, 0.0, 0.0)
    );
    let [before, ..] = phases(Fixed::new(25));
    assert!(before.goodput > 0.98, "{}", before.goodput);
}

#[test]
fn aimd_finds_how_many_the_server_can_answer_before_the_timeout() {
    // 20 workers at 20 ms, a timeout of 100 ms: 100 in flight; at 40 ms each, 50.
    let aimd = Aimd::new(1, 1000)
        .expect("bounds")
        .timeout(Scenario::default().timeout);
    let [before, slow, after] = phases(aimd);
    assert!(before.within(80..=105), "{:?}", before.limits);
    assert!(slow.within(34..=55), "{:?}", slow.limits);
    assert!(after.within(80..=105), "{:?}", after.limits);
    assert!(before.goodput > 0.93 && slow.goodput > 0.93 && after.goodput > 0.93);
}

#[test]
fn vegas_keeps_a_short_queue_and_follows_a_server_that_slows_and_recovers() {
    let vegas = Vegas::new(1, 1000).expect("bounds");
    let [before, slow, after] = phases(Windowed::new(vegas, 100 * MS));
    assert!(before.within(20..=45), "{:?}", before.limits);
    assert!(
        slow.mean() < 0.8 * before.mean(),
        "{} {}",
        slow.mean(),
        before.mean()
    );
    assert!(after.within(20..=55), "{:?}", after.limits);
    assert!(before.goodput > 0.98 && slow.goodput > 0.8 && after.goodput > 0.98);
}

#[test]
fn gradient2_shrinks_when_the_server_slows_and_recovers_though_it_creeps_under_overload() {
    let gradient = Gradient2::new(4, 1000).expect("bounds");
    let [before, slow, after] = phases(Windowed::new(gradient, 100 * MS));
    assert!(before.within(20..=105), "{:?}", before.limits);
    assert!(slow.within(20..=55), "{:?}", slow.limits);
    assert!(after.within(60..=105), "{:?}", after.limits);
    assert!(before.goodput > 0.98 && slow.goodput > 0.93 && after.goodput > 0.93);
    // The queue that lasts becomes what is usual.
    let creep = before.limits[before.limits.len() - 1] > before.limits[0] + 20;
    assert!(creep, "{:?}", before.limits);
}

#[test]
fn a_simulation_is_the_same_each_time_and_another_with_another_seed() {
    let scenario = Scenario {
        length: Duration::from_secs(5),
        ..Scenario::default()
    };
    let run = |scenario: Scenario| scenario.run(Fixed::new(25));
    assert_eq!(run(scenario), run(scenario));
    assert_ne!(
        run(scenario),
        run(Scenario {
            seed: 2,
            ..scenario
        })
    );
    assert_eq!(run(scenario).len(), 10);
}
