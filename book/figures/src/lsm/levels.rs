//! A database on the disk, and the way of one look-up through it.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use lsm::compaction::Leveled;
use lsm::key::{self, MAX_SEQUENCE};
use lsm::table::{Compression, NoCache, Table};
use lsm::version::{LEVELS, TableMeta, Version, VersionEdit};
use lsm::{Db, LsmError, WriteBatch};
use wal::{Lsn, Wal};

use super::bytes::{Entry, FileMap};
use super::work::{self, MemFs, Random, options};
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::chart::grouped;
use crate::{Figure, FigureError};

const NAME: &str = "lsm-levels.svg";
const TITLE: &str = "All tables of a database, each over the keys that it has, and the look-up of \
                     one key: of the tables that cover it, filters pass over most, and it is found \
                     in one block of one";

const WRITES: u64 = 50_800;
/// Keys there may be: about half are written once or more.
const KEYS: u64 = 60_000;
const DIR: &str = "/db";

const WIDTH: i32 = 720;
const LEFT: i32 = 96;
const RIGHT: i32 = 524;
const NOTES: i32 = RIGHT + 12;
const ROW: i32 = 24;
const BOX: i32 = 18;
/// Between two levels.
const GAP: i32 = 10;

/// What a look-up learns from a table that covers its key.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    /// The filter says no.
    Filtered,
    /// The filter says maybe, and the block does not have it.
    InVain,
    Found,
}

struct Step {
    table: u64,
    answer: Answer,
}

/// A database that was closed.
struct OnDisk {
    fs: MemFs,
    version: Version,
    tables: BTreeMap<u64, Table>,
    /// The keys of the memtable.
    memtable: HashSet<u64>,
}

/// The figure.
///
/// # Errors
///
/// [`FigureError::Lsm`].
pub fn figure() -> Result<Figure, FigureError> {
    let disk = OnDisk::make()?;
    let (sought, steps) = disk.interesting()?;
    Ok(draw(&disk, sought, &steps)?)
}

impl OnDisk {
    fn make() -> Result<Self, FigureError> {
        let fs = MemFs::default();
        let leveled = Leveled {
            level0_tables: 4,
            level1_bytes: 512 << 10,
            ratio: 4,
            table_bytes: 128 << 10,
        };
        let options = options()
            .memtable_size(128 << 10)
            .compression(Compression::None)
            .compaction(leveled);
        let db = Db::open_in(Arc::new(fs.clone()), DIR, options)?;
        let mut random = Random(1);
        // What was written last, as far as it may still be in memory.
        let mut memtable = HashSet::new();
        let mut flushes = 0;
        for _ in 0..WRITES / 10 {
            let mut batch = WriteBatch::new();
            let numbers: Vec<u64> = (0..10).map(|_| random.below(KEYS)).collect();
            for number in &numbers {
                batch.put(&work::key(*number), &random.bytes(100))?;
            }
            db.write(batch)?;
            if db.stats().flushes > flushes {
                flushes = db.stats().flushes;
                memtable.clear();
            }
            memtable.extend(numbers);
        }
        drop(db);
        let mut disk = OnDisk {
            version: version(&fs)?,
            fs,
            tables: BTreeMap::new(),
            memtable,
        };
        for (_, meta) in disk.version.tables() {
            let bytes = Arc::new(disk.bytes_of(meta.number)?);
            let table = Table::open(bytes, meta.number, Arc::new(NoCache))?;
            disk.tables.insert(meta.number, table);
        }
        Ok(disk)
    }

    fn bytes_of(&self, number: u64) -> Result<Vec<u8>, LsmError> {
        let path = Path::new(DIR).join(format!("{number:06}.sst"));
        Ok(self.fs.contents(&path)?)
    }

    /// The way of a look-up.
    fn look_up(&self, sought: u64) -> Result<Vec<Step>, LsmError> {
        let user_key = work::key(sought);
        let mut steps = Vec::new();
        for meta in self.version.candidates(&user_key) {
            let table = &self.tables[&meta.number];
            let answer = match table.get(&user_key, MAX_SEQUENCE)? {
                Some(_) => Answer::Found,
                None if table.may_contain(&user_key) => Answer::InVain,
                None => Answer::Filtered,
            };
            steps.push(Step {
                table: meta.number,
                answer,
            });
            if answer == Answer::Found {
                break;
            }
        }
        Ok(steps)
    }

    /// A key that shows all that can happen: as many tables as may be cover it, a filter is wrong
    /// about it, and it is in the last one.
    fn interesting(&self) -> Result<(u64, Vec<Step>), LsmError> {
        let mut best = (KEYS / 2, Vec::new());
        let in_view = KEYS / 4..KEYS * 3 / 4;
        for sought in in_view.filter(|number| !self.memtable.contains(number)) {
            let steps = self.look_up(sought)?;
            let count = |answer| steps.iter().filter(|step| step.answer == answer).count();
            let shows_all = count(Answer::Found) == 1 && count(Answer::InVain) == 1;
            if shows_all && steps.len() > best.1.len() {
                best = (sought, steps);
            }
        }
        Ok(best)
    }

    /// The block of a table to which the index leads, and how many there are.
    fn block(&self, table: u64, sought: u64) -> Result<(usize, usize), LsmError> {
        let map = FileMap::of(&self.bytes_of(table)?)?;
        let mut least = Vec::new();
        key::encode_seek(&mut least, &work::key(sought), MAX_SEQUENCE);
        let separators = &map.index.1;
        let is_before = |entry: &Entry| key::compare(&entry.key, &least).is_lt();
        Ok((separators.partition_point(is_before), separators.len()))
    }
}

/// The version that the manifest leads to.
pub fn version(fs: &MemFs) -> Result<Version, FigureError> {
    let options = wal::Options::new();
    let log = Wal::open_in(
        Arc::new(fs.clone()),
        Path::new(DIR).join("manifest"),
        options,
    )?;
    let mut version = Version::default();
    for record in log.iter_from(Lsn(0))? {
        let (lsn, bytes) = record?;
        let edit = VersionEdit::from_bytes(&bytes, lsn.0)?;
        if edit.reset {
            version = Version::default();
        }
        version = version.apply(&edit, lsn.0)?;
    }
    Ok(version)
}

/// From left to right: the keys.
fn x(user_key: &[u8]) -> i32 {
    let number: u64 = String::from_utf8_lossy(user_key)
        .parse()
        .unwrap_or_default();
    LEFT + (number as f64 / KEYS as f64 * f64::from(RIGHT - LEFT)).round() as i32
}

fn draw(disk: &OnDisk, sought: u64, steps: &[Step]) -> Result<Figure, LsmError> {
    let mut canvas = Canvas::new(WIDTH);
    let at = x(&work::key(sought));
    let caption = format!("get({sought}): where is it?");
    canvas.text((at, 16), Anchor::Middle, 13, &caption);
    let mut y = 30;
    draw_memtable(&mut canvas, disk, y);
    y += ROW + GAP;
    let mut found = None;
    for level in 0..LEVELS {
        let tables = disk.version.level(level);
        if tables.is_empty() {
            continue;
        }
        let name = format!("level {level}");
        canvas.text((LEFT - 10, y + 13), Anchor::End, 12, &name);
        let rows: Vec<_> = match level {
            0 => tables.chunks(1).collect(),
            _ => vec![tables],
        };
        for tables in rows {
            for table in tables {
                draw_table(&mut canvas, table, y);
                if let Some(step) = steps.iter().find(|step| step.table == table.number) {
                    let blocks = disk.block(table.number, sought)?;
                    draw_step(&mut canvas, table, step, blocks.0, y);
                    if step.answer == Answer::Found {
                        found = Some((table, blocks, y));
                    }
                }
            }
            y += ROW;
        }
        if level > 0 {
            let sum = disk.version.level_len(level);
            let note = format!("{} tables, {} KB", tables.len(), grouped(sum as f64 / 1e3));
            canvas.faint_text((RIGHT, y + 6), Anchor::End, 11, &note);
            y += 10;
        }
        y += GAP;
    }
    if let Some((table, blocks, from)) = found {
        canvas.path(&format!("M{at} 22V{from}"), Style::NEWS);
        y = draw_blocks(&mut canvas, table, blocks, from, y + 16);
    }
    Ok(canvas.figure(NAME, TITLE, y + 10))
}

fn draw_memtable(canvas: &mut Canvas, disk: &OnDisk, y: i32) {
    canvas.text((LEFT - 10, y + 13), Anchor::End, 12, "memtable");
    let style = Style::PLAIN.filled(Ink::Series(5), 0.35);
    canvas.rect((LEFT, y), (RIGHT - LEFT, BOX), style);
    let note = format!("{} entries: no", disk.memtable.len());
    canvas.text((NOTES, y + 13), Anchor::Start, 12, &note);
}

fn draw_table(canvas: &mut Canvas, table: &TableMeta, y: i32) {
    let (from, to) = (x(table.bounds.start()), x(table.bounds.end()));
    let style = Style::PLAIN.filled(Ink::Series(0), 0.18);
    canvas.rect((from, y), ((to - from - 1).max(1), BOX), style);
}

/// The same table, as it answers.
fn draw_step(canvas: &mut Canvas, table: &TableMeta, step: &Step, block: usize, y: i32) {
    let (from, to) = (x(table.bounds.start()), x(table.bounds.end()));
    let (colour, note) = match step.answer {
        Answer::Filtered => (1, "filter: no".to_owned()),
        Answer::InVain => (4, format!("maybe; block {block}: no")),
        Answer::Found => (3, format!("maybe; block {block}: yes")),
    };
    let style = Style::PLAIN.filled(Ink::Series(colour), 0.45);
    canvas.rect((from, y), ((to - from - 1).max(1), BOX), style);
    canvas.text((NOTES, y + 13), Anchor::Start, 12, &note);
}

/// The table in which it is found, block by block.
fn draw_blocks(
    canvas: &mut Canvas,
    table: &TableMeta,
    (found, blocks): (usize, usize),
    from: i32,
    y: i32,
) -> i32 {
    let width = (RIGHT - LEFT) / blocks as i32;
    let (start, end) = (x(table.bounds.start()), x(table.bounds.end()));
    let right = LEFT + width * blocks as i32;
    let bottom = from + BOX;
    canvas.path(
        &format!("M{start} {bottom}L{LEFT} {y}M{end} {bottom}L{right} {y}"),
        Style::FAINT,
    );
    for block in 0..blocks {
        let style = match block == found {
            true => Style::NEWS.filled(Ink::Series(3), 0.45),
            false => Style::PLAIN.filled(Ink::Series(0), 0.18),
        };
        canvas.rect((LEFT + width * block as i32, y), (width - 2, BOX), style);
    }
    canvas.text(
        (LEFT - 10, y + 13),
        Anchor::End,
        12,
        &format!("table {}", table.number),
    );
    let note = format!("its {blocks} data blocks");
    canvas.text((NOTES, y + 13), Anchor::Start, 12, &note);
    y + ROW + 8
}
