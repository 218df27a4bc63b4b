//! A segment, byte by byte, as a crash has left it and as the next opening does.

use std::ops::Range;

use vfs::{Plan, SimFs};
use wal::{SyncPolicy, Wal};

use super::file::{self, FRAME_HEADER, Frame, HEADER, PART, SEAL, number};
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "wal-segment.svg";
const TITLE: &str = "The bytes of a segment after a crash: header, a batch of two records, a \
                     record, the torn tail of one more, and zeros; and its end after the next \
                     opening, where a seal stands in place of the torn tail";

/// Bytes to a row.
const ROW: usize = 16;
const BYTE: i32 = 22;
const LINE: i32 = 25;
const LEFT: i32 = 36;
const NOTES: i32 = LEFT + ROW as i32 * BYTE + 12;
const WIDTH: i32 = 720;

/// Bytes that belong together, with a field's name in place of their values, perhaps.
struct Part {
    bytes: Range<usize>,
    note: String,
    colour: Option<usize>,
    fields: Vec<Field>,
}

struct Field {
    bytes: Range<usize>,
    show: Show,
}

enum Show {
    Hex,
    Text,
    /// Random numbers, and what follows from them: each time others.
    Name(&'static str),
}

/// The figure.
///
/// # Errors
///
/// [`FigureError::Wal`].
pub fn figure() -> Result<Figure, FigureError> {
    let (crashed, whole) = crash()?;
    let before = file::contents(&crashed);
    file::open(&crashed, SyncPolicy::EveryWrite)?;
    let after = file::contents(&crashed);
    let mut canvas = Canvas::new(WIDTH);
    canvas.text((0, 16), Anchor::Start, 14, "What the crash has left:");
    let mut parts = header(&before);
    parts.extend(frames(&before, whole));
    let y = draw(&mut canvas, &before, &parts, 0..before.len(), 28);
    canvas.text(
        (0, y + 26),
        Anchor::Start,
        14,
        "Its end, when the log was opened again:",
    );
    let first = file::frames(&after)
        .last()
        .map_or(0, |seal| seal.bytes.start)
        / ROW
        * ROW;
    let y = draw(
        &mut canvas,
        &after,
        &frames(&after, after.len()),
        first..after.len(),
        y + 38,
    );
    let note = "Numbers are little-endian; a dot is a byte that is zero.";
    canvas.faint_text((LEFT, y + 18), Anchor::Start, 12, note);
    Ok(canvas.figure(NAME, TITLE, y + 26))
}

/// A file system after a power failure that has torn the last record, and where that one begins.
fn crash() -> Result<(SimFs, usize), FigureError> {
    for seed in 0.. {
        let fs = SimFs::new(seed);
        let wal = file::open(&fs, SyncPolicy::EveryWrite)?;
        wal.append_batch(&[b"a = 7", b"b = 5"])?;
        wal.append(b"a = 8")?;
        fs.set_plan(Plan::PowerOffAt(0));
        // That it fails is the point.
        let _ = Wal::append(&wal, b"b = 4, or what is left of it");
        let found = fs.crash();
        let opened = file::open(&found.crash(), SyncPolicy::EveryWrite)?;
        if let Some(torn) = opened.torn() {
            let offset = torn.offset as usize;
            let tail = &file::contents(&found)[offset..];
            // Enough of it to see what it was.
            if (FRAME_HEADER + 3..FRAME_HEADER + 15).contains(&torn_len(tail)) {
                return Ok((found, offset));
            }
        }
    }
    unreachable!("some crash leaves half a record")
}

/// Up to the last byte that is not zero.
fn torn_len(tail: &[u8]) -> usize {
    tail.iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1)
}

fn hex(bytes: Range<usize>) -> Field {
    Field {
        bytes,
        show: Show::Hex,
    }
}

fn header(segment: &[u8]) -> Vec<Part> {
    let number = |at, len| number(segment, at, len);
    let (text, name) = (Show::Text, Show::Name);
    let field = |bytes, show, note: String| Part {
        fields: vec![Field {
            bytes: Range::clone(&bytes),
            show,
        }],
        bytes,
        note,
        colour: Some(0),
    };
    vec![
        field(0..8, text, "magic number".to_owned()),
        field(8..12, Show::Hex, format!("version {}", number(8, 4))),
        field(12..16, name("salt"), "salt".to_owned()),
        field(16..24, Show::Hex, format!("segment {}", number(16, 8))),
        field(24..32, Show::Hex, format!("first LSN {}", number(24, 8))),
        field(32..HEADER, name("crc"), "its checksum".to_owned()),
    ]
}

/// The frames, of which those from `torn` on are not whole, and what is behind them.
fn frames(segment: &[u8], torn: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut end = HEADER;
    for frame in file::frames(segment) {
        let is_torn = frame.bytes.start >= torn;
        let last = frame.bytes.start + torn_len(&segment[frame.bytes.start..]);
        end = if is_torn { last } else { frame.bytes.end };
        parts.push(part(&frame, end, is_torn));
    }
    if end < segment.len() {
        parts.push(Part {
            bytes: end..segment.len(),
            note: format!("zeros, up to byte {}", segment.len()),
            colour: None,
            fields: Vec::new(),
        });
    }
    parts
}

fn part(frame: &Frame, end: usize, is_torn: bool) -> Part {
    let Frame { lsn, pending, .. } = frame;
    let (at, record) = (frame.bytes.start, frame.bytes.start + FRAME_HEADER);
    let what = match frame.kind {
        SEAL => format!("seal, next is {lsn}"),
        PART => format!("record {lsn}, goes on, {pending} pending"),
        _ if is_torn => format!("record {lsn}, torn"),
        _ => format!("record {lsn}, {pending} pending"),
    };
    let colour = match frame.kind {
        SEAL => 3,
        _ if is_torn => 4,
        _ => 1,
    };
    let crc = Field {
        bytes: at..at + 4,
        show: Show::Name("crc"),
    };
    let text = Field {
        bytes: record..end,
        show: Show::Text,
    };
    let numbers = [4..8, 8..16, 16..20, 20..21].map(|field| hex(at + field.start..at + field.end));
    Part {
        bytes: at..end,
        note: what,
        colour: Some(colour),
        fields: [crc].into_iter().chain(numbers).chain([text]).collect(),
    }
}

/// Draws rows of these bytes from `y` on; returns where they end.
fn draw(canvas: &mut Canvas, bytes: &[u8], parts: &[Part], shown: Range<usize>, mut y: i32) -> i32 {
    let zeros = parts.iter().find(|part| part.colour.is_none());
    let mut row = shown.start;
    while row < shown.end {
        let next = row + ROW;
        canvas.faint_text((LEFT - 8, y + 15), Anchor::End, 12, &row.to_string());
        // Rows without anything in them are drawn as one.
        if let Some(zeros) = zeros.filter(|zeros| zeros.bytes.start <= row) {
            canvas.text(
                (LEFT + ROW as i32 * BYTE / 2, y + 15),
                Anchor::Middle,
                14,
                "⋮",
            );
            canvas.text((NOTES, y + 15), Anchor::Start, 12, &zeros.note);
            return y + LINE;
        }
        for part in parts {
            let here = part.bytes.start.max(row)..part.bytes.end.min(next);
            if !here.is_empty() {
                draw_part(canvas, bytes, part, here, (row, y));
            }
        }
        let begins =
            |part: &&Part| (row..next).contains(&part.bytes.start) && part.colour.is_some();
        let notes: Vec<&str> = parts
            .iter()
            .filter(begins)
            .map(|part| part.note.as_str())
            .collect();
        canvas.text((NOTES, y + 15), Anchor::Start, 12, &notes.join("; "));
        (row, y) = (next, y + LINE);
    }
    y
}

/// Draws those bytes of a part that are in the row at `y`.
fn draw_part(
    canvas: &mut Canvas,
    bytes: &[u8],
    part: &Part,
    here: Range<usize>,
    (row, y): (usize, i32),
) {
    let x = |byte: usize| LEFT + (byte - row) as i32 * BYTE;
    let height = LINE - 4;
    let style = match part.colour {
        Some(colour) => Style::PLAIN.filled(Ink::Series(colour), 0.3),
        None => Style::FAINT,
    };
    canvas.rect(
        (x(here.start), y),
        (here.len() as i32 * BYTE, height),
        style,
    );
    for field in &part.fields {
        let here = field.bytes.start.max(here.start)..field.bytes.end.min(here.end);
        if here.is_empty() {
            continue;
        }
        if here.start == field.bytes.start && here.start != part.bytes.start {
            canvas.path(&format!("M{} {y}v{height}", x(here.start)), Style::FAINT);
        }
        if let Show::Name(name) = field.show {
            let middle = (x(here.start) + x(here.end)) / 2;
            // A field on two rows is named on the one that has more of it.
            if here.len() * 2 >= field.bytes.len() {
                canvas.faint_text((middle, y + 14), Anchor::Middle, 12, name);
            }
            continue;
        }
        for byte in here {
            let at = (x(byte) + BYTE / 2, y + 14);
            match (&field.show, bytes[byte]) {
                (Show::Text, b'\n') => canvas.text(at, Anchor::Middle, 13, "\\n"),
                (Show::Text, letter) => {
                    canvas.text(at, Anchor::Middle, 13, &char::from(letter).to_string());
                }
                (_, 0) => canvas.faint_text(at, Anchor::Middle, 11, "·"),
                (_, value) => canvas.text(at, Anchor::Middle, 11, &format!("{value:02x}")),
            }
        }
    }
}
