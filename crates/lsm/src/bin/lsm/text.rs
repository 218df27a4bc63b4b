//! Keys and values as one line of printable ASCII, and back.

use std::fmt;

use lsm::key::{self, Kind};

use crate::failure::Failure;

/// An internal key as text: user key, sequence number, kind.
pub struct Version<'a>(pub &'a [u8]);

impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user_key = key::user_key(self.0).escape_ascii();
        match key::parse(self.0) {
            Some(version) => {
                let kind = match version.kind {
                    Kind::Delete => "delete",
                    Kind::Put => "put",
                    Kind::PutUntil => "put-until",
                    Kind::DeleteRange => "delete-range",
                };
                write!(f, "{user_key} @{} {kind}", version.sequence)
            }
            // A key to seek: before all versions of the user's key.
            None => write!(f, "{user_key} (exclusive)"),
        }
    }
}

/// The bytes that [`escape_ascii`](slice::escape_ascii) prints so.
pub fn unescape(text: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, after) = match byte {
            b'\\' => escape(after).ok_or_else(|| Failure::Escape(text.to_owned()))?,
            byte => (byte, after),
        };
        bytes.push(byte);
        rest = after;
    }
    Ok(bytes)
}

/// The byte that the characters behind a backslash mean, and what follows them.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&letter, rest) = text.split_first()?;
    Some(match letter {
        b'n' => (b'\n', rest),
        b'r' => (b'\r', rest),
        b't' => (b'\t', rest),
        b'\\' | b'\'' | b'"' => (letter, rest),
        b'x' => {
            let (digits, rest) = rest.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok()?;
            (u8::from_str_radix(digits, 16).ok()?, rest)
        }
        _ => return None,
    })
}
