//! `lsm verify`: every block of every table, the manifest and the log.

use std::io::Write;
use std::path::Path;

use indicatif::ProgressBar;
use lsm::inspect::Inspector;
use lsm::version::{TableMeta, Version};

use crate::failure::Failure;
use crate::progress;

/// What was found sound, and what not.
#[derive(Default)]
struct Findings {
    tables: usize,
    blocks: u64,
    entries: u64,
    batches: u64,
    /// Where and what.
    damages: Vec<String>,
}

pub fn run(dir: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let mut findings = Findings::default();
    let inspector = Inspector::open(dir)?;
    let version = findings.manifest(&inspector)?;
    let bar = progress::bytes(Some(version.file_len()));
    for (_, table) in version.tables() {
        let damaged = findings.damages.len();
        findings.table(&inspector, table, &bar);
        findings.tables += usize::from(findings.damages.len() == damaged);
    }
    bar.finish_and_clear();
    findings.log(&inspector)?;
    for damage in &findings.damages {
        writeln!(out, "damaged: {damage}")?;
    }
    writeln!(
        out,
        "sound: {} tables, {} blocks with {} entries, {} batches in the log",
        findings.tables, findings.blocks, findings.entries, findings.batches
    )?;
    match findings.damages.len() {
        0 => Ok(()),
        count => Err(Failure::Damaged(count)),
    }
}

impl Findings {
    /// The tables that there are, as far as the manifest is sound.
    fn manifest(&mut self, inspector: &Inspector) -> Result<Version, Failure> {
        let mut version = Version::default();
        for next in inspector.versions()? {
            match next {
                Ok(next) => version = next,
                Err(error) => self.damages.push(error.to_string()),
            }
        }
        Ok(version)
    }

    fn table(&mut self, inspector: &Inspector, meta: &TableMeta, bar: &ProgressBar) {
        let begin = bar.position();
        match inspector.table(meta.number) {
            // The operating system's errors do not say which file.
            Err(error) => {
                let path = inspector.table_path(meta.number);
                self.damages.push(format!("{}: {error}", path.display()));
            }
            Ok(table) => {
                for block in table.data_blocks() {
                    match block {
                        Ok(block) => {
                            self.blocks += 1;
                            block.for_each(|_, _| self.entries += 1);
                            bar.inc(block.file_len);
                        }
                        Err(error) => self.damages.push(error.to_string()),
                    }
                }
            }
        }
        bar.set_position(begin + meta.file_len);
    }

    fn log(&mut self, inspector: &Inspector) -> Result<(), Failure> {
        for batch in inspector.batches()? {
            match batch {
                Ok(_) => self.batches += 1,
                Err(error) => self.damages.push(error.to_string()),
            }
        }
        Ok(())
    }
}
