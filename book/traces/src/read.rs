//! Trace files: four formats, three compressions.
//!
//! | format | a record | as in |
//! |---|---|---|
//! | [`Format::Keys`] | a line that is one decimal number, the key; other lines are skipped | the LIRS authors' traces |
//! | [`Format::Arc`] | a line `first count ignored request`: `count` consecutive keys from `first` | the ARC paper's `.lis` |
//! | [`Format::Be32`] | four bytes, an unsigned big-endian key | cache2k's benchmark traces |
//! | [`Format::Lines`] | a line of any text, hashed to a key | a log, cut to the column of interest |
//!
//! `.gz`, `.xz` and `.zst` are decompressed on the way. Reading holds the whole trace in memory: 8
//! bytes a request.

use std::fs::File;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How a trace file's records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One decimal key a line.
    Keys,
    /// Runs of consecutive keys: `first count ignored request`.
    Arc,
    /// Big-endian 32-bit keys.
    Be32,
    /// Each line is a key.
    Lines,
}

/// Why a trace could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The file could not be opened or decompressed.
    #[error("cannot read the trace {}: {source}", path.display())]
    Io {
        /// The trace.
        path: PathBuf,
        /// What the system or the decoder said.
        source: io::Error,
    },
    /// A line is not of the format.
    #[error("{}, line {line}: {wrong}", path.display())]
    Line {
        /// The trace.
        path: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        wrong: &'static str,
    },
    /// A binary trace ends inside a record.
    #[error("{} holds {len} bytes, which is no multiple of the 4 that a key takes: is it cut off, or text?", path.display())]
    Cut {
        /// The trace.
        path: PathBuf,
        /// Its length, decompressed, in bytes.
        len: usize,
    },
    /// The trace holds no request.
    #[error("{} holds no request", path.display())]
    Empty {
        /// The trace.
        path: PathBuf,
    },
}

/// Reads the trace at `path`, guessing its format from its first line.
///
/// # Errors
///
/// See [`TraceError`].
pub fn read(path: &Path) -> Result<Vec<u64>, TraceError> {
    let bytes = decompressed(path)?;
    parse(path, &bytes, guess(&bytes))
}

/// Reads the trace at `path`, whose records are written as `format` says.
///
/// # Errors
///
/// See [`TraceError`].
pub fn read_as(path: &Path, format: Format) -> Result<Vec<u64>, TraceError> {
    parse(path, &decompressed(path)?, format)
}

/// Reads the text at `path` as lines. What is not UTF-8 is replaced.
///
/// # Errors
///
/// [`TraceError::Io`].
pub fn read_lines(path: &Path) -> Result<Vec<String>, TraceError> {
    let bytes = decompressed(path)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().map(str::to_owned).collect())
}

fn decompressed(path: &Path) -> Result<Vec<u8>, TraceError> {
    let mut bytes = Vec::new();
    let mut read_all = || -> io::Result<usize> {
        let file = File::open(path)?;
        match path.extension().and_then(|ext| ext.to_str()) {
            Some("gz") => flate2::read::GzDecoder::new(file).read_to_end(&mut bytes),
            Some("xz") => lzma_rust2::XzReader::new(file, false).read_to_end(&mut bytes),
            Some("zst") => ruzstd::decoding::StreamingDecoder::new(file)
                .map_err(io::Error::other)?
                .read_to_end(&mut bytes),
            _ => { file }.read_to_end(&mut bytes),
        }
    };
    read_all().map_err(|source| TraceError::Io {
        path: path.to_owned(),
        source,
    })?;
    Ok(bytes)
}

fn guess(bytes: &[u8]) -> Format {
    let head = &bytes[..bytes.len().min(4096)];
    let Ok(text) = std::str::from_utf8(head) else {
        return Format::Be32;
    };
    if text.contains('\0') {
        return Format::Be32;
    }
    let numbers = |line: &str| {
        line.split_whitespace()
            .all(|field| field.parse::<u64>().is_ok())
    };
    let first = text.lines().find(|line| line.len() > 1 && numbers(line));
    match first.map(|line| line.split_whitespace().count()) {
        Some(1) => Format::Keys,
        Some(4) => Format::Arc,
        _ => Format::Lines,
    }
}

fn parse(path: &Path, bytes: &[u8], format: Format) -> Result<Vec<u64>, TraceError> {
    let keys = match format {
        Format::Be32 => be32(path, bytes)?,
        Format::Keys => lines(bytes)
            .filter_map(|line| line.trim().parse().ok())
            .collect(),
        Format::Arc => runs(path, bytes)?,
        Format::Lines => {
            // Fixed keys: the same log gives the same trace on every run.
            let hash = BuildHasherDefault::<DefaultHasher>::default();
            lines(bytes).map(|line| hash.hash_one(&line)).collect()
        }
    };
    if keys.is_empty() {
        return Err(TraceError::Empty {
            path: path.to_owned(),
        });
    }
    Ok(keys)
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
    bytes
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(String::from_utf8_lossy)
}

fn be32(path: &Path, bytes: &[u8]) -> Result<Vec<u64>, TraceError> {
    let (keys, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(TraceError::Cut {
            path: path.to_owned(),
            len: bytes.len(),
        });
    }
    Ok(keys
        .iter()
        .map(|&key| u64::from(u32::from_be_bytes(key)))
        .collect())
}

/// A run longer than this is taken for damage, not for a request: the ARC paper's longest are in
/// the hundreds.
const LONGEST_RUN: u64 = 1 << 20;

fn runs(path: &Path, bytes: &[u8]) -> Result<Vec<u64>, TraceError> {
    let mut keys = Vec::new();
    for (index, line) in lines(bytes).enumerate() {
        let wrong = |wrong| TraceError::Line {
            path: path.to_owned(),
            line: index + 1,
            wrong,
        };
        let mut fields = line.split_whitespace().map(str::parse::<u64>);
        let (Some(Ok(first)), Some(Ok(count))) = (fields.next(), fields.next()) else {
            return Err(wrong(
                "does not begin with two numbers, a first key and a count",
            ));
        };
        if count > LONGEST_RUN || first.checked_add(count).is_none() {
            return Err(wrong("asks for a run of keys longer than any real request"));
        }
        keys.extend(first..first + count);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &[u8]) -> Result<Vec<u64>, TraceError> {
        parse(Path::new("a.trace"), text, guess(text))
    }

    #[test]
    fn guesses_each_format_from_its_first_lines() {
        assert_eq!(parsed(b"*\n12\n7\n12\n*\n").unwrap(), [12, 7, 12]);
        assert_eq!(parsed(b"5 3 0 0\n9 1 0 1\n").unwrap(), [5, 6, 7, 9]);
        assert_eq!(parsed(&[0, 0, 0, 1, 0, 0, 1, 0]).unwrap(), [1, 256]);
        let urls = parsed(b"/index\n/about\n/index\n").unwrap();
        assert_eq!((urls[0], urls.len()), (urls[2], 3));
        assert_ne!(urls[0], urls[1]);
    }

    #[test]
    fn names_the_line_that_is_damaged() {
        let error = parsed(b"5 3 0 0\n9 99999999999 0 1\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 2") && error.contains("longer"),
            "{error}"
        );
        let error = parsed(b"5 3 0 0\nfive\n").unwrap_err().to_string();
        assert!(
            error.contains("line 2") && error.contains("two numbers"),
            "{error}"
        );
    }

    #[test]
    fn refuses_what_is_cut_off_empty_or_absent() {
        assert!(matches!(
            parsed(&[0, 0, 0, 1, 0]),
            Err(TraceError::Cut { len: 5, .. })
        ));
        assert!(matches!(parsed(b""), Err(TraceError::Empty { .. })));
        assert!(matches!(
            read(Path::new("/no/such/trace.xz")),
            Err(TraceError::Io { .. })
        ));
    }
}
