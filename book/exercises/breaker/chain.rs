/// Services that call one another, from the first, which users call, to the last.
///
/// `attempts[i]` says how often service `i` asks the next one before it gives up and fails itself;
/// it stops at the first answer. The last service calls nobody. So `[3, 2]` are three services: the
/// first asks the second up to three times, and the second the third up to twice.
///
/// How many requests reach the last service, for one request to the first, if it answers none?
pub fn at_worst(attempts: &[u32]) -> u64 {
    todo!()
}

/// How many on average, if the last service fails a request with probability `p`, whatever became of
/// the ones before? Only the last one fails by itself.
pub fn on_average(attempts: &[u32], p: f64) -> f64 {
    todo!("with which probability does each of the others fail?")
}

/// How many at worst, if each of so many services that retry has a budget instead: retries are at
/// most a `ratio` of its calls, such as 0.1?
pub fn with_budgets(services: u32, ratio: f64) -> f64 {
    todo!()
}

/// The last service can do `capacity` requests a second, and users make `load` requests a second to
/// the first. From which probability of failure on is it asked for more than it can do? To within a
/// millionth; `None` if that never happens.
///
/// (Beyond it, it fails more because it is asked for more, and is asked for more because it fails.)
pub fn tipping_point(attempts: &[u32], load: f64, capacity: f64) -> Option<f64> {
    todo!()
}
