//! The configuration as it is written in a file.

use std::time::Duration;

use circuit_breaker::{AfterHalfOpen, CircuitBreaker, Config, DropAs, State, Window};

#[test]
fn a_file_names_what_differs_from_the_default() {
    let config: Config = toml::from_str(
        r#"
        failure_rate_threshold = 20.0
        slow_call_duration = "250ms"
        window = { time = "10s" }
        minimum_calls = 20
        wait_in_open = "5s"
        wait_multiplier = 2.0
        max_wait_in_open = "1m"
        jitter = 0.5
        after_half_open = "closed"
        on_drop = "failure"
        initial_state = "metrics_only"
        "#,
    )
    .unwrap();
    let expected = Config {
        failure_rate_threshold: 20.0,
        slow_call_duration: Duration::from_millis(250),
        window: Window::Time(Duration::from_secs(10)),
        minimum_calls: 20,
        wait_in_open: Duration::from_secs(5),
        wait_multiplier: 2.0,
        max_wait_in_open: Some(Duration::from_secs(60)),
        jitter: 0.5,
        after_half_open: AfterHalfOpen::Closed,
        on_drop: DropAs::Failure,
        initial_state: State::MetricsOnly,
        ..Config::default()
    };
    assert_eq!(config, expected);
}

#[test]
fn what_is_written_is_read_back() {
    for window in [Window::Count(7), Window::Time(Duration::from_millis(1500))] {
        let config = Config {
            window,
            max_wait_in_open: Some(Duration::from_secs(90)),
            seed: Some(3),
            ..Config::default()
        };
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<Config>(&text).unwrap(), config, "{text}");
    }
    let text = toml::to_string(&Config::default()).unwrap();
    assert_eq!(toml::from_str::<Config>(&text).unwrap(), Config::default());
}

#[test]
fn an_unknown_field_and_a_wrong_value_are_named() {
    let unknown = toml::from_str::<Config>("failure_rate = 20.0").unwrap_err();
    assert!(unknown.to_string().contains("failure_rate"), "{unknown}");
    let unit = toml::from_str::<Config>("wait_in_open = \"5 parsecs\"").unwrap_err();
    assert!(unit.to_string().contains("wait_in_open"), "{unit}");

    let config: Config = toml::from_str("minimum_calls = 0").unwrap();
    let error = CircuitBreaker::new(config).unwrap_err();
    assert_eq!(error.field, "minimum_calls");
}
