//! One leaf, byte by byte.

use std::ops::Range;

use bplustree::disk::Options;

use super::file::{self, number, short};
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "disk-page.svg";
const TITLE: &str = "The bytes of a leaf: header, slots in order of their keys, room, and cells in \
                     order of their arrival";
const PAGE: usize = 512;
const HEADER: usize = 40;
const SLOT: usize = 8;

/// In the order in which they are put.
const TOWNS: [(&str, &str); 5] = [
    ("Bergen", "Norway"),
    ("Bern", "Switzerland"),
    ("Berkeley", "United States"),
    ("Berlin", "Germany"),
    ("Beroun", "Czechia"),
];

/// Bytes to a row.
const ROW: usize = 16;
const BYTE: i32 = 20;
const LINE: i32 = 24;
const LEFT: i32 = 34;
const NOTES: i32 = LEFT + ROW as i32 * BYTE + 10;
const WIDTH: i32 = 640;

/// Bytes that belong together.
struct Part {
    bytes: Range<usize>,
    note: String,
    colour: Option<usize>,
    /// Where its fields end, but for the last.
    fields: Vec<usize>,
    /// Which of the bytes are text.
    text: Range<usize>,
}

/// The figure.
///
/// # Errors
///
/// [`FigureError::Store`].
pub fn figure() -> Result<Figure, FigureError> {
    let (disk, store) = file::store(&Options::new().page_size(PAGE as u32))?;
    file::put(&store, TOWNS)?;
    let pages = store.pages()?;
    let contents = disk.contents();
    let leaf = file::root(&pages).map_or(0, |leaf| leaf.number as usize);
    let page = &contents[leaf * PAGE..][..PAGE];
    Ok(draw(page))
}

fn parts(page: &[u8]) -> Vec<Part> {
    let count = short(page, 6);
    let prefix = short(page, 20);
    let mut parts = header(page);
    for index in 0..count {
        let slot = HEADER + SLOT * index;
        let (cell, key_len) = (short(page, slot + 4), short(page, slot + 6));
        let colour = Some(1 + index % 5);
        let (key, value) = (cell + 2, cell + 2 + key_len);
        let end = value + short(page, cell);
        let text = |bytes: Range<usize>| String::from_utf8_lossy(&page[bytes]).into_owned();
        let rest = text(key + prefix..value);
        let head: String = rest.chars().take(4).collect();
        parts.push(Part {
            bytes: slot..slot + SLOT,
            note: format!("{head} → {cell}"),
            colour,
            fields: vec![slot + 4, slot + 6],
            text: slot..slot + 4,
        });
        parts.push(Part {
            bytes: cell..end,
            note: format!("{} = {}", text(key..value), text(value..end)),
            colour,
            fields: vec![key, value],
            text: key..end,
        });
    }
    let (slots, cells) = (HEADER + SLOT * count, short(page, 16));
    parts.push(Part {
        bytes: slots..cells,
        note: format!("{} bytes of room", cells - slots),
        colour: None,
        fields: Vec::new(),
        text: 0..0,
    });
    parts.sort_by_key(|part| part.bytes.start);
    parts
}

/// The fields of the header.
fn header(page: &[u8]) -> Vec<Part> {
    let prefix = 24 + short(page, 20).min(16);
    let fields = [
        (0..4, format!("page {}", number(page, 0))),
        (4..5, "leaf".to_owned()),
        (5..6, format!("level {}", page[5])),
        (6..8, format!("{} slots", short(page, 6))),
        (8..16, format!("txn {}", number(page, 8))),
        (16..18, format!("cells from {}", short(page, 16))),
        (18..20, String::new()),
        (20..22, format!("prefix of {}", short(page, 20))),
        (22..24, String::new()),
        (
            24..HEADER,
            String::from_utf8_lossy(&page[24..prefix]).into_owned(),
        ),
    ];
    let part = |(bytes, note)| Part {
        bytes,
        note,
        colour: Some(0),
        fields: Vec::new(),
        text: 24..prefix,
    };
    fields.into_iter().map(part).collect()
}

fn draw(page: &[u8]) -> Figure {
    let parts = parts(page);
    let is_room = |row: &usize| {
        let bytes = row * ROW..(row + 1) * ROW;
        parts.iter().any(|part| {
            part.colour.is_none() && part.bytes.start <= bytes.start && part.bytes.end >= bytes.end
        })
    };
    let mut canvas = Canvas::new(WIDTH);
    let mut y = 8;
    let mut row = 0;
    while row * ROW < page.len() {
        // Rows without anything in them are drawn as one.
        let skipped = (row..page.len() / ROW).take_while(is_room).count();
        let offset = (row * ROW).to_string();
        canvas.faint_text((LEFT - 8, y + 16), Anchor::End, 12, &offset);
        if skipped > 0 {
            let middle = (LEFT + ROW as i32 * BYTE / 2, y + 16);
            canvas.text(middle, Anchor::Middle, 14, "⋮");
            let room = parts.iter().find(|part| part.colour.is_none());
            let note = room.map_or("", |room| &room.note);
            canvas.text((NOTES, y + 15), Anchor::Start, 12, note);
        } else {
            draw_row(&mut canvas, page, &parts, row * ROW, y);
        }
        row += skipped.max(1);
        y += LINE;
    }
    let note = "Numbers are little-endian: the heads of keys in the slots stand backwards.";
    canvas.faint_text((LEFT, y + 16), Anchor::Start, 12, note);
    canvas.figure(NAME, TITLE, y + 24)
}

fn draw_row(canvas: &mut Canvas, page: &[u8], parts: &[Part], start: usize, y: i32) {
    let row = start..start + ROW;
    let x = |byte: usize| LEFT + (byte - start) as i32 * BYTE;
    let here = parts
        .iter()
        .filter(|part| part.bytes.start < row.end && part.bytes.end > row.start);
    let mut notes = Vec::new();
    for part in here {
        let bytes = part.bytes.start.max(row.start)..part.bytes.end.min(row.end);
        let style = match part.colour {
            Some(colour) => Style::PLAIN.filled(Ink::Series(colour), 0.3),
            None => Style::FAINT,
        };
        let size = (bytes.len() as i32 * BYTE, LINE - 4);
        canvas.rect((x(bytes.start), y), size, style);
        for field in part.fields.iter().filter(|field| bytes.contains(field)) {
            canvas.path(&format!("M{} {y}v{}", x(*field), LINE - 4), Style::FAINT);
        }
        for byte in bytes.clone().filter(|_| part.colour.is_some()) {
            let at = (x(byte) + BYTE / 2, y + 14);
            match page[byte] {
                letter if part.text.contains(&byte) && letter != 0 => {
                    canvas.text(at, Anchor::Middle, 13, &char::from(letter).to_string());
                }
                0 => canvas.faint_text(at, Anchor::Middle, 11, "·"),
                value => canvas.faint_text(at, Anchor::Middle, 11, &format!("{value:02x}")),
            }
        }
        if bytes.start == part.bytes.start && part.colour.is_some() && !part.note.is_empty() {
            notes.push(part.note.as_str());
        }
    }
    canvas.text((NOTES, y + 15), Anchor::Start, 12, &notes.join(", "));
}
