//! The worst file system that the contract allows, for tests.
//!
//! [`SimFs`] keeps what is *live*, which every call sees, apart from what is *durable*, which a
//! crash leaves; for the bytes of each file (`node.rs`) and for the names (`names.rs`). A change is
//! live at once, and is one of many that wait for a sync. [`SimFs::crash`] makes of every sector
//! and every name one of the versions that it has had since, as a seed decides.

mod names;
mod node;
mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{File, FileSystem, Lock, check_rename, parent};
use names::{Entry, NameChange, Names};
use node::Node;
pub use node::SECTOR;
use random::Random;

/// What goes wrong, and when.
///
/// Calls that change or sync something are counted from 0, whichever file they are for; so are, on
/// their own, calls of [`File::read_at`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    #[default]
    Fine,
    /// That call fails. A write may have done a part of its work. A sync has made some of what
    /// waited durable and *forgets* the rest, which stays live: as Linux does.
    FailAt(u64),
    /// That read fails.
    FailReadAt(u64),
    /// That call fails, as do all after it, reads too: the power is gone.
    PowerOffAt(u64),
    /// That call, if it is a write or a sync, reports success and does nothing: a disk that breaks
    /// the contract, as disks do.
    LoseAt(u64),
    /// There is room for so many bytes, in all files that have a name.
    FullAt(u64),
}

/// A simulated file system. Clones are the same one.
///
/// ```
/// use std::path::Path;
/// use vfs::{File, FileSystem, Plan, SimFs};
///
/// let fs = SimFs::new(7);
/// let file = fs.create_new(Path::new("/a"))?;
/// fs.set_plan(Plan::FailAt(1));
/// file.write_at(0, b"call 0")?;
/// assert!(file.sync_data().is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SimFs(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    names: Names,
    nodes: BTreeMap<u64, Node>,
    next_node: u64,
    locked: BTreeSet<PathBuf>,
    plan: Plan,
    calls: u64,
    reads: u64,
    off: bool,
    random: Random,
}

/// What the plan makes of a call.
enum Fate {
    Does,
    /// Reports success, and does nothing.
    Lost,
    /// Fails, having done some of its work.
    Fails(io::Error),
}

impl SimFs {
    /// An empty file system; `seed` decides whatever the contract leaves open. `/` is there, as is
    /// the directory of relative paths.
    pub fn new(seed: u64) -> Self {
        Self::of(Names::default(), BTreeMap::new(), 0, Random(seed))
    }

    fn of(names: Names, nodes: BTreeMap<u64, Node>, next_node: u64, random: Random) -> Self {
        SimFs(Arc::new(Mutex::new(Inner {
            names,
            nodes,
            next_node,
            locked: BTreeSet::new(),
            plan: Plan::Fine,
            calls: 0,
            reads: 0,
            off: false,
            random,
        })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what is to go wrong. Calls are counted from now on; the power is on.
    pub fn set_plan(&self, plan: Plan) {
        let mut inner = self.inner();
        (inner.plan, inner.calls, inner.reads, inner.off) = (plan, 0, 0, false);
    }

    /// Calls since the plan was set.
    pub fn calls(&self) -> u64 {
        self.inner().calls
    }

    /// Reads since the plan was set.
    pub fn reads(&self) -> u64 {
        self.inner().reads
    }

    /// The live bytes of the file at `path`, if there is one. Not counted, and never fails.
    pub fn contents(&self, path: &Path) -> Option<Vec<u8>> {
        let inner = self.inner();
        match inner.names.get(path) {
            Some(Entry::File(node)) => Some(inner.nodes[&node].live.clone()),
            _ => None,
        }
    }

    // ANCHOR: crash
    /// Returns the file system that is found after a power failure now. This one stays as it is,
    /// and the next crash of it may leave something else.
    pub fn crash(&self) -> SimFs {
        let mut inner = self.inner();
        let mut random = inner.random.fork();
        let names = inner.names.crash(&mut random);
        let nodes = (inner.nodes.iter())
            .filter(|(number, _)| names.may_name(**number))
            .map(|(number, node)| (*number, node.crash(&mut random)))
            .collect();
        Self::of(names, nodes, inner.next_node, random)
    }
    // ANCHOR_END: crash

    fn open_node(&self, mut inner: MutexGuard<'_, Inner>, number: u64) -> Arc<dyn File> {
        inner.node(number).handles += 1;
        Arc::new(SimFile {
            fs: self.clone(),
            number,
        })
    }
}

impl Inner {
    /// Counts a call, and says how it goes.
    fn call(&mut self) -> Fate {
        let call = self.calls;
        self.calls += 1;
        match self.plan {
            _ if self.off => Fate::Fails(power_off()),
            Plan::FailAt(at) if call == at => Fate::Fails(io::Error::other("injected failure")),
            Plan::PowerOffAt(at) if call >= at => {
                self.off = true;
                Fate::Fails(power_off())
            }
            Plan::LoseAt(at) if call == at => Fate::Lost,
            _ => Fate::Does,
        }
    }

    /// Counts a call that is done, or fails, as a whole.
    fn whole_call(&mut self) -> io::Result<()> {
        match self.call() {
            Fate::Does | Fate::Lost => Ok(()),
            Fate::Fails(error) => Err(error),
        }
    }

    fn check_power(&self) -> io::Result<()> {
        if self.off { Err(power_off()) } else { Ok(()) }
    }

    /// A handle or a name keeps it alive.
    fn node(&mut self, number: u64) -> &mut Node {
        self.nodes.entry(number).or_default()
    }

    fn entry(&self, path: &Path) -> io::Result<Entry> {
        self.names
            .get(path)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn file_entry(&self, path: &Path) -> io::Result<u64> {
        match self.entry(path)? {
            Entry::File(number) => Ok(number),
            Entry::Dir => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn check_dir(&self, path: &Path) -> io::Result<()> {
        match self.entry(path)? {
            Entry::Dir => Ok(()),
            Entry::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn add_file(&mut self, path: &Path) -> io::Result<u64> {
        self.check_dir(parent(path))?;
        let number = self.next_node;
        self.next_node += 1;
        self.nodes.insert(number, Node::default());
        self.names
            .change(NameChange::Add(path.to_path_buf(), number));
        Ok(number)
    }

    /// How many bytes a file may have, if the others stay as they are.
    fn room_for(&self, number: u64) -> u64 {
        let Plan::FullAt(room) = self.plan else {
            return u64::MAX;
        };
        let others: BTreeSet<u64> = (self.names.live.values())
            .filter_map(|entry| match entry {
                Entry::File(other) if *other != number => Some(*other),
                _ => None,
            })
            .collect();
        let used: usize = others.iter().map(|n| self.nodes[n].live.len()).sum();
        room.saturating_sub(used as u64)
    }

    fn grow(&mut self, number: u64, len: u64) -> io::Result<()> {
        let now = self.node(number).live.len() as u64;
        if len > now && len > self.room_for(number) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.node(number).set_len(to_usize(len)?);
        Ok(())
    }

    /// Drops the files that nobody can reach any more, before or after a crash.
    fn collect(&mut self) {
        let names = &self.names;
        self.nodes
            .retain(|number, node| node.handles > 0 || names.may_name(*number));
    }
}

fn power_off() -> io::Error {
    io::Error::other("the power is off")
}

fn to_usize(n: u64) -> io::Result<usize> {
    usize::try_from(n).map_err(|_| io::ErrorKind::InvalidInput.into())
}

impl FileSystem for SimFs {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let inner = self.inner();
        inner.check_power()?;
        let number = inner.file_entry(path)?;
        Ok(self.open_node(inner, number))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let mut inner = self.inner();
        inner.whole_call()?;
        let number = match inner.names.get(path) {
            None => inner.add_file(path)?,
            Some(_) => {
                let number = inner.file_entry(path)?;
                inner.node(number).set_len(0);
                number
            }
        };
        Ok(self.open_node(inner, number))
    }

    fn create_new(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let mut inner = self.inner();
        inner.whole_call()?;
        if inner.names.get(path).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let number = inner.add_file(path)?;
        Ok(self.open_node(inner, number))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        check_rename(from, to)?;
        let mut inner = self.inner();
        inner.whole_call()?;
        let node = inner.file_entry(from)?;
        match inner.names.get(to) {
            Some(Entry::Dir) => return Err(io::ErrorKind::IsADirectory.into()),
            // Two names of one file: POSIX says that nothing happens.
            Some(Entry::File(other)) if other == node => return Ok(()),
            _ => {}
        }
        inner.names.change(NameChange::Rename {
            from: from.to_path_buf(),
            to: to.to_path_buf(),
            node,
        });
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole_call()?;
        inner.file_entry(path)?;
        inner.names.change(NameChange::Remove(path.to_path_buf()));
        Ok(())
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole_call()?;
        inner.check_dir(parent(to))?;
        if inner.names.get(to).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let number = inner.file_entry(from)?;
        inner
            .names
            .change(NameChange::Add(to.to_path_buf(), number));
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let inner = self.inner();
        inner.check_power()?;
        inner.check_dir(dir)?;
        let name = |path: &PathBuf| Some(path.file_name()?.to_str()?.to_owned());
        let inside = inner.names.live.keys().filter(|path| parent(path) == dir);
        let mut names: Vec<_> = inside.filter_map(name).collect();
        names.sort_unstable();
        Ok(names)
    }

    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole_call()?;
        let mut missing = Vec::new();
        for path in dir.ancestors() {
            match inner.names.get(path) {
                None => missing.push(path),
                Some(Entry::Dir) => break,
                Some(Entry::File(_)) => return Err(io::ErrorKind::AlreadyExists.into()),
            }
        }
        missing.iter().for_each(|path| inner.names.add_dir(path));
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let inner = &mut *self.inner();
        match inner.call() {
            Fate::Lost => return Ok(()),
            // With the power off, the crash decides.
            Fate::Fails(error) if inner.off => return Err(error),
            Fate::Fails(error) => {
                inner.names.fail_sync(dir, &mut inner.random);
                return Err(error);
            }
            Fate::Does => {}
        }
        inner.check_dir(dir)?;
        inner.names.sync(dir);
        inner.collect();
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Lock> {
        let mut inner = self.inner();
        inner.whole_call()?;
        match inner.names.get(path) {
            None => {
                inner.add_file(path)?;
            }
            Some(Entry::Dir) => return Err(io::ErrorKind::IsADirectory.into()),
            Some(Entry::File(_)) => {}
        }
        if !inner.locked.insert(path.to_path_buf()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Lock::new(SimLock {
            fs: self.clone(),
            path: path.to_path_buf(),
        }))
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        let inner = self.inner();
        inner.check_power()?;
        Ok(inner.names.get(path).is_some())
    }
}

struct SimLock {
    fs: SimFs,
    path: PathBuf,
}

impl Drop for SimLock {
    fn drop(&mut self) {
        self.fs.inner().locked.remove(&self.path);
    }
}

#[derive(Debug)]
struct SimFile {
    fs: SimFs,
    number: u64,
}

impl Drop for SimFile {
    fn drop(&mut self) {
        self.fs.inner().node(self.number).handles -= 1;
    }
}

impl File for SimFile {
    fn len(&self) -> io::Result<u64> {
        let mut inner = self.fs.inner();
        inner.check_power()?;
        Ok(inner.node(self.number).live.len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.fs.inner();
        inner.check_power()?;
        let read = inner.reads;
        inner.reads += 1;
        if inner.plan == Plan::FailReadAt(read) {
            return Err(io::Error::other("injected failure"));
        }
        let live = &inner.node(self.number).live;
        let rest = live.get(to_usize(offset)?..).unwrap_or(&[]);
        let len = rest.len().min(buf.len());
        buf[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.fs.inner();
        let offset = to_usize(offset)?;
        let end = (offset.checked_add(bytes.len())).ok_or(io::ErrorKind::InvalidInput)?;
        let grows = end > inner.node(self.number).live.len();
        let room = to_usize(inner.room_for(self.number)).unwrap_or(usize::MAX);
        // A write that fails has done some of its work.
        let (done, result) = match inner.call() {
            Fate::Does if grows && end > room => {
                let fits = room.saturating_sub(offset).min(bytes.len());
                let done = inner.random.below(fits + 1);
                (done, Err(io::ErrorKind::StorageFull.into()))
            }
            Fate::Does => (bytes.len(), Ok(())),
            Fate::Lost => (0, Ok(())),
            Fate::Fails(error) => (inner.random.below(bytes.len() + 1), Err(error)),
        };
        inner.node(self.number).write(offset, &bytes[..done]);
        result
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut inner = self.fs.inner();
        inner.whole_call()?;
        inner.grow(self.number, len)
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        let mut inner = self.fs.inner();
        inner.whole_call()?;
        if len <= inner.node(self.number).live.len() as u64 {
            return Ok(());
        }
        inner.grow(self.number, len)
    }

    fn sync_data(&self) -> io::Result<()> {
        let inner = &mut *self.fs.inner();
        let fate = inner.call();
        let off = inner.off;
        let node = inner.nodes.entry(self.number).or_default();
        match fate {
            Fate::Does => node.sync(),
            Fate::Lost => {}
            Fate::Fails(error) => {
                // With the power off, the crash decides.
                if !off {
                    node.fail_sync(&mut inner.random);
                }
                return Err(error);
            }
        }
        Ok(())
    }
}
