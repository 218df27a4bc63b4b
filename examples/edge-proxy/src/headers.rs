//! What a proxy must change in the head of a message, and nothing else.
//!
//! Some headers are about the connection, not the message: they end at each hop (RFC 9110, 7.6.1).
//! A proxy that passes `Transfer-Encoding` or a stale `Content-Length` on lets two servers disagree
//! about where a message ends, which is how requests are smuggled. So the framing is always written
//! anew, from the body that there is.
//!
//! | header | to the upstream | to the client |
//! |---|---|---|
//! | `Connection` and what it lists, `Keep-Alive`, `Proxy-Connection`, `Upgrade` | removed | removed |
//! | `Transfer-Encoding`, `Trailer` | written anew | written anew |
//! | `Content-Length` | if that is how the body is framed | kept |
//! | `TE` | removed; `trailers` kept to HTTP/2 | |
//! | `Expect` | removed: the proxy answers it when it begins to read the body | |
//! | `X-Forwarded-For`, `-Host`, `-Proto`, `Via` | added | |
//! | `Host` | kept | |
//!
//! Headers are changed in place: the map that was read from the client is the map that is written
//! to the upstream.

use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Uri, Version};

use crate::failure::Refusal;

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The host that a request is for, with its port if it was given.
///
/// # Errors
///
/// [`Refusal::BadRequest`] if there is none or more than one: servers behind the proxy could
/// disagree about which it is.
pub fn host(head: &Parts) -> Result<&str, Refusal> {
    if let Some(authority) = head.uri.authority() {
        return Ok(authority.as_str());
    }
    let mut hosts = head.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map_err(|_| Refusal::BadRequest),
        // HTTP/1.0 has none.
        (None, _) if head.version < Version::HTTP_11 => Ok(""),
        _ => Err(Refusal::BadRequest),
    }
}

/// Removes what ends at this hop.
fn remove_hop_by_hop(headers: &mut HeaderMap) {
    if headers.contains_key(CONNECTION) {
        let listed: Vec<HeaderName> = connection_tokens(headers)
            .filter_map(|token| token.parse().ok())
            // Some that a client may not have removed, whatever it lists.
            .filter(|name| ![HOST, CONTENT_LENGTH].contains(name))
            .collect();
        for name in listed {
            headers.remove(name);
        }
        headers.remove(CONNECTION);
    }
    for name in [
        KEEP_ALIVE,
        PROXY_CONNECTION,
        TRANSFER_ENCODING,
        TRAILER,
        UPGRADE,
    ] {
        headers.remove(name);
    }
}

fn connection_tokens(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(CONNECTION).into_iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// The protocol that a client wants to switch to, if it does.
pub fn wanted_upgrade(head: &Parts) -> Option<HeaderValue> {
    let wanted = head.headers.get(UPGRADE)?;
    let asked = connection_tokens(&head.headers).any(|token| token.eq_ignore_ascii_case("upgrade"));
    (asked && head.version == Version::HTTP_11).then(|| wanted.clone())
}

/// Asks the next hop to switch to `protocol`, too, or confirms it to the one before.
pub fn set_upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}

// ANCHOR: to_upstream
/// Makes the head of a client's request into that of the request to an upstream by HTTP/1.1.
/// `client` is the address to be told.
pub fn to_upstream(head: &mut Parts, client: &HeaderValue) -> Result<(), Refusal> {
    if head.method == Method::CONNECT {
        return Err(Refusal::BadRequest);
    }
    let headers = &mut head.headers;
    if headers.contains_key(TRANSFER_ENCODING) {
        // What counts is the chunks; a length beside them is an attempt to smuggle.
        headers.remove(CONTENT_LENGTH);
    }
    remove_hop_by_hop(headers);
    headers.remove(EXPECT);
    headers.remove(TE);
    if let Some(authority) = head.uri.authority() {
        // HTTP/2, or a request in absolute form: the host is in the target.
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| Refusal::BadRequest)?;
        headers.insert(HOST, host);
        head.uri = Uri::from(path_of(&head.uri));
    }
    append(headers, X_FORWARDED_FOR, client);
    if let Some(host) = headers.get(HOST).cloned() {
        headers.insert(X_FORWARDED_HOST, host);
    }
    headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static("http"));
    append(headers, VIA, &via(head.version));
    head.version = Version::HTTP_11;
    Ok(())
}
// ANCHOR_END: to_upstream

/// Turns the head of a request by HTTP/1.1 into that of one by HTTP/2. `trailers` says whether the
/// client takes trailers.
pub fn to_http2(head: &mut Parts, trailers: bool) -> Result<(), Refusal> {
    let host = head.headers.remove(HOST).ok_or(Refusal::BadRequest)?;
    let host = Authority::try_from(host.as_bytes()).map_err(|_| Refusal::BadRequest)?;
    let mut uri = http::uri::Parts::default();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(host);
    uri.path_and_query = Some(path_of(&head.uri));
    head.uri = Uri::from_parts(uri).map_err(|_| Refusal::BadRequest)?;
    if trailers {
        head.headers
            .insert(TE, HeaderValue::from_static("trailers"));
    }
    head.version = Version::HTTP_2;
    Ok(())
}

/// Whether the sender takes trailers after the body.
pub fn takes_trailers(head: &Parts) -> bool {
    head.headers.get(TE).is_some_and(|te| te == "trailers")
}

/// Whether an answer comes as it is or in chunks. No other transfer coding is asked for, and none
/// understood.
pub fn is_framed_as_asked(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let chunked = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    codings.next().is_none_or(chunked) && codings.next().is_none()
}

/// Makes the head of an upstream's answer into that of the answer to the client.
pub fn to_client(headers: &mut HeaderMap) {
    if headers.remove(TRANSFER_ENCODING).is_some() {
        // What counts is the chunks.
        headers.remove(CONTENT_LENGTH);
    }
    remove_hop_by_hop(headers);
}

/// Tells the client that this connection ends with this answer.
pub fn set_close(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
}

fn path_of(uri: &Uri) -> PathAndQuery {
    let root = || PathAndQuery::from_static("/");
    uri.path_and_query().cloned().unwrap_or_else(root)
}

/// Adds `value` to the end of a list: who added what can be told by the order.
fn append(headers: &mut HeaderMap, name: HeaderName, value: &HeaderValue) {
    let Some(before) = headers.get(&name) else {
        headers.insert(name, value.clone());
        return;
    };
    let mut list = Vec::with_capacity(before.len() + 2 + value.len());
    for before in headers.get_all(&name) {
        list.extend_from_slice(before.as_bytes());
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(value.as_bytes());
    // What is made of header values is a header value.
    if let Ok(list) = HeaderValue::from_bytes(&list) {
        headers.insert(name, list);
    }
}

fn via(version: Version) -> HeaderValue {
    HeaderValue::from_static(match version {
        Version::HTTP_10 => "1.0 edge-proxy",
        Version::HTTP_2 => "2 edge-proxy",
        _ => "1.1 edge-proxy",
    })
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn head(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn sent(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut head = head(uri, headers);
        to_upstream(&mut head, &HeaderValue::from_static("192.0.2.1")).unwrap();
        head
    }

    #[test]
    fn what_is_about_the_connection_ends_here() {
        let sent = sent(
            "/",
            &[
                ("host", "a"),
                ("connection", "keep-alive, X-Private, host"),
                ("keep-alive", "timeout=5"),
                ("x-private", "1"),
                ("te", "trailers"),
                ("expect", "100-continue"),
                ("x-other", "2"),
            ],
        );
        let mut names: Vec<_> = sent.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        let expected = [
            "host",
            "via",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-other",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_length_beside_chunks_is_not_passed_on() {
        let framing = [
            ("host", "a"),
            ("transfer-encoding", "chunked"),
            ("content-length", "5"),
        ];
        let sent = sent("/", &framing);
        assert!(!sent.headers.contains_key("content-length"));
        assert!(!sent.headers.contains_key("transfer-encoding"));
    }

    #[test]
    fn only_chunks_are_understood_and_override_a_length() {
        let framed = |codings: &[&'static str]| {
            let codings = codings
                .iter()
                .map(|coding| (TRANSFER_ENCODING, HeaderValue::from_static(coding)));
            is_framed_as_asked(&codings.collect())
        };
        assert!(framed(&[]) && framed(&["Chunked"]));
        for wrong in [&["gzip, chunked"][..], &["xchunked"], &["chunked"; 2]] {
            assert!(!framed(wrong), "{wrong:?}");
        }
        let both = [("transfer-encoding", "chunked"), ("content-length", "5")];
        let mut answer = head("/", &both).headers;
        to_client(&mut answer);
        assert!(answer.is_empty());
    }

    #[test]
    fn who_has_passed_it_on_is_added_to_the_end() {
        let before = [
            ("host", "a"),
            ("x-forwarded-for", "10.0.0.1"),
            ("via", "1.0 other"),
        ];
        let sent = sent("/", &before);
        assert_eq!(sent.headers["x-forwarded-for"], "10.0.0.1, 192.0.2.1");
        assert_eq!(sent.headers["via"], "1.0 other, 1.1 edge-proxy");
        assert_eq!(sent.headers["x-forwarded-host"], "a");
    }

    #[test]
    fn a_host_in_the_target_overrides_the_header() {
        let absolute = head("http://b:81/x?y", &[("host", "a")]);
        assert_eq!(host(&absolute), Ok("b:81"));
        let sent = sent("http://b:81/x?y", &[("host", "a")]);
        assert_eq!(sent.headers["host"], "b:81");
        assert_eq!(sent.uri, "/x?y");
    }

    #[test]
    fn a_request_without_a_host_or_with_two_is_refused() {
        assert_eq!(host(&head("/", &[])), Err(Refusal::BadRequest));
        let two = head("/", &[("host", "a"), ("host", "b")]);
        assert_eq!(host(&two), Err(Refusal::BadRequest));
    }

    #[test]
    fn an_upgrade_must_be_asked_for_in_both_headers() {
        let both = head("/", &[("connection", "Upgrade"), ("upgrade", "websocket")]);
        assert_eq!(wanted_upgrade(&both).unwrap(), "websocket");
        let one = head("/", &[("upgrade", "h2c")]);
        assert_eq!(wanted_upgrade(&one), None);
    }

    #[test]
    fn to_http2_the_host_moves_into_the_target() {
        let mut sent = sent("/x", &[("host", "a")]);
        to_http2(&mut sent, true).unwrap();
        assert_eq!(sent.uri, "http://a/x");
        assert!(!sent.headers.contains_key("host"));
        assert_eq!(sent.headers["te"], "trailers");
    }
}
