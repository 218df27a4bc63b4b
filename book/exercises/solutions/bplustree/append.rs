/// The most keys that a leaf may have.
pub const ORDER: usize = 16;

/// So many keys in a row, each just behind the one before, are a stream, and no accident.
const STREAM: usize = 3;

/// The leaves of a B+ tree, in order.
///
/// A leaf counts how many keys came in one just behind the other. In a stream, the next key will
/// come behind this one: so that is where it is split, and the left part, which gets no more keys
/// unless it has room, is full or will be. InnoDB remembers the last key for this
/// (`PAGE_LAST_INSERT`); PostgreSQL compares the new one with its neighbours (`nbtsplitloc.c`).
///
/// To look only for the right end of the last leaf would do for one stream; but of many streams,
/// all but one end in the middle of the tree.
pub struct Chain {
    leaves: Vec<Leaf>,
}

#[derive(Default)]
struct Leaf {
    keys: Vec<u64>,
    /// The place behind the key that came in last.
    next: usize,
    /// How many of the last keys came in one just behind the other.
    stream: usize,
}

impl Chain {
    /// A chain of one empty leaf.
    pub fn new() -> Self {
        Chain {
            leaves: vec![Leaf::default()],
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
        leaf.stream = match place == leaf.next {
            true => leaf.stream + 1,
            false => 1,
        };
        leaf.next = place + 1;
        if leaf.keys.len() > ORDER {
            let right = leaf.split(place);
            self.leaves.insert(at + 1, right);
        }
    }
}

impl Leaf {
    /// Splits the leaf, which has a key too much: the last one that came in, at `place`. Returns
    /// the right part.
    ///
    /// In a stream, the left part keeps the key, and has room for those that follow; unless it
    /// would keep all: then the key is the first of the right part.
    fn split(&mut self, place: usize) -> Leaf {
        let kept = match self.stream >= STREAM {
            true => (place + 1).min(ORDER),
            false => self.keys.len() / 2,
        };
        Leaf {
            keys: self.keys.split_off(kept),
            ..Leaf::default()
        }
    }
}
