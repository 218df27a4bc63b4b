//! The law by its formula, its peak by trying, its coefficients from made-up measurements.

#[cfg_attr(feature = "yours", path = "../growing/scaling.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/growing/scaling.rs")]
mod exercise;

use exercise::{Law, fit};

fn law(waiting: f64, talking: f64) -> Law {
    Law { waiting, talking }
}

fn assert_close(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() < 1e-6,
        "{what}: {found}, not {expected}"
    );
}

#[test]
fn who_shares_nothing_grows_in_proportion() {
    assert_close(law(0.0, 0.0).speedup(64), 64.0, "64 processors");
    assert_close(law(0.3, 0.2).speedup(1), 1.0, "one processor");
}

#[test]
fn waiting_flattens_and_talking_bends_down() {
    assert_close(law(0.1, 0.0).speedup(11), 5.5, "Amdahl");
    assert_close(law(0.0, 0.01).speedup(10), 10.0 / 1.9, "Gunther");
    assert!(law(0.05, 0.002).speedup(64) < law(0.05, 0.002).speedup(22));
}

#[test]
fn the_best_number_is_the_one_that_trying_finds() {
    for waiting in [0.0, 0.01, 0.2, 0.9, 1.0, 1.5] {
        for talking in [0.0001, 0.002, 0.03, 0.4, 2.0] {
            for most in [1, 2, 7, 500] {
                let law = law(waiting, talking);
                let tried = (1..=most).fold(1, |best, n| {
                    if law.speedup(n) > law.speedup(best) {
                        n
                    } else {
                        best
                    }
                });
                assert_eq!(law.best(most), tried, "{law:?} up to {most}");
            }
        }
    }
}

#[test]
fn without_talking_more_is_better_if_anything_is() {
    assert_eq!(law(0.05, 0.0).best(1_000_000_000), 1_000_000_000);
    assert_eq!(law(1.0, 0.0).best(1_000_000_000), 1, "all of it waits");
    assert_eq!(law(0.05, 1e-30).best(u32::MAX), u32::MAX);
}

#[test]
fn measurements_give_the_law_back() {
    let law = law(0.04, 0.0007);
    let numbers = [32, 1, 2, 16, 8, 4];
    let measured: Vec<(u32, f64)> = numbers
        .iter()
        .map(|&n| (n, 52_000.0 * law.speedup(n)))
        .collect();
    let found = fit(&measured).expect("it was measured often enough");
    assert_close(found.waiting, law.waiting, "waiting");
    assert_close(found.talking, law.talking, "talking");
}

#[test]
fn errors_of_measurement_even_out() {
    let law = law(0.04, 0.0007);
    let measured: Vec<(u32, f64)> = (1..=40)
        .map(|n| {
            let error = if n == 1 {
                0.0
            } else {
                [0.02, -0.02][n as usize % 2]
            };
            (n, 100.0 * law.speedup(n) * (1.0 + error))
        })
        .collect();
    let found = fit(&measured).expect("it was measured often enough");
    assert!((found.waiting - law.waiting).abs() < 0.005, "{found:?}");
    assert!((found.talking - law.talking).abs() < 0.0003, "{found:?}");
}

#[test]
fn too_little_was_measured() {
    assert_eq!(fit(&[]), None);
    assert_eq!(fit(&[(1, 5.0), (2, 9.0)]), None, "two unknowns");
    assert_eq!(fit(&[(1, 5.0), (2, 9.0), (2, 9.1)]), None, "the same twice");
    assert_eq!(fit(&[(2, 9.0), (4, 15.0), (8, 20.0)]), None, "of what?");
}
