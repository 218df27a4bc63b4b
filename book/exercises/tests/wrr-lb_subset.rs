//! Subsets of servers for many clients: even, different, and everybody's own.

use std::collections::HashSet;

#[cfg_attr(feature = "yours", path = "../wrr-lb/subset.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wrr-lb/subset.rs")]
mod exercise;

use exercise::subset;

#[test]
fn a_subset_has_its_size_and_no_server_twice() {
    for (servers, size) in [
        (1, 1),
        (10, 3),
        (30, 10),
        (34, 10),
        (5, 9),
        (7, 7),
        (0, 3),
        (3, 0),
    ] {
        for client in 0..50 {
            let chosen = subset(servers, client, size);
            assert_eq!(chosen.len(), size.min(servers), "{size} of {servers}");
            assert!(chosen.iter().all(|&server| server < servers), "{chosen:?}");
            let different: HashSet<usize> = chosen.iter().copied().collect();
            assert_eq!(different.len(), chosen.len(), "twice: {chosen:?}");
        }
    }
}

/// The clients of each server.
fn clients_of(servers: usize, clients: u64, size: usize) -> Vec<u32> {
    let mut counts = vec![0; servers];
    for client in 0..clients {
        subset(servers, client, size)
            .into_iter()
            .for_each(|server| counts[server] += 1);
    }
    counts
}

#[test]
fn when_it_divides_servers_differ_by_at_most_one_client() {
    for (servers, size) in [(30, 10), (100, 5), (12, 12), (64, 1)] {
        for clients in [1, 2, 3, 7, 50, 199] {
            let counts = clients_of(servers, clients, size);
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            assert!(
                most - least <= 1,
                "{clients} clients with {size} of {servers} each: from {least} to {most}"
            );
        }
    }
}

#[test]
fn when_it_does_not_divide_they_differ_by_little() {
    for (servers, size) in [(34, 10), (103, 20), (11, 6)] {
        let clients = 2_000;
        let counts = clients_of(servers, clients, size);
        let due = clients as f64 * size as f64 / servers as f64;
        for (server, &count) in counts.iter().enumerate() {
            assert!(
                (f64::from(count) / due - 1.0).abs() < 0.15,
                "server {server} of {servers} has {count} clients, {due:.0} are due"
            );
        }
    }
}

#[test]
fn two_clients_share_no_more_than_chance_would_have_it() {
    let (servers, size, clients) = (60, 12, 200);
    let subsets: Vec<HashSet<usize>> = (0..clients)
        .map(|client| subset(servers, client, size).into_iter().collect())
        .collect();
    let (mut shared, mut pairs, mut same) = (0, 0, 0);
    for (at, one) in subsets.iter().enumerate() {
        for other in &subsets[at + 1..] {
            let common = one.intersection(other).count();
            same += u32::from(common == size);
            shared += common;
            pairs += 1;
        }
    }
    let mean = shared as f64 / f64::from(pairs);
    assert!(
        mean < 2.6,
        "of 12 servers, two clients share {mean:.1} on average; 2.4 is chance"
    );
    assert_eq!(same, 0, "so many pairs of clients have the same servers");
}

#[test]
fn it_is_the_same_each_time() {
    for client in 0..100 {
        assert_eq!(subset(30, client, 10), subset(30, client, 10));
    }
}
