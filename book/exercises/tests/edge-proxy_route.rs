//! Requests and the routes that they must and must not take.

#[cfg_attr(feature = "yours", path = "../edge-proxy/route.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/edge-proxy/route.rs")]
mod exercise;

use exercise::Routes;

fn table() -> Routes<&'static str> {
    Routes::new(vec![
        (None, "/any", "any"),
        (Some("shop.com"), "/api", "api"),
        (Some("shop.com"), "/", "shop"),
        (Some("shop.com"), "/api/users/", "users"),
        (Some("*.shop.com"), "/", "wild"),
        (Some("*.eu.shop.com"), "/", "europe"),
        (Some("only.com"), "/here", "here"),
        (Some("[::1]"), "/", "local"),
    ])
}

fn check(cases: &[(&str, &str, Option<&str>)]) {
    let table = table();
    for (host, path, expected) in cases {
        assert_eq!(table.find(host, path).copied(), *expected, "{host} {path}");
    }
}

#[test]
fn the_longest_path_wins_wherever_it_stands_in_the_list() {
    check(&[
        ("shop.com", "/", Some("shop")),
        ("shop.com", "/basket", Some("shop")),
        ("shop.com", "/api", Some("api")),
        ("shop.com", "/api/", Some("api")),
        ("shop.com", "/api/x", Some("api")),
        ("shop.com", "/api/users", Some("users")),
        ("shop.com", "/api/users/7", Some("users")),
    ]);
}

#[test]
fn a_path_ends_with_its_segment() {
    check(&[
        ("shop.com", "/apis", Some("shop")),
        ("shop.com", "/api-internal", Some("shop")),
        ("shop.com", "/api/users2", Some("api")),
        ("only.com", "/hereafter", None),
        ("x.org", "/anything", None),
    ]);
}

#[test]
fn the_most_exact_host_wins() {
    check(&[
        ("a.shop.com", "/api", Some("wild")),
        ("a.b.shop.com", "/", Some("wild")),
        ("a.eu.shop.com", "/", Some("europe")),
        ("eu.shop.com", "/", Some("wild")),
        ("myshop.com", "/", None),
        ("shop.com.evil.org", "/", None),
    ]);
}

#[test]
fn a_host_without_a_path_that_matches_leaves_it_to_the_others() {
    check(&[
        ("only.com", "/here", Some("here")),
        ("only.com", "/any", Some("any")),
        ("only.com", "/other", None),
        ("", "/any/x", Some("any")),
    ]);
}

#[test]
fn case_port_and_final_dot_mean_nothing() {
    check(&[
        ("SHOP.com", "/api", Some("api")),
        ("shop.com:8080", "/api", Some("api")),
        ("Shop.Com.:80", "/api", Some("api")),
        ("[::1]:80", "/", Some("local")),
        ("[::1]", "/", Some("local")),
        ("shop.com", "/API", Some("shop")),
    ]);
}
