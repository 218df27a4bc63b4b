//! Deleting: bytes on the disk over time, and what a scan has to pass over.

use std::fmt::Write as _;
use std::sync::Arc;

use lsm::compaction::Leveled;
use lsm::table::Compression;
use lsm::{Db, LsmError, WriteBatch};

use super::work::{MemFs, Random, key, options, shuffled};
use crate::chart::{Line, Panel, grouped, lines};
use crate::{Figure, FigureError};

const NAME: &str = "lsm-tombstones.svg";
const TITLE: &str = "Bytes of all tables while half of the records are deleted one by one, and by \
                     one range tombstone; they fall only when compaction reaches the records";

const RECORDS: u64 = 20_000;
/// Small, so that a tombstone is not much smaller than a record.
const VALUE: usize = 24;
const BATCH: u64 = 100;

/// Bytes of the tables after so many writes.
struct Course {
    points: Vec<(f64, f64)>,
    /// When all was filled, deleted, flushed, compacted.
    marks: [u64; 4],
}

/// The chart, and the same as a table.
///
/// # Errors
///
/// [`FigureError::Lsm`] and [`FigureError::Draw`].
pub fn figures() -> Result<Vec<Figure>, FigureError> {
    let order = shuffled(RECORDS / 2);
    let one_by_one = course(|db, from, to| {
        let mut batch = WriteBatch::new();
        for number in &order[from as usize..to as usize] {
            batch.delete(&key(*number))?;
        }
        db.write(batch)
    })?;
    let range = course(|db, from, _| match from {
        0 => db.delete_range(&key(0), &key(RECORDS / 2)),
        _ => Ok(()),
    })?;
    let courses = [("one by one", 4, one_by_one), ("delete_range", 3, range)];
    Ok(vec![chart(&courses)?, table(&courses)])
}

/// Fills a database and compacts it, deletes the first half of its keys, in steps from a number to
/// another, and compacts it.
fn course(
    mut delete: impl FnMut(&Db, u64, u64) -> Result<(), LsmError>,
) -> Result<Course, LsmError> {
    let db = database()?;
    let mut random = Random(1);
    for numbers in shuffled(RECORDS).chunks(BATCH as usize) {
        let mut batch = WriteBatch::new();
        for number in numbers {
            batch.put(&key(*number), &random.bytes(VALUE))?;
        }
        db.write(batch)?;
    }
    db.flush()?;
    db.compact_range::<&[u8]>(..)?;
    let filled = bytes(&db);
    let mut points = vec![(0.0, filled as f64 / 1e6)];
    let mut mark = |time: u64, bytes: u64| {
        points.push((time as f64, bytes as f64 / 1e6));
        bytes
    };
    for start in (0..RECORDS / 2).step_by(BATCH as usize) {
        delete(&db, start, start + BATCH)?;
        mark(start + BATCH, bytes(&db));
    }
    // Some time for what comes after the last deletion.
    let (end, step) = (RECORDS / 2, RECORDS / 20);
    let deleted = bytes(&db);
    mark(end + step, deleted);
    db.flush()?;
    let flushed = mark(end + step, bytes(&db));
    mark(end + 2 * step, flushed);
    db.compact_range::<&[u8]>(..)?;
    let compacted = mark(end + 2 * step, bytes(&db));
    mark(end + 3 * step, compacted);
    Ok(Course {
        points,
        marks: [filled, deleted, flushed, compacted],
    })
}

fn database() -> Result<Db, LsmError> {
    let leveled = Leveled {
        level0_tables: 4,
        level1_bytes: 9 << 10,
        ratio: 10,
        table_bytes: 4 << 10,
    };
    let options = options()
        .memtable_size(16 << 10)
        .compression(Compression::None)
        .compaction(leveled);
    Db::open_in(Arc::new(MemFs::default()), "/db", options)
}

fn bytes(db: &Db) -> u64 {
    db.stats().levels.iter().map(|level| level.bytes).sum()
}

fn chart(courses: &[(&str, usize, Course)]) -> Result<Figure, FigureError> {
    let line = |(name, colour, course): &(&str, usize, Course)| Line {
        name: (*name).to_owned(),
        points: course.points.clone(),
        colour: *colour,
    };
    let panel = Panel {
        caption: String::new(),
        x: "keys deleted; then flush, and compact_range".to_owned(),
        y: "MB of tables".to_owned(),
        lines: courses.iter().map(line).collect(),
    };
    Ok(Figure {
        name: NAME.to_owned(),
        contents: lines(NAME, TITLE, &[panel], 1, 300)?,
    })
}

fn table(courses: &[(&str, usize, Course)]) -> Figure {
    let mut table = String::from(
        "| bytes of tables | filled | most | all deleted | flushed | compacted |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for (name, _, course) in courses {
        let most = course
            .points
            .iter()
            .map(|point| point.1 * 1e6)
            .fold(0.0, f64::max);
        let [filled, deleted, flushed, compacted] = course.marks.map(|bytes| grouped(bytes as f64));
        let most = grouped(most);
        writeln!(
            table,
            "| {name} | {filled} | {most} | {deleted} | {flushed} | {compacted} |"
        )
        .expect("a string grows");
    }
    writeln!(
        table,
        "\n{} records of {} bytes, of which the first half is deleted; one by one in no order.",
        grouped(RECORDS as f64),
        16 + VALUE
    )
    .expect("a string grows");
    Figure {
        name: "lsm-tombstones.md".to_owned(),
        contents: table,
    }
}
