//! What an engine costs beside time: bytes on the disk, bytes written, memory, processor time.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use anyhow::Context;

use crate::harness::Turn;

const MIB: f64 = (1 << 20) as f64;

/// What this process has used before a workload, so that the workload's part can be told.
pub struct Gauge {
    written: u64,
    cpu: f64,
}

impl Gauge {
    /// Starts counting: bytes written from now, and the peak of memory from what is used now.
    pub fn start() -> anyhow::Result<Self> {
        // 5: forget the peak.
        fs::write("/proc/self/clear_refs", "5").context("cannot forget the peak of memory")?;
        Ok(Self {
            written: written()?,
            cpu: cpu_seconds()?,
        })
    }

    /// Records what came of it, of a workload in which `user` bytes were to be written.
    pub fn stop(self, user: u64, folder: &Path, turn: &mut Turn) -> anyhow::Result<()> {
        if user > 0 {
            let bytes = written()? - self.written;
            turn.record("write_amplification", bytes as f64 / user as f64);
        }
        turn.record("cpu_seconds", cpu_seconds()? - self.cpu);
        turn.record("peak_memory_mib", peak()? as f64 / MIB);
        turn.record("disk_mib", size(folder)? as f64 / MIB);
        Ok(())
    }
}

/// What the system counts as written by this process, when pages in its cache become dirty: what is
/// written twice before it goes to the disk counts once, and a few bytes count as whole pages.
fn written() -> anyhow::Result<u64> {
    field("/proc/self/io", "write_bytes:")
}

/// The largest resident set, of all threads; file pages that are mapped are part of it.
fn peak() -> anyhow::Result<u64> {
    Ok(field("/proc/self/status", "VmHWM:")? * 1024)
}

/// Processor time of all threads, in the system and out of it.
fn cpu_seconds() -> anyhow::Result<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The process's name is in brackets, and may have spaces. utime and stime are fields 14 and 15.
    let (_, fields) = stat
        .rsplit_once(')')
        .context("/proc/self/stat has no name")?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: Vec<f64> = ticks.map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}

fn field(file: &str, name: &str) -> anyhow::Result<u64> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("{file} has no {name}"))
}

/// Bytes that all files in `folder` and below take on the disk, which are fewer than their lengths
/// where there are holes.
fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.blocks() * 512
        };
    }
    Ok(bytes)
}
