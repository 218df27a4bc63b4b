//! `lsm manifest`: the edits, one by one.

use std::io::Write;
use std::path::Path;

use lsm::inspect::Inspector;
use lsm::version::VersionEdit;

use crate::failure::Failure;
use crate::text::Version;

pub fn run(dir: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let mut damages = 0;
    for edit in Inspector::open(dir)?.edits()? {
        match edit {
            Ok((lsn, edit)) => {
                writeln!(out, "edit {}", lsn.0)?;
                print(&edit, out)?;
            }
            Err(error) => {
                damages += 1;
                writeln!(out, "damaged: {error}")?;
            }
        }
    }
    match damages {
        0 => Ok(()),
        _ => Err(Failure::Damaged(damages)),
    }
}

fn print(edit: &VersionEdit, out: &mut impl Write) -> Result<(), Failure> {
    if edit.reset {
        writeln!(out, "  reset: forgets all tables before")?;
    }
    let numbers = [
        ("log is needed from record", edit.log),
        ("next file", edit.next_file),
        ("last sequence", edit.last_sequence),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            writeln!(out, "  {name} {number}")?;
        }
    }
    for (level, number) in &edit.removed {
        writeln!(out, "  - table {number} from level {level}")?;
    }
    for (level, table) in &edit.added {
        writeln!(
            out,
            "  + table {} to level {level}: {} bytes, {} entries, {} of them tombstones, \
             sequences {} to {}, {} … {}",
            table.number,
            table.file_len,
            table.entries,
            table.tombstones,
            table.min_sequence,
            table.max_sequence,
            Version(&table.bounds.smallest),
            Version(&table.bounds.largest),
        )?;
    }
    Ok(())
}
