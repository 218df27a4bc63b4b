//! `lsm load`: tab-separated lines into the database.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use lsm::{Db, Options, SyncPolicy, WriteBatch};

use crate::failure::Failure;
use crate::progress;

/// Bytes of a batch: one record of the log each.
const BATCH: usize = 64 << 10;

// ANCHOR: load
pub fn run(dir: &Path, out: &mut impl Write) -> Result<(), Failure> {
    // Nothing is acknowledged before the end, so nothing needs to be durable before it.
    let db = Db::open(dir, Options::new().sync(SyncPolicy::Os))?;
    let bar = progress::bytes(input_len());
    let mut input = BufReader::with_capacity(1 << 20, io::stdin().lock());
    let (mut batch, mut line, mut count) = (WriteBatch::new(), Vec::new(), 0);
    while input.read_until(b'\n', &mut line).map_err(Failure::Input)? > 0 {
        let entry = line.strip_suffix(b"\n").unwrap_or(&line);
        let tab = entry.iter().position(|byte| *byte == b'\t');
        let tab = tab.ok_or(Failure::Line(count + 1))?;
        batch.put(&entry[..tab], &entry[tab + 1..])?;
        count += 1;
        if batch.as_bytes().len() >= BATCH {
            db.write(std::mem::take(&mut batch))?;
        }
        bar.inc(line.len() as u64);
        line.clear();
    }
    db.write(batch)?;
    db.flush()?;
    bar.finish_and_clear();
    db.close()?;
    Ok(writeln!(out, "{count} entries")?)
}
// ANCHOR_END: load

/// How many bytes standard input has, if it is a file.
fn input_len() -> Option<u64> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let input = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
        let metadata = input.metadata().ok()?;
        metadata.is_file().then_some(metadata.len())
    }
    #[cfg(not(unix))]
    None
}
