//! A cluster's configuration as users write it.
#![cfg(feature = "serde")]

use std::time::Duration;

use wrr_lb::Algorithm;
use wrr_lb::cluster::ClusterConfig;

#[test]
fn what_is_not_written_is_as_by_default() {
    let config: ClusterConfig = toml::from_str("").unwrap();
    assert_eq!(config, ClusterConfig::default());
}

#[test]
fn everything_can_be_written() {
    let config: ClusterConfig = toml::from_str(
        r#"
        algorithm = "least_connections"
        panic_threshold = 30
        slow_start = "1m 30s"
        slow_start_from = 5
        seed = 7

        [health]
        healthy_after = 1
        unhealthy_after = 4
        presume_healthy = false

        [outlier]
        consecutive_failures = 9
        interval = "500ms"
        base_ejection = "1s"
        max_ejection = "1h"
        max_ejected_percent = 25

        [outlier.success_rate]
        minimum_hosts = 3
        minimum_requests = 10
        deviations = 2.5
        "#,
    )
    .unwrap();
    config.validate().unwrap();
    assert_eq!(config.algorithm, Algorithm::LeastConnections);
    assert_eq!(config.slow_start, Duration::from_secs(90));
    assert_eq!(config.outlier.interval, Duration::from_millis(500));
    assert_eq!(config.outlier.success_rate.deviations, 2.5);
    let written = toml::to_string(&config).unwrap();
    assert_eq!(toml::from_str::<ClusterConfig>(&written).unwrap(), config);
}

#[test]
fn a_field_that_does_not_exist_is_named_with_its_line() {
    let error = toml::from_str::<ClusterConfig>("\n[outlier]\nconsecutive_errors = 5").unwrap_err();
    let message = error.to_string();
    assert!(message.contains("line 3"), "{message}");
    assert!(message.contains("consecutive_errors"), "{message}");
}

#[test]
fn the_example_of_the_docs_is_valid() {
    let docs = include_str!("../src/cluster/config.rs");
    let (_, example) = docs.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("//! ```").unwrap();
    let toml = example.replace("//! ", "").replace("//!", "");
    let config: ClusterConfig = toml::from_str(&toml).unwrap();
    config.validate().unwrap();
    assert_eq!(config.outlier.max_ejected_percent, 50);
}
