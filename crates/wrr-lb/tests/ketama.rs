//! The ring against libketama: points, owners, and a million keys.

use std::fmt::Write;

use wrr_lb::{ConfigError, Ring, ketama_hash};

fn vectors(name: &str) -> Vec<&'static str> {
    let mut lines = include_str!("data/ketama.tsv").lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    line.unwrap().split('\t').collect()
}

fn servers() -> Vec<(&'static str, u32)> {
    let lines = include_str!("data/ketama_servers.txt").lines();
    let server = |line: &'static str| {
        let (name, weight) = line.split_once('\t').unwrap();
        (name, weight.parse().unwrap())
    };
    lines.map(server).collect()
}

/// The first point at or after a hash, by the plainest search there is.
fn search(points: &[(u32, usize)], hash: u32) -> (u32, usize) {
    let next = points.partition_point(|&(point, _)| point < hash);
    points[if next == points.len() { 0 } else { next }]
}

#[test]
fn a_million_keys_have_the_points_and_servers_of_libketama() {
    let servers = servers();
    let ring = Ring::ketama(&servers, Ring::KETAMA_POINTS).unwrap();
    let points: Vec<_> = ring.points().collect();
    assert_eq!(points.len().to_string(), vectors("A_points")[0]);
    let mut stream = String::from("\n");
    for key in 0..1_000_000 {
        let hash = ketama_hash(key.to_string().as_bytes());
        let (point, server) = search(&points, hash);
        assert_eq!(ring.owner(hash), Some(server));
        writeln!(stream, "{hash} {point} {}", servers[server].0).unwrap();
    }
    assert_eq!(format!("{:x}", md5::compute(stream)), vectors("A")[0]);
}

#[test]
fn a_key_has_the_point_of_go_ketama() {
    let servers = [("127.0.0.1:11211", 600), ("127.0.0.1:11212", 400)];
    let ring = Ring::ketama(&servers, Ring::KETAMA_POINTS).unwrap();
    let points: Vec<_> = ring.points().collect();
    let hash = ketama_hash(b"test");
    let (point, server) = search(&points, hash);
    let found = [
        hash.to_string(),
        point.to_string(),
        servers[server].0.into(),
        points.len().to_string(),
    ];
    assert_eq!(vectors("B"), found);
}

#[test]
fn equal_servers_have_the_counts_of_go_ketama() {
    let names: Vec<String> = (1..=10).map(|number| format!("server{number}")).collect();
    let servers: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let ring = Ring::ketama(&servers, Ring::KETAMA_POINTS).unwrap();
    let mut counts = [0; 10];
    for key in 0..100_000 {
        counts[ring
            .owner(ketama_hash(format!("foo{key}").as_bytes()))
            .unwrap()] += 1;
    }
    let count = |(name, count): (&String, i32)| format!("{name}={count}");
    let counts: Vec<String> = names.iter().zip(counts).map(count).collect();
    let mut known = vectors("C");
    // The vector has them in its own order.
    known.sort_by_key(|count| {
        names
            .iter()
            .position(|name| count.split('=').next() == Some(name))
    });
    assert_eq!(known, counts);
}

#[test]
fn the_look_up_finds_what_a_binary_search_finds() {
    let names: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    for (n, points) in [(1, 1), (2, 1), (3, 7), (17, 160), (200, 40)] {
        let servers: Vec<(&str, u32)> = names[..n].iter().map(|name| (name.as_str(), 1)).collect();
        let ring = Ring::new(&servers, points).unwrap();
        let points: Vec<_> = ring.points().collect();
        let around =
            |&(point, _): &(u32, usize)| [point.wrapping_sub(1), point, point.wrapping_add(1)];
        let spread = (0..100_000u32).map(|i| i.wrapping_mul(0x9e37_79b1));
        for hash in points
            .iter()
            .flat_map(around)
            .chain(spread)
            .chain([0, u32::MAX])
        {
            assert_eq!(ring.owner(hash), Some(search(&points, hash).1), "{hash}");
        }
    }
}

#[test]
fn points_that_cannot_be_meant_are_refused() {
    for points in [0, 3, 162, 65_540] {
        let error = Ring::ketama(&servers(), points).unwrap_err();
        assert!(
            matches!(
                error,
                ConfigError::OutOfRange {
                    field: "points",
                    ..
                }
            ),
            "{error}"
        );
    }
    assert!(Ring::new(&servers(), 0).is_err());
    assert!(Ring::ketama(&[], 160).unwrap().owner(7).is_none());
    assert!(Ring::ketama(&[("a", 0)], 160).unwrap().owner(7).is_none());
}
