use std::time::Duration;

/// A token bucket: tokens drip in at a rate, up to `burst` of them, and each request takes one.
///
/// Nothing drips by itself. When somebody asks, it is worked out what has dripped since the last
/// time. But beware of the part of a token that is left over.
pub struct TokenBucket {
    // What is to be remembered?
}

impl TokenBucket {
    /// A full bucket, into which `rate` tokens a second drip.
    pub fn new(rate: u32, burst: u32) -> Self {
        todo!("what is a token, in whole numbers, so that nothing is lost in rounding?")
    }

    /// Takes a token at `now`, or says how long it is until there will be one.
    ///
    /// Times mostly ascend, but a thread may be late: what came before the last request is as if
    /// it were at the same moment. The wait is exact: a nanosecond earlier there is no token, and
    /// then there is. It is counted from the `now` of this request.
    pub fn take(&mut self, now: Duration) -> Result<(), Duration> {
        todo!()
    }
}
