/// One version of a key.
#[derive(Clone, Debug)]
pub struct Entry<K, V> {
    pub key: K,
    /// The number of the write: greater is newer. No other version of the key has it.
    pub sequence: u64,
    /// The value; `None` is a tombstone.
    pub value: Option<V>,
}

/// What a snapshot sees of several sorted runs: an iterator over keys and values, ascending.
///
/// Each run has its entries by key, ascending, and those of one key by number, descending. Runs are
/// memtables and tables, in no order: of two, either may have the newer version of a key. Each is
/// read from its beginning to its end, once, and no further than what was asked for needs it.
///
/// The snapshot sees, of each key, the newest version whose number is not greater than its own; if
/// that is a tombstone, it does not see the key.
///
/// Comparisons of keys are counted: of 64 runs, no more than twenty an entry.
pub struct Merge<K, V, I> {
    /// Each run, without the entry at its front.
    runs: Vec<(Entry<K, V>, I)>,
    snapshot: u64,
    // How is the run found that comes next? What must be known of the entries before?
}

impl<K: Ord + Clone, V, I: Iterator<Item = Entry<K, V>>> Merge<K, V, I> {
    pub fn new(runs: Vec<I>, snapshot: u64) -> Self {
        todo!("which of the runs has the first entry of all? some may be empty")
    }
}

impl<K: Ord + Clone, V, I: Iterator<Item = Entry<K, V>>> Iterator for Merge<K, V, I> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        todo!("an entry is too new, or seen, or hidden by one that was seen")
    }
}
