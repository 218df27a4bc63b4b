//! The operating system's files.

use std::fs::{self, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::{File, FileSystem, Lock, check_rename, parent};

/// What [`File::allocate`] writes at a time.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// The operating system's file system, by [`std::fs`].
///
/// ```
/// use vfs::{File, FileSystem, StdFs};
///
/// let dir = tempfile::tempdir()?;
/// let file = StdFs.create_new(&dir.path().join("a"))?;
/// file.write_at(0, b"hello")?;
/// file.sync_data()?;
/// StdFs.sync_dir(dir.path())?;
/// assert_eq!(StdFs.list(dir.path())?, ["a"]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StdFs;

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

fn opened(file: io::Result<fs::File>) -> io::Result<Arc<dyn File>> {
    Ok(Arc::new(StdFile(file?)))
}

impl FileSystem for StdFs {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        opened(options().open(path))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        opened(options().create(true).truncate(true).open(path))
    }

    fn create_new(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        opened(options().create_new(true).open(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        check_rename(from, to)?;
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(or_here(dir))? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        if or_here(dir).is_dir() {
            return Ok(());
        }
        self.create_dir_all(parent(dir))?;
        match fs::create_dir(dir) {
            // Another process was faster; whether it has synced is not known.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => {}
            result => result?,
        }
        self.sync_dir(parent(dir))
    }

    /// On Windows, where directories cannot be synced, this does nothing.
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        if cfg!(unix) {
            fs::File::open(or_here(dir))?.sync_all()?;
        }
        Ok(())
    }

    /// An advisory lock (`flock` on Unix): a program that does not ask for it is not kept out.
    fn lock(&self, path: &Path) -> io::Result<Lock> {
        let file = options().create(true).truncate(false).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
            TryLockError::Error(error) => error,
        })?;
        Ok(Lock::new(file))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        or_here(path).try_exists()
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        Ok(fs::metadata(path)?.len())
    }
}

/// The parent of the relative path `a` is the empty path, which systems do not take.
fn or_here(dir: &Path) -> &Path {
    if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    }
}

#[derive(Debug)]
struct StdFile(fs::File);

impl StdFile {
    #[cfg(unix)]
    fn read_some(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buf, offset)
    }

    #[cfg(windows)]
    fn read_some(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, buf, offset)
    }

    #[cfg(unix)]
    fn write_some(&self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::write_at(&self.0, bytes, offset)
    }

    #[cfg(windows)]
    fn write_some(&self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_write(&self.0, bytes, offset)
    }
}

/// Calls again when a signal came between.
fn uninterrupted(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl File for StdFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            let read = uninterrupted(|| self.read_some(offset + done as u64, &mut buf[done..]))?;
            if read == 0 {
                break;
            }
            done += read;
        }
        Ok(done)
    }

    fn write_at(&self, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = uninterrupted(|| self.write_some(offset, bytes))?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            (offset, bytes) = (offset + written as u64, &bytes[written..]);
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    /// Writes zeros. `fallocate` would be faster here and slower later: blocks that it sets aside
    /// are marked as unwritten, and the first write to each has to change the mark, by the file
    /// system's journal, before a sync returns.
    fn allocate(&self, len: u64) -> io::Result<()> {
        let mut end = self.len()?;
        while end < len {
            let step = (len - end).min(ZEROS.len() as u64);
            self.write_at(end, &ZEROS[..step as usize])?;
            end += step;
        }
        Ok(())
    }

    /// `fdatasync` where there is one: it makes a new length durable too, but not the file's times.
    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}
