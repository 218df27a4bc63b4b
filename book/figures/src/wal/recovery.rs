//! What an opening makes of a log that is cut, or damaged, at any byte.

use std::ops::Range;

use vfs::{FileSystem, SimFs};
use wal::{Error, Lsn, SyncPolicy};

use super::file::{self, HEADER, SEAL};
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "wal-recovery.svg";
const TITLE: &str = "What an opening makes of a segment of four records, for every byte at which \
                     it is cut or damaged: everything is there, the end is cut off, or an error";

/// Records of the log.
const RECORDS: u64 = 4;

const BYTE: i32 = 4;
const STRIP: i32 = 26;
const STEP: i32 = 58;
const MAP: i32 = 20;
const WIDTH: i32 = 720;

/// What was found.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    /// So many of the records, from the first on.
    Records(u64),
    Error,
}

/// What happens to the log.
#[derive(Clone, Copy)]
enum Harm {
    /// It ends before this byte.
    Cut,
    /// A bit of this byte is another one.
    Flip,
}

/// The figure: a strip for each kind of harm, and of log.
///
/// # Errors
///
/// [`FigureError::Wal`].
pub fn figure() -> Result<Figure, FigureError> {
    let (durable, later) = (log(SyncPolicy::EveryWrite)?, log(SyncPolicy::Os)?);
    let sealed = durable.crash();
    // An opening seals the segment; what is appended next goes into another.
    file::open(&sealed, SyncPolicy::EveryWrite)?;
    let strips = [
        ("Cut before this byte", &durable, Harm::Cut),
        ("A bit flipped in this byte", &durable, Harm::Flip),
        (
            "A bit flipped, in a log that was never synced",
            &later,
            Harm::Flip,
        ),
        (
            "A bit flipped, when an opening has sealed the segment",
            &sealed,
            Harm::Flip,
        ),
    ];
    let mut canvas = Canvas::new(WIDTH);
    let bytes = file::contents(&sealed);
    draw_map(&mut canvas, &bytes);
    let mut y = MAP + 48;
    for (caption, fs, harm) in strips {
        canvas.text((0, y), Anchor::Start, 13, caption);
        draw_strip(&mut canvas, &decisions(fs, harm)?, y + 8);
        y += STEP;
    }
    draw_legend(&mut canvas, y + 4);
    Ok(canvas.figure(NAME, TITLE, y + 16))
}

/// A log of some records, each appended by itself.
fn log(policy: SyncPolicy) -> Result<SimFs, Error> {
    let fs = SimFs::new(1);
    let wal = file::open(&fs, policy)?;
    for number in 1..=RECORDS {
        wal.append(format!("record {number}").as_bytes())?;
    }
    Ok(fs)
}

/// What is found for each byte of the first segment that has something in it.
fn decisions(log: &SimFs, harm: Harm) -> Result<Vec<Found>, Error> {
    let segment = file::contents(log);
    let end = file::frames(&segment)
        .last()
        .map_or(HEADER, |last| last.bytes.end);
    let bytes = 0..end as u64;
    bytes.map(|byte| decision(log, harm, byte)).collect()
}

fn decision(log: &SimFs, harm: Harm, byte: u64) -> Result<Found, Error> {
    // The file system after a crash in which nothing is lost.
    let fs = copy(log)?;
    let file = fs.open(&file::path())?;
    match harm {
        Harm::Cut => file.set_len(byte)?,
        Harm::Flip => {
            let mut value = [0];
            file.read_exact_at(byte, &mut value)?;
            file.write_at(byte, &[value[0] ^ 1])?;
        }
    }
    let wal = match file::open(&fs, SyncPolicy::EveryWrite) {
        Ok(wal) => wal,
        Err(Error::Corrupt { .. } | Error::Version { .. }) => return Ok(Found::Error),
        Err(error) => return Err(error),
    };
    let records: Result<Vec<_>, Error> = wal.iter_from(Lsn(1))?.collect();
    match records {
        Ok(records) => Ok(Found::Records(records.len() as u64)),
        Err(Error::Corrupt { .. }) => Ok(Found::Error),
        Err(error) => Err(error),
    }
}

/// A file system with this one's first segment.
fn copy(log: &SimFs) -> Result<SimFs, Error> {
    let (fs, path) = (SimFs::new(1), file::path());
    let dir = path.parent().unwrap_or(&path);
    fs.create_dir_all(dir)?;
    fs.create(&path)?.write_at(0, &file::contents(log))?;
    Ok(fs)
}

/// Which bytes are what, above the strips.
fn draw_map(canvas: &mut Canvas, segment: &[u8]) {
    let mut parts: Vec<(Range<usize>, String)> = vec![(0..HEADER, "header".to_owned())];
    parts.extend(
        file::frames(segment)
            .into_iter()
            .map(|frame| match frame.kind {
                SEAL => (frame.bytes, "seal".to_owned()),
                _ => (frame.bytes, format!("record {}", frame.lsn)),
            }),
    );
    for (bytes, name) in parts {
        let (x, width) = (bytes.start as i32 * BYTE, bytes.len() as i32 * BYTE);
        canvas.rect((x, 1), (width, MAP), Style::PLAIN);
        canvas.text((x + width / 2, 15), Anchor::Middle, 12, &name);
        canvas.faint_text((x, MAP + 16), Anchor::Start, 11, &bytes.start.to_string());
    }
}

fn style(found: Found) -> Style {
    let filled = |colour, opacity| Style::FAINT.filled(Ink::Series(colour), opacity);
    match found {
        Found::Records(RECORDS) => filled(3, 0.75),
        // The more is cut off, the paler.
        Found::Records(left) => filled(1, 0.25 + 0.2 * left as f64),
        Found::Error => filled(4, 0.85),
    }
}

fn draw_strip(canvas: &mut Canvas, found: &[Found], y: i32) {
    let mut at = 0;
    for run in found.chunk_by(|a, b| a == b) {
        let (x, width) = (at * BYTE, run.len() as i32 * BYTE);
        canvas.rect((x, y), (width, STRIP), style(run[0]));
        let label = match run[0] {
            Found::Records(left) => left.to_string(),
            Found::Error => "!".to_owned(),
        };
        if width >= 12 {
            canvas.text((x + width / 2, y + 18), Anchor::Middle, 13, &label);
        }
        at += run.len() as i32;
    }
}

fn draw_legend(canvas: &mut Canvas, y: i32) {
    let entries = [
        (Found::Records(RECORDS), "all records are there"),
        (Found::Records(2), "the end is cut off: so many are left"),
        (Found::Error, "an error that says where"),
    ];
    for ((found, text), x) in entries.into_iter().zip([0, 200, 500]) {
        canvas.rect((x, y - 11), (14, 14), style(found));
        canvas.text((x + 20, y), Anchor::Start, 12, text);
    }
}
