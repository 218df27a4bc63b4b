//! Algorithms as users write them.
#![cfg(feature = "serde")]

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wrr_lb::Algorithm;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Config {
    algorithm: Algorithm,
}

fn read(text: &str) -> Result<Algorithm, String> {
    let config = toml::from_str::<Config>(&format!("algorithm = {text}"));
    config
        .map(|config| config.algorithm)
        .map_err(|error| error.to_string())
}

#[test]
fn a_name_is_enough() {
    assert_eq!(read("\"smooth_weighted\""), Ok(Algorithm::SmoothWeighted));
    assert_eq!(read("\"power_of_two\""), Ok(Algorithm::PowerOfTwo));
    assert_eq!(read("\"peak_ewma\""), Ok(Algorithm::peak_ewma()));
    assert_eq!(read("\"ring\""), Ok(Algorithm::ring()));
    assert_eq!(read("\"ketama\""), Ok(Algorithm::ketama()));
    assert_eq!(read("\"bounded_load\""), Ok(Algorithm::bounded_load()));
    assert_eq!(read("\"maglev\""), Ok(Algorithm::maglev()));
}

#[test]
fn settings_go_under_the_name() {
    let decay = Duration::from_millis(2_500);
    assert_eq!(
        read("{ peak_ewma = { decay = \"2s 500ms\" } }"),
        Ok(Algorithm::PeakEwma { decay })
    );
    assert_eq!(
        read("{ maglev = { table_size = 251 } }"),
        Ok(Algorithm::Maglev { table_size: 251 })
    );
    assert_eq!(
        read("{ ring = { points = 7 } }"),
        Ok(Algorithm::Ring { points: 7 })
    );
    let bounded = Algorithm::BoundedLoad {
        factor: 1.1,
        points: 160,
    };
    assert_eq!(read("{ bounded_load = { factor = 1.1 } }"), Ok(bounded));
}

#[test]
fn mistakes_are_named() {
    let error = read("\"round_robbin\"").unwrap_err();
    assert!(
        error.contains("round_robbin") && error.contains("round_robin"),
        "{error}"
    );
    let error = read("{ maglev = { size = 251 } }").unwrap_err();
    assert!(
        error.contains("size") && error.contains("table_size"),
        "{error}"
    );
}

#[test]
fn what_is_written_is_read_back() {
    for algorithm in [Algorithm::Edf, Algorithm::maglev(), Algorithm::peak_ewma()] {
        let text = toml::to_string(&Config { algorithm }).unwrap();
        assert_eq!(toml::from_str(&text), Ok(Config { algorithm }), "{text}");
    }
}
