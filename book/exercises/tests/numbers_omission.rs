//! Two logs of the same stall.

#[cfg_attr(feature = "yours", path = "../numbers/omission.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/numbers/omission.rs")]
mod exercise;

use exercise::{Request, from_due, with_missing};
use histogram::Histogram;

const INTERVAL: u64 = 10_000;

fn of(latencies: impl IntoIterator<Item = u64>) -> Histogram {
    let mut histogram = Histogram::new(3).unwrap();
    latencies
        .into_iter()
        .for_each(|latency| histogram.record(latency).unwrap());
    histogram
}

/// A tester who sends every request, each as soon as it is due and the one before is answered, to
/// a server that takes a millisecond, and a second for the request with number `slow`.
fn log(requests: u64, slow: u64) -> Vec<Request> {
    let mut free = 5_000;
    let request = |number| {
        let sent = free.max(5_000 + number * INTERVAL);
        free = sent + if number == slow { 1_000_000 } else { 1_000 };
        Request {
            sent,
            answered: free,
        }
    };
    (0..requests).map(request).collect()
}

#[test]
fn requests_that_were_sent_late_count_from_when_they_were_due() {
    let latencies = from_due(&log(1_000, 300), INTERVAL).unwrap();
    // A second, and each of those that waited nine milliseconds less than the one before.
    let waiting = (0..112).map(|n| (1_000_000 - 9_000 * n).max(1_000));
    assert_eq!(
        latencies,
        of(waiting.chain(std::iter::repeat_n(1_000, 888)))
    );
    assert!(latencies.value_at_quantile(0.95) > 400_000);
}

#[test]
fn without_a_stall_there_is_nothing_to_correct() {
    let log = log(500, u64::MAX);
    let plain = of([1_000; 500]);
    assert_eq!(from_due(&log, INTERVAL).unwrap(), plain);
    assert_eq!(with_missing(&log, INTERVAL).unwrap(), plain);
    assert!(from_due(&[], INTERVAL).unwrap().is_empty());
    assert!(with_missing(&[], INTERVAL).unwrap().is_empty());
}

#[test]
fn requests_that_were_never_sent_are_those_due_during_an_answer() {
    // It began anew at a multiple of the interval after the stall.
    let sent_in_time = |sent| Request {
        sent,
        answered: sent + 1_000,
    };
    let mut log: Vec<Request> = (0..300).map(|n| sent_in_time(n * INTERVAL)).collect();
    let stalled = 300 * INTERVAL;
    log.push(Request {
        sent: stalled,
        answered: stalled + 45_000,
    });
    log.extend((305..1_000).map(|n| sent_in_time(n * INTERVAL)));
    let latencies = with_missing(&log, INTERVAL).unwrap();
    let missing = [45_000, 35_000, 25_000, 15_000];
    assert_eq!(
        latencies,
        of(missing.into_iter().chain(std::iter::repeat_n(1_000, 995)))
    );
}

#[test]
fn a_request_sent_late_counts_from_when_it_was_due_whoever_was_late() {
    // It was sent after it was due although nothing was waited for: that is on the tester, but a
    // user would have waited all the same.
    let log = [
        Request {
            sent: 0,
            answered: 1_000,
        },
        Request {
            sent: 12_000,
            answered: 13_000,
        },
        Request {
            sent: 20_000,
            answered: 21_000,
        },
    ];
    assert_eq!(from_due(&log, INTERVAL).unwrap(), of([1_000, 3_000, 1_000]));
    assert_eq!(with_missing(&log, INTERVAL).unwrap(), of([1_000; 3]));
}
