//! Configurations as people write them.

use std::time::Duration;

use resilience::{
    Backoff, BudgetConfig, BulkheadConfig, HedgeConfig, Jitter, RetryConfig, TimeoutConfig,
};

#[test]
fn durations_are_written_with_their_units_and_what_is_left_out_is_the_default() {
    let retry: RetryConfig = toml::from_str(
        r#"
        max_attempts = 5
        overall_timeout = "2s"
        backoff = { initial = "250ms", jitter = "decorrelated" }
        "#,
    )
    .unwrap();
    let backoff = Backoff {
        initial: Duration::from_millis(250),
        jitter: Jitter::Decorrelated,
        ..Backoff::default()
    };
    let overall_timeout = Some(Duration::from_secs(2));
    let expected = RetryConfig {
        max_attempts: 5,
        backoff,
        overall_timeout,
    };
    assert_eq!(retry, expected);
    assert_eq!(
        toml::from_str(&toml::to_string(&expected).unwrap()),
        Ok(expected)
    );
}

#[test]
fn every_default_can_be_written_as_nothing() {
    assert_eq!(toml::from_str(""), Ok(RetryConfig::default()));
    assert_eq!(toml::from_str(""), Ok(BudgetConfig::default()));
    assert_eq!(toml::from_str(""), Ok(TimeoutConfig::default()));
    assert_eq!(toml::from_str(""), Ok(BulkheadConfig::default()));
    assert_eq!(toml::from_str(""), Ok(HedgeConfig::default()));
}

#[test]
fn a_misspelt_field_is_named() {
    let error = toml::from_str::<BudgetConfig>("retry_ration = 0.2").unwrap_err();
    assert!(error.to_string().contains("retry_ration"), "{error}");
}
