//! How `progress.toml` is changed, so that nothing in it is ever lost.
//!
//! `cargo book roadmap` in a terminal, the page in a browser and the reader's editor all write this
//! file. Three things could go wrong, and each has its answer:
//!
//! | what | answer |
//! |---|---|
//! | two of them read, both write, and the first one's change is gone | whoever changes it holds a lock from before the read until after the write |
//! | the power fails half-way through the write | the new text goes into a new file, is synced, and takes the old one's name: there is the old file or the new one |
//! | the file is damaged, or the change is | it is refused, with line and reason, before anything is written |
//!
//! The lock is on a file of its own, `progress.toml.lock`, which stays. It cannot be on
//! `progress.toml`: the rename puts another file in its place, and those who wait would hold a lock
//! on a file that is no more. It is not on the folder either, since that is most often the
//! repository's root, which is not ours to lock, and since not all systems lock folders.
//!
//! An editor knows nothing of the lock. It is safe from half a file, not from overwriting what was
//! ticked while it was open.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use vfs::{FileSystem, StdFs};

use crate::progress::{self, new_faults, read};
use crate::{Error, Problem, Progress, Roadmap};

// ANCHOR: edit
/// Changes the progress in the file at `path`, which need not be there yet. Waits for others who
/// are changing it. A change that fails, or that would leave the reader's own modules in disorder,
/// leaves the file as it is; so does one that changes nothing.
///
/// # Errors
///
/// What `change` returned; [`Error::Io`]; [`Error::Invalid`] if the file is damaged or would be.
pub fn edit<T>(
    path: &Path,
    roadmap: &Roadmap,
    change: impl FnOnce(&mut Progress) -> Result<T, Error>,
) -> Result<T, Error> {
    let path = resolved(path)?;
    let _lock = locked(&path)?;
    let text = read::text_at(&path)?;
    let before = Progress::parse(&text).map_err(|error| error.in_file(&path))?;
    let mut after = before.clone();
    let result = change(&mut after)?;
    if after != before {
        check(roadmap, &before, &after).map_err(|error| error.in_file(&path))?;
        let text = progress::updated(&text, &before, &after);
        let text = text.map_err(|error| error.in_file(&path))?;
        replace(&StdFs, &path, text.as_bytes()).map_err(|e| Error::io("write", &path, e))?;
    }
    Ok(result)
}
// ANCHOR_END: edit

fn check(roadmap: &Roadmap, before: &Progress, after: &Progress) -> Result<(), Error> {
    let faults = new_faults(roadmap, before, after);
    let problems = faults.into_iter().map(|(fault, module)| Problem {
        line: None,
        module: Some(module.id.clone()),
        message: fault.message,
    });
    crate::parse::invalid(problems.collect())
}

// ANCHOR: replace
/// Puts `bytes` in the place of what is in the file at `path`, such that a crash at any moment
/// leaves the old bytes or the new ones. Only one may do this at a time.
///
/// # Errors
///
/// Those of the file system. The old bytes are then still there, unless it was the last step that
/// failed, which makes the new name durable.
pub fn replace(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_added_extension("new");
    let written = write(fs, &new, bytes).and_then(|()| fs.rename(&new, path));
    if written.is_err() {
        // It is in nobody's way: the next replacement writes over it.
        let _ = fs.remove(&new);
        return written;
    }
    fs.sync_dir(path.parent().unwrap_or(Path::new("")))
}

fn write(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = fs.create(path)?;
    file.write_at(0, bytes)?;
    file.sync_data()
}
// ANCHOR_END: replace

/// The file behind `path`, if that is a link: a rename would replace the link.
fn resolved(path: &Path) -> Result<PathBuf, Error> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(path),
        found => found,
    }
    .map_err(|source| Error::io("find", path, source))
}

/// The lock, held until the file that is returned is closed.
fn locked(path: &Path) -> Result<File, Error> {
    let path = path.with_added_extension("lock");
    let lock = || {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        file.lock()?;
        Ok(file)
    };
    lock().map_err(|source| Error::io("lock", &path, source))
}
