//! What a breaker does in front of a server that fails for a while: one row a second, on a clock
//! that is moved by hand, so that it is the same each time.
//!
//! ```text
//! cargo run -p circuit-breaker --example timeline
//! ```

use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Config, State, Window};
use clock::ManualClock;

/// One second.
#[derive(Debug, PartialEq)]
struct Sample {
    second: u64,
    state: State,
    served: u32,
    failed: u32,
    refused: u32,
}

/// Ten calls a second for a minute; the server fails from second 10 to 30.
fn timeline() -> Vec<Sample> {
    let clock = ManualClock::new();
    let config = Config {
        window: Window::Time(Duration::from_secs(5)),
        minimum_calls: 20,
        permitted_half_open_calls: 3,
        wait_in_open: Duration::from_secs(4),
        wait_multiplier: 2.0,
        max_wait_in_open: Some(Duration::from_secs(16)),
        ..Config::default()
    };
    let breaker = CircuitBreaker::with_clock(config, clock.clone()).expect("it is valid");
    let second = |second: u64| {
        let (mut served, mut failed, mut refused) = (0, 0, 0);
        for _ in 0..10 {
            match breaker.try_acquire() {
                Err(_) => refused += 1,
                Ok(permit) if (10..30).contains(&second) => {
                    failed += 1;
                    permit.failure();
                }
                Ok(permit) => {
                    served += 1;
                    permit.success();
                }
            }
            clock.advance(Duration::from_millis(100));
        }
        Sample {
            second,
            state: breaker.state(),
            served,
            failed,
            refused,
        }
    };
    (0..60).map(second).collect()
}

fn main() {
    println!("second  state      served failed refused");
    for sample in timeline() {
        let Sample {
            second,
            state,
            served,
            failed,
            refused,
        } = sample;
        println!(
            "{second:>6}  {:9} {served:>7} {failed:>6} {refused:>7}",
            state.name()
        );
    }
}

#[test]
fn the_server_is_left_alone_while_it_fails_and_used_again_after() {
    let timeline = timeline();
    let failed: u32 = timeline.iter().map(|sample| sample.failed).sum();
    assert!(failed < 40, "without a breaker it would be 200");
    assert!(timeline.last().is_some_and(|sample| sample.served == 10));
}
