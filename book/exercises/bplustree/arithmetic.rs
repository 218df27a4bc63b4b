/// An index that is to be built. Sizes are in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    pub rows: u64,
    /// What of a page holds entries, on average: not its header, and not the room that splits leave
    /// in it, which is nearly a third. Leaves and inner nodes are alike in this.
    pub room: u64,
    pub key: u64,
    /// What a leaf has beside a key: the row itself, or what leads to the row.
    pub value: u64,
    /// The number of a page, which leads to a child.
    pub pointer: u64,
}

impl Index {
    /// How many entries a leaf holds.
    pub fn per_leaf(&self) -> u64 {
        todo!("each is a key and a value")
    }

    /// How many children an inner node has.
    pub fn fanout(&self) -> u64 {
        todo!("there is a pointer more than there are keys")
    }

    /// How many pages each level has, the leaves first and the root, which is one page, last.
    ///
    /// There is at least one row, and each page has room for two entries or children.
    pub fn levels(&self) -> Vec<u64> {
        todo!("a page for every so many of the level below, until one is enough")
    }

    /// How many pages a look-up reads from the disk, if `cached` pages fit in memory, and those
    /// next to the root are there: a level is cached as a whole or not at all.
    pub fn reads(&self, cached: u64) -> usize {
        todo!("from the root down, for as long as a level fits beside those above it")
    }

    /// The longest key with which the tree has no more than `height` levels, if there is one. The
    /// rows, and all other sizes, are as they are.
    pub fn longest_key(&self, height: usize) -> Option<u64> {
        todo!("does a longer key ever make a tree lower? how long can it be at most?")
    }
}
