//! How much load a promise leaves room for.

#[cfg_attr(feature = "yours", path = "../numbers/knee.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/numbers/knee.rs")]
mod exercise;

use exercise::{allowed, allowed_with, headroom};
use queueing::theory::{Mm1, Mmc};

fn assert_close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 2e-6, "{got} instead of {expected}");
}

#[test]
fn the_busier_it_is_the_less_load_makes_it_twice_as_slow() {
    assert_close(headroom(0.5, 2.0), 1.5);
    assert_close(headroom(0.8, 2.0), 1.125);
    assert_close(headroom(0.9, 2.0), 0.95 / 0.9);
    assert_close(headroom(0.7, 1.0), 1.0);
    for busy in [0.1, 0.6, 0.95] {
        for slower in [1.1, 3.0, 20.0] {
            let more = busy * headroom(busy, slower);
            let before = Mm1::new(busy, 1.0).unwrap().response();
            let after = Mm1::new(more, 1.0).unwrap().response();
            assert_close(after / before / slower, 1.0);
        }
    }
}

#[test]
fn one_server_is_as_busy_as_its_percentile_allows() {
    for (service, q, target) in [
        (0.010, 0.99, 0.100),
        (0.010, 0.5, 0.020),
        (2.0, 0.999, 100.0),
    ] {
        let busy = allowed(service, q, target).unwrap();
        let queue = Mm1::new(busy / service, service).unwrap();
        assert_close(queue.response_quantile(q).unwrap() / target, 1.0);
    }
    // 99 % within 100 ms, of services of 10 ms: little more than a half.
    assert!((0.53..0.55).contains(&allowed(0.010, 0.99, 0.100).unwrap()));
}

#[test]
fn what_the_service_alone_does_not_keep_nobody_can_promise() {
    // 99 % of exponential services take up to 4.6 times their mean.
    assert_eq!(allowed(0.010, 0.99, 0.046), None);
    assert!(allowed(0.010, 0.99, 0.047).is_some());
    for servers in [1, 8, 100] {
        assert_eq!(allowed_with(servers, 0.010, 0.99, 0.046), None, "{servers}");
        assert!(
            allowed_with(servers, 0.010, 0.99, 0.047).is_some(),
            "{servers}"
        );
    }
}

#[test]
fn several_servers_may_be_busier() {
    let mut before = 0.0;
    for servers in [1, 2, 8, 32] {
        let busy = allowed_with(servers, 0.010, 0.99, 0.100).unwrap();
        let rate = |busy: f64| busy * f64::from(servers) / 0.010;
        let p99 = |busy| {
            let queue = Mmc::new(rate(busy), 0.010, servers).unwrap();
            queue.response_quantile(0.99).unwrap()
        };
        assert!(p99(busy) <= 0.100 + 1e-9, "{servers} servers: too busy");
        assert!(
            p99(busy + 2e-6) > 0.100,
            "{servers} servers: could be busier"
        );
        assert!(busy > before);
        before = busy;
    }
    let (one, same) = (
        allowed(0.010, 0.99, 0.100),
        allowed_with(1, 0.010, 0.99, 0.100),
    );
    assert_close(one.unwrap(), same.unwrap());
}
