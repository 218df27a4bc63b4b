//! What strategies cost over time: bytes written, bytes taken, and runs to ask.

use std::fmt::Write as _;
use std::sync::Arc;

use lsm::compaction::{Fifo, Leveled, SizeTiered, Strategy};
use lsm::table::Compression;
use lsm::{Db, LsmError, Stats, WriteBatch};

use super::work::{MemFs, Random, key, options, shuffled};
use crate::chart::{Line, Panel, grouped, lines};
use crate::{Figure, FigureError};

const NAME: &str = "lsm-amplification.svg";
const TITLE: &str = "Write amplification, space amplification and sorted runs of three strategies \
                     while a filled database is overwritten in no order";

/// Records, each of a key of 16 bytes and a value of [`VALUE`].
const RECORDS: u64 = 10_000;
const VALUE: usize = 100;
const RECORD: u64 = 16 + VALUE as u64;
/// How often, on average, each record is overwritten.
const ROUNDS: u64 = 4;
/// Writes to a batch, and so from one point of the lines to the next.
const BATCH: u64 = 100;

const MEMTABLE: usize = 32 << 10;
const TABLE: u64 = 32 << 10;

/// What is known after some writes.
struct Point {
    /// Megabytes of keys and values that the user wrote.
    user: f64,
    /// Bytes written to the disk so far for each of the user's.
    write: f64,
    /// Bytes of all tables for each byte that is alive.
    space: f64,
    runs: f64,
}

struct Curve {
    name: &'static str,
    colour: usize,
    points: Vec<Point>,
}

/// The chart, and a table with the numbers at the end.
///
/// # Errors
///
/// [`FigureError::Lsm`] and [`FigureError::Draw`].
pub fn figures() -> Result<Vec<Figure>, FigureError> {
    let leveled = Leveled {
        level0_tables: 4,
        level1_bytes: 128 << 10,
        ratio: 5,
        table_bytes: TABLE,
    };
    let tiered = SizeTiered {
        table_bytes: TABLE,
        ..SizeTiered::default()
    };
    let fifo = Fifo {
        max_bytes: RECORDS * RECORD,
        ttl_ms: None,
    };
    let curves = [
        curve("leveled", 1, leveled)?,
        curve("size-tiered", 3, tiered)?,
        curve("first in, first out", 4, fifo)?,
    ];
    Ok(vec![chart(&curves)?, table(&curves)])
}

fn curve(
    name: &'static str,
    colour: usize,
    strategy: impl Strategy + 'static,
) -> Result<Curve, LsmError> {
    let fs = MemFs::default();
    let options = options()
        .memtable_size(MEMTABLE)
        .compression(Compression::None)
        .compaction(strategy);
    let db = Db::open_in(Arc::new(fs.clone()), "/db", options)?;
    let mut random = Random(1);
    let mut filled = shuffled(RECORDS);
    let mut points = Vec::new();
    let mut written = 0;
    while written < RECORDS * (ROUNDS + 1) {
        let mut batch = WriteBatch::new();
        for _ in 0..BATCH {
            let record = match filled.pop() {
                Some(record) => record,
                None => random.below(RECORDS),
            };
            batch.put(&key(record), &random.bytes(VALUE))?;
        }
        db.write(batch)?;
        written += BATCH;
        points.push(Point::of(written, &fs, &db.stats()));
    }
    Ok(Curve {
        name,
        colour,
        points,
    })
}

impl Point {
    fn of(records: u64, fs: &MemFs, stats: &Stats) -> Self {
        let user = records * RECORD;
        let tables: u64 = stats.levels.iter().map(|level| level.bytes).sum();
        let alive = records.min(RECORDS) * RECORD;
        Point {
            user: user as f64 / 1e6,
            write: fs.written() as f64 / user as f64,
            space: tables as f64 / alive as f64,
            runs: runs(stats) as f64,
        }
    }
}

/// Sorted runs: each table of level 0, and each other level that has any.
pub fn runs(stats: &Stats) -> usize {
    let [top, below @ ..] = &stats.levels[..] else {
        return 0;
    };
    let below = below.iter().filter(|level| level.tables > 0);
    top.tables + below.count()
}

fn chart(curves: &[Curve]) -> Result<Figure, FigureError> {
    let panel = |caption: &str, y: &str, curves: &[Curve], value: fn(&Point) -> f64| {
        let line = |curve: &Curve| Line {
            name: curve.name.to_owned(),
            points: curve
                .points
                .iter()
                .map(|point| (point.user, value(point)))
                .collect(),
            colour: curve.colour,
        };
        Panel {
            caption: caption.to_owned(),
            x: "MB of keys and values written".to_owned(),
            y: y.to_owned(),
            lines: curves.iter().map(line).collect(),
        }
    };
    let merging = &curves[..2];
    let panels = [
        panel(
            "Write amplification",
            "bytes to the disk a byte",
            curves,
            |point| point.write,
        ),
        panel(
            "Space amplification",
            "bytes of tables a live byte",
            merging,
            |point| point.space,
        ),
        panel("Read amplification", "sorted runs", merging, |point| {
            point.runs
        }),
    ];
    Ok(Figure {
        name: NAME.to_owned(),
        contents: lines(NAME, TITLE, &panels, 1, 220)?,
    })
}

/// The numbers at the end, and the worst of the overwriting.
fn table(curves: &[Curve]) -> Figure {
    let mut table = String::from(
        "| | written a byte | space, mean | space, most | runs, mean | runs, most |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for curve in curves {
        let filled = (RECORDS / BATCH) as usize;
        let later = &curve.points[filled..];
        let mean =
            |value: fn(&Point) -> f64| later.iter().map(value).sum::<f64>() / later.len() as f64;
        let most = |value: fn(&Point) -> f64| later.iter().map(value).fold(0.0, f64::max);
        let (first, last) = (&curve.points[filled - 1], &later[later.len() - 1]);
        // Of the overwriting alone.
        let written =
            (last.write * last.user - first.write * first.user) / (last.user - first.user);
        let (space, runs) = (|point: &Point| point.space, |point: &Point| point.runs);
        writeln!(
            table,
            "| {} | {written:.1} | {:.2} | {:.2} | {:.1} | {:.0} |",
            curve.name,
            mean(space),
            most(space),
            mean(runs),
            most(runs)
        )
        .expect("a string grows");
    }
    writeln!(
        table,
        "\n{} records of {RECORD} bytes, in no order, and then {} overwrites in no order, of which \
         the table speaks; memtables of {} KiB, nothing compressed. One of the bytes written is the \
         log's, and one the flush's. First in, first out keeps {:.1} MB and forgets what is older: \
         most keys have lost their value.",
        grouped(RECORDS as f64),
        grouped((RECORDS * ROUNDS) as f64),
        MEMTABLE >> 10,
        (RECORDS * RECORD) as f64 / 1e6,
    )
    .expect("a string grows");
    Figure {
        name: "lsm-amplification.md".to_owned(),
        contents: table,
    }
}
