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
        self.room / (self.key + self.value)
    }

    /// How many children an inner node has: with room for one key more, there would be as many keys
    /// as pointers.
    pub fn fanout(&self) -> u64 {
        (self.room + self.key) / (self.key + self.pointer)
    }

    /// How many pages each level has, the leaves first and the root, which is one page, last.
    ///
    /// Bayer and McCreight, *Organization and Maintenance of Large Ordered Indexes*, 1972, say it
    /// with logarithms; rounding up level by level is exact.
    pub fn levels(&self) -> Vec<u64> {
        let mut levels = vec![self.rows.div_ceil(self.per_leaf())];
        while let Some(&pages) = levels.last().filter(|pages| **pages > 1) {
            levels.push(pages.div_ceil(self.fanout()));
        }
        levels
    }

    /// How many pages a look-up reads from the disk, if `cached` pages fit in memory, and those
    /// next to the root are there: a level is cached as a whole or not at all.
    ///
    /// A level is smaller than the one below it by the fan-out, so that all but the leaves, or all
    /// but the last two, are cheap to keep.
    pub fn reads(&self, cached: u64) -> usize {
        let levels = self.levels();
        let from_the_root = levels.iter().rev().scan(0, |pages, level| {
            *pages += level;
            Some(*pages)
        });
        levels.len() - from_the_root.take_while(|pages| *pages <= cached).count()
    }

    /// The longest key with which the tree has no more than `height` levels, if there is one.
    ///
    /// A longer key never makes a tree lower, so the lengths that will do come before those that
    /// will not, and halving finds the border.
    pub fn longest_key(&self, height: usize) -> Option<u64> {
        let will_do = |key| {
            let index = Index { key, ..*self };
            index.per_leaf() >= 2 && index.fanout() >= 2 && index.levels().len() <= height
        };
        let (mut longest, mut too_long) = (1, self.room + 1);
        if !will_do(longest) {
            return None;
        }
        while too_long - longest > 1 {
            let middle = (longest + too_long) / 2;
            match will_do(middle) {
                true => longest = middle,
                false => too_long = middle,
            }
        }
        Some(longest)
    }
}
