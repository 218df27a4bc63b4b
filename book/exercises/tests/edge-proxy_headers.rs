//! What a proxy may pass on, and where it must have one opinion only.

#[cfg_attr(feature = "yours", path = "../edge-proxy/headers.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/edge-proxy/headers.rs")]
mod exercise;

use exercise::{Ambiguous, Framing, Header, forward};

fn headers(text: &str) -> Vec<Header> {
    let lines = text.lines().map(|line| line.split_once(':').unwrap());
    lines
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn sent(text: &str) -> String {
    let (sent, _) = forward(&headers(text)).unwrap();
    let lines: Vec<String> = sent
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.join("\n")
}

fn framing(text: &str) -> Result<Framing, Ambiguous> {
    forward(&headers(text)).map(|(_, framing)| framing)
}

#[test]
fn what_is_about_the_message_is_kept_in_its_order() {
    let text = "Host: a\nAccept: */*\nCookie: x=1\nCookie: y=2\nX-Forwarded-For: 10.0.0.1";
    assert_eq!(sent(text), text);
}

#[test]
fn what_is_about_the_connection_ends_here() {
    let text = "Host: a\nKeep-Alive: timeout=5\nproxy-connection: keep-alive\nTE: trailers\n\
                Upgrade: h2c\nTrailer: x\nConnection: keep-alive";
    assert_eq!(sent(text), "Host: a");
}

#[test]
fn so_does_what_any_connection_header_lists_in_any_case() {
    let text = "Host: a\nConnection: close, X-Private\nx-private: 1\nX-Other: 2\n\
                CONNECTION:x-THIRD\nX-Third: 3";
    assert_eq!(sent(text), "Host: a\nX-Other: 2");
}

#[test]
fn a_client_cannot_make_us_forget_the_host_or_the_length() {
    let text = "Connection: host, content-length\nHost: a\nContent-Length: 5";
    assert_eq!(sent(text), "Host: a");
    assert_eq!(framing(text), Ok(Framing::Length(5)));
}

#[test]
fn the_framing_is_one_and_is_not_passed_on() {
    assert_eq!(framing("Host: a"), Ok(Framing::None));
    assert_eq!(
        framing("Host: a\ncontent-length: 17"),
        Ok(Framing::Length(17))
    );
    assert_eq!(framing("Transfer-Encoding: Chunked"), Ok(Framing::Chunked));
    let both = "Host: a\nContent-Length: 5\nTransfer-Encoding: chunked";
    assert_eq!(framing(both), Ok(Framing::Chunked), "chunks count");
    assert_eq!(sent(both), "Host: a");
}

#[test]
fn what_two_servers_could_read_differently_is_refused() {
    for text in [
        "Content-Length: 5\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\nContent-Length: 5",
    ] {
        assert_eq!(framing(text), Err(Ambiguous), "{text}");
    }
}
