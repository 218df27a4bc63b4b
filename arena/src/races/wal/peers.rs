//! Logs of others, and the simplest one that there can be.

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
        mpsc,
    },
};

use anyhow::Context;
use okaywal::{Configuration, Entry, EntryId, LogManager, SegmentReader, WriteAheadLog};
use raft_engine::{
    Config, Engine, LogBatch, ReadableSize,
    env::{DefaultFileSystem, FileSystem, Handle, Permission},
    internals::FilePipeLog,
};

use super::contender::{Durable, Log, SEGMENT};
use crate::harness::Identity;

/// A file and a lock: one write and one sync for each record. `ZEROS` says whether the file is made
/// as long as it will be beforehand, so that a sync does not have to write its length too.
pub struct Plain<const ZEROS: bool> {
    /// And where its end is.
    file: Mutex<(File, u64)>,
    durable: Durable,
    syncs: AtomicU64,
}

impl<const ZEROS: bool> Log for Plain<ZEROS> {
    const WHO: Identity = Identity {
        name: if ZEROS { "File, prepared" } else { "File" },
        package: "std",
        what: if ZEROS {
            "a file of zeros and a mutex: a write and an fsync for each record"
        } else {
            "a file that grows and a mutex: a write and an fsync for each record"
        },
        ours: false,
    };

    const SHARES: bool = false;

    fn create(folder: &Path, durable: Durable, _: u32) -> anyhow::Result<Self> {
        let mut file = File::create_new(folder.join("log"))?;
        if ZEROS {
            let zeros = vec![0; 1 << 20];
            (0..4 * (SEGMENT >> 20)).try_for_each(|_| file.write_all(&zeros))?;
        }
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        Ok(Self {
            file: Mutex::new((file, 0)),
            durable,
            syncs: AtomicU64::new(0),
        })
    }

    fn append(&self, _: u32, record: &[u8]) -> anyhow::Result<()> {
        let mut frame = (record.len() as u32).to_le_bytes().to_vec();
        frame.extend_from_slice(record);
        let mut state = self.file.lock().expect("nobody panics");
        let (file, end) = &mut *state;
        file.write_all_at(&frame, *end)?;
        *end += frame.len() as u64;
        if self.durable == Durable::OnReturn {
            file.sync_data()?;
            self.syncs.fetch_add(1, Relaxed);
        }
        Ok(())
    }

    fn syncs(&self) -> Option<u64> {
        Some(self.syncs.load(Relaxed))
    }

    fn read(folder: &Path, _: u32) -> anyhow::Result<Vec<Vec<u8>>> {
        let bytes = std::fs::read(folder.join("log"))?;
        let (mut rest, mut records) = (&bytes[..], Vec::new());
        while let Some((len, after)) = rest.split_first_chunk() {
            let len = u32::from_le_bytes(*len) as usize;
            if len == 0 {
                break;
            }
            let (record, after) = after.split_at_checked(len).context("a record is cut")?;
            records.push(record.to_vec());
            rest = after;
        }
        Ok(records)
    }
}

/// okaywal. What its checkpoints take out of the log is dropped.
pub struct Okay(WriteAheadLog);

/// Gives the records that are found to whoever asked.
#[derive(Debug)]
struct Recovered(mpsc::Sender<Vec<u8>>);

impl LogManager for Recovered {
    fn recover(&mut self, entry: &mut Entry<'_>) -> io::Result<()> {
        for record in entry.read_all_chunks()?.into_iter().flatten() {
            self.0.send(record).map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn checkpoint_to(
        &mut self,
        _: EntryId,
        _: &mut SegmentReader,
        _: &WriteAheadLog,
    ) -> io::Result<()> {
        Ok(())
    }
}

impl Okay {
    fn open(folder: &Path) -> anyhow::Result<(WriteAheadLog, mpsc::Receiver<Vec<u8>>)> {
        let (found, records) = mpsc::channel();
        let config = Configuration::default_for(folder)
            .preallocate_bytes(SEGMENT as u32)
            // As its default: three quarters.
            .checkpoint_after_bytes(SEGMENT / 4 * 3);
        Ok((config.open(Recovered(found))?, records))
    }
}

impl Log for Okay {
    const WHO: Identity = Identity {
        name: "okaywal",
        package: "okaywal",
        what: "group commit; segments of zeros, recycled; CRC-32C",
        ours: false,
    };

    fn create(folder: &Path, durable: Durable, _: u32) -> anyhow::Result<Self> {
        anyhow::ensure!(durable == Durable::OnReturn, "it always syncs");
        Ok(Self(Self::open(folder)?.0))
    }

    fn append(&self, _: u32, record: &[u8]) -> anyhow::Result<()> {
        let mut entry = self.0.begin_entry()?;
        entry.write_chunk(record)?;
        entry.commit()?;
        Ok(())
    }

    fn syncs(&self) -> Option<u64> {
        None
    }

    fn close(self) -> anyhow::Result<()> {
        Ok(self.0.shutdown()?)
    }

    fn read(folder: &Path, _: u32) -> anyhow::Result<Vec<Vec<u8>>> {
        let (log, records) = Self::open(folder)?;
        log.shutdown()?;
        Ok(records.iter().collect())
    }
}

/// raft-engine: every thread is a Raft group, and a record a value under the record's number.
pub struct Raft {
    engine: Engine<Counting, FilePipeLog<Counting>>,
    durable: Durable,
    syncs: Arc<AtomicU64>,
    /// The next number of each group.
    next: Vec<AtomicU32>,
}

impl Raft {
    fn open(folder: &Path, durable: Durable, threads: u32) -> anyhow::Result<Self> {
        let config = Config {
            dir: folder
                .to_str()
                .context("the folder's name is UTF-8")?
                .to_owned(),
            target_file_size: ReadableSize(SEGMENT),
            batch_compression_threshold: ReadableSize(0),
            ..Config::default()
        };
        let syncs = Arc::new(AtomicU64::new(0));
        let files = Counting {
            files: DefaultFileSystem,
            syncs: syncs.clone(),
        };
        let engine = Engine::open_with_file_system(config, Arc::new(files))?;
        let next = (0..threads).map(|_| AtomicU32::new(0)).collect();
        Ok(Self {
            engine,
            durable,
            syncs,
            next,
        })
    }
}

impl Log for Raft {
    const WHO: Identity = Identity {
        name: "raft-engine",
        package: "raft-engine",
        what: "TiKV's log of many Raft groups: group commit, fallocate, and an index in memory",
        ours: false,
    };

    fn create(folder: &Path, durable: Durable, threads: u32) -> anyhow::Result<Self> {
        Self::open(folder, durable, threads)
    }

    fn append(&self, thread: u32, record: &[u8]) -> anyhow::Result<()> {
        let number = self.next[thread as usize].fetch_add(1, Relaxed);
        let mut batch = LogBatch::with_capacity(1);
        batch.put(
            group(thread),
            number.to_be_bytes().to_vec(),
            record.to_vec(),
        )?;
        self.engine
            .write(&mut batch, self.durable == Durable::OnReturn)?;
        Ok(())
    }

    fn syncs(&self) -> Option<u64> {
        Some(self.syncs.load(Relaxed))
    }

    fn read(folder: &Path, threads: u32) -> anyhow::Result<Vec<Vec<u8>>> {
        let this = Self::open(folder, Durable::OnReturn, threads)?;
        let mut records = Vec::new();
        for thread in 0..threads {
            let keep = |_: &[u8], record: &[u8]| {
                records.push(record.to_vec());
                true
            };
            this.engine
                .scan_raw_messages(group(thread), None, None, false, keep)?;
        }
        Ok(records)
    }
}

/// Groups are counted from 1.
fn group(thread: u32) -> u64 {
    u64::from(thread) + 1
}

/// The system's files, whose syncs are counted.
struct Counting {
    files: DefaultFileSystem,
    syncs: Arc<AtomicU64>,
}

struct Counted {
    file: Arc<<DefaultFileSystem as FileSystem>::Handle>,
    syncs: Arc<AtomicU64>,
}

impl Counting {
    fn counted(&self, file: <DefaultFileSystem as FileSystem>::Handle) -> Counted {
        Counted {
            file: Arc::new(file),
            syncs: self.syncs.clone(),
        }
    }
}

impl Handle for Counted {
    fn truncate(&self, offset: usize) -> io::Result<()> {
        self.file.truncate(offset)
    }

    fn file_size(&self) -> io::Result<usize> {
        self.file.file_size()
    }

    fn sync(&self) -> io::Result<()> {
        self.syncs.fetch_add(1, Relaxed);
        self.file.sync()
    }
}

impl FileSystem for Counting {
    type Handle = Counted;
    type Reader = <DefaultFileSystem as FileSystem>::Reader;
    type Writer = <DefaultFileSystem as FileSystem>::Writer;

    fn create<P: AsRef<Path>>(&self, path: P) -> io::Result<Counted> {
        Ok(self.counted(self.files.create(path)?))
    }

    fn open<P: AsRef<Path>>(&self, path: P, permission: Permission) -> io::Result<Counted> {
        Ok(self.counted(self.files.open(path, permission)?))
    }

    fn delete<P: AsRef<Path>>(&self, path: P) -> io::Result<()> {
        self.files.delete(path)
    }

    fn rename<P: AsRef<Path>>(&self, from: P, to: P) -> io::Result<()> {
        self.files.rename(from, to)
    }

    fn new_reader(&self, handle: Arc<Counted>) -> io::Result<Self::Reader> {
        self.files.new_reader(handle.file.clone())
    }

    fn new_writer(&self, handle: Arc<Counted>) -> io::Result<Self::Writer> {
        self.files.new_writer(handle.file.clone())
    }
}
