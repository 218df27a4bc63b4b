//! Files that can only be read: a tool that looks at a damaged database must not be able to make it
//! worse, whatever mistakes the tool has.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use vfs::{File, FileSystem, Lock, StdFs};

use crate::table::ReadAt;

/// The operating system's file system, without all that changes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadOnly;

/// A file of it. One reader at a time, which is all that inspection needs.
#[derive(Debug)]
pub(super) struct ReadOnlyFile(Mutex<fs::File>);

impl ReadOnlyFile {
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(ReadOnlyFile(Mutex::new(fs::File::open(path)?)))
    }

    fn with<R>(&self, work: impl FnOnce(&mut fs::File) -> io::Result<R>) -> io::Result<R> {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn refuse<T>() -> io::Result<T> {
    Err(io::ErrorKind::ReadOnlyFilesystem.into())
}

impl FileSystem for ReadOnly {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(ReadOnlyFile::open(path)?))
    }

    fn create(&self, _: &Path) -> io::Result<Arc<dyn File>> {
        refuse()
    }

    fn create_new(&self, _: &Path) -> io::Result<Arc<dyn File>> {
        refuse()
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        refuse()
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        refuse()
    }

    fn hard_link(&self, _: &Path, _: &Path) -> io::Result<()> {
        refuse()
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        StdFs.list(dir)
    }

    fn create_dir_all(&self, _: &Path) -> io::Result<()> {
        refuse()
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        refuse()
    }

    /// Keeps out those who write, and no others. Where there is no file to lock, nobody has locked
    /// it: it is not made.
    fn lock(&self, path: &Path) -> io::Result<Lock> {
        let file = match fs::File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lock::new(())),
            file => file?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Lock::new(file)),
            Err(fs::TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }
}

impl File for ReadOnlyFile {
    fn len(&self) -> io::Result<u64> {
        self.with(|file| Ok(file.metadata()?.len()))
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.with(|file| {
            file.seek(SeekFrom::Start(offset))?;
            let mut done = 0;
            while done < buf.len() {
                match file.read(&mut buf[done..]) {
                    Ok(0) => break,
                    Ok(read) => done += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(done)
        })
    }

    fn write_at(&self, _: u64, _: &[u8]) -> io::Result<()> {
        refuse()
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        refuse()
    }

    fn allocate(&self, _: u64) -> io::Result<()> {
        refuse()
    }

    fn sync_data(&self) -> io::Result<()> {
        refuse()
    }
}

impl ReadAt for ReadOnlyFile {
    fn len(&self) -> io::Result<u64> {
        File::len(self)
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        File::read_exact_at(self, offset, buf)
    }
}
