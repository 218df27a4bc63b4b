//! Outlier ejection: what the requests themselves say of an endpoint.
//!
//! An active check asks `/healthz`, which may well answer while every real request fails. Passive
//! checks watch the real ones, and take out an endpoint for some time when
//!
//! - it failed several requests in a row (found at once, by the failure itself), or
//! - in the last interval its success rate was far below that of the others: below
//!   *mean − k · standard deviation* (found at `tick()`).
//!
//! The second compares endpoints with each other, so that a failure that they share, a database
//! that is down or a client that sends nonsense, ejects nobody:
//!
//! ```text
//!   success rate   a 99 %  b 98 %  c 99 %  d 97 %  e 61 %     mean 90.8 %, deviation 14.9 %
//!   threshold      90.8 − 1.9 × 14.9 = 62.5 %                 ▲ ejected
//! ```
//!
//! How long: the base time, twice that at the second time, and so on up to a maximum; each
//! interval without an ejection forgives one. How many: never more than a share of the cluster,
//! since a rule that takes out everybody is worse than none.
//!
//! It is Envoy's outlier detection (`consecutive_5xx` and `success_rate`), except that the maximum
//! share is never exceeded, not even by the first.

use clock::Nanos;

use super::config::{OutlierConfig, SuccessRateConfig};

/// An endpoint's ejections.
///
/// Invariant: ejected implies `times > 0`, and `base × (times − 1) < max`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ejection {
    until: Option<Nanos>,
    /// How often it was ejected lately.
    times: u32,
}

impl Ejection {
    /// When it ends, if it lasts.
    pub(super) fn until(&self) -> Option<Nanos> {
        self.until
    }

    // ANCHOR: ejection
    /// Ejects: for the base time, times the number of ejections, at most the maximum.
    pub(super) fn begin(&mut self, now: Nanos, config: &OutlierConfig) {
        if config.base_ejection.saturating_mul(self.times) < config.max_ejection {
            self.times += 1;
        }
        let time = config.base_ejection.saturating_mul(self.times);
        self.until = Some(now + time.min(config.max_ejection));
    }

    /// Ends an ejection whose time is over. True if it did.
    pub(super) fn end_if_due(&mut self, now: Nanos) -> bool {
        let due = self.until.is_some_and(|until| until <= now);
        if due {
            self.until = None;
        }
        due
    }

    /// An interval went by. Outside an ejection, one of those before is forgiven.
    pub(super) fn forgive(&mut self) {
        if self.until.is_none() {
            self.times = self.times.saturating_sub(1);
        }
    }
    // ANCHOR_END: ejection

    /// Ends an ejection before its time.
    pub(super) fn end(&mut self) {
        self.until = None;
    }

    pub(super) fn check_invariants(&self, config: &OutlierConfig) {
        assert!(self.until.is_none() || self.times > 0);
        let before = self.times.saturating_sub(1);
        assert!(before == 0 || config.base_ejection * before < config.max_ejection);
    }
}

/// Requests that succeeded and that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) successes: u64,
    pub(super) failures: u64,
}

impl Tally {
    /// What was added since `earlier`.
    pub(super) fn since(self, earlier: Tally) -> Tally {
        Tally {
            successes: self.successes - earlier.successes,
            failures: self.failures - earlier.failures,
        }
    }

    fn total(self) -> u64 {
        self.successes + self.failures
    }
}

// ANCHOR: outliers
/// Those whose success rate is far below the others', the worst first: indices into `tallies`.
pub(super) fn outliers(tallies: &[Tally], config: &SuccessRateConfig) -> Vec<usize> {
    if config.minimum_hosts == 0 {
        return Vec::new();
    }
    let mut rates: Vec<(usize, f64)> = (0..tallies.len())
        .filter(|&i| tallies[i].total() >= u64::from(config.minimum_requests))
        .map(|i| (i, tallies[i].successes as f64 / tallies[i].total() as f64))
        .collect();
    if rates.len() < config.minimum_hosts as usize {
        return Vec::new();
    }
    let hosts = rates.len() as f64;
    let mean = rates.iter().map(|(_, rate)| rate).sum::<f64>() / hosts;
    let variance = rates.iter().map(|(_, r)| (r - mean).powi(2)).sum::<f64>() / hosts;
    let threshold = mean - config.deviations * variance.sqrt();
    rates.retain(|&(_, rate)| rate < threshold);
    rates.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    rates.into_iter().map(|(i, _)| i).collect()
}
// ANCHOR_END: outliers

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(successes: u64, failures: u64) -> Tally {
        Tally {
            successes,
            failures,
        }
    }

    #[test]
    fn the_example_of_the_docs_ejects_the_last() {
        let tallies = [99, 98, 99, 97, 61].map(|ok| tally(ok, 100 - ok));
        assert_eq!(outliers(&tallies, &SuccessRateConfig::default()), [4]);
    }

    #[test]
    fn equal_rates_have_no_outlier_however_bad_they_are() {
        let tallies = [tally(10, 90); 5];
        assert_eq!(outliers(&tallies, &SuccessRateConfig::default()), []);
    }

    #[test]
    fn who_has_too_few_requests_neither_counts_nor_is_ejected() {
        let mut tallies = vec![tally(100, 0); 5];
        tallies.push(tally(0, 99));
        assert_eq!(outliers(&tallies, &SuccessRateConfig::default()), []);
        tallies[5].failures = 100;
        assert_eq!(outliers(&tallies, &SuccessRateConfig::default()), [5]);
    }

    #[test]
    fn too_few_hosts_are_no_statistics() {
        let tallies = [99, 98, 99, 0].map(|ok| tally(ok, 100 - ok));
        assert_eq!(outliers(&tallies, &SuccessRateConfig::default()), []);
    }

    #[test]
    fn the_worst_comes_first() {
        let config = SuccessRateConfig {
            deviations: 0.5,
            ..SuccessRateConfig::default()
        };
        let tallies = [99, 60, 99, 20, 99, 99].map(|ok| tally(ok, 100 - ok));
        assert_eq!(outliers(&tallies, &config), [3, 1]);
    }
}
