/// A request, in milliseconds: when it came, and when it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    pub came: u64,
    pub left: u64,
}

/// How many requests were inside on average, from `from` to `to`, which is later. Some may have come
/// before, and some may leave after.
pub fn in_system(visits: &[Visit], from: u64, to: u64) -> f64 {
    // By rows: the part of each visit that is in the window.
    let part = |visit: &Visit| visit.left.min(to).saturating_sub(visit.came.max(from));
    let area: u64 = visits.iter().map(part).sum();
    area as f64 / (to - from) as f64
}

/// The mean time of a request, in seconds, at a server that knows nothing of times: it was asked
/// once a second how many requests were inside, and has answered `answered` requests in all these
/// seconds. `None` if it has answered none.
pub fn mean_time(inside: &[u64], answered: u64) -> Option<f64> {
    // W = L/λ, and the seconds cancel: by columns, each of which is a second wide.
    let area: u64 = inside.iter().sum();
    (answered > 0).then(|| area as f64 / answered as f64)
}

/// How many connections a pool must have if `rate` requests come in a second and each holds one for
/// `seconds`, so that no more than a share `busy` of them is in use on average.
///
/// Rounding errors must not cost a connection: of 3.0000000000000004, three are enough.
pub fn pool(rate: f64, seconds: f64, busy: f64) -> u64 {
    let exact = rate * seconds / busy;
    // What is above a whole number by less than a millionth is that number.
    (exact * (1.0 - 1e-6)).ceil() as u64
}
