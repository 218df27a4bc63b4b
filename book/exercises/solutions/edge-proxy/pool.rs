use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A request that wants a connection: when it comes, and how long it uses it. In microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub at: u64,
    pub takes: u64,
}

/// How many connections are in use on average, of calls that come so many a second and take so many
/// seconds: Little's law.
pub fn in_use(calls_per_second: f64, seconds: f64) -> f64 {
    calls_per_second * seconds
}

/// How long each call waits for a connection, if there are `size` of them and who comes first is
/// served first. Calls are in the order in which they come.
///
/// A connection that is given back in a moment can be taken in the same moment.
pub fn waits(calls: &[Call], size: usize) -> Vec<u64> {
    // When each connection is free again, the earliest first.
    let mut free: BinaryHeap<Reverse<u64>> = std::iter::repeat_n(Reverse(0), size).collect();
    let wait = |call: &Call| {
        let Reverse(earliest) = free.pop().expect("a pool has a connection");
        let begin = earliest.max(call.at);
        free.push(Reverse(begin + call.takes));
        begin - call.at
    };
    calls.iter().map(wait).collect()
}

/// The size of the smallest pool in which no call waits longer than `most`. There is at least one
/// call.
pub fn smallest(calls: &[Call], most: u64) -> usize {
    // With one more connection nobody waits longer, so it can be searched by halves; with one for
    // each call nobody waits.
    let (mut low, mut high) = (1, calls.len());
    while low < high {
        let middle = low.midpoint(high);
        if waits(calls, middle).iter().all(|wait| *wait <= most) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
