//! Stand-ins for the configurations of the crates, until those are there. Same names, same fields.
#![allow(missing_docs)]

use std::time::Duration;

use serde::Deserialize;

/// `wrr_lb::ClusterConfig`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClusterConfig {
    pub algorithm: String,
    pub panic_threshold: f32,
    #[serde(with = "humantime_serde")]
    pub slow_start: Duration,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        ClusterConfig {
            algorithm: "smooth_weighted".into(),
            panic_threshold: 50.0,
            slow_start: Duration::ZERO,
        }
    }
}

/// `circuit_breaker::Config`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BreakerConfig {
    pub failure_rate_threshold: f32,
    pub minimum_calls: u32,
    pub permitted_half_open_calls: u32,
    #[serde(with = "humantime_serde")]
    pub wait_in_open: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        BreakerConfig {
            failure_rate_threshold: 50.0,
            minimum_calls: 100,
            permitted_half_open_calls: 10,
            wait_in_open: Duration::from_secs(60),
        }
    }
}
