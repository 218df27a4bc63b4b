//! The simulator and the formulas, against each other.
//!
//! Seeds are fixed, so that a run gives the same result each time; and the bounds are so wide (four
//! standard errors) that of all the comparisons here, hardly one would fail with other seeds.

use queueing::sim::{Arrivals, Config, Estimate, Report, Times, simulate};
use queueing::theory::{Mg1, Mm1, Mmc, Mmck, kingman};

const EXPONENTIAL: Times = Times::Exponential { mean: 1.0 };

fn config(utilisation: f64, servers: u32) -> Config {
    let rate = utilisation * f64::from(servers);
    // A busy system remembers for longer, about in proportion to 1/(1-ρ)².
    let requests = (20_000.0 / (1.0 - utilisation).powi(2)).clamp(200_000.0, 3_000_000.0);
    Config {
        servers,
        requests: requests as u64,
        warm_up: requests as u64 / 20,
        seed: 7,
        ..Config::new(Arrivals::Poisson { rate }, EXPONENTIAL)
    }
}

fn assert_agrees(what: &str, measured: Estimate, expected: f64) {
    let deviations = measured.deviations(expected);
    assert!(
        deviations < 4.0,
        "{what}: {measured} instead of {expected}, {deviations:.1} standard errors away"
    );
    // An interval that is wide enough proves anything.
    assert!(
        measured.error < 0.1 * expected,
        "{what}: {measured} says little"
    );
}

#[test]
fn one_server_does_what_theory_says() {
    for utilisation in [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] {
        let report = simulate(&config(utilisation, 1)).unwrap();
        let theory = Mm1::new(utilisation, 1.0).unwrap();
        let at = |what: &str| format!("{what} at {utilisation}");
        assert_agrees(&at("rho"), report.utilisation, utilisation);
        assert_agrees(&at("throughput"), report.throughput, utilisation);
        assert_agrees(&at("W"), report.response, theory.response());
        assert_agrees(&at("Wq"), report.wait, theory.wait());
        assert_agrees(&at("L"), report.in_system, theory.in_system());
        assert_agrees(&at("Lq"), report.in_queue, theory.in_queue());
        for q in [0.5, 0.99] {
            let quantile = report.response_quantile(q).unwrap();
            assert_agrees(
                &at("quantile"),
                quantile,
                theory.response_quantile(q).unwrap(),
            );
        }
    }
}

#[test]
fn several_servers_do_what_theory_says() {
    for servers in [2, 8] {
        for utilisation in [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] {
            let report = simulate(&config(utilisation, servers)).unwrap();
            let theory = Mmc::new(utilisation * f64::from(servers), 1.0, servers).unwrap();
            let at = |what: &str| format!("{what} at {utilisation}, {servers} servers");
            assert_agrees(&at("rho"), report.utilisation, utilisation);
            assert_agrees(&at("W"), report.response, theory.response());
            assert_agrees(&at("L"), report.in_system, theory.in_system());
            let p99 = report.response_quantile(0.99).unwrap();
            assert_agrees(&at("p99"), p99, theory.response_quantile(0.99).unwrap());
            if theory.wait() > 0.01 {
                assert_agrees(&at("Wq"), report.wait, theory.wait());
            }
        }
    }
}

fn with_service(utilisation: f64, service: Times) -> Report {
    let config = config(utilisation, 1);
    simulate(&Config { service, ..config }).unwrap()
}

#[test]
fn constant_service_waits_half_as_long_as_pollaczek_and_khinchine_say() {
    for utilisation in [0.3, 0.5, 0.8, 0.95] {
        let report = with_service(utilisation, Times::Constant { mean: 1.0 });
        let theory = Mg1::new(utilisation, 1.0, 0.0).unwrap();
        assert_agrees("Wq", report.wait, theory.wait());
        assert_agrees("L", report.in_system, theory.in_system());
    }
}

#[test]
fn a_few_long_requests_make_all_wait_as_pollaczek_and_khinchine_say() {
    let (mean, variability) = (1.0, 8.0);
    for service in [
        Times::Hyperexponential { mean, variability },
        Times::Lognormal { mean, variability },
    ] {
        let report = with_service(0.7, service);
        let theory = Mg1::new(0.7, mean, variability).unwrap();
        assert_agrees("Wq", report.wait, theory.wait());
    }
}

#[test]
fn a_bounded_line_loses_what_theory_says() {
    for (utilisation, servers, room) in [(0.9, 1, 4), (1.5, 2, 10), (0.8, 8, 0)] {
        let config = Config {
            room: Some(room),
            ..config(utilisation, servers)
        };
        let report = simulate(&config).unwrap();
        let theory = Mmck::new(config.arrivals.rate(), 1.0, servers, room).unwrap();
        assert_agrees("loss", report.loss, theory.loss());
        assert_agrees("W", report.response, theory.response());
        assert_agrees("throughput", report.throughput, theory.throughput());
        assert_agrees("utilisation", report.utilisation, theory.utilisation());
    }
}

/// Kingman's formula is an approximation, so a standard error is no measure of it.
#[test]
fn kingmans_formula_is_near_when_the_server_is_busy() {
    let spaced = |variability| match variability {
        0.0 => Times::Constant { mean: 1.0 / 0.95 },
        variability => Times::Hyperexponential {
            mean: 1.0 / 0.95,
            variability,
        },
    };
    for arrivals in [0.0, 4.0] {
        for service in [0.5, 4.0] {
            let times = Times::Lognormal {
                mean: 1.0,
                variability: service,
            };
            let config = Config {
                arrivals: Arrivals::Spaced(spaced(arrivals)),
                service: times,
                ..config(0.95, 1)
            };
            let wait = simulate(&config).unwrap().wait.mean;
            let expected = kingman(0.95, 1.0, arrivals, service).unwrap();
            assert!(
                (wait / expected - 1.0).abs() < 0.15,
                "{arrivals}, {service}: {wait} instead of {expected}"
            );
        }
    }
}

#[test]
fn ninety_five_of_a_hundred_intervals_hold_the_true_value() {
    let theory = Mm1::new(0.8, 1.0).unwrap().response();
    let holds = |seed: &u64| {
        let config = Config {
            seed: *seed,
            requests: 150_000,
            ..config(0.8, 1)
        };
        simulate(&config)
            .unwrap()
            .response
            .interval()
            .contains(&theory)
    };
    let held = (0..100).filter(holds).count();
    // Of a hundred throws with 0.95, fewer than 86 or all are rarer than one in a hundred.
    assert!((86..100).contains(&held), "{held} of 100");
}
