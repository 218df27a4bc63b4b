//! Which upstream a request goes to.
//!
//! Host first, then path: of the routes that match, the one with the most exact host wins, then the
//! one with the longest path. Looking it up allocates nothing.
//!
//! ```text
//!   Host: api.example.com            GET /users/7
//!        │                                │
//!        ├─ exact    api.example.com ─────┼─ /users/admin
//!        │                                ├─ /users        ◀── this one
//!        ├─ below    *.example.com        └─ /
//!        └─ any
//! ```
//!
//! Where an exact host has no path that matches, the wildcards are asked, and then what is for any
//! host.
//!
//! # Complexity
//!
//! One look into a hash table for the exact host; one comparison per wildcard; one per path of a
//! host. A proxy with thousands of paths on one host would want a trie.

use std::collections::HashMap;

use crate::config::Host;

/// Routes of type `R`, by host and path.
#[derive(Debug)]
pub struct Table<R> {
    exact: HashMap<Box<str>, Paths<R>>,
    /// By suffix (`.example.com`), the longest first.
    below: Vec<(Box<str>, Paths<R>)>,
    any: Paths<R>,
}

/// The longest first.
type Paths<R> = Vec<(Box<str>, R)>;

/// The longest name that DNS has.
const LONGEST_HOST: usize = 255;

impl<R> Table<R> {
    /// A table of routes, each for a host (or any) and a path and what is below it. Of two for the
    /// same the first counts.
    pub fn new(routes: impl IntoIterator<Item = (Option<Host>, String, R)>) -> Self {
        let mut exact: HashMap<Box<str>, Paths<R>> = HashMap::new();
        let mut below: HashMap<Box<str>, Paths<R>> = HashMap::new();
        let mut any = Vec::new();
        for (host, path, route) in routes {
            let paths = match host {
                Some(Host::Exact(name)) => exact.entry(name.into()).or_default(),
                Some(Host::Below(suffix)) => below.entry(suffix.into()).or_default(),
                None => &mut any,
            };
            paths.push((path.into_boxed_str(), route));
        }
        let mut below: Vec<_> = below.into_iter().collect();
        below.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
        let wildcards = below.iter_mut().map(|(_, paths)| paths);
        for paths in exact.values_mut().chain(wildcards).chain([&mut any]) {
            paths.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        }
        Table { exact, below, any }
    }

    // ANCHOR: find
    /// The route of a request for `host` (with or without a port, in any case) and `path`.
    pub fn find(&self, host: &str, path: &str) -> Option<&R> {
        let mut buffer = [0; LONGEST_HOST];
        let host = normalised(host, &mut buffer)?;
        let exact = self.exact.get(host).and_then(|paths| longest(paths, path));
        exact
            .or_else(|| {
                let below = self.below.iter();
                let mut below = below.filter(|(suffix, _)| host.ends_with(&**suffix));
                below.find_map(|(_, paths)| longest(paths, path))
            })
            .or_else(|| longest(&self.any, path))
    }
    // ANCHOR_END: find

    /// All routes.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        let below = self.below.iter().map(|(_, paths)| paths);
        let paths = self.exact.values().chain(below).chain([&self.any]);
        paths.flatten().map(|(_, route)| route)
    }
}

fn longest<'a, R>(paths: &'a Paths<R>, path: &str) -> Option<&'a R> {
    let found = paths.iter().find(|(prefix, _)| is_below(path, prefix));
    found.map(|(_, route)| route)
}

/// Whether `path` is `prefix` or below it: `/api/x` is below `/api` and below `/api/`, `/apis` is
/// below neither.
fn is_below(path: &str, prefix: &str) -> bool {
    match path.strip_prefix(prefix) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || prefix.ends_with('/'),
        None => false,
    }
}

/// The name in lower case without port and final dot; none if it is too long to be a name.
fn normalised<'a>(host: &'a str, buffer: &'a mut [u8; LONGEST_HOST]) -> Option<&'a str> {
    // In [::1]:80 only what follows the bracket is a port.
    let port = host.rfind(':').filter(|&at| !host[at..].contains(']'));
    let name = host[..port.unwrap_or(host.len())].trim_end_matches('.');
    if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some(name);
    }
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<u32> {
        let routes = [
            ("example.com", "/", 1),
            ("example.com", "/api", 2),
            ("example.com", "/api/users", 3),
            ("*.example.com", "/", 4),
            ("*.eu.example.com", "/only", 5),
            ("", "/any", 6),
            ("[::1]", "/", 7),
            ("narrow.com", "/narrow", 8),
        ];
        Table::new(routes.map(|(host, path, route)| {
            let host = (!host.is_empty()).then(|| host.parse().unwrap());
            (host, path.to_string(), route)
        }))
    }

    #[test]
    fn the_longest_path_of_the_most_exact_host_wins() {
        let table = table();
        let find = |host, path| table.find(host, path).copied();
        assert_eq!(find("example.com", "/"), Some(1));
        assert_eq!(find("example.com", "/apis"), Some(1));
        assert_eq!(find("example.com", "/api"), Some(2));
        assert_eq!(find("example.com", "/api/usersx"), Some(2));
        assert_eq!(find("example.com", "/api/users/7"), Some(3));
        assert_eq!(find("a.example.com", "/api"), Some(4));
        assert_eq!(find("a.eu.example.com", "/only"), Some(5));
    }

    #[test]
    fn a_host_without_a_path_that_matches_leaves_it_to_the_less_exact() {
        let table = table();
        assert_eq!(table.find("a.eu.example.com", "/"), Some(&4));
        assert_eq!(table.find("narrow.com", "/any/x"), Some(&6));
        assert_eq!(table.find("narrow.com", "/"), None);
        assert_eq!(table.find("other.org", "/"), None);
    }

    #[test]
    fn case_port_and_final_dot_mean_nothing() {
        let table = table();
        for host in [
            "Example.COM",
            "example.com:8080",
            "example.com.",
            "EXAMPLE.com.:80",
        ] {
            assert_eq!(table.find(host, "/"), Some(&1), "{host}");
        }
        assert_eq!(table.find("[::1]:80", "/"), Some(&7));
        assert_eq!(table.find("[::1]", "/"), Some(&7));
        let long = "A".repeat(300);
        assert_eq!(table.find(&long, "/any"), None);
    }
}
