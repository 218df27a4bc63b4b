/// The most keys that a leaf, and the most signposts that an inner node, may have.
pub const ORDER: usize = 4;

/// A node of a B+ tree of numbers. It is below an inner node whose signposts say where it is:
///
/// ```text
///              signposts:     9    17
///                           /    |    \
///   children:         [1 5 7] [9 11] [17 19]
/// ```
///
/// Child 0 has the keys less than signpost 0; child `i` those from signpost `i - 1` on, up to but
/// not including signpost `i`; the last one all from the last signpost on.
pub enum Node {
    Leaf(Vec<u64>),
    Inner {
        signposts: Vec<u64>,
        children: Vec<Node>,
    },
}

/// A node had too much, and gave its greater half to a new node on its right.
pub struct Split {
    /// What shows the way between the two: greater than all that is in the left one, and not
    /// greater than anything in the right one.
    pub signpost: u64,
    pub right: Node,
}

impl Node {
    /// Inserts `key`, if it is not there yet. If that makes this node too large, splits it: what
    /// remains is the left half, and the right one is returned.
    ///
    /// Each half of a leaf has at least `ORDER / 2` keys, rounded up; each half of an inner node at
    /// least `ORDER / 2` signposts, rounded down, and one child more than signposts.
    pub fn insert(&mut self, key: u64) -> Option<Split> {
        match self {
            Node::Leaf(keys) => todo!("find the place, insert, and split if there are too many"),
            Node::Inner {
                signposts,
                children,
            } => todo!("which child? if it was split, this node gets a signpost and a child more"),
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

    /// Inserts `key`, if it is not there yet. The tree grows here, and nowhere else.
    pub fn insert(&mut self, key: u64) {
        todo!("what if the root was split?")
    }
}
