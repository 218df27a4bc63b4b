//! Heads of answers, read.

use std::mem::MaybeUninit;

use bytes::{Buf, BytesMut};
use http::header::{
    CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use http::{Method, Response, StatusCode, Version};

use super::Decoder;

/// The most headers that an answer may have.
const MOST_HEADERS: usize = 100;
/// The size of the largest head.
const LARGEST_HEAD: usize = 64 << 10;

/// What came is not an answer by HTTP/1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not HTTP/1.1")]
pub struct MalformedAnswer;

/// A head, and what it says of what follows.
#[derive(Debug)]
pub struct Answer {
    /// The head.
    pub head: Response<()>,
    /// Finds the end of the body.
    pub body: Decoder,
    /// Whether the connection can carry another request after the body.
    pub keep_alive: bool,
}

// ANCHOR: parse_answer
/// Takes the head of the answer to a request by `method` from the front of `input`; none if not all
/// of it is there yet. Interim answers (1xx, but 101) are skipped.
///
/// # Errors
///
/// If it is not the head of an answer, or larger than 64 KiB, or has more than 100 headers.
pub fn parse_answer(
    input: &mut BytesMut,
    method: &Method,
) -> Result<Option<Answer>, MalformedAnswer> {
    loop {
        let Some((head, length)) = parse_head(input)? else {
            return Ok(None);
        };
        input.advance(length);
        let interim = head.status().is_informational();
        if !interim || head.status() == StatusCode::SWITCHING_PROTOCOLS {
            return follow(head, method).map(Some);
        }
    }
}
// ANCHOR_END: parse_answer

fn parse_head(input: &[u8]) -> Result<Option<(Response<()>, usize)>, MalformedAnswer> {
    let mut space = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut parsed = httparse::Response::new(&mut []);
    let parser = httparse::ParserConfig::default();
    let result = parser.parse_response_with_uninit_headers(&mut parsed, input, &mut space);
    let length = match result {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if input.len() < LARGEST_HEAD => return Ok(None),
        _ => return Err(MalformedAnswer),
    };
    let mut head = Response::new(());
    let code = parsed.code.unwrap_or_default();
    *head.status_mut() = StatusCode::from_u16(code).map_err(|_| MalformedAnswer)?;
    if parsed.version == Some(0) {
        *head.version_mut() = Version::HTTP_10;
    }
    let headers = head.headers_mut();
    headers.reserve(parsed.headers.len());
    for header in parsed.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| MalformedAnswer)?;
        let value = HeaderValue::from_bytes(header.value).map_err(|_| MalformedAnswer)?;
        headers.append(name, value);
    }
    Ok(Some((head, length)))
}

/// What a head says of what follows it (RFC 9112, section 6.3).
fn follow(mut head: Response<()>, method: &Method) -> Result<Answer, MalformedAnswer> {
    let mut keep_alive = keeps_alive(head.headers(), head.version());
    let chunked = chunked(head.headers())?;
    let length = content_length(head.headers())?;
    let bodiless = *method == Method::HEAD
        || matches!(
            head.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        );
    let body = if bodiless {
        Decoder::Done
    } else if head.status() == StatusCode::SWITCHING_PROTOCOLS {
        keep_alive = false;
        Decoder::Done
    } else if chunked {
        if length.is_some() || head.version() < Version::HTTP_11 {
            // Someone on the way may have believed the length.
            keep_alive = false;
            head.headers_mut().remove(CONTENT_LENGTH);
        }
        Decoder::chunked()
    } else if let Some(length) = length {
        Decoder::length(length)
    } else {
        keep_alive = false;
        Decoder::UntilClose
    };
    Ok(Answer {
        head,
        body,
        keep_alive,
    })
}

fn keeps_alive(headers: &HeaderMap, version: Version) -> bool {
    let says = |wanted: &str| {
        let values = headers.get_all(CONNECTION).iter();
        let mut tokens = values.flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
        tokens.any(|token| token.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))
    };
    match version {
        Version::HTTP_10 => says("keep-alive"),
        _ => !headers.contains_key(CONNECTION) || !says("close"),
    }
}

fn chunked(headers: &HeaderMap) -> Result<bool, MalformedAnswer> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(false),
        (Some(one), None) if one.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(true),
        // It was not asked for, and nobody here understands it.
        _ => Err(MalformedAnswer),
    }
}

fn content_length(headers: &HeaderMap) -> Result<Option<u64>, MalformedAnswer> {
    let mut known = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        let digits = value.as_bytes();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(MalformedAnswer);
        }
        let length = value.to_str().ok().and_then(|digits| digits.parse().ok());
        let length = length.ok_or(MalformedAnswer)?;
        if known.is_some_and(|known| known != length) {
            return Err(MalformedAnswer);
        }
        known = Some(length);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, method: Method) -> Result<Option<Answer>, MalformedAnswer> {
        parse_answer(&mut text.into(), &method)
    }

    fn get(text: &str) -> (Decoder, bool) {
        let answer = parse(text, Method::GET).unwrap().unwrap();
        (answer.body, answer.keep_alive)
    }

    #[test]
    fn an_answer_is_read_when_all_of_its_head_is_there() {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a\r\nX: b\r\n\r\n";
        for end in 0..text.len() {
            assert!(parse(&text[..end], Method::GET).unwrap().is_none(), "{end}");
        }
        let mut input = BytesMut::from(format!("{text}hello").as_str());
        let answer = parse_answer(&mut input, &Method::GET).unwrap().unwrap();
        assert_eq!(answer.head.headers().get_all("x").iter().count(), 2);
        assert_eq!((answer.body, answer.keep_alive), (Decoder::length(5), true));
        assert_eq!(&input[..], b"hello");
    }

    #[test]
    fn where_the_body_ends_is_what_the_head_says() {
        let chunked = "transfer-encoding: chunked\r\n";
        for (head, body, keep_alive) in [
            ("HTTP/1.1 200 OK\r\n", Decoder::UntilClose, false),
            ("HTTP/1.1 204 No Content\r\n", Decoder::Done, true),
            (
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n",
                Decoder::Done,
                true,
            ),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n",
                Decoder::Done,
                true,
            ),
            (
                "HTTP/1.0 200 OK\r\ncontent-length: 1\r\n",
                Decoder::length(1),
                false,
            ),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: x, Close\r\n",
                Decoder::length(1),
                false,
            ),
            (
                &format!("HTTP/1.1 200 OK\r\n{chunked}"),
                Decoder::chunked(),
                true,
            ),
            (
                &format!("HTTP/1.1 200 OK\r\n{chunked}content-length: 5\r\n"),
                Decoder::chunked(),
                false,
            ),
        ] {
            assert_eq!(get(&format!("{head}\r\n")), (body, keep_alive), "{head}");
        }
        let head = parse("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", Method::HEAD);
        assert_eq!(head.unwrap().unwrap().body, Decoder::Done);
    }

    #[test]
    fn interim_answers_are_skipped() {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
        assert!(parse(text, Method::GET).unwrap().is_none());
        let answer = parse(
            &format!("{text}HTTP/1.1 204 No Content\r\n\r\n"),
            Method::GET,
        );
        assert_eq!(answer.unwrap().unwrap().head.status(), 204);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for headers in [
            "content-length: 5\r\ncontent-length: 6\r\n",
            "content-length: +5\r\n",
            "content-length: 5, 5\r\n",
            "content-length: \r\n",
            "content-length: 99999999999999999999\r\n",
            "transfer-encoding: gzip, chunked\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: xchunked\r\n",
        ] {
            let text = format!("HTTP/1.1 200 OK\r\n{headers}\r\n");
            assert_eq!(
                parse(&text, Method::GET).unwrap_err(),
                MalformedAnswer,
                "{headers}"
            );
        }
        assert!(parse("SSH-2.0-OpenSSH\r\n", Method::GET).is_err());
    }
}
