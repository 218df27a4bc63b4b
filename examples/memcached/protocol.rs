//! memcached's text protocol: bytes in, requests out; answers in, bytes out.
//!
//! A request is a line of words. Those that store something are followed by a *data block*, whose
//! length is one of the words, so that it may hold any bytes:
//!
//! ```text
//!   set greeting 0 3600 5\r\n       name, key, flags, expiry in seconds, bytes of data
//!   hello\r\n
//!                                   STORED\r\n
//!   get greeting farewell\r\n
//!                                   VALUE greeting 0 5\r\n
//!                                   hello\r\n
//!                                   END\r\n
//! ```
//!
//! [`parse`] looks at what has arrived so far. It has no state: if a request is not complete, it is
//! asked again when there is more. That is a second look at a line of at most [`MAX_LINE`] bytes,
//! and never at the data.
//!
//! # Invariants
//!
//! - Nothing is believed before it was checked, and no length that a client states is allocated.
//! - A data block is never taken for a request. If its length cannot be read, nothing that follows
//!   can be told apart, and the conversation must end: see [`Step::Hopeless`]. (Otherwise, whoever
//!   chooses values could smuggle in requests.)
//!
//! Source: memcached's `doc/protocol.txt`.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// The longest key, in bytes.
pub const MAX_KEY: usize = 250;
/// The longest value, in bytes.
pub const MAX_VALUE: usize = 1 << 20;
/// The longest line, in bytes: a `get` of 250 keys of the greatest length.
pub const MAX_LINE: usize = 64 << 10;

/// A request, whose parts lie in the bytes that were parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    pub command: Command<'a>,
    /// The client wants no answer.
    pub noreply: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    Get {
        keys: Vec<&'a [u8]>,
        /// `gets`: the answer tells each item's unique number, for `cas`.
        unique: bool,
    },
    Store {
        how: How,
        key: &'a [u8],
        flags: u32,
        exptime: i64,
        value: &'a [u8],
    },
    Delete {
        key: &'a [u8],
    },
    /// `incr`.
    Add {
        key: &'a [u8],
        delta: u64,
    },
    /// `decr`.
    Subtract {
        key: &'a [u8],
        delta: u64,
    },
    Touch {
        key: &'a [u8],
        exptime: i64,
    },
    FlushAll {
        /// Seconds from now.
        delay: i64,
    },
    Stats,
    Version,
    Verbosity,
    Quit,
}

/// On which condition something is stored, and what becomes of the value that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Set,
    /// Only where there is nothing.
    Add,
    /// Only where there is something.
    Replace,
    /// Behind the value that is there.
    Append,
    /// Before the value that is there.
    Prepend,
    /// Only if nobody has changed the item since `gets` gave it this number.
    Cas(u64),
}

/// What [`parse`] makes of the bytes that have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A request, of so many bytes.
    Request(Request<'a>, usize),
    /// Nothing complete yet.
    Incomplete,
    /// No request. Answer so, unless the client wants no answer, and pass over so many bytes: some
    /// of them may not have arrived yet.
    Refused {
        answer: Answer,
        noreply: bool,
        len: u64,
    },
    /// Answer so, and hang up: where the next request begins cannot be told.
    Hopeless(Answer),
}

/// An answer of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Stored,
    NotStored,
    Exists,
    NotFound,
    Deleted,
    Touched,
    Ok,
    Number(u64),
    Version(&'static str),
    /// There is no such request.
    Error,
    /// The client is to blame.
    ClientError(&'static str),
    /// The server is.
    ServerError(String),
}

impl Answer {
    pub fn too_large() -> Self {
        Answer::ServerError("object too large for cache".into())
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Stored => f.write_str("STORED"),
            Answer::NotStored => f.write_str("NOT_STORED"),
            Answer::Exists => f.write_str("EXISTS"),
            Answer::NotFound => f.write_str("NOT_FOUND"),
            Answer::Deleted => f.write_str("DELETED"),
            Answer::Touched => f.write_str("TOUCHED"),
            Answer::Ok => f.write_str("OK"),
            Answer::Number(number) => write!(f, "{number}"),
            Answer::Version(version) => write!(f, "VERSION {version}"),
            Answer::Error => f.write_str("ERROR"),
            Answer::ClientError(what) => write!(f, "CLIENT_ERROR {what}"),
            // An answer is one line, whatever the error says.
            Answer::ServerError(what) => {
                write!(f, "SERVER_ERROR {}", what.replace(['\r', '\n'], " "))
            }
        }
    }
}

/// Writes an item of the answer to `get`; the unique number is for `gets`.
pub fn write_value(
    out: &mut impl Write,
    key: &[u8],
    flags: u32,
    value: &[u8],
    unique: Option<u64>,
) -> io::Result<()> {
    out.write_all(b"VALUE ")?;
    out.write_all(key)?;
    write!(out, " {flags} {}", value.len())?;
    if let Some(unique) = unique {
        write!(out, " {unique}")?;
    }
    out.write_all(b"\r\n")?;
    out.write_all(value)?;
    out.write_all(b"\r\n")
}

const BAD_FORMAT: Answer = Answer::ClientError("bad command line format");
const BAD_DATA: Answer = Answer::ClientError("bad data chunk");
const BAD_DELTA: Answer = Answer::ClientError("invalid numeric delta argument");
const BAD_EXPTIME: Answer = Answer::ClientError("invalid exptime argument");
const LONG_LINE: Answer = Answer::ClientError("line too long");

/// Finds the request that `input` begins with.
pub fn parse(input: &[u8]) -> Step<'_> {
    let Some(end) = input.iter().take(MAX_LINE).position(|&byte| byte == b'\n') else {
        return match input.len() {
            len if len < MAX_LINE => Step::Incomplete,
            _ => Step::Hopeless(LONG_LINE),
        };
    };
    let line = input[..end].strip_suffix(b"\r").unwrap_or(&input[..end]);
    let words: Vec<&[u8]> = line.split(|&byte| byte == b' ').collect();
    let words: Vec<&[u8]> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let len = end + 1;
    match words.split_first() {
        Some((name, arguments)) => match store_command(name) {
            Some(how) => parse_store(how, arguments, &input[len..], len),
            None => match parse_line(name, arguments) {
                Ok(request) => Step::Request(request, len),
                Err(answer) => refused(answer, len),
            },
        },
        None => refused(Answer::Error, len),
    }
}

fn refused<'a>(answer: Answer, len: usize) -> Step<'a> {
    Step::Refused {
        answer,
        noreply: false,
        len: len as u64,
    }
}

/// The commands that a data block follows. The number of `cas` is read later.
fn store_command(name: &[u8]) -> Option<How> {
    Some(match name {
        b"set" => How::Set,
        b"add" => How::Add,
        b"replace" => How::Replace,
        b"append" => How::Append,
        b"prepend" => How::Prepend,
        b"cas" => How::Cas(0),
        _ => return None,
    })
}

/// A request of `line` bytes that stores something, and the data block behind it.
fn parse_store<'a>(mut how: How, words: &[&'a [u8]], data: &'a [u8], line: usize) -> Step<'a> {
    let Some(bytes) = words.get(3).and_then(|word| number::<u32>(word)) else {
        return Step::Hopeless(BAD_FORMAT);
    };
    let (bytes, count) = (bytes as usize, 4 + usize::from(matches!(how, How::Cas(_))));
    let noreply = words.len() > count && words.last() == Some(&&b"noreply"[..]);
    let len = line as u64 + bytes as u64 + 2;
    let refused = |answer| Step::Refused {
        answer,
        noreply,
        len,
    };
    if bytes > MAX_VALUE {
        return refused(Answer::too_large());
    }
    let (Some(key), Some(flags), Some(exptime), true) = (
        words.first().filter(|key| is_key(key)),
        number(words[1]),
        number(words[2]),
        words.len() == count + usize::from(noreply),
    ) else {
        return refused(BAD_FORMAT);
    };
    if let How::Cas(unique) = &mut how {
        match number(words[4]) {
            Some(number) => *unique = number,
            None => return refused(BAD_FORMAT),
        }
    }
    let Some(block) = data.get(..bytes + 2) else {
        return Step::Incomplete;
    };
    let Some(value) = block.strip_suffix(b"\r\n") else {
        return refused(BAD_DATA);
    };
    let command = Command::Store {
        how,
        key,
        flags,
        exptime,
        value,
    };
    Step::Request(Request { command, noreply }, line + bytes + 2)
}

/// A request that is one line.
fn parse_line<'a>(name: &[u8], words: &[&'a [u8]]) -> Result<Request<'a>, Answer> {
    // Behind the words that must be there: a key may be called `noreply`.
    let required = match name {
        b"incr" | b"decr" | b"touch" => 2,
        b"delete" | b"verbosity" => 1,
        b"flush_all" => 0,
        _ => usize::MAX,
    };
    let noreply = words.len() > required && words.last() == Some(&&b"noreply"[..]);
    let words = &words[..words.len() - usize::from(noreply)];
    let delta = |word| number(word).ok_or(BAD_DELTA);
    let exptime = |word| number(word).ok_or(BAD_EXPTIME);
    let command = match (name, words) {
        (b"get" | b"gets", [_, ..]) => Command::Get {
            keys: words
                .iter()
                .map(|word| key(word))
                .collect::<Result<_, _>>()?,
            unique: name == b"gets",
        },
        (b"delete", [word]) => Command::Delete { key: key(word)? },
        (b"incr", [word, by]) => Command::Add {
            key: key(word)?,
            delta: delta(by)?,
        },
        (b"decr", [word, by]) => Command::Subtract {
            key: key(word)?,
            delta: delta(by)?,
        },
        (b"touch", [word, time]) => Command::Touch {
            key: key(word)?,
            exptime: exptime(time)?,
        },
        (b"flush_all", []) => Command::FlushAll { delay: 0 },
        (b"flush_all", [time]) => Command::FlushAll {
            delay: exptime(time)?,
        },
        (b"delete" | b"flush_all", _) => return Err(BAD_FORMAT),
        (b"stats", []) => Command::Stats,
        (b"version", []) => Command::Version,
        (b"verbosity", [_]) => Command::Verbosity,
        (b"quit", []) => Command::Quit,
        _ => return Err(Answer::Error),
    };
    Ok(Request { command, noreply })
}

fn key(word: &[u8]) -> Result<&[u8], Answer> {
    is_key(word).then_some(word).ok_or(BAD_FORMAT)
}

/// Whether a word will do as a key. A space cannot be in a word.
fn is_key(word: &[u8]) -> bool {
    word.len() <= MAX_KEY && !word.iter().any(u8::is_ascii_control)
}

/// The number that these bytes are.
pub fn number<T: FromStr>(word: &[u8]) -> Option<T> {
    std::str::from_utf8(word).ok()?.parse().ok()
}
