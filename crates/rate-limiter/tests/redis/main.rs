//! The limit over Redis, against a redis-server that each test starts; where there is none, they
//! say so and pass.

mod away;
mod script;
mod server;
mod shared;

use std::num::NonZeroU32;
use std::time::Duration;

use rate_limiter::Quota;
use rate_limiter::redis::{OnUnavailable, RedisConfig};
use server::Server;

fn number(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("not zero")
}

/// A quota of which nothing comes back during a test.
fn once(burst: u32) -> Quota {
    Quota::per_hour(NonZeroU32::MIN).with_burst(number(burst))
}

fn config(server: &Server, on_unavailable: OnUnavailable) -> RedisConfig {
    let url = server.url();
    RedisConfig {
        url,
        ..patient(on_unavailable)
    }
}

/// Waits for long, so that a busy machine does not look like a Redis that is away.
fn patient(on_unavailable: OnUnavailable) -> RedisConfig {
    RedisConfig {
        connect_timeout: Duration::from_secs(10),
        call_timeout: Duration::from_secs(10),
        on_unavailable,
        ..RedisConfig::default()
    }
}
