//! Erlang's formula against tables and the book's crate; a bounded line against one that is
//! simulated a moment at a time.

#[cfg_attr(feature = "yours", path = "../numbers/pool.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/numbers/pool.rs")]
mod exercise;

use exercise::{fewest, lost, waits};
use queueing::theory::{Mmc, Target, servers_for};

#[test]
fn erlangs_table_is_reproduced() {
    for (servers, offered, delayed) in [
        (1, 0.7, 0.7),
        (2, 1.0, 1.0 / 3.0),
        (5, 4.0, 0.5541),
        (10, 8.0, 0.4092),
        (10, 9.0, 0.6687),
    ] {
        let got = waits(servers, offered);
        assert!(
            (got - delayed).abs() < 1e-4,
            "{servers}, {offered}: {got} instead of {delayed}"
        );
    }
}

#[test]
fn thousands_of_servers_have_an_answer() {
    for servers in [170, 171, 1000, 20_000] {
        for busy in [0.5, 0.9, 0.99, 0.9999] {
            let offered = busy * f64::from(servers);
            let expected = Mmc::new(offered, 1.0, servers).unwrap().waits();
            let got = waits(servers, offered);
            assert!(
                (got - expected).abs() < 1e-9,
                "{servers} servers, {offered} erlangs: {got} instead of {expected}"
            );
        }
    }
}

#[test]
fn above_capacity_all_wait() {
    assert_eq!(waits(8, 8.0), 1.0);
    assert_eq!(waits(8, 100.0), 1.0);
}

#[test]
fn the_fewest_servers_are_those_of_the_crate() {
    // A search that compares with what is not a number does not end.
    assert!(!waits(1000, 600.0).is_nan(), "mend `waits` first");
    for rate in [0.5, 10.0, 100.0, 1000.0, 30_000.0] {
        for (q, time) in [(0.5, 0.0), (0.99, 0.0), (0.99, 0.010), (0.999, 0.100)] {
            let target = Target::Wait { quantile: q, time };
            let expected = servers_for(rate, 0.020, target).unwrap();
            assert_eq!(
                fewest(rate, 0.020, q, time),
                expected,
                "{rate}, {q}, {time}"
            );
        }
    }
}

/// A clock that goes one by one.
fn simulated(requests: &[(u64, u64)], servers: usize, room: usize) -> usize {
    let (mut busy_until, mut line) = (Vec::<u64>::new(), Vec::<u64>::new());
    let (mut next, mut lost, mut now) = (0, 0, 0);
    while next < requests.len() {
        busy_until.retain(|until| *until > now);
        while busy_until.len() < servers && !line.is_empty() {
            busy_until.push(now + line.remove(0));
            busy_until.retain(|until| *until > now);
        }
        while let Some(&(came, takes)) = requests.get(next)
            && came == now
        {
            next += 1;
            if busy_until.len() < servers {
                busy_until.push(now + takes);
            } else if line.len() < room {
                line.push(takes);
            } else {
                lost += 1;
            }
        }
        now += 1;
    }
    lost
}

#[test]
fn a_line_that_ends_loses_who_finds_it_full() {
    let requests = [(0, 10), (1, 10), (2, 10), (3, 10), (10, 1), (11, 1)];
    // One server, one place: the second waits until 10, the third and fourth are lost.
    assert_eq!(lost(&requests, 1, 1), 3);
    assert_eq!(lost(&requests, 1, 0), 3);
    assert_eq!(lost(&requests, 2, 0), 2);
    assert_eq!(lost(&requests, 4, 0), 0);
    assert_eq!(lost(&requests, 1, 10), 0);
}

#[test]
fn lines_of_all_lengths_lose_as_many_as_the_simulated_ones() {
    for seed in 1..40u64 {
        let mut state = seed;
        let mut random = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let mut at = 0;
        let requests: Vec<(u64, u64)> = (0..200)
            .map(|_| {
                at += random(8);
                (at, 1 + random(20))
            })
            .collect();
        for servers in 1..5 {
            for room in 0..5 {
                assert_eq!(
                    lost(&requests, servers, room),
                    simulated(&requests, servers, room),
                    "seed {seed}, {servers} servers, room for {room}"
                );
            }
        }
    }
}
