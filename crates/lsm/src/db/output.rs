//! Writing tables to files.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use vfs::File;

use super::core::Core;
use super::tables::Tables;
use crate::Result;
use crate::compaction::{Merge, Retention};
use crate::cursor::Cursor;
use crate::version::TableMeta;

/// Bytes that are written at a time.
const CHUNK: usize = 1 << 20;

/// A file that is written front to back, in large pieces.
pub(crate) struct Appender {
    file: Arc<dyn File>,
    offset: u64,
    buffer: Vec<u8>,
}

impl Appender {
    pub fn new(file: Arc<dyn File>) -> Self {
        Appender {
            file,
            offset: 0,
            buffer: Vec::new(),
        }
    }

    /// Makes all of it durable, but for its name.
    pub fn sync(mut self) -> io::Result<()> {
        self.flush()?;
        self.file.sync_data()
    }
}

impl Write for Appender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_at(self.offset, &self.buffer)?;
        self.offset += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

impl Core {
    // ANCHOR: write_tables
    /// Writes what `retention` keeps of `run` to tables that are durable on return, names and all.
    /// After an error, none of them is left.
    pub fn write_tables(
        &self,
        merge: &Merge,
        run: &mut dyn Cursor,
        retention: Retention,
    ) -> Result<Vec<Arc<TableMeta>>> {
        let begun = RefCell::new(Vec::new());
        let create = || {
            let number = self.next_file.fetch_add(1, Relaxed);
            begun.borrow_mut().push(number);
            let file = self.fs.create_new(&Tables::path(&self.dir, number))?;
            Ok((number, Appender::new(file)))
        };
        let finish = |sink: Appender| Ok(sink.sync()?);
        let written = merge.run(run, retention, create, finish);
        let durable = written.and_then(|tables| {
            if !tables.is_empty() {
                self.fs.sync_dir(&self.dir)?;
            }
            Ok(tables)
        });
        if durable.is_err() {
            self.remove_tables(begun.into_inner());
        }
        durable
    }
    // ANCHOR_END: write_tables

    /// Removes files that no version has. What cannot be removed now, the next opening removes.
    pub fn remove_tables(&self, numbers: impl IntoIterator<Item = u64>) {
        for number in numbers {
            let _ = self.fs.remove(&Tables::path(&self.dir, number));
        }
    }
}
