//! What the figures have in common: keys and values by a seed, and a file system that counts.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lsm::{ManualClock, Options, SyncPolicy};
use vfs::{File, FileSystem, Lock};

/// SplitMix64 (Steele et al., OOPSLA 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    /// Bytes that no compression shortens.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let words = (0..count.div_ceil(8)).map(|_| self.next().to_le_bytes());
        let mut bytes: Vec<u8> = words.flatten().collect();
        bytes.truncate(count);
        bytes
    }
}

/// The key of a record: 16 bytes, in the order of numbers.
pub fn key(number: u64) -> Vec<u8> {
    format!("{number:016}").into_bytes()
}

/// How databases are opened here: without threads, clocks and syncs, so that what happens depends on
/// nothing but the calls.
pub fn options() -> Options {
    Options::new()
        .sync(SyncPolicy::Os)
        .clock(ManualClock::new(0))
        .threads(0)
}

/// The numbers up to `count` in no order.
pub fn shuffled(count: u64) -> Vec<u64> {
    let mut random = Random(3);
    let mut numbers: Vec<u64> = (0..count).collect();
    for last in (1..numbers.len()).rev() {
        numbers.swap(last, random.below(last as u64 + 1) as usize);
    }
    numbers
}

/// A file system in memory that counts the bytes that are written to it. Clones are the same one.
///
/// Zeros are not counted: they are the room that a log takes beforehand, and a write to them a moment
/// later finds them in the system's cache.
#[derive(Clone, Debug, Default)]
pub struct MemFs(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    files: Mutex<BTreeMap<PathBuf, Arc<MemFile>>>,
    written: Arc<AtomicU64>,
}

impl MemFs {
    /// Bytes that were written so far.
    pub fn written(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }

    /// The bytes of a file that is there.
    pub fn contents(&self, path: &Path) -> io::Result<Vec<u8>> {
        let files = lock(&self.0.files);
        let file = files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(lock(&file.bytes).clone())
    }

    fn add(&self, path: &Path) -> Arc<dyn File> {
        let file = Arc::new(MemFile {
            bytes: Mutex::default(),
            written: Arc::clone(&self.0.written),
        });
        lock(&self.0.files).insert(path.to_owned(), Arc::clone(&file));
        file
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FileSystem for MemFs {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        match lock(&self.0.files).get(path) {
            Some(file) => Ok(Arc::clone(file) as Arc<dyn File>),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(self.add(path))
    }

    fn create_new(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        match self.exists(path)? {
            true => Err(io::ErrorKind::AlreadyExists.into()),
            false => Ok(self.add(path)),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = lock(&self.0.files);
        let file = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_owned(), file);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = lock(&self.0.files).remove(path);
        removed.map(drop).ok_or(io::ErrorKind::NotFound.into())
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = lock(&self.0.files);
        let file = files.get(from).ok_or(io::ErrorKind::NotFound)?;
        let file = Arc::clone(file);
        files.insert(to.to_owned(), file);
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let files = lock(&self.0.files);
        let inside = files.keys().filter(|path| path.parent() == Some(dir));
        let name = |path: &PathBuf| Some(path.file_name()?.to_str()?.to_owned());
        Ok(inside.filter_map(name).collect())
    }

    fn create_dir_all(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    /// Nobody else can have it.
    fn lock(&self, _: &Path) -> io::Result<Lock> {
        Ok(Lock::new(()))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(lock(&self.0.files).contains_key(path))
    }
}

#[derive(Debug)]
struct MemFile {
    bytes: Mutex<Vec<u8>>,
    written: Arc<AtomicU64>,
}

impl File for MemFile {
    fn len(&self) -> io::Result<u64> {
        Ok(lock(&self.bytes).len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let bytes = lock(&self.bytes);
        let rest = bytes.get(offset as usize..).unwrap_or(&[]);
        let len = rest.len().min(buf.len());
        buf[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn write_at(&self, offset: u64, written: &[u8]) -> io::Result<()> {
        if written.iter().any(|byte| *byte != 0) {
            let count = written.len() as u64;
            self.written.fetch_add(count, Ordering::Relaxed);
        }
        let mut bytes = lock(&self.bytes);
        let (start, end) = (offset as usize, offset as usize + written.len());
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        bytes[start..end].copy_from_slice(written);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        lock(&self.bytes).resize(len as usize, 0);
        Ok(())
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        let mut bytes = lock(&self.bytes);
        let len = bytes.len().max(len as usize);
        bytes.resize(len, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
}
