//! Effective weights: shares while an endpoint fails, and after it does no more.

use wrr_lb::SmoothWeighted;

#[cfg_attr(feature = "yours", path = "../wrr-lb/yield.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wrr-lb/yield.rs")]
mod exercise;

use exercise::Yielding;

/// How often each of `n` endpoints is picked.
fn counts(turns: &mut Yielding, n: usize, picks: u32, fails: Option<usize>) -> Vec<u32> {
    let mut counts = vec![0; n];
    for _ in 0..picks {
        let pick = turns.pick().unwrap();
        counts[pick] += 1;
        if fails == Some(pick) {
            turns.failed(pick);
        }
    }
    counts
}

#[test]
fn without_failures_it_is_nginxs_sequence() {
    for weights in [&[5, 1, 1][..], &[1], &[4, 3, 2], &[7, 0, 7, 2]] {
        let mut turns = Yielding::new(weights);
        let expected: Vec<usize> = SmoothWeighted::new(weights).take(50).collect();
        let picks: Vec<usize> = (0..50).map(|_| turns.pick().unwrap()).collect();
        assert_eq!(picks, expected, "weights {weights:?}");
    }
}

#[test]
fn nobody_is_picked_if_nobody_has_weight() {
    assert_eq!(Yielding::new(&[]).pick(), None);
    assert_eq!(Yielding::new(&[0, 0]).pick(), None);
}

#[test]
fn one_failure_takes_a_quarter_and_each_pick_gives_one_back() {
    // Weight 5, and effective weights of 3, 4, and then 5 again.
    let mut turns = Yielding::new(&[5, 1, 1]);
    turns.failed(0);
    let picks: Vec<usize> = (0..10).map(|_| turns.pick().unwrap()).collect();
    // earned   3  1  1   a pays 5
    //          2  2  2   a pays 6
    //          1  3  3   b pays 7, from here on as ever
    assert_eq!(picks, [0, 0, 1, 0, 2, 0, 0, 0, 0, 1]);
}

#[test]
fn who_always_fails_gets_little_and_is_not_forgotten() {
    let mut turns = Yielding::new(&[100, 100, 100]);
    let counts = counts(&mut turns, 3, 30_000, Some(1));
    assert!(
        counts[1] > 300,
        "an endpoint that is never tried cannot show that it is well: {counts:?}"
    );
    assert!(counts[1] < 2_500, "25 of 100 a failure: {counts:?}");
    assert!(
        counts[0].abs_diff(counts[2]) <= 2,
        "the others share alike: {counts:?}"
    );
}

#[test]
fn when_it_is_well_again_all_is_as_before() {
    let weights = [8, 4, 4];
    let mut turns = Yielding::new(&weights);
    counts(&mut turns, 3, 1_000, Some(0));
    // It gets its weight back, one with each pick.
    counts(&mut turns, 3, 16, None);
    for _ in 0..20 {
        let after = counts(&mut turns, 3, 160, None);
        for (count, weight) in after.iter().zip(weights) {
            assert!(
                count.abs_diff(10 * weight) <= 1,
                "by weight, from the first period on: {after:?}"
            );
        }
    }
}

#[test]
fn when_all_fail_there_is_still_somebody() {
    let mut turns = Yielding::new(&[2, 1]);
    let mut counts = [0; 2];
    for _ in 0..300 {
        let pick = turns.pick().expect("a failure is no reason to refuse");
        counts[pick] += 1;
        turns.failed(0);
        turns.failed(1);
        turns.failed(pick);
    }
    assert!(counts[0] > 0 && counts[1] > 0, "{counts:?}");
}
