//! Little's law, on visits that were counted a millisecond at a time.

#[cfg_attr(feature = "yours", path = "../numbers/little.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/numbers/little.rs")]
mod exercise;

use exercise::{Visit, in_system, mean_time, pool};

/// Numbers that look random: xorshift.
fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

fn visits(seed: u64) -> Vec<Visit> {
    let mut next = numbers(seed);
    let mut visit = |_| {
        let came = next(1000);
        Visit {
            came,
            left: came + next(200),
        }
    };
    (0..100).map(&mut visit).collect()
}

/// By columns.
fn counted(visits: &[Visit], from: u64, to: u64) -> f64 {
    let inside = |at: u64| {
        let is_inside = |visit: &&Visit| visit.came <= at && at < visit.left;
        visits.iter().filter(is_inside).count()
    };
    (from..to).map(inside).sum::<usize>() as f64 / (to - from) as f64
}

#[test]
fn rows_and_columns_are_the_same_area() {
    let drawn = [(0, 6), (2, 7), (4, 10), (7, 10)].map(|(came, left)| Visit { came, left });
    assert_eq!(in_system(&drawn, 0, 10), 2.0);
    for seed in 1..20 {
        let visits = visits(seed);
        let all = in_system(&visits, 0, 1200);
        assert!(
            (all - counted(&visits, 0, 1200)).abs() < 1e-9,
            "seed {seed}"
        );
    }
}

#[test]
fn a_visit_counts_for_the_part_of_it_that_is_in_the_window() {
    let long = [Visit { came: 0, left: 100 }];
    assert_eq!(in_system(&long, 40, 60), 1.0);
    assert_eq!(in_system(&long, 90, 110), 0.5);
    assert_eq!(in_system(&long, 200, 300), 0.0);
    for seed in 1..20 {
        let visits = visits(seed);
        for (from, to) in [(0, 1), (100, 300), (500, 501), (900, 2000)] {
            let (got, expected) = (in_system(&visits, from, to), counted(&visits, from, to));
            assert!(
                (got - expected).abs() < 1e-9,
                "seed {seed}, {from} to {to}: {got} instead of {expected}"
            );
        }
    }
}

#[test]
fn counters_without_times_give_the_mean_time() {
    // Forty inside whenever one looks, and 2000 answers in ten seconds: 200 a second.
    assert_eq!(mean_time(&[40; 10], 2000), Some(0.2));
    assert_eq!(mean_time(&[0, 10, 20, 10], 80), Some(0.5));
    assert_eq!(mean_time(&[0, 0], 5), Some(0.0));
    assert_eq!(mean_time(&[1, 1], 0), None);
    assert_eq!(mean_time(&[], 0), None);
}

#[test]
fn a_pool_has_room_for_the_mean_and_something_to_spare() {
    assert_eq!(pool(1000.0, 0.020, 1.0), 20);
    assert_eq!(pool(1000.0, 0.020, 0.8), 25);
    assert_eq!(pool(1000.0, 0.020, 0.7), 29);
    assert_eq!(pool(3.0, 0.1, 0.1), 3);
    assert_eq!(pool(0.0, 0.1, 0.5), 0);
}
