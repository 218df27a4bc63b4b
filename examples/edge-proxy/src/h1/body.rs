//! Bodies of answers, read: where they end.

use bytes::{Buf, Bytes, BytesMut};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http_body::Frame;

/// The longest line of a chunk's size, with the extensions that nobody uses.
const LONGEST_LINE: usize = 4 << 10;
/// The size of all trailers together.
const LARGEST_TRAILERS: usize = 16 << 10;
const MOST_TRAILERS: usize = 32;

/// What came is not a body as the head has announced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is malformed")]
pub struct MalformedBody;

/// Finds the end of a body in what comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoder {
    /// So many bytes are to come.
    Length(u64),
    /// Chunks are to come.
    Chunked(Chunk),
    /// It ends when the connection does.
    UntilClose,
    /// It has ended.
    Done,
}

/// What comes next in a body that comes in chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// The line with the size of the next chunk.
    Size,
    /// So many bytes of a chunk.
    Data(u64),
    /// The end of the line after the data.
    End,
    /// The trailers, after the last chunk.
    Trailers,
}

impl Decoder {
    /// A body of so many bytes.
    pub fn length(length: u64) -> Self {
        match length {
            0 => Decoder::Done,
            _ => Decoder::Length(length),
        }
    }

    /// A body in chunks.
    pub fn chunked() -> Self {
        Decoder::Chunked(Chunk::Size)
    }

    // ANCHOR: decode
    /// The next piece of the body that is in `input`; none if more must be read first, or if the
    /// body has ended (then this is [`Done`](Decoder::Done)).
    ///
    /// # Errors
    ///
    /// If that is no chunk.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Frame<Bytes>>, MalformedBody> {
        match self {
            Decoder::Done => Ok(None),
            Decoder::UntilClose => Ok(take(input, u64::MAX).map(Frame::data)),
            Decoder::Length(left) => {
                let data = take(input, *left);
                *left -= data.as_ref().map_or(0, Bytes::len) as u64;
                if *left == 0 {
                    *self = Decoder::Done;
                }
                Ok(data.map(Frame::data))
            }
            Decoder::Chunked(chunk) => {
                let mut trailers = None;
                while let Some(next) = chunk.step(input)? {
                    match next {
                        Step::Piece(data) => return Ok(Some(Frame::data(data))),
                        Step::Ended(fields) => {
                            trailers = fields.map(Frame::trailers);
                            *self = Decoder::Done;
                            break;
                        }
                        Step::Went => {}
                    }
                }
                Ok(trailers)
            }
        }
    }
    // ANCHOR_END: decode

    /// The connection has been closed: whether the body has ended by that.
    pub fn close(&mut self) -> bool {
        if *self == Decoder::UntilClose {
            *self = Decoder::Done;
        }
        *self == Decoder::Done
    }
}

enum Step {
    Went,
    Piece(Bytes),
    Ended(Option<HeaderMap>),
}

impl Chunk {
    /// One step further; none if there is not enough input for one.
    fn step(&mut self, input: &mut BytesMut) -> Result<Option<Step>, MalformedBody> {
        match *self {
            // A size without digits counts as zero for the parser.
            Chunk::Size if input.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) => {
                Err(MalformedBody)
            }
            Chunk::Size => match httparse::parse_chunk_size(input) {
                Ok(httparse::Status::Complete((length, size))) => {
                    input.advance(length);
                    *self = match size {
                        0 => Chunk::Trailers,
                        _ => Chunk::Data(size),
                    };
                    Ok(Some(Step::Went))
                }
                Ok(httparse::Status::Partial) if input.len() < LONGEST_LINE => Ok(None),
                _ => Err(MalformedBody),
            },
            Chunk::Data(left) => {
                let Some(data) = take(input, left) else {
                    return Ok(None);
                };
                *self = match left - data.len() as u64 {
                    0 => Chunk::End,
                    left => Chunk::Data(left),
                };
                Ok(Some(Step::Piece(data)))
            }
            Chunk::End if input.len() < 2 => Ok(None),
            Chunk::End if input.starts_with(b"\r\n") => {
                input.advance(2);
                *self = Chunk::Size;
                Ok(Some(Step::Went))
            }
            Chunk::End => Err(MalformedBody),
            Chunk::Trailers => trailers(input),
        }
    }
}

fn trailers(input: &mut BytesMut) -> Result<Option<Step>, MalformedBody> {
    let mut space = [httparse::EMPTY_HEADER; MOST_TRAILERS];
    let (length, fields) = match httparse::parse_headers(input, &mut space) {
        Ok(httparse::Status::Complete(parsed)) => parsed,
        Ok(httparse::Status::Partial) if input.len() < LARGEST_TRAILERS => return Ok(None),
        _ => return Err(MalformedBody),
    };
    let mut trailers = HeaderMap::new();
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| MalformedBody)?;
        let value = HeaderValue::from_bytes(field.value).map_err(|_| MalformedBody)?;
        trailers.append(name, value);
    }
    input.advance(length);
    Ok(Some(Step::Ended(
        (!trailers.is_empty()).then_some(trailers),
    )))
}

/// At most so many bytes from the front; none if there are none.
fn take(input: &mut BytesMut, most: u64) -> Option<Bytes> {
    let length = usize::try_from(most).unwrap_or(usize::MAX).min(input.len());
    (length > 0).then(|| input.split_to(length).freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"5;x=y\r\nhello\r\n8\r\n, world!\r\n0\r\nx-sum: 1\r\n\r\n";

    /// Feeds `input` in pieces of `size`; gives the data, the trailers, and what was left over.
    fn feed(mut decoder: Decoder, input: &[u8], size: usize) -> (Vec<u8>, HeaderMap, usize) {
        let (mut data, mut trailers, mut buffer) = (Vec::new(), HeaderMap::new(), BytesMut::new());
        for piece in input.chunks(size) {
            buffer.extend_from_slice(piece);
            while let Some(frame) = decoder.decode(&mut buffer).unwrap() {
                match frame.into_data() {
                    Ok(bytes) => data.extend_from_slice(&bytes),
                    Err(frame) => trailers = frame.into_trailers().unwrap_or_default(),
                }
            }
        }
        assert_eq!(decoder, Decoder::Done);
        (data, trailers, buffer.len())
    }

    #[test]
    fn chunks_may_be_cut_anywhere() {
        for size in 1..=BODY.len() {
            let (data, trailers, left) = feed(Decoder::chunked(), BODY, size);
            assert_eq!(
                (&data[..], left),
                (&b"hello, world!"[..], 0),
                "pieces of {size}"
            );
            assert_eq!(trailers["x-sum"], "1");
        }
    }

    #[test]
    fn what_follows_a_body_is_left() {
        let (data, _, left) = feed(Decoder::length(5), b"hello, world", 100);
        assert_eq!((&data[..], left), (&b"hello"[..], 7));
        let twice = [BODY, BODY].concat();
        let (_, _, left) = feed(Decoder::chunked(), &twice, twice.len());
        assert_eq!(left, BODY.len());
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        for wrong in [
            "x\r\n",
            "5\r\nhelloXX",
            "-1\r\n",
            "\r\n",
            "fffffffffffffffff\r\n",
        ] {
            let mut decoder = Decoder::chunked();
            let mut input = BytesMut::from(wrong);
            let refused = (0..4).any(|_| decoder.decode(&mut input).is_err());
            assert!(refused, "{wrong:?}");
        }
        let endless = "1".to_owned() + &";x".repeat(LONGEST_LINE);
        assert!(
            Decoder::chunked()
                .decode(&mut BytesMut::from(endless.as_str()))
                .is_err()
        );
    }

    #[test]
    fn only_a_body_without_an_announced_end_ends_with_the_connection() {
        assert!(Decoder::UntilClose.close());
        assert!(!Decoder::length(1).close());
        assert!(!Decoder::chunked().close());
    }
}
