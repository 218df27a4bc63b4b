/// The most keys that a leaf may have.
pub const ORDER: usize = 16;

/// The leaves of a B+ tree, in order. What is above them does not matter here.
///
/// **Behind keys that ascend, it leaves all leaves half empty**: a full leaf is split in halves,
/// and to the left one no key comes any more. Numbers that count up and times of events do ascend,
/// and so an index on them takes twice the pages, twice the cache.
///
/// Mend [`Leaf::split`], and what a leaf remembers. Where keys ascend, leaves shall be full, also
/// if there are many streams side by side: (customer, 1), (customer, 2), … for each customer. Where
/// keys come in random order, leaves shall be as full as they are now, about two thirds.
///
/// Hint: a leaf does not see the stream, but it sees where its last keys came in.
pub struct Chain {
    leaves: Vec<Leaf>,
}

struct Leaf {
    keys: Vec<u64>,
}

impl Chain {
    /// A chain of one empty leaf.
    pub fn new() -> Self {
        Chain {
            leaves: vec![Leaf { keys: Vec::new() }],
        }
    }

    /// The keys of each leaf.
    pub fn leaves(&self) -> impl Iterator<Item = &[u64]> {
        self.leaves.iter().map(|leaf| leaf.keys.as_slice())
    }

    /// Inserts `key`, if it is not there yet.
    pub fn insert(&mut self, key: u64) {
        let others = &self.leaves[1..];
        let at = others.partition_point(|leaf| leaf.keys[0] <= key);
        let leaf = &mut self.leaves[at];
        let Err(place) = leaf.keys.binary_search(&key) else {
            return;
        };
        leaf.keys.insert(place, key);
        if leaf.keys.len() > ORDER {
            let right = leaf.split(place);
            self.leaves.insert(at + 1, right);
        }
    }
}

impl Leaf {
    /// Splits the leaf, which has a key too much: the last one that came in, at `place`. Returns
    /// the right part. Neither part may be empty.
    fn split(&mut self, place: usize) -> Leaf {
        let middle = self.keys.len() / 2;
        Leaf {
            keys: self.keys.split_off(middle),
        }
    }
}
