use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{File, FileSystem};

use crate::tree::{Place, Tree};

/// Bytes of a segment, at most; one that has a single value may have more.
pub const SEGMENT: u64 = 4096;

/// Bytes before a value: the checksum of key and value. That the key is in it tells a place that
/// leads to another key's value.
const HEADER: usize = 8;

/// A database whose values are apart from its keys.
///
/// What leads somewhere is written after what is there: first the value and the name of its
/// segment, with a sync each, then the place. To remove is the other way round: first the tree
/// forgets, then the file goes. Wherever the power fails, the worst that is left is a value that
/// nothing leads to, and the next collection gives it back. So nothing needs to be repaired, and to
/// open it is only to look for a number that no segment has.
///
/// A collection asks the tree for all places, which is simple, and slow in a large tree. WiscKey
/// walks through the segment and asks for the place of each key that it finds there; Bitcask has
/// all places in memory.
///
/// Source: Lu, Pillai, Arpaci-Dusseau and Arpaci-Dusseau 2016, *WiscKey: separating keys from
/// values in SSD-conscious storage*; Sheehy and Smith 2010, *Bitcask*.
pub struct Values {
    fs: Arc<dyn FileSystem>,
    dir: PathBuf,
    tree: Tree,
    /// The segment that is written, if there is one yet.
    current: Option<Segment>,
    /// A number that no segment has, nor had as long as anything leads to it.
    next: u64,
}

struct Segment {
    number: u64,
    file: Arc<dyn File>,
    len: u64,
}

impl Values {
    /// Opens the database in `dir`, which exists, after whatever has happened.
    ///
    /// No segment that is there is written to again: of its last bytes, and of its name, nobody
    /// knows whether a sync has failed to make them durable, and no other sync would.
    pub fn open(fs: Arc<dyn FileSystem>, dir: &Path) -> io::Result<Self> {
        let tree = Tree::open(Arc::clone(&fs), &dir.join("tree"))?;
        let mut values = Values {
            fs,
            dir: dir.to_path_buf(),
            tree,
            current: None,
            next: 1,
        };
        let last = values.segments()?.into_iter().max();
        values.next = last.map_or(1, |last| last + 1);
        Ok(values)
    }

    /// The value of `key`. One that is not what was written is an error.
    pub fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let place = self.tree.get(key);
        place.map(|place| self.read(key, place)).transpose()
    }

    /// When this returns `Ok`, it is durable.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        let place = self.append(key, value)?;
        self.sync()?;
        self.tree.write(&[(key.to_vec(), Some(place))])
    }

    /// Durable as well.
    pub fn delete(&mut self, key: &[u8]) -> io::Result<()> {
        self.tree.write(&[(key.to_vec(), None)])
    }

    /// Gives back one segment: of those that are not being written, and in which something is dead,
    /// the one with the fewest bytes that live.
    ///
    /// If the file's removal is lost in a crash, it comes back with nothing in it that lives, and
    /// is removed again.
    pub fn collect(&mut self) -> io::Result<bool> {
        let Some(segment) = self.emptiest()? else {
            return Ok(false);
        };
        let is_here = |(_, place): &(Vec<u8>, Place)| place.segment == segment;
        let mut moved = Vec::new();
        for (key, place) in self.tree.entries().into_iter().filter(is_here) {
            let value = self.read(&key, place)?;
            let place = self.append(&key, &value)?;
            moved.push((key, Some(place)));
        }
        if !moved.is_empty() {
            self.sync()?;
            self.tree.write(&moved)?;
        }
        self.fs.remove(&self.path(segment))?;
        Ok(true)
    }

    fn emptiest(&self) -> io::Result<Option<u64>> {
        let mut live = BTreeMap::<u64, u64>::new();
        for (_, place) in self.tree.entries() {
            *live.entry(place.segment).or_default() += place.len;
        }
        let mut found = Vec::new();
        let current = self.current.as_ref().map(|segment| segment.number);
        for number in self.segments()? {
            let live = live.get(&number).copied().unwrap_or_default();
            if Some(number) != current && live < self.fs.len(&self.path(number))? {
                found.push((live, number));
            }
        }
        Ok(found.into_iter().min().map(|(_, number)| number))
    }

    /// Writes a value, in a new segment if the current one is full.
    fn append(&mut self, key: &[u8], value: &[u8]) -> io::Result<Place> {
        let sum = checksum(key.iter().chain(value)).to_le_bytes();
        let bytes = [&sum[..], value].concat();
        let len = bytes.len() as u64;
        let segment = match self.current.take() {
            Some(segment) if segment.len + len <= SEGMENT => segment,
            full => {
                if let Some(full) = full {
                    full.file.sync_data()?;
                }
                self.begin_segment()?
            }
        };
        segment.file.write_at(segment.len, &bytes)?;
        let place = Place {
            segment: segment.number,
            offset: segment.len,
            len,
        };
        self.current = Some(Segment {
            len: segment.len + len,
            ..segment
        });
        Ok(place)
    }

    fn begin_segment(&mut self) -> io::Result<Segment> {
        let number = self.next;
        let file = self.fs.create_new(&self.path(number))?;
        self.fs.sync_dir(&self.dir)?;
        self.next += 1;
        Ok(Segment {
            number,
            file,
            len: 0,
        })
    }

    fn sync(&self) -> io::Result<()> {
        match &self.current {
            Some(segment) => segment.file.sync_data(),
            None => Ok(()),
        }
    }

    fn read(&self, key: &[u8], place: Place) -> io::Result<Vec<u8>> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, format!("damaged: {place:?}"));
        let file = self.fs.open(&self.path(place.segment))?;
        let mut bytes = vec![0; place.len as usize];
        file.read_exact_at(place.offset, &mut bytes)?;
        let (sum, value) = bytes.split_at_checked(HEADER).ok_or_else(damaged)?;
        if checksum(key.iter().chain(value)).to_le_bytes() != sum {
            return Err(damaged());
        }
        Ok(value.to_vec())
    }

    fn path(&self, segment: u64) -> PathBuf {
        self.dir.join(format!("{segment:06}.val"))
    }

    fn segments(&self) -> io::Result<Vec<u64>> {
        let names = self.fs.list(&self.dir)?;
        let number = |name: &String| name.strip_suffix(".val")?.parse().ok();
        Ok(names.iter().filter_map(number).collect())
    }
}

/// FNV-1a.
pub fn checksum<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> u64 {
    let bytes = bytes.into_iter();
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
