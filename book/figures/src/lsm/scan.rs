//! A scan that begins before many tombstones: what it passes over.

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use lsm::iter::{MergingCursor, View, VisibleCursor};
use lsm::key::MAX_SEQUENCE;
use lsm::range_tombstones::RangeTombstone;
use lsm::table::{NoCache, Table, TableCursor};
use lsm::{Cursor, Db, LsmError, WriteBatch};

use super::levels::version;
use super::work::{MemFs, key, options};
use crate::chart::grouped;
use crate::{Figure, FigureError};

/// Keys that are deleted, and those behind them that are not.
const DEAD: u64 = 100_000;
const LIVE: u64 = 1_000;
const SCANNED: usize = 10;
const DIR: &str = "/db";

/// A row for each state of the database.
///
/// # Errors
///
/// [`FigureError::Lsm`], [`FigureError::Wal`].
pub fn table() -> Result<Figure, FigureError> {
    let mut table = String::from(
        "| a scan of the first ten records | entries passed over | data blocks read |\n\
         |---|--:|--:|\n",
    );
    let one_by_one = |db: &Db| {
        for start in (0..DEAD).step_by(1000) {
            let mut batch = WriteBatch::new();
            for number in start..start + 1000 {
                batch.delete(&key(number))?;
            }
            db.write(batch)?;
        }
        Ok(())
    };
    let by_range = |db: &Db| db.delete_range(&key(0), &key(DEAD));
    let store = Store::filled()?;
    store.row(&mut table, "nothing deleted")?;
    store.delete(one_by_one)?;
    store.row(&mut table, "deleted one by one")?;
    store.db.compact_range::<&[u8]>(..)?;
    store.row(&mut table, "the same, compacted")?;
    let store = Store::filled()?;
    store.delete(by_range)?;
    store.row(&mut table, "deleted by `delete_range`")?;
    store.db.compact_range::<&[u8]>(..)?;
    store.row(&mut table, "the same, compacted")?;
    writeln!(
        table,
        "\n{} records, of which the first {} are deleted.",
        grouped((DEAD + LIVE) as f64),
        grouped(DEAD as f64)
    )
    .expect("a string grows");
    Ok(Figure {
        name: "lsm-scan.md".to_owned(),
        contents: table,
    })
}

struct Store {
    fs: MemFs,
    db: Db,
}

impl Store {
    fn filled() -> Result<Self, LsmError> {
        let fs = MemFs::default();
        let options = options().memtable_size(16 << 20);
        let db = Db::open_in(Arc::new(fs.clone()), DIR, options)?;
        for start in (0..DEAD + LIVE).step_by(1000) {
            let mut batch = WriteBatch::new();
            for number in start..start + 1000 {
                batch.put(&key(number), b"value")?;
            }
            db.write(batch)?;
        }
        db.flush()?;
        Ok(Store { fs, db })
    }

    fn delete(&self, delete: impl Fn(&Db) -> Result<(), LsmError>) -> Result<(), LsmError> {
        delete(&self.db)?;
        self.db.flush()
    }

    fn row(&self, table: &mut String, name: &str) -> Result<(), FigureError> {
        let (passed, blocks) = (self.passed()?, self.blocks()?);
        let passed = grouped((passed - SCANNED) as f64);
        writeln!(table, "| {name} | {passed} | {} |", grouped(blocks as f64))
            .expect("a string grows");
        Ok(())
    }

    /// Data blocks that the database's own cursor reads.
    fn blocks(&self) -> Result<u64, LsmError> {
        let read = || {
            let stats = self.db.stats();
            stats.cache_hits + stats.cache_misses
        };
        let before = read();
        for record in self.db.iter().take(SCANNED) {
            record?;
        }
        Ok(read() - before)
    }

    /// Entries on which the same cursor stands, of a database whose memtable is empty.
    fn passed(&self) -> Result<usize, FigureError> {
        let steps = Rc::new(Cell::new(0));
        let mut view = View::new(MAX_SEQUENCE);
        let (mut runs, mut ranges) = (Vec::new(), Vec::new());
        for (_, meta) in version(&self.fs)?.tables() {
            let path = Path::new(DIR).join(format!("{:06}.sst", meta.number));
            let bytes = Arc::new(self.fs.contents(&path).map_err(LsmError::from)?);
            let table = Arc::new(Table::open(bytes, meta.number, Arc::new(NoCache))?);
            let of_table = table.range_tombstones().iter();
            ranges.extend(of_table.map(|(start, end, sequence)| RangeTombstone {
                start: start.to_vec(),
                end: end.to_vec(),
                sequence,
            }));
            runs.push(table.cursor());
        }
        view.tombstones = Arc::new(ranges.into_iter().collect());
        let run = Counting {
            run: MergingCursor::new(runs),
            steps: Rc::clone(&steps),
        };
        let mut scan = VisibleCursor::new(run, view);
        scan.seek_to_first()?;
        for _ in 1..SCANNED {
            scan.move_next()?;
        }
        Ok(steps.get() + 1)
    }
}

/// A cursor that counts its steps.
struct Counting {
    run: MergingCursor<TableCursor>,
    steps: Rc<Cell<usize>>,
}

impl Cursor for Counting {
    fn current(&self) -> Option<(&[u8], &[u8])> {
        self.run.current()
    }

    fn seek_to_first(&mut self) -> Result<(), LsmError> {
        self.run.seek_to_first()
    }

    fn seek_to_last(&mut self) -> Result<(), LsmError> {
        self.run.seek_to_last()
    }

    fn seek(&mut self, key: &[u8]) -> Result<(), LsmError> {
        self.run.seek(key)
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<(), LsmError> {
        self.run.seek_before(key)
    }

    fn next(&mut self) -> Result<(), LsmError> {
        self.steps.set(self.steps.get() + 1);
        self.run.next()
    }

    fn prev(&mut self) -> Result<(), LsmError> {
        self.run.prev()
    }
}
