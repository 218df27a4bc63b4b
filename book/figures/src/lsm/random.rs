//! Records in no order: what a tree of pages writes for them, and what runs do.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::Arc;

use bplustree::disk::storage::{FileStorage, Map, Storage};
use bplustree::disk::{self, StoreError};
use lsm::compaction::{Leveled, SizeTiered, Strategy};
use lsm::table::Compression;
use lsm::{Db, LsmError, WriteBatch};

use super::work::{MemFs, Random, key, options};
use crate::chart::{Line, Panel, grouped, lines};
use crate::{Figure, FigureError};

const NAME: &str = "lsm-random.svg";
const TITLE: &str = "Bytes written to the disk for each byte of random inserts, as records become \
                     more: a B+ tree rises towards a page for each record, an LSM tree by some more \
                     bytes for each level";

/// A record has a key of 16 bytes and a value of 100.
const VALUE: usize = 100;
const RECORD: u64 = 16 + VALUE as u64;
/// Numbers of records at which is counted.
const RECORDS: [u64; 6] = [1_000, 2_000, 5_000, 10_000, 20_000, 40_000];
/// Memory for what is not yet in a table. The databases are a thousandth of real ones, and so is
/// it.
const MEMTABLE: usize = 64 << 10;

/// Bytes written for each byte of the records, at each of [`RECORDS`].
type Curve = Vec<f64>;

/// The chart, and the same as a table.
///
/// # Errors
///
/// [`FigureError::Store`], [`FigureError::Lsm`] and [`FigureError::Draw`].
pub fn figures() -> Result<Vec<Figure>, FigureError> {
    let leveled = Leveled {
        level0_tables: 4,
        level1_bytes: 256 << 10,
        ratio: 10,
        table_bytes: 64 << 10,
    };
    let tiered = SizeTiered {
        table_bytes: 64 << 10,
        ..SizeTiered::default()
    };
    let curves = [
        ("B+ tree, 100 a commit", 4, tree(100)?),
        ("B+ tree, 1000 a commit", 2, tree(1000)?),
        ("LSM, leveled", 1, runs(leveled)?),
        ("LSM, size-tiered", 3, runs(tiered)?),
    ];
    Ok(vec![chart(&curves)?, table(&curves)])
}

fn chart(curves: &[(&str, usize, Curve)]) -> Result<Figure, FigureError> {
    let points = |curve: &Curve| {
        let x = RECORDS.iter().map(|records| *records as f64);
        x.zip(curve.iter().copied()).collect()
    };
    let drawn = curves.iter().map(|(name, colour, curve)| Line {
        name: (*name).to_owned(),
        points: points(curve),
        colour: *colour,
    });
    let panel = Panel {
        caption: String::new(),
        x: "records".to_owned(),
        y: "bytes written a byte".to_owned(),
        lines: drawn.collect(),
    };
    Ok(Figure {
        name: NAME.to_owned(),
        contents: lines(NAME, TITLE, &[panel], 1, 300)?,
    })
}

fn table(curves: &[(&str, usize, Curve)]) -> Figure {
    let mut table = String::from("| records |");
    for (name, ..) in curves {
        write!(table, " {name} |").expect("a string grows");
    }
    table += "\n|--:|";
    table += &"--:|".repeat(curves.len());
    table.push('\n');
    for (row, records) in RECORDS.iter().enumerate() {
        write!(table, "| {} |", grouped(*records as f64)).expect("a string grows");
        for (.., curve) in curves {
            write!(table, " {:.1} |", curve[row]).expect("a string grows");
        }
        table.push('\n');
    }
    writeln!(
        table,
        "\nBytes written for each byte of the records, from the first one on: keys of 16 bytes and \
         values of {VALUE} that do not compress, in no order; pages of 4 KiB, memtables of {} KiB, \
         nothing compressed.",
        MEMTABLE >> 10
    )
    .expect("a string grows");
    Figure {
        name: "lsm-random.md".to_owned(),
        contents: table,
    }
}

/// Keys in no order, none of them twice, and their values.
fn records() -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    let mut random = Random(1);
    // An odd factor permutes the numbers of 48 bits, and 15 digits have room for them.
    let scattered = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4b) & ((1 << 48) - 1);
    (1..).map(move |number| (key(scattered(number)), random.bytes(VALUE)))
}

fn tree(inserts: usize) -> Result<Curve, StoreError> {
    let folder = tempfile::tempdir()?;
    let storage = Unsynced::open(&folder.path().join("tree"))?;
    let store = disk::Options::new().open_storage(storage)?;
    let mut records = records();
    let (mut curve, mut inserted) = (Vec::new(), 0);
    while let Some(next) = RECORDS.get(curve.len()) {
        let mut tx = store.write()?;
        let mut table = tx.table("records")?;
        for (key, value) in records.by_ref().take(inserts) {
            table.insert(key, value)?;
        }
        tx.commit()?;
        inserted += inserts as u64;
        if inserted >= *next {
            let written = store.stats().bytes_written;
            curve.push(written as f64 / (inserted * RECORD) as f64);
        }
    }
    Ok(curve)
}

fn runs(strategy: impl Strategy + 'static) -> Result<Curve, LsmError> {
    let fs = MemFs::default();
    let options = options()
        .memtable_size(MEMTABLE)
        .compression(Compression::None)
        .compaction(strategy);
    let db = Db::open_in(Arc::new(fs.clone()), "/db", options)?;
    let mut records = records();
    let (mut curve, mut inserted) = (Vec::new(), 0);
    while let Some(next) = RECORDS.get(curve.len()) {
        let mut batch = WriteBatch::new();
        for (key, value) in records.by_ref().take(100) {
            batch.put(&key, &value)?;
        }
        db.write(batch)?;
        inserted += 100;
        if inserted >= *next {
            curve.push(fs.written() as f64 / (inserted * RECORD) as f64);
        }
    }
    Ok(curve)
}

/// A file whose syncs do nothing: what is written is counted, and nobody waits for the disk.
struct Unsynced(FileStorage);

impl Unsynced {
    fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Unsynced(FileStorage::open(path)?))
    }
}

impl Storage for Unsynced {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn map(&self) -> io::Result<Map> {
        self.0.map()
    }
}
