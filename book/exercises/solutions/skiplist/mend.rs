use crate::memory::Link;

/// Stands at the front, before all keys.
const HEAD: usize = 0;

/// Keys are from 1 to 6; this one, after them all, stands at the end and is never removed.
const END: usize = 7;

/// Is added to the link of a node that is removed.
const MARK: usize = 8;

/// A set of small numbers as a sorted linked list, which threads change without locks.
///
/// Key `k` is node `k`, and `next[k]` is the key of the node after it, so there is nothing to
/// allocate or free. A key that was removed is not inserted again.
///
/// A node is removed in two steps. The first marks its own link: that is the moment of removal, and
/// as every change expects a link without a mark, nobody can insert behind a node that is going, or
/// take out the one behind it by its link. The second swings the link before it, and whoever comes
/// by first does that. Harris, *A pragmatic implementation of non-blocking linked-lists*, 2001.
pub struct List {
    next: Vec<Link>,
}

impl List {
    /// The empty set.
    pub fn new() -> Self {
        List {
            next: (HEAD..END).map(|_| Link::new(END)).collect(),
        }
    }

    /// Adds `key`, from 1 to 6; returns whether it was missing.
    pub fn insert(&self, key: usize) -> bool {
        loop {
            let (before, at) = self.find(key);
            if at == key {
                return false;
            }
            self.next[key].store(at);
            if self.next[before].swap_if(at, key) {
                return true;
            }
        }
    }

    /// Removes `key`; returns whether it was there and it was this call that removed it.
    pub fn remove(&self, key: usize) -> bool {
        loop {
            let (_, at) = self.find(key);
            if at != key {
                return false;
            }
            let after = self.next[key].load();
            if after < MARK && self.next[key].swap_if(after, after + MARK) {
                self.find(key);
                return true;
            }
        }
    }

    /// Whether `key` is in the set.
    pub fn contains(&self, key: usize) -> bool {
        self.find(key).1 == key
    }

    /// The last node before `key`, and the first one at or after it; neither was marked when it was
    /// met. Helps out those that are.
    fn find(&self, key: usize) -> (usize, usize) {
        'again: loop {
            let mut before = HEAD;
            loop {
                let at = self.next[before].load();
                if at >= MARK {
                    continue 'again;
                }
                let after = if at == END { END } else { self.next[at].load() };
                if after >= MARK {
                    if !self.next[before].swap_if(at, after - MARK) {
                        continue 'again;
                    }
                } else if at >= key {
                    return (before, at);
                } else {
                    before = at;
                }
            }
        }
    }
}
