//! The worst disk that the contract allows, for tests.
//!
//! [`SimDisk`] keeps *live* bytes, which every read sees, apart from *durable* ones, which a crash
//! leaves. A write is live at once; it is one of many that wait for a sync. [`SimDisk::crash`]
//! gives the disk that the next start finds: for every sector, either what was durable or what any
//! of the waiting writes made of it, as a seed decides. So writes are lost, reordered and torn
//! between sectors, but a sector is written whole, as disks promise.
//!
//! A [`Plan`] makes one call go wrong. A sync that fails keeps some of what waited and *forgets*
//! the rest, which stays live and is never written, as Linux does.
//!
//! ```
//! use bplustree::disk::sim::SimDisk;
//! use bplustree::disk::storage::Storage;
//!
//! let disk = SimDisk::new(7);
//! disk.write_at(0, b"kept")?;
//! disk.sync()?;
//! disk.write_at(0, b"lost, or not")?;
//! let found = disk.crash().contents();
//! assert!(found == b"kept" || found == b"lost, or not" || found == b"lost");
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::storage::{Map, Storage};

/// What a disk writes whole.
pub const SECTOR: usize = 512;

/// What goes wrong, and when. Calls are counted from 0: `write_at`, `set_len` and `sync`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    #[default]
    Fine,
    /// That call fails; a write or sync may have done part of its work.
    FailAt(u64),
    /// That call fails, as do all after it: the power is gone.
    PowerOffAt(u64),
    /// That call, if it is a write, reports success and does nothing: a disk that breaks the
    /// contract, as disks do.
    LoseAt(u64),
    /// There is room for so many bytes.
    FullAt(u64),
}

/// A simulated disk. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct SimDisk(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    live: Vec<u8>,
    durable: Vec<u8>,
    /// What waits for a sync.
    waiting: Vec<Change>,
    /// A copy of `live`, until it changes.
    map: Option<Map>,
    plan: Plan,
    calls: u64,
    random: Random,
}

#[derive(Clone, Debug)]
enum Change {
    /// Bytes that are inside one sector.
    Write {
        offset: usize,
        bytes: Vec<u8>,
    },
    SetLen(usize),
}

impl SimDisk {
    /// An empty disk; `seed` decides whatever the contract leaves open.
    pub fn new(seed: u64) -> Self {
        Self::with_contents(Vec::new(), seed)
    }

    /// A disk on which `contents` are durable.
    pub fn with_contents(contents: Vec<u8>, seed: u64) -> Self {
        SimDisk(Arc::new(Mutex::new(Inner {
            live: contents.clone(),
            durable: contents,
            waiting: Vec::new(),
            map: None,
            plan: Plan::Fine,
            calls: 0,
            random: Random(seed),
        })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what is to go wrong. Calls are counted from now on.
    pub fn set_plan(&self, plan: Plan) {
        let mut inner = self.inner();
        (inner.plan, inner.calls) = (plan, 0);
    }

    /// Calls since the plan was set.
    pub fn calls(&self) -> u64 {
        self.inner().calls
    }

    /// The live bytes.
    pub fn contents(&self) -> Vec<u8> {
        self.inner().live.clone()
    }

    /// Returns the disk that is found after a power failure now. This one stays as it is.
    pub fn crash(&self) -> SimDisk {
        let mut inner = self.inner();
        let (waiting, mut random) = (inner.waiting.clone(), inner.random.fork());
        let mut bytes = inner.durable.clone();
        drop(inner);
        persist_some(&mut bytes, &waiting, &mut random);
        SimDisk::with_contents(bytes, random.next())
    }
}

// ANCHOR: persist_some
/// Makes durable what a crash at a bad moment would: for every sector, any one of the versions that
/// it had since the last sync.
fn persist_some(durable: &mut Vec<u8>, waiting: &[Change], random: &mut Random) {
    let mut chances = std::collections::BTreeMap::<usize, u64>::new();
    for change in waiting {
        // Every version survives or not, and their order stays, so that any may be the last one.
        // Half of the neighbourhoods share one fate, or large writes would never survive whole.
        let sector = match change {
            Change::Write { offset, .. } => offset / SECTOR,
            Change::SetLen(_) => usize::MAX,
        };
        let mood = *chances
            .entry(sector / 8)
            .or_insert_with(|| random.next() % 4);
        let survives = match mood {
            0 => false,
            1 => true,
            _ => random.next().is_multiple_of(2),
        };
        if survives {
            change.apply(durable);
        }
    }
}
// ANCHOR_END: persist_some

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Change::SetLen(len) => to.resize(*len, 0),
            Change::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if to.len() < end {
                    to.resize(end, 0);
                }
                to[*offset..end].copy_from_slice(bytes);
            }
        }
    }
}

impl Inner {
    /// Counts a call that needs the disk to be `len` bytes long; says how it fails, if it does.
    fn call(&mut self, len: u64) -> Result<(), (io::Error, bool)> {
        let call = self.calls;
        self.calls += 1;
        match self.plan {
            Plan::FailAt(at) if call == at => Err((io::Error::other("injected failure"), true)),
            Plan::PowerOffAt(at) if call >= at => {
                Err((io::Error::other("the power is off"), call == at))
            }
            Plan::FullAt(room) if len > room => Err((io::ErrorKind::StorageFull.into(), false)),
            _ => Ok(()),
        }
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.live);
        self.waiting.push(change);
        self.map = None;
    }
}

/// The pieces of a write that the disk keeps or loses as one.
fn sectors(offset: u64, bytes: &[u8]) -> Vec<Change> {
    let (mut offset, mut bytes) = (offset as usize, bytes);
    let mut changes = Vec::new();
    while !bytes.is_empty() {
        let (sector, rest) = bytes.split_at((SECTOR - offset % SECTOR).min(bytes.len()));
        changes.push(Change::Write {
            offset,
            bytes: sector.to_vec(),
        });
        (offset, bytes) = (offset + sector.len(), rest);
    }
    changes
}

impl Storage for SimDisk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.inner().live.len() as u64)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut inner = self.inner();
        inner.call(len).map_err(|(error, _)| error)?;
        inner.change(Change::SetLen(len as usize));
        Ok(())
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.inner();
        let changes = sectors(offset, bytes);
        let result = inner.call(offset + bytes.len() as u64);
        let lost = matches!(inner.plan, Plan::LoseAt(at) if at + 1 == inner.calls);
        let done = match result {
            Ok(()) if lost => 0,
            Ok(()) => changes.len(),
            Err((_, true)) => inner.random.next() as usize % (changes.len() + 1),
            Err((_, false)) => 0,
        };
        changes
            .into_iter()
            .take(done)
            .for_each(|change| inner.change(change));
        result.map_err(|(error, _)| error)
    }

    fn sync(&self) -> io::Result<()> {
        let mut inner = self.inner();
        let result = inner.call(0);
        match result {
            Ok(()) => {
                for change in std::mem::take(&mut inner.waiting) {
                    change.apply(&mut inner.durable);
                }
            }
            // What a failed sync did not write it forgets. With the power off, the crash decides.
            Err((_, true)) if matches!(inner.plan, Plan::FailAt(_)) => {
                let waiting = std::mem::take(&mut inner.waiting);
                let mut random = inner.random.fork();
                persist_some(&mut inner.durable, &waiting, &mut random);
            }
            Err(_) => {}
        }
        result.map_err(|(error, _)| error)
    }

    fn map(&self) -> io::Result<Map> {
        let mut inner = self.inner();
        let map = match inner.map.take() {
            Some(map) => map,
            None => Map::of_bytes(&inner.live[..]),
        };
        inner.map = Some(map.clone());
        Ok(map)
    }
}

/// SplitMix64 (Steele et al., OOPSLA 2014): small, seedable, good enough.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn fork(&mut self) -> Random {
        Random(self.next())
    }
}
