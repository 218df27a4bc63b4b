//! What the figures have in common: keys and values by a seed, and a file system that counts.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use vfs::{File, FileSystem, Lock, SimFs};

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

/// A file system in memory that counts the bytes that are written to it. Clones are the same one.
///
/// Room that a log takes beforehand is not counted, since nothing need be written for it.
#[derive(Clone, Debug)]
pub struct Counted {
    pub fs: SimFs,
    written: Arc<AtomicU64>,
}

impl Counted {
    pub fn new() -> Self {
        Counted {
            fs: SimFs::new(1),
            written: Arc::default(),
        }
    }

    /// Bytes that were written so far.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    fn counted(&self, file: io::Result<Arc<dyn File>>) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(CountedFile {
            file: file?,
            written: Arc::clone(&self.written),
        }))
    }
}

impl FileSystem for Counted {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.counted(self.fs.open(path))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.counted(self.fs.create(path))
    }

    fn create_new(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.counted(self.fs.create_new(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.fs.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.fs.remove(path)
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.fs.hard_link(from, to)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.fs.list(dir)
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.fs.create_dir_all(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.fs.sync_dir(dir)
    }

    fn lock(&self, path: &Path) -> io::Result<Lock> {
        self.fs.lock(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.fs.exists(path)
    }
}

#[derive(Debug)]
struct CountedFile {
    file: Arc<dyn File>,
    written: Arc<AtomicU64>,
}

impl File for CountedFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(offset, buf)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.written
            .fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.file.write_at(offset, bytes)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        self.file.allocate(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}
