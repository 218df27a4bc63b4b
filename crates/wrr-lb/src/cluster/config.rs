//! What can be set, what it is unless it is, and what is refused.
//!
//! With the feature `serde`, in TOML for example:
//!
//! ```toml
//! algorithm = "least_connections"
//! panic_threshold = 50
//! slow_start = "30s"
//!
//! [health]
//! unhealthy_after = 3
//!
//! [outlier]
//! consecutive_failures = 5
//! base_ejection = "30s"
//! max_ejected_percent = 50
//!
//! [outlier.success_rate]
//! minimum_requests = 100
//! ```

use std::time::Duration;

use crate::{Algorithm, ConfigError};

/// Configures a [`Cluster`](super::Cluster).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct ClusterConfig {
    /// How to choose. nginx's smooth weighted round robin, unless set.
    pub algorithm: Algorithm,
    /// If less than this percentage of the endpoints is eligible, all that do not drain get
    /// requests. 50 as in Envoy; with 0 it never happens.
    pub panic_threshold: u32,
    /// How long an endpoint that is new or comes back takes to get its full share. Zero, so that
    /// it gets it at once.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub slow_start: Duration,
    /// The percentage of its share with which it begins. 10.
    pub slow_start_from: u32,
    /// How active checks are judged.
    pub health: HealthConfig,
    /// How requests are judged.
    pub outlier: OutlierConfig,
    /// What the algorithms that draw lots begin with. From the operating system, unless set.
    pub seed: Option<u64>,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        ClusterConfig {
            algorithm: Algorithm::default(),
            panic_threshold: 50,
            slow_start: Duration::ZERO,
            slow_start_from: 10,
            health: HealthConfig::default(),
            outlier: OutlierConfig::default(),
            seed: None,
        }
    }
}

impl ClusterConfig {
    /// Whether this can be meant.
    ///
    /// # Errors
    ///
    /// The first field that cannot.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.algorithm.validate()?;
        percent("panic_threshold", self.panic_threshold)?;
        percent("slow_start_from", self.slow_start_from)?;
        if self.slow_start_from == 0 {
            let allowed = "between 1 and 100; with no requests it would never warm up";
            return Err(ConfigError::out_of_range("slow_start_from", 0, allowed));
        }
        self.health.validate()?;
        self.outlier.validate()
    }
}

/// How active checks are judged.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct HealthConfig {
    /// How many checks in a row an unhealthy endpoint must pass to be healthy. 2.
    pub healthy_after: u32,
    /// How many checks in a row a healthy endpoint must fail to be unhealthy. 3.
    pub unhealthy_after: u32,
    /// Whether a new endpoint is healthy until checks say otherwise. True; if not, it gets no
    /// requests before the first check that it passes.
    pub presume_healthy: bool,
}

impl Default for HealthConfig {
    fn default() -> Self {
        HealthConfig {
            healthy_after: 2,
            unhealthy_after: 3,
            presume_healthy: true,
        }
    }
}

impl HealthConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        positive("health.healthy_after", self.healthy_after)?;
        positive("health.unhealthy_after", self.unhealthy_after)
    }
}

/// How requests are judged: who is ejected, and for how long.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct OutlierConfig {
    /// Failures in a row that eject an endpoint. 5; with 0 they do not.
    pub consecutive_failures: u32,
    /// When a success rate is too low.
    pub success_rate: SuccessRateConfig,
    /// How often success rates are compared, and an ejection is forgiven. 10 s.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub interval: Duration,
    /// How long the first ejection lasts; the second twice that, and so on. 30 s.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub base_ejection: Duration,
    /// How long an ejection lasts at most. 300 s.
    #[cfg_attr(feature = "serde", serde(with = "humantime_serde"))]
    pub max_ejection: Duration,
    /// The percentage of endpoints that are ejected at a time, at most. 50: of two, one can be.
    /// (In Envoy it is 10, and one more.)
    pub max_ejected_percent: u32,
}

impl Default for OutlierConfig {
    fn default() -> Self {
        OutlierConfig {
            consecutive_failures: 5,
            success_rate: SuccessRateConfig::default(),
            interval: Duration::from_secs(10),
            base_ejection: Duration::from_secs(30),
            max_ejection: Duration::from_secs(300),
            max_ejected_percent: 50,
        }
    }
}

impl OutlierConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        self.success_rate.validate()?;
        longer_than_zero("outlier.interval", self.interval)?;
        longer_than_zero("outlier.base_ejection", self.base_ejection)?;
        if self.max_ejection < self.base_ejection {
            return Err(ConfigError::out_of_range(
                "outlier.max_ejection",
                format_args!("{:?}", self.max_ejection),
                "at least outlier.base_ejection",
            ));
        }
        percent("outlier.max_ejected_percent", self.max_ejected_percent)
    }
}

/// When a success rate is too low: below the mean of all by more than some standard deviations.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, default))]
pub struct SuccessRateConfig {
    /// How many endpoints with enough requests it takes to compare them. 5; with 0 they are not.
    pub minimum_hosts: u32,
    /// How many requests in an interval are enough. 100.
    pub minimum_requests: u32,
    /// How many standard deviations. 1.9, as in Envoy.
    pub deviations: f64,
}

impl Default for SuccessRateConfig {
    fn default() -> Self {
        SuccessRateConfig {
            minimum_hosts: 5,
            minimum_requests: 100,
            deviations: 1.9,
        }
    }
}

impl SuccessRateConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        let field = "outlier.success_rate.minimum_requests";
        positive(field, self.minimum_requests)?;
        if !(self.deviations.is_finite() && self.deviations >= 0.0) {
            let field = "outlier.success_rate.deviations";
            let allowed = "a number from 0";
            return Err(ConfigError::out_of_range(field, self.deviations, allowed));
        }
        Ok(())
    }
}

fn percent(field: &'static str, value: u32) -> Result<(), ConfigError> {
    match value {
        0..=100 => Ok(()),
        _ => Err(ConfigError::out_of_range(field, value, "between 0 and 100")),
    }
}

fn positive(field: &'static str, value: u32) -> Result<(), ConfigError> {
    match value {
        1.. => Ok(()),
        0 => Err(ConfigError::out_of_range(field, value, "at least 1")),
    }
}

fn longer_than_zero(field: &'static str, value: Duration) -> Result<(), ConfigError> {
    match value.is_zero() {
        false => Ok(()),
        true => Err(ConfigError::out_of_range(field, "0s", "longer than 0s")),
    }
}
