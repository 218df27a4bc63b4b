//! One small table, byte by byte.

use lsm::LsmError;
use lsm::key::{self, Kind};
use lsm::table::{Compression, TableBuilder, TableOptions};

use super::bytes::{Entry, FileMap, Handle};
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "lsm-table.svg";
const TITLE: &str = "The parts of one table: data blocks whose keys leave out what they share with \
                     the key before, filter, properties, index and footer";

const WIDTH: i32 = 720;
const LEFT: i32 = 8;
/// Where the second of two columns begins.
const RIGHT: i32 = 372;
/// Width of a letter at the size of the entries.
const LETTER: f64 = 6.6;
const ROW: i32 = 16;

const DATA: usize = 1;
const FILTER: usize = 3;
const PROPERTIES: usize = 0;
const INDEX: usize = 4;
const FOOTER: usize = 5;

/// The figure.
///
/// # Errors
///
/// [`FigureError::Lsm`].
pub fn figure() -> Result<Figure, FigureError> {
    Ok(draw(&FileMap::of(&file()?)?))
}

/// A table of eight users, of whom each has three fields; one field was changed, and one deleted.
fn file() -> Result<Vec<u8>, LsmError> {
    const NAMES: [&str; 8] = [
        "ada", "alan", "barbara", "edsger", "grace", "john", "leslie", "tony",
    ];
    let mut entries = Vec::new();
    let mut sequence = 0;
    let mut put = |user: usize, field: &str, kind, value: &str| {
        sequence += 1;
        let mut bytes = Vec::new();
        key::encode(
            &mut bytes,
            format!("user:{user}:{field}").as_bytes(),
            sequence,
            kind,
        );
        entries.push((bytes, value.to_owned()));
    };
    for (user, name) in (1001..).zip(NAMES) {
        put(user, "mail", Kind::Put, &format!("{name}@a.org"));
        put(user, "name", Kind::Put, name);
        put(user, "tel", Kind::Put, &format!("555-0{}", user % 100));
    }
    put(1003, "mail", Kind::Put, "bl@mit.edu");
    put(1006, "tel", Kind::Delete, "");
    entries.sort_by(|(a, _), (b, _)| key::compare(a, b));

    let options = TableOptions {
        block_size: 184,
        restart_interval: 4,
        compression: Compression::None,
        filter_bits_per_key: 10,
    };
    let mut builder = TableBuilder::new(options, Vec::new());
    for (key, value) in entries {
        builder.add(&key, value.as_bytes())?;
    }
    Ok(builder.finish()?.sink)
}

fn draw(map: &FileMap) -> Figure {
    let mut canvas = Canvas::new(WIDTH);
    draw_file(&mut canvas, map);
    let note = "▸ restart point; offset in the block; bytes of the key shared with the one before,";
    canvas.faint_text((LEFT, 92), Anchor::Start, 12, note);
    let note =
        "of its rest, of the value. Only what has a ground is in the file. @ sequence number.";
    canvas.faint_text((LEFT, 109), Anchor::Start, 12, note);
    let mut bottoms = [142; 2];
    let half = map.data.len().div_ceil(2);
    for (number, (handle, entries)) in map.data.iter().enumerate() {
        let column = number / half;
        let (x, y) = ([LEFT, RIGHT][column], &mut bottoms[column]);
        heading(
            &mut canvas,
            (x, *y),
            &format!("data {number}"),
            *handle,
            DATA,
        );
        *y += 8;
        for entry in entries {
            *y += ROW;
            draw_entry(&mut canvas, (x, *y), entry);
        }
        *y += 30;
    }
    let y = bottoms[0].max(bottoms[1]) + 4;
    let left = draw_index(&mut canvas, (LEFT, y), map);
    let left = draw_filter(&mut canvas, (LEFT, left + 26), map);
    let right = draw_properties(&mut canvas, (RIGHT, y), map);
    let right = draw_footer(&mut canvas, (RIGHT, right + 26), map);
    canvas.figure(NAME, TITLE, left.max(right) + 14)
}

/// The whole file, to scale.
fn draw_file(canvas: &mut Canvas, map: &FileMap) {
    let scale = f64::from(WIDTH - 2 * LEFT) / map.len as f64;
    let x = |byte: usize| LEFT + (byte as f64 * scale).round() as i32;
    let data = map.data.iter().enumerate();
    let mut parts: Vec<(String, usize, usize, usize)> = data
        .map(|(number, (handle, _))| (format!("data {number}"), handle.offset, handle.end(), DATA))
        .collect();
    let mut part = |name: &str, handle: Handle, colour| {
        parts.push((name.to_owned(), handle.offset, handle.end(), colour));
    };
    part("filter", map.filter.0, FILTER);
    part("properties", map.properties.0, PROPERTIES);
    part("index", map.index.0, INDEX);
    parts.push(("footer".to_owned(), map.footer, map.len, FOOTER));
    let title = format!(
        "The file: {} bytes, {} entries",
        map.len, map.properties.1.entries
    );
    canvas.text((LEFT, 16), Anchor::Start, 13, &title);
    for (name, start, end, colour) in parts {
        let size = (x(end) - x(start), 26);
        canvas.rect(
            (x(start), 26),
            size,
            Style::PLAIN.filled(Ink::Series(colour), 0.3),
        );
        let middle = (x(start) + x(end)) / 2;
        canvas.text((middle, 43), Anchor::Middle, 10, &name);
        canvas.faint_text((x(start), 65), Anchor::Start, 11, &start.to_string());
    }
}

fn heading(canvas: &mut Canvas, (x, y): (i32, i32), name: &str, handle: Handle, colour: usize) {
    canvas.rect(
        (x, y - 9),
        (10, 10),
        Style::PLAIN.filled(Ink::Series(colour), 0.3),
    );
    canvas.text((x + 16, y), Anchor::Start, 13, name);
    let place = format!("{} bytes at {}", handle.len, handle.offset);
    canvas.faint_text((x + 340, y), Anchor::End, 11, &place);
}

/// Offset, the three lengths, and the key, of which what is shared is faint and what is written is
/// on a ground.
fn draw_entry(canvas: &mut Canvas, (x, y): (i32, i32), entry: &Entry) {
    if entry.is_restart {
        canvas.text((x, y), Anchor::Start, 11, "▸");
    }
    canvas.faint_text((x + 32, y), Anchor::End, 11, &entry.offset.to_string());
    let rest = entry.key.len() - entry.shared;
    let lengths = [(58, entry.shared), (78, rest), (98, entry.value.len())];
    for (right, length) in lengths {
        canvas.text((x + right, y), Anchor::End, 11, &length.to_string());
    }
    let version = key::parse(&entry.key).expect("an entry has an internal key");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (shared, rest) = version
        .user_key
        .split_at(entry.shared.min(version.user_key.len()));
    let at = |letters: usize| x + 110 + (letters as f64 * LETTER).round() as i32;
    let (middle, end) = (at(shared.len()), at(version.user_key.len()));
    let numbers = at(21);
    canvas.rect(
        (middle, y - 11),
        (numbers - middle, 14),
        Style::NONE.filled(Ink::Series(DATA), 0.22),
    );
    canvas.styled((middle, y), Anchor::End, 11, 0.4, &text(shared));
    canvas.text((middle, y), Anchor::Start, 11, &text(rest));
    let kind = match version.kind {
        Kind::Delete => "✕",
        _ => "",
    };
    canvas.faint_text(
        (end + 5, y),
        Anchor::Start,
        11,
        &format!("@{}{kind}", version.sequence),
    );
    let value = if version.kind == Kind::Delete {
        "deleted"
    } else {
        &text(&entry.value)
    };
    canvas.text((numbers + 8, y), Anchor::Start, 11, value);
}

fn draw_index(canvas: &mut Canvas, (x, mut y): (i32, i32), map: &FileMap) -> i32 {
    let (handle, separators) = &map.index;
    heading(canvas, (x, y), "index", *handle, INDEX);
    y += 8;
    for (number, separator) in separators.iter().enumerate() {
        y += ROW;
        let user_key = String::from_utf8_lossy(key::user_key(&separator.key)).into_owned();
        // A separator that was shortened is no version of a key.
        let version = key::parse(&separator.key).map(|version| version.sequence);
        let version = version.map_or(String::new(), |sequence| format!(" @{sequence}"));
        canvas.text(
            (x + 16, y),
            Anchor::Start,
            11,
            &format!("≤ {user_key}{version}"),
        );
        let (place, _) = &map.data[number];
        let text = format!("data {number}: {} bytes at {}", place.len, place.offset);
        canvas.text((x + 164, y), Anchor::Start, 11, &text);
    }
    y
}

/// The filter's bits.
fn draw_filter(canvas: &mut Canvas, (x, y): (i32, i32), map: &FileMap) -> i32 {
    const HEADER: usize = 64;
    const ACROSS: usize = 64;
    const SIDE: i32 = 5;
    let (handle, bytes) = &map.filter;
    heading(canvas, (x, y), "filter", *handle, FILTER);
    let mut path = String::new();
    let bits = bytes[HEADER..].iter().enumerate();
    let set = bits.flat_map(|(at, byte)| {
        let bits = (0..8).filter(move |bit| byte >> bit & 1 == 1);
        bits.map(move |bit| 8 * at + bit)
    });
    let mut count = 0;
    for bit in set {
        let at = (
            x + 16 + (bit % ACROSS) as i32 * SIDE,
            y + 12 + (bit / ACROSS) as i32 * SIDE,
        );
        path.push_str(&format!("M{} {}h{SIDE}v{SIDE}h-{SIDE}z", at.0, at.1));
        count += 1;
    }
    let all = 8 * (bytes.len() - HEADER);
    let height = (all / ACROSS) as i32 * SIDE;
    canvas.path(&path, Style::NONE.filled(Ink::Series(FILTER), 0.8));
    canvas.rect(
        (x + 16, y + 12),
        (ACROSS as i32 * SIDE, height),
        Style::FAINT,
    );
    let note = format!("{HEADER} bytes of header; {count} of {all} bits are set");
    canvas.faint_text((x + 16, y + height + 28), Anchor::Start, 11, &note);
    y + height + 28
}

fn draw_properties(canvas: &mut Canvas, (x, mut y): (i32, i32), map: &FileMap) -> i32 {
    let (handle, properties) = &map.properties;
    heading(canvas, (x, y), "properties", *handle, PROPERTIES);
    y += 8;
    let internal = |internal_key: &[u8]| {
        let version = key::parse(internal_key).expect("a bound is an internal key");
        let user_key = String::from_utf8_lossy(version.user_key).into_owned();
        format!("{user_key} @{}", version.sequence)
    };
    let rows = [
        ("entries", properties.entries.to_string()),
        ("deletions", properties.deletions.to_string()),
        ("key.bytes", properties.key_bytes.to_string()),
        ("value.bytes", properties.value_bytes.to_string()),
        ("data.bytes", properties.data_bytes.to_string()),
        (
            "sequence.min, .max",
            format!("{}, {}", properties.min_sequence, properties.max_sequence),
        ),
        ("key.smallest", internal(&properties.smallest)),
        ("key.largest", internal(&properties.largest)),
    ];
    for (name, value) in rows {
        y += ROW;
        canvas.faint_text((x + 16, y), Anchor::Start, 11, name);
        canvas.text((x + 150, y), Anchor::Start, 11, &value);
    }
    y
}

fn draw_footer(canvas: &mut Canvas, (x, mut y): (i32, i32), map: &FileMap) -> i32 {
    let place = Handle {
        offset: map.footer,
        len: map.len - map.footer,
    };
    heading(canvas, (x, y), "footer", place, FOOTER);
    y += 8;
    let at = |handle: Handle| format!("{} bytes at {}", handle.len, handle.offset);
    let rows = [
        ("index", at(map.index.0)),
        ("properties", at(map.properties.0)),
        ("filter", at(map.filter.0)),
        ("range tombstones", "none".to_owned()),
        ("version, checksum", "1, CRC-32C".to_owned()),
        ("magic", "ssTable\\n".to_owned()),
    ];
    for (name, value) in rows {
        y += ROW;
        canvas.faint_text((x + 16, y), Anchor::Start, 11, name);
        canvas.text((x + 150, y), Anchor::Start, 11, &value);
    }
    y
}
