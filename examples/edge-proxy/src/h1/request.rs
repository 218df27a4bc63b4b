//! Requests, written.

use std::io::Write;

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, HeaderMap};
use http::request::Parts;
use http::{Method, Version};
use http_body::SizeHint;

/// How the end of a request's body is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    None,
    /// It has so many bytes, which the head says.
    Length(u64),
    /// It comes in chunks, of which the last is empty.
    Chunked,
}

impl Framing {
    /// The framing of a body of this size.
    pub fn of(size: &SizeHint, method: &Method) -> Self {
        match size.exact() {
            // Where a body is expected, one that is missing is said to be empty.
            Some(0) if matches!(*method, Method::POST | Method::PUT | Method::PATCH) => {
                Framing::Length(0)
            }
            Some(0) => Framing::None,
            Some(length) => Framing::Length(length),
            None => Framing::Chunked,
        }
    }
}

// ANCHOR: write_head
/// Writes the head of a request. The framing is written from what the body is, whatever the headers
/// say.
pub fn write_head(head: &Parts, framing: Framing, out: &mut BytesMut) {
    let target = head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    debug_assert!(head.version != Version::HTTP_2);
    out.reserve(256 + target.len() + head.headers.len() * 48);
    out.put_slice(head.method.as_str().as_bytes());
    out.put_u8(b' ');
    out.put_slice(target.as_bytes());
    out.put_slice(b" HTTP/1.1\r\n");
    for (name, value) in &head.headers {
        if name != CONTENT_LENGTH {
            out.put_slice(name.as_str().as_bytes());
            out.put_slice(b": ");
            out.put_slice(value.as_bytes());
            out.put_slice(b"\r\n");
        }
    }
    match framing {
        Framing::None => {}
        // Writing to memory does not fail.
        Framing::Length(length) => drop(write!(out.writer(), "content-length: {length}\r\n")),
        Framing::Chunked => out.put_slice(b"transfer-encoding: chunked\r\n"),
    }
    out.put_slice(b"\r\n");
}
// ANCHOR_END: write_head

/// Writes a piece of the body.
pub fn write_chunk(data: &Bytes, framing: Framing, out: &mut BytesMut) {
    if data.is_empty() {
        // As a chunk it would be the last.
        return;
    }
    if framing == Framing::Chunked {
        drop(write!(out.writer(), "{:x}\r\n", data.len()));
    }
    out.put_slice(data);
    if framing == Framing::Chunked {
        out.put_slice(b"\r\n");
    }
}

/// Writes what marks the end of the body, and trailers if there are any and the framing has a place
/// for them.
pub fn write_end(trailers: Option<&HeaderMap>, framing: Framing, out: &mut BytesMut) {
    if framing == Framing::Chunked {
        out.put_slice(b"0\r\n");
        for (name, value) in trailers.into_iter().flatten() {
            out.put_slice(name.as_str().as_bytes());
            out.put_slice(b": ");
            out.put_slice(value.as_bytes());
            out.put_slice(b"\r\n");
        }
        out.put_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};

    use super::*;

    #[test]
    fn the_framing_is_what_the_body_is_and_not_what_the_headers_say() {
        let request = Request::post("/x?y=1")
            .header("host", "a")
            .header("content-length", "999");
        let (head, ()) = request.body(()).unwrap().into_parts();
        let mut out = BytesMut::new();
        write_head(&head, Framing::Length(3), &mut out);
        assert_eq!(
            &out[..],
            b"POST /x?y=1 HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n"
        );
    }

    #[test]
    fn chunks_end_with_an_empty_one_and_trailers() {
        let mut out = BytesMut::new();
        write_chunk(
            &Bytes::from_static(b"hello, world, ok"),
            Framing::Chunked,
            &mut out,
        );
        write_chunk(&Bytes::new(), Framing::Chunked, &mut out);
        let trailers =
            HeaderMap::from_iter([("x".parse().unwrap(), HeaderValue::from_static("1"))]);
        write_end(Some(&trailers), Framing::Chunked, &mut out);
        assert_eq!(&out[..], b"10\r\nhello, world, ok\r\n0\r\nx: 1\r\n\r\n");
    }

    #[test]
    fn only_where_a_body_is_expected_a_missing_one_is_said_to_be_empty() {
        let none = SizeHint::with_exact(0);
        assert_eq!(Framing::of(&none, &Method::GET), Framing::None);
        assert_eq!(Framing::of(&none, &Method::POST), Framing::Length(0));
        assert_eq!(
            Framing::of(&SizeHint::new(), &Method::GET),
            Framing::Chunked
        );
    }
}
