use crate::memory::Link;

/// Stands at the front, before all keys.
const HEAD: usize = 0;

/// Keys are from 1 to 6; this one, after them all, stands at the end and is never removed.
const END: usize = 7;

/// A set of small numbers as a sorted linked list, which threads change without locks.
///
/// Key `k` is node `k`, and `next[k]` is the key of the node after it, so there is nothing to
/// allocate or free. A key that was removed is not inserted again.
///
/// ```text
///   head ──▶ 2 ──▶ 5 ──▶ end        next[0] = 2, next[2] = 5, next[5] = 7
/// ```
///
/// **It loses inserts, and removed keys come back.** The test tries the orders in which two threads
/// can take their steps, and shows one in which it happens. Mend it as Harris did (2001): whoever
/// removes a node first *marks the node's own link*, so that no other thread can change it any
/// more, and only then swings the link before it. Whoever meets a marked node on his way helps it
/// out. [`Link`] is in the test: it holds a number, and a number has room for a mark. It can
/// `load`, `store`, and `swap_if`, which changes the number if it is what one thinks.
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
            let (before, at) = self.find(key);
            if at != key {
                return false;
            }
            let after = self.next[key].load();
            if self.next[before].swap_if(key, after) {
                return true;
            }
        }
    }

    /// Whether `key` is in the set.
    pub fn contains(&self, key: usize) -> bool {
        self.find(key).1 == key
    }

    /// The last node before `key`, and the first one at or after it.
    fn find(&self, key: usize) -> (usize, usize) {
        let mut before = HEAD;
        loop {
            let at = self.next[before].load();
            if at >= key {
                return (before, at);
            }
            before = at;
        }
    }
}
