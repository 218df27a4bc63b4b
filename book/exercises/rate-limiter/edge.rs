use std::time::Duration;

/// The most that a fixed window of `count` in each `per` lets through between two moments that are
/// `apart`, both included, if the client begins when it likes.
pub fn most(count: u64, per: Duration, apart: Duration) -> u64 {
    todo!("how many windows can an interval of that length touch? and if it is a nanosecond long?")
}

/// When a client should ask to get all of that: times since the limiter's zero, ascending, at which
/// windows begin at multiples of `per`. All must be admitted, and the last is at most `apart` after
/// the first.
pub fn greedy(count: u64, per: Duration, apart: Duration) -> Vec<Duration> {
    todo!("the first moment matters, and it is not zero")
}
