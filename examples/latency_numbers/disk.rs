//! The disk: syncs, writes, and reads that the page cache cannot answer.
//!
//! A read after a write does not reach the disk: the operating system has kept what was written,
//! in its *page cache*. So before reads are timed, the system is asked to let go of the file's
//! pages (`posix_fadvise`, `POSIX_FADV_DONTNEED`). It need not comply, and on a file system in
//! memory it cannot. Hence the count afterwards: Linux says in `/proc/self/io` how many bytes were
//! fetched from a device for this process. If that is less than was read, the row says so.
//!
//! What no program can see is a cache below the system: the disk's own, the controller's, or, under
//! a virtual machine, the host's. A disk that answers in less than ten microseconds is memory.
//!
//! # Invariants
//!
//! * The files have no names, so the system removes them when this process ends, however it does.
//! * The one that is read is filled with random numbers, which nothing below can compress or leave out.
//! * No page of it is read twice for one row.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

#[cfg(target_os = "linux")]
use rustix::fs::Advice;

use crate::cycle::Random;
use crate::error::LatencyError;
use crate::times::{Measured, Plan, Times};

const MIB: usize = 1 << 20;
const PAGE: usize = 4096;
/// Bytes of a small append.
const APPEND: usize = 128;

/// Two files without names on the disk that is measured, one full and one empty, and how long it
/// took to write the full one.
#[derive(Debug)]
pub struct Disk {
    file: File,
    log: File,
    mebibytes: u32,
    writing: Times,
}

impl Disk {
    /// Makes the files; the full one has 256 MiB, or 32 if it is to be quick.
    ///
    /// # Errors
    ///
    /// [`LatencyError::Directory`] if `dir` cannot hold it.
    pub fn prepare(dir: &Path, quick: bool) -> Result<Self, LatencyError> {
        let mebibytes = if quick { 32 } else { 256 };
        let no_room = |source| LatencyError::Directory {
            dir: dir.to_owned(),
            source,
        };
        let mut file: File = tempfile::tempfile_in(dir).map_err(no_room)?;
        let mut writing = Times::new(1)?;
        let mut random = Random::new(3);
        for _ in 0..mebibytes {
            let bytes: Vec<u8> = (0..MIB / 8)
                .flat_map(|_| random.next().to_le_bytes())
                .collect();
            let start = Instant::now();
            file.write_all(&bytes).map_err(no_room)?;
            file.sync_data().map_err(no_room)?;
            writing.record(start.elapsed())?;
        }
        file.sync_all().map_err(no_room)?;
        Ok(Disk {
            file,
            log: tempfile::tempfile_in(dir).map_err(no_room)?,
            mebibytes,
            writing,
        })
    }

    /// The time to write 1 MiB at a file's end and to sync it. It was taken when the file was made.
    pub fn write_megabyte(&self) -> Measured {
        Measured {
            times: self.writing.clone(),
            note: None,
        }
    }

    /// The time to write 128 bytes at a file's end and to sync them, `fdatasync`.
    ///
    /// # Errors
    ///
    /// [`LatencyError::System`].
    pub fn append(&self, quick: bool) -> Result<Measured, LatencyError> {
        let mut log = &self.log;
        Plan::new(1_000, 1, quick).time(|| {
            let appended = log.write_all(&[7; APPEND]).and_then(|()| log.sync_data());
            appended.map_err(LatencyError::system("appending to a log"))
        })
    }

    /// The time to read a page of 4 KiB anywhere in the file.
    ///
    /// # Errors
    ///
    /// [`LatencyError::System`].
    pub fn read_page(&self, quick: bool) -> Result<Measured, LatencyError> {
        let mut pages: Vec<u64> = (0..u64::from(self.mebibytes) * (MIB / PAGE) as u64).collect();
        let mut random = Random::new(4);
        for page in (1..pages.len()).rev() {
            pages.swap(page, random.below(page + 1));
        }
        let offsets = pages.into_iter().map(|page| page * PAGE as u64);
        self.read(PAGE, offsets, Advice::Random, Plan::new(2_000, 1, quick))
    }

    /// The time to read the next 1 MiB of the file, from its beginning, in groups of a sixteenth of
    /// the file. The system reads ahead, by megabytes: alone, most reads would find their bytes in
    /// memory already, and a few would wait for those of many.
    ///
    /// # Errors
    ///
    /// [`LatencyError::System`].
    pub fn read_megabyte(&self) -> Result<Measured, LatencyError> {
        let offsets = (0..u64::from(self.mebibytes)).map(|number| number * MIB as u64);
        // With the warm-up, which is two, that is all of the file.
        let plan = Plan::new(14, self.mebibytes / 16, false);
        self.read(MIB, offsets, Advice::Sequential, plan)
    }

    /// Has the page cache let go of the file, reads `size` bytes at each of the `offsets`, and notes
    /// if they came from the page cache after all.
    // ANCHOR: read
    fn read(
        &self,
        size: usize,
        mut offsets: impl Iterator<Item = u64>,
        advice: Advice,
        plan: Plan,
    ) -> Result<Measured, LatencyError> {
        let mut buffer = vec![0; size];
        let let_go = advise(&self.file, Advice::DontNeed);
        let advised = let_go.and_then(|()| advise(&self.file, advice));
        let before = fetched_from_devices();
        let measured = plan.time(|| {
            let offset = offsets.next().unwrap_or(0);
            let read = self.file.read_exact_at(&mut buffer, offset);
            read.map_err(LatencyError::system("reading from the disk"))
        })?;
        let fetched = before.zip(fetched_from_devices());
        let fetched = fetched.map(|(before, after)| after.saturating_sub(before));
        let reads = u64::from(plan.warm_up() + plan.groups) * u64::from(plan.group);
        let asked = reads * size as u64;
        let note = doubt(advised, fetched, asked);
        Ok(Measured { note, ..measured })
    }
    // ANCHOR_END: read
}

/// Why reads of `asked` bytes may not have been reads from a disk, if so many bytes were `fetched`
/// from devices meanwhile, or nobody knows how many.
fn doubt(advised: io::Result<()>, fetched: Option<u64>, asked: u64) -> Option<String> {
    match (advised, fetched) {
        (Err(error), _) => Some(format!("the page cache may have answered: {error}")),
        (_, None) => Some("nobody counts whether the page cache has answered".to_owned()),
        (_, Some(fetched)) if fetched < asked / 10 * 9 => Some(format!(
            "the page cache has answered: {} of {} KiB came from a device",
            fetched / 1024,
            asked / 1024
        )),
        _ => None,
    }
}

/// Advises the system of how a whole file will be used.
#[cfg(target_os = "linux")]
fn advise(file: &File, advice: Advice) -> io::Result<()> {
    Ok(rustix::fs::fadvise(file, 0, None, advice)?)
}

#[cfg(not(target_os = "linux"))]
fn advise(_: &File, _: Advice) -> io::Result<()> {
    Err(io::Error::other("this program can empty it only on Linux"))
}

/// What a file is advised of where nobody takes advice.
#[cfg(not(target_os = "linux"))]
#[derive(Clone, Copy, Debug)]
enum Advice {
    DontNeed,
    Random,
    Sequential,
}

/// Bytes that were fetched from devices for this process until now, if the system counts them.
fn fetched_from_devices() -> Option<u64> {
    let counts = fs::read_to_string("/proc/self/io").ok()?;
    let count = counts
        .lines()
        .find_map(|line| line.strip_prefix("read_bytes: "));
    count?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_that_no_device_has_seen_are_in_doubt() {
        assert_eq!(doubt(Ok(()), Some(1 << 20), 1 << 20), None);
        assert_eq!(
            doubt(Ok(()), Some(2 << 20), 1 << 20),
            None,
            "it may read ahead"
        );
        let some = doubt(Ok(()), Some(1 << 19), 1 << 20).unwrap();
        assert!(some.contains("512 of 1024 KiB"), "{some}");
        assert!(doubt(Ok(()), Some(0), 1 << 20).is_some());
        assert!(doubt(Ok(()), None, 1 << 20).is_some());
        let refused = doubt(Err(io::Error::other("no")), Some(1 << 20), 1 << 20);
        assert!(refused.unwrap().ends_with("no"));
    }
}
