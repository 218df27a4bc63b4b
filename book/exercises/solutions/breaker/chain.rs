/// Services that call one another: how many requests reach the last one, if it answers none?
pub fn at_worst(attempts: &[u32]) -> u64 {
    attempts
        .iter()
        .map(|attempts| u64::from(*attempts))
        .product()
}

/// How many on average, if the last service fails a request with probability `p`.
///
/// From the end to the beginning. A service that asks up to `n` times another that fails with
/// probability `q` asks `1 + q + … + qⁿ⁻¹` times on average, and fails with `qⁿ`: retries make
/// failures rare for those above, which is why they are so well liked. The product is
/// `1 + p + … + pᵐ⁻¹`, where `m` is that of all `attempts`: it makes no difference who retries.
pub fn on_average(attempts: &[u32], p: f64) -> f64 {
    let mut requests = 1.0;
    let mut q = p;
    for attempts in attempts.iter().rev() {
        let asks: f64 = (0..*attempts).map(|before| q.powi(before as i32)).sum();
        requests *= asks;
        q = q.powi(*attempts as i32);
    }
    requests
}

/// How many at worst, if each of so many services that retry has a budget instead.
pub fn with_budgets(services: u32, ratio: f64) -> f64 {
    (1.0 + ratio).powi(services as i32)
}

/// From which probability of failure on the last service is asked for more than it can do.
pub fn tipping_point(attempts: &[u32], load: f64, capacity: f64) -> Option<f64> {
    let is_too_much = |p: f64| load * on_average(attempts, p) > capacity;
    if !is_too_much(1.0) {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0); // the average only ever grows with p
    while high - low > 1e-7 {
        let middle = (low + high) / 2.0;
        match is_too_much(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    Some(high)
}
