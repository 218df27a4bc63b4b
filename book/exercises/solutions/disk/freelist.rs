use std::collections::BTreeMap;

/// Not freed yet.
const NEVER: u64 = u64::MAX;

/// Who may be looking at which page, and so which may be written.
///
/// A page taken by commit t and freed by commit f is part of the commits from t up to, and not
/// including, f: of the *interval* t..f. Whoever can come back is at one commit: a reader at his,
/// a crash at the last durable one. The page may be taken again when nobody's commit is in its
/// interval, and that is all there is to it. The interval of a page that a transaction took and
/// freed itself is empty.
///
/// To wait until the oldest reader is gone is simpler, needs no t, and is what LMDB does; then the
/// file grows for as long as he stays. BoltDB's successor, bbolt, keeps t as well (`freelist.go`,
/// *releaseRange*).
pub struct FreeList {
    /// Of each page, the commit that took it last, and the one that freed it.
    intervals: Vec<(u64, u64)>,
    newest: u64,
    durable: u64,
    /// How many read each commit.
    readers: BTreeMap<u64, usize>,
    /// The intervals of what the transaction under way took and freed, before that.
    undo: Vec<(u32, (u64, u64))>,
}

impl FreeList {
    pub fn new() -> Self {
        FreeList {
            intervals: Vec::new(),
            newest: 0,
            durable: 0,
            readers: BTreeMap::new(),
            undo: Vec::new(),
        }
    }

    /// Begins to read the newest commit; returns its number.
    pub fn begin_read(&mut self) -> u64 {
        *self.readers.entry(self.newest).or_default() += 1;
        self.newest
    }

    /// One who reads this commit ends.
    pub fn end_read(&mut self, commit: u64) {
        if let Some(readers) = self.readers.get_mut(&commit) {
            *readers -= 1;
            if *readers == 0 {
                self.readers.remove(&commit);
            }
        }
    }

    /// A page to write to, for the transaction under way: the lowest that nobody can come to, or,
    /// if there is none, a new one at the end of the file.
    ///
    /// Looking at all of them is good enough here; a real store keeps those that are free apart.
    pub fn take(&mut self) -> u32 {
        let free = self
            .intervals
            .iter()
            .position(|interval| self.is_free(*interval));
        let page = free.unwrap_or_else(|| {
            self.intervals.push((0, 0));
            self.intervals.len() - 1
        });
        self.change(page as u32, (self.newest + 1, NEVER));
        page as u32
    }

    /// The transaction under way needs a page no more.
    pub fn free(&mut self, page: u32) {
        let (taken, _) = self.intervals[page as usize];
        self.change(page, (taken, self.newest + 1));
    }

    /// Ends the transaction under way: it is the newest commit now, and `durable` or not.
    pub fn commit(&mut self, durable: bool) {
        self.undo.clear();
        self.newest += 1;
        if durable {
            self.durable = self.newest;
        }
    }

    /// Ends the transaction under way as if it had never been.
    pub fn abort(&mut self) {
        while let Some((page, before)) = self.undo.pop() {
            self.intervals[page as usize] = before;
        }
    }

    /// How many pages the file has.
    pub fn pages(&self) -> u32 {
        self.intervals.len() as u32
    }

    /// Whether nobody can come to a page with this interval. The newest commit counts as well: the
    /// transaction under way may be aborted.
    fn is_free(&self, (taken, freed): (u64, u64)) -> bool {
        let mut commits = self.readers.keys().chain([&self.durable, &self.newest]);
        freed != NEVER && !commits.any(|commit| (taken..freed).contains(commit))
    }

    fn change(&mut self, page: u32, interval: (u64, u64)) {
        let before = std::mem::replace(&mut self.intervals[page as usize], interval);
        self.undo.push((page, before));
    }
}
