/// The smallest time within which at least `percent` of a hundred of `latencies` are.
pub fn percentile(latencies: &[u64], percent: u32) -> u64 {
    let sorted = Sorted::new(latencies);
    let n = sorted.len();
    sorted.first(|t| (n - sorted.later_than(t)) * 100 >= n * u64::from(percent))
}

/// How many requests more a call takes on average.
pub fn extra(latencies: &[u64], delay: u64) -> f64 {
    let sorted = Sorted::new(latencies);
    sorted.later_than(delay) as f64 / sorted.len() as f64
}

/// The percentile of the times that calls take if they are hedged after `delay`.
pub fn hedged(latencies: &[u64], delay: u64, percent: u32) -> u64 {
    Sorted::new(latencies).hedged(delay, percent)
}

/// The delay after which hedging makes that percentile smallest.
///
/// With a tail that is thin and long this is little more than the median of what most calls take;
/// where all calls are slow together it is the longest latency, that is, no hedge at all. But that
/// the latencies are independent is a belief: two requests that wait for the same lock are late
/// together, and no delay helps.
pub fn best_delay(latencies: &[u64], percent: u32, most_extra: f64) -> u64 {
    let sorted = Sorted::new(latencies);
    let mut delays = sorted.0.clone();
    delays.insert(0, 0);
    delays.dedup();
    let affordable =
        |delay: &u64| sorted.later_than(*delay) as f64 / sorted.len() as f64 <= most_extra;
    let delays = delays.into_iter().filter(affordable);
    delays
        .rev()
        .min_by_key(|delay| sorted.hedged(*delay, percent))
        .unwrap_or(0)
}

struct Sorted(Vec<u64>);

impl Sorted {
    fn new(latencies: &[u64]) -> Self {
        let mut sorted = latencies.to_vec();
        sorted.sort_unstable();
        Sorted(sorted)
    }

    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn later_than(&self, t: u64) -> u64 {
        (self.0.len() - self.0.partition_point(|latency| *latency <= t)) as u64
    }

    /// The first time at which it is so, of those up to the longest latency.
    fn first(&self, is_so: impl Fn(u64) -> bool) -> u64 {
        let (mut low, mut high) = (0, self.0[self.0.len() - 1]);
        while low < high {
            let middle = low + (high - low) / 2;
            match is_so(middle) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        low
    }

    /// A call is not answered at `t` if neither request is: that is a product, and needs no pairs.
    fn hedged(&self, delay: u64, percent: u32) -> u64 {
        let calls = self.len() * self.len();
        let unanswered = |t: u64| match t.checked_sub(delay) {
            None => self.later_than(t) * self.len(),
            Some(since) => self.later_than(t) * self.later_than(since),
        };
        self.first(|t| (calls - unanswered(t)) * 100 >= calls * u64::from(percent))
    }
}
