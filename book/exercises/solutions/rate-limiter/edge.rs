use std::time::Duration;

const INSTANT: Duration = Duration::from_nanos(1);

/// The most that a fixed window of `count` in each `per` lets through between two moments that are
/// `apart`, both included, if the client begins when it likes.
///
/// The window in which it begins, and each that begins within the interval: one more for every
/// `per` that was begun. With a floor instead, the edge itself would be missing.
pub fn most(count: u64, per: Duration, apart: Duration) -> u64 {
    let windows = 1 + apart.as_nanos().div_ceil(per.as_nanos());
    count * u64::try_from(windows).unwrap_or(u64::MAX)
}

/// When a client should ask to get all of that: at the last moment of a window, and then when each
/// of the others begins.
pub fn greedy(count: u64, per: Duration, apart: Duration) -> Vec<Duration> {
    let start = per - INSTANT;
    let begins = (1..).map(|window| per * window);
    let within = begins.take_while(|&begin| begin - start <= apart);
    std::iter::once(start)
        .chain(within)
        .flat_map(|moment| (0..count).map(move |_| moment))
        .collect()
}
