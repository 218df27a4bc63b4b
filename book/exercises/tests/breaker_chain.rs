//! How retries multiply from service to service, by hand and by trying it.

#[cfg_attr(feature = "yours", path = "../breaker/chain.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/breaker/chain.rs")]
mod exercise;

use exercise::{at_worst, on_average, tipping_point, with_budgets};

fn assert_close(found: f64, expected: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(error < 1e-5, "{what}: {found}, not {expected}");
}

#[test]
fn at_worst_they_multiply() {
    assert_eq!(at_worst(&[]), 1, "one service, which users ask directly");
    assert_eq!(at_worst(&[3]), 3);
    assert_eq!(at_worst(&[3, 3, 3]), 27);
    assert_eq!(at_worst(&[4, 1, 2]), 8);
    assert_eq!(at_worst(&[100; 9]), 1_000_000_000_000_000_000);
}

#[test]
fn on_average_it_depends_on_how_much_fails() {
    assert_close(on_average(&[], 0.5), 1.0, "nobody retries");
    assert_close(on_average(&[3, 3], 0.0), 1.0, "nothing fails");
    assert_close(on_average(&[3, 3], 1.0), 9.0, "everything fails");
    assert_close(on_average(&[3], 0.5), 1.75, "1 + 1/2 + 1/4");
    // The second asks 1.5 times, and fails with 1/4; so the first asks it 1.25 times.
    assert_close(on_average(&[2, 2], 0.5), 1.875, "two by two");
    // It does not matter who retries, only how often they do together.
    assert_close(on_average(&[1, 3], 0.5), 1.75, "the second retries");
    assert_close(on_average(&[3, 2], 0.5), 1.5 * 1.3125, "three by two");
}

/// The requests that reach the last service for one to service `i`, and whether it fails.
fn ask(attempts: &[u32], fails: &mut impl FnMut() -> bool) -> (u32, bool) {
    let Some((most, rest)) = attempts.split_first() else {
        return (1, fails());
    };
    let mut requests = 0;
    for _ in 0..*most {
        let (more, failed) = ask(rest, fails);
        requests += more;
        if !failed {
            return (requests, false);
        }
    }
    (requests, true)
}

#[test]
fn it_is_what_happens_when_one_tries() {
    let mut state = 1_u64;
    for (attempts, p) in [(&[3, 3, 3][..], 0.3), (&[2, 5], 0.8), (&[4, 1, 2], 0.6)] {
        let mut fails = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 33) as f64) < p * (1_u64 << 31) as f64
        };
        let calls = 40_000;
        let requests: u32 = (0..calls).map(|_| ask(attempts, &mut fails).0).sum();
        let tried = f64::from(requests) / f64::from(calls);
        let found = on_average(attempts, p);
        assert!(
            (found / tried - 1.0).abs() < 0.03,
            "{attempts:?} at {p}: {found}, and when one tries {tried}"
        );
    }
}

#[test]
fn budgets_multiply_too_but_less() {
    assert_close(with_budgets(0, 0.1), 1.0, "nobody");
    assert_close(with_budgets(1, 0.2), 1.2, "one service");
    assert_close(with_budgets(3, 0.1), 1.331, "three services");
}

#[test]
fn beyond_the_tipping_point_it_is_asked_for_more_than_it_can_do() {
    // 100 (1 + p) reaches 150 when half of it fails.
    let half = tipping_point(&[2], 100.0, 150.0);
    assert_close(
        half.expect("it tips"),
        0.5,
        "twice, at two thirds of the load",
    );
    assert_eq!(
        tipping_point(&[3], 100.0, 300.0),
        None,
        "there is room for all"
    );
    assert_eq!(tipping_point(&[], 100.0, 101.0), None, "nobody retries");
    // The shop of the chapter's storm, if three services above it try three times each.
    let deep = tipping_point(&[3, 3, 3], 140.0, 200.0).expect("it tips");
    assert_close(deep, 0.3, "three out of ten are enough");
}
