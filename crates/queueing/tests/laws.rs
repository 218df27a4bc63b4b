//! What holds in every run, whatever it is a run of.

use proptest::prelude::*;
use queueing::Error;
use queueing::sim::{Arrivals, Choice, Config, Lines, Simulation, Times, simulate};

const EXPONENTIAL: Times = Times::Exponential { mean: 1.0 };

fn at(rate: f64, servers: u32) -> Config {
    Config {
        servers,
        ..Config::new(Arrivals::Poisson { rate }, EXPONENTIAL)
    }
}

fn times() -> impl Strategy<Value = Times> {
    prop_oneof![
        (0.1..5.0).prop_map(|mean| Times::Constant { mean }),
        (0.1..5.0).prop_map(|mean| Times::Exponential { mean }),
        (0.1..5.0, 1.0..50.0)
            .prop_map(|(mean, variability)| Times::Hyperexponential { mean, variability }),
        (0.1..5.0, 0.0..50.0)
            .prop_map(|(mean, variability)| Times::Lognormal { mean, variability }),
    ]
}

fn arrivals() -> impl Strategy<Value = Arrivals> {
    let bursts = (0.1..8.0, 1.0..20.0, 0.1..50.0, 1.0..3.0);
    prop_oneof![
        (0.1..8.0).prop_map(|rate| Arrivals::Poisson { rate }),
        times().prop_map(Arrivals::Spaced),
        bursts.prop_map(|(rate, peak, burst, more)| Arrivals::Bursts {
            rate,
            peak,
            burst,
            pause: 1.001 * more * (burst * (peak - 1.0)).max(0.01),
        }),
    ]
}

fn lines() -> impl Strategy<Value = Lines> {
    prop::sample::select(vec![
        Lines::One,
        Lines::Each(Choice::Random),
        Lines::Each(Choice::Turns),
        Lines::Each(Choice::TwoChoices),
        Lines::Each(Choice::Shortest),
    ])
}

prop_compose! {
    fn config()(
        arrivals in arrivals(), service in times(), servers in 1..12u32, lines in lines(),
        room in prop::option::of(0..20u32), warm_up in 0..200u64, requests in 30..1000u64,
        seed in any::<u64>(),
    ) -> Config {
        Config { arrivals, service, servers, lines, room, warm_up, requests, seed }
    }
}

proptest! {
    #[test]
    fn nobody_appears_or_vanishes(config in config()) {
        let mut simulation = Simulation::new(&config).unwrap();
        let mut before = simulation.totals();
        while simulation.step() {
            let now = simulation.totals();
            prop_assert_eq!(now.arrived, now.served + now.lost + now.in_system);
            prop_assert!(now.in_queue <= now.in_system);
            let busy = now.in_system - now.in_queue;
            prop_assert!(busy <= u64::from(config.servers));
            if config.lines == Lines::One {
                let all_busy = busy == u64::from(config.servers);
                prop_assert!(now.in_queue == 0 || all_busy, "idle, and somebody waits");
            }
            prop_assert!(now.time >= before.time);
            before = now;
        }
        prop_assert_eq!(before.arrived, config.warm_up + config.requests);
        prop_assert_eq!(before.in_system, 0);
    }

    /// The same area, by rows and by columns.
    #[test]
    fn littles_law_holds_for_every_run_that_has_ended(config in config()) {
        let totals = simulate(&config).unwrap().totals;
        prop_assert!((totals.area - totals.responses).abs() <= 1e-9 * totals.area, "{totals:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_run(config in config()) {
        let [first, second] = [(); 2].map(|()| format!("{:?}", simulate(&config).unwrap()));
        prop_assert_eq!(first, second);
    }

    #[test]
    fn no_result_is_not_a_number(config in config()) {
        let report = simulate(&config).unwrap();
        let p99 = report.response_quantile(0.99).unwrap();
        for estimate in [
            report.utilisation, report.throughput, report.in_system, report.in_queue,
            report.response, report.wait, report.loss, p99,
        ] {
            prop_assert!(estimate.mean.is_finite() && estimate.mean >= 0.0, "{report:?}");
            prop_assert!(!estimate.error.is_nan(), "{report:?}");
        }
        prop_assert!(report.utilisation.mean <= 1.0 + 1e-9);
        prop_assert!(report.loss.mean <= 1.0);
    }
}

#[test]
fn another_seed_gives_another_run() {
    let of = |seed| {
        simulate(&Config { seed, ..at(0.5, 1) })
            .unwrap()
            .response
            .mean
    };
    assert_ne!(of(1), of(2));
}

#[test]
fn times_have_the_mean_that_they_say() {
    let mean = 2.0;
    for times in [
        Times::Constant { mean },
        Times::Exponential { mean },
        Times::Hyperexponential {
            mean,
            variability: 5.0,
        },
        Times::Lognormal {
            mean,
            variability: 5.0,
        },
    ] {
        let config = Config::new(Arrivals::Spaced(times), Times::Constant { mean: 0.1 });
        let report = simulate(&config).unwrap();
        assert!(
            report.throughput.deviations(0.5) < 4.0 || (report.throughput.mean - 0.5).abs() < 1e-9,
            "{times:?}: {}",
            report.throughput
        );
        assert!(report.throughput.error < 0.005);
    }
}

#[test]
fn bursts_have_the_rate_that_they_say() {
    let arrivals = Arrivals::Bursts {
        rate: 0.5,
        peak: 4.0,
        burst: 20.0,
        pause: 80.0,
    };
    let config = Config::new(arrivals, Times::Constant { mean: 0.1 });
    let report = simulate(&config).unwrap();
    assert!(
        report.throughput.deviations(0.5) < 4.0,
        "{}",
        report.throughput
    );
    assert!(report.throughput.error < 0.02);
}

#[test]
fn one_line_is_better_than_eight_and_two_choices_are_nearly_as_good() {
    let of = |lines| {
        simulate(&Config {
            lines,
            requests: 1_000_000,
            ..at(0.9 * 8.0, 8)
        })
        .unwrap()
        .response
    };
    let order = [
        Lines::One,
        Lines::Each(Choice::Shortest),
        Lines::Each(Choice::TwoChoices),
        Lines::Each(Choice::Turns),
        Lines::Each(Choice::Random),
    ];
    let means = order.map(of);
    for pair in means.windows(2) {
        assert!(
            pair[0].interval().end() < pair[1].interval().start(),
            "{means:?}"
        );
    }
    // At random, each of the eight is a queue of its own, which is ten times its service.
    assert!(means[4].deviations(10.0) < 4.0, "{}", means[4]);
    assert!(means[2].mean < 0.4 * means[4].mean);
}

#[test]
fn above_capacity_the_line_is_as_long_as_the_run() {
    let overloaded = |requests| {
        let config = Config {
            requests,
            warm_up: 0,
            ..at(1.2, 1)
        };
        simulate(&config).unwrap().response.mean
    };
    let growth = overloaded(200_000) / overloaded(20_000);
    assert!((8.0..12.0).contains(&growth), "{growth}");
}

#[test]
fn a_timer_and_constant_service_never_wait() {
    let config = Config {
        service: Times::Constant { mean: 1.0 },
        ..Config::new(Arrivals::Spaced(Times::Constant { mean: 1.0 }), EXPONENTIAL)
    };
    let report = simulate(&config).unwrap();
    assert_eq!(report.wait.mean, 0.0);
    assert_eq!(report.totals.lost, 0);
}

#[test]
fn what_cannot_be_simulated_is_named() {
    let good = at(0.5, 1);
    let wrong = |config: Config, word: &str| {
        let error = Simulation::new(&config).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    };
    assert_eq!(
        Simulation::new(&Config { servers: 0, ..good }).unwrap_err(),
        Error::NoServers
    );
    wrong(
        Config {
            servers: u32::MAX,
            ..good
        },
        "more than",
    );
    wrong(
        Config {
            requests: 29,
            ..good
        },
        "number of requests",
    );
    wrong(
        Config {
            requests: u64::MAX,
            ..good
        },
        "number of requests",
    );
    wrong(
        Config {
            warm_up: u64::MAX,
            ..good
        },
        "warm-up",
    );
    wrong(at(-1.0, 1), "arrival rate");
    wrong(at(f64::NAN, 1), "arrival rate");
    let service = Times::Hyperexponential {
        mean: 1.0,
        variability: 0.5,
    };
    wrong(Config { service, ..good }, "variability");
    let service = Times::Constant { mean: 0.0 };
    wrong(Config { service, ..good }, "service time");
    let arrivals = Arrivals::Bursts {
        rate: 1.0,
        peak: 10.0,
        burst: 1.0,
        pause: 8.0,
    };
    wrong(Config { arrivals, ..good }, "peak");
    assert!(simulate(&good).unwrap().response_quantile(1.1).is_err());
}
