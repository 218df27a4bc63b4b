//! `lsm dump-sst`: what a table's file is made of.

use std::io::Write;
use std::path::Path;

use lsm::inspect;
use lsm::key::{self, Kind};
use lsm::table::{DataBlock, Properties};

use crate::failure::Failure;
use crate::text::Version;

pub fn run(file: &Path, keys: bool, out: &mut impl Write) -> Result<(), Failure> {
    let table = inspect::open_table(file)?;
    writeln!(out, "{}: {} bytes", file.display(), table.file_len())?;
    properties(table.properties(), out)?;
    writeln!(out, "parts")?;
    for part in table.parts()? {
        let (offset, len) = (part.offset, part.file_len);
        writeln!(out, "  {offset:>10} {len:>8} bytes  {}", part.name)?;
    }
    let tombstones = table.range_tombstones();
    if !tombstones.is_empty() {
        writeln!(out, "range tombstones")?;
    }
    for (start, end, sequence) in tombstones.iter() {
        let (start, end) = (start.escape_ascii(), end.escape_ascii());
        writeln!(out, "  {start} … {end} (exclusive) @{sequence}")?;
    }
    writeln!(out, "data blocks")?;
    let mut damages = 0;
    for block in table.data_blocks() {
        match block {
            Ok(block) => print_block(&block, keys, out)?,
            Err(error) => {
                damages += 1;
                writeln!(out, "  damaged: {error}")?;
            }
        }
    }
    match damages {
        0 => Ok(()),
        _ => Err(Failure::Damaged(damages)),
    }
}

fn properties(properties: &Properties, out: &mut impl Write) -> Result<(), Failure> {
    let numbers = [
        ("entries", properties.entries),
        ("deletions", properties.deletions),
        ("range deletions", properties.range_deletions),
        ("key bytes", properties.key_bytes),
        ("value bytes", properties.value_bytes),
        ("data blocks", properties.data_blocks),
        ("data bytes", properties.data_bytes),
        ("oldest sequence", properties.min_sequence),
        ("newest sequence", properties.max_sequence),
    ];
    writeln!(out, "properties")?;
    for (name, number) in numbers {
        writeln!(out, "  {name:<16} {number}")?;
    }
    writeln!(out, "  smallest key     {}", Version(&properties.smallest))?;
    writeln!(out, "  largest key      {}", Version(&properties.largest))?;
    Ok(())
}

fn print_block(block: &DataBlock, keys: bool, out: &mut impl Write) -> Result<(), Failure> {
    let mut entries = Vec::new();
    let mut deletions = 0;
    block.for_each(|key, value| {
        let kind = key::parse(key).map(|version| version.kind);
        deletions += u32::from(kind == Some(Kind::Delete));
        entries.push((key.to_vec(), value.to_vec()));
    });
    write!(
        out,
        "  {:>10} {:>8} bytes  {} entries, {deletions} of them tombstones",
        block.offset,
        block.file_len,
        entries.len()
    )?;
    if let (Some((first, _)), Some((last, _))) = (entries.first(), entries.last()) {
        let (first, last) = (key::user_key(first), key::user_key(last));
        write!(out, ", {} … {}", first.escape_ascii(), last.escape_ascii())?;
    }
    writeln!(out)?;
    for (key, value) in entries.iter().filter(|_| keys) {
        writeln!(out, "    {}\t{}", Version(key), value.escape_ascii())?;
    }
    Ok(())
}
