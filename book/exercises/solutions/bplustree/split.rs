use std::mem;

/// The most keys that a leaf, and the most signposts that an inner node, may have.
pub const ORDER: usize = 4;

/// A node of a B+ tree of numbers, below signposts that say where it is.
pub enum Node {
    Leaf(Vec<u64>),
    Inner {
        signposts: Vec<u64>,
        children: Vec<Node>,
    },
}

/// A node had too much, and gave its greater half to a new node on its right.
pub struct Split {
    /// Greater than all that is in the left one, and not greater than anything in the right one.
    pub signpost: u64,
    pub right: Node,
}

impl Node {
    /// Inserts `key`, if it is not there yet. If that makes this node too large, splits it: what
    /// remains is the left half, and the right one is returned.
    ///
    /// A leaf's signpost is a *copy* of the right half's first key, since all keys stay in leaves.
    /// An inner node's middle signpost *moves* up: both of its neighbours are other nodes' children
    /// now, and it stands between them where it goes. (Comer, *The Ubiquitous B-Tree*, 1979.)
    pub fn insert(&mut self, key: u64) -> Option<Split> {
        match self {
            Node::Leaf(keys) => {
                let place = keys.binary_search(&key).err()?;
                keys.insert(place, key);
                (keys.len() > ORDER).then(|| {
                    let right = keys.split_off(keys.len() / 2);
                    Split {
                        signpost: right[0],
                        right: Node::Leaf(right),
                    }
                })
            }
            Node::Inner {
                signposts,
                children,
            } => {
                let at = signposts.partition_point(|signpost| *signpost <= key);
                let Split { signpost, right } = children[at].insert(key)?;
                signposts.insert(at, signpost);
                children.insert(at + 1, right);
                (signposts.len() > ORDER).then(|| {
                    let mut greater = signposts.split_off(ORDER / 2);
                    Split {
                        signpost: greater.remove(0),
                        right: Node::Inner {
                            signposts: greater,
                            children: children.split_off(ORDER / 2 + 1),
                        },
                    }
                })
            }
        }
    }
}

/// A B+ tree of numbers.
pub struct Tree {
    pub root: Node,
}

impl Tree {
    /// An empty tree: one leaf.
    pub fn new() -> Self {
        Tree {
            root: Node::Leaf(Vec::new()),
        }
    }

    /// Inserts `key`, if it is not there yet. The tree grows here, at the root, so that all leaves
    /// stay equally far from it.
    pub fn insert(&mut self, key: u64) {
        if let Some(Split { signpost, right }) = self.root.insert(key) {
            let left = mem::replace(&mut self.root, Node::Leaf(Vec::new()));
            self.root = Node::Inner {
                signposts: vec![signpost],
                children: vec![left, right],
            };
        }
    }
}
