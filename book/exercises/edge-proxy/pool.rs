/// A request that wants a connection: when it comes, and how long it uses it. In microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub at: u64,
    pub takes: u64,
}

/// How many connections are in use on average, of calls that come so many a second and take so many
/// seconds: Little's law.
pub fn in_use(calls_per_second: f64, seconds: f64) -> f64 {
    todo!("it is shorter than its name")
}

/// How long each call waits for a connection, if there are `size` of them and who comes first is
/// served first. Calls are in the order in which they come.
///
/// A connection that is given back in a moment can be taken in the same moment.
pub fn waits(calls: &[Call], size: usize) -> Vec<u64> {
    todo!("which connection will be free first?")
}

/// The size of the smallest pool in which no call waits longer than `most`. There is at least one
/// call.
pub fn smallest(calls: &[Call], most: u64) -> usize {
    todo!("does anybody wait longer if there is one connection more?")
}
