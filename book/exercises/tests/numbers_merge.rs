//! Minutes of unlike servers into hours.

#[cfg_attr(feature = "yours", path = "../numbers/merge.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/numbers/merge.rs")]
mod exercise;

use exercise::{Hour, Minute, hours};
use histogram::Histogram;

fn minute(began: u64, latencies: impl IntoIterator<Item = u64>) -> Minute {
    let mut histogram = Histogram::new(3).unwrap();
    for latency in latencies {
        histogram.record(latency).unwrap();
    }
    Minute {
        began,
        latencies: histogram,
    }
}

/// The same from all requests in one place.
fn hour(began: u64, latencies: impl IntoIterator<Item = u64>) -> Hour {
    let Minute { latencies, .. } = minute(began, latencies);
    Hour {
        began,
        requests: latencies.len(),
        mean: latencies.mean(),
        p50: latencies.value_at_quantile(0.5),
        p99: latencies.value_at_quantile(0.99),
    }
}

fn close(ours: &Hour, expected: &Hour) {
    assert!(
        (ours.mean - expected.mean).abs() < 1e-6 * expected.mean,
        "{ours:?}"
    );
    assert_eq!(
        &Hour {
            mean: expected.mean,
            ..ours.clone()
        },
        expected
    );
}

#[test]
fn an_outage_of_one_minute_counts_by_its_requests() {
    // 59 good minutes, and one with few requests that all took long.
    let good = (0..59).map(|n| minute(n * 60, (0..1_000).map(|i| 10_000 + i)));
    let bad = minute(59 * 60, std::iter::repeat_n(3_000_000, 100));
    let answer = hours(&good.chain([bad]).collect::<Vec<_>>()).unwrap();
    let all = (0..59).flat_map(|_| (0..1_000).map(|i| 10_000 + i));
    let expected = hour(0, all.chain(std::iter::repeat_n(3_000_000, 100)));
    assert!(
        expected.p99 < 12_000,
        "a hundred of 59 000 are not one in a hundred"
    );
    assert_eq!(answer.len(), 1);
    close(&answer[0], &expected);
}

#[test]
fn a_slow_server_with_most_of_the_load_decides() {
    let idle = minute(7_200, [1_000; 10]);
    let busy = minute(7_200, (0..10_000).map(|i| 50_000 + i * 10));
    let expected = hour(
        7_200,
        (0..10_000).map(|i| 50_000 + i * 10).chain([1_000; 10]),
    );
    close(&hours(&[idle, busy]).unwrap()[0], &expected);
}

#[test]
fn hours_are_in_order_and_those_without_requests_are_left_out() {
    let minutes = [
        minute(7_199, [5]),
        minute(3_600, [3]),
        minute(10_800, []),
        minute(0, [1]),
        minute(3_599, [2]),
    ];
    let began: Vec<(u64, u64)> = hours(&minutes)
        .unwrap()
        .iter()
        .map(|hour| (hour.began, hour.requests))
        .collect();
    assert_eq!(began, [(0, 2), (3_600, 2)]);
    assert_eq!(hours(&[]).unwrap(), []);
}

#[test]
fn servers_may_have_histograms_of_unlike_bounds() {
    let mut small = Histogram::new_with_max(1_000, 3).unwrap();
    small.record(500).unwrap();
    let small = Minute {
        began: 0,
        latencies: small,
    };
    let large = minute(60, [1_000_000, 2_000_000]);
    let answer = hours(&[small, large]).unwrap();
    assert_eq!((answer[0].requests, answer[0].p50 / 1_000), (3, 1_000));
}
