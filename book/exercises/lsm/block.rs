/// What the bytes of a block say cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

/// The bytes of a block with these entries, whose keys strictly ascend. Keys and values have less
/// than 65 536 bytes.
///
/// ```text
///   ├───────┬───────┬─ ─ ─ ─ ─ ─┬───────────┬───────────┬─ ─ ─ ─ ─ ─┬───────┤
///   │ entry │ entry │           │ restart 0 │ restart 1 │           │ count │
///   └───────┴───────┴─ ─ ─ ─ ─ ─┴───────────┴───────────┴─ ─ ─ ─ ─ ─┴───────┘
///
///   entry:  shared 2 │ rest 2 │ value 2 │ the rest of the key │ the value
/// ```
///
/// Numbers are little-endian. `shared` says how many bytes the key has in common with the one
/// before, at the beginning; `rest` how many bytes follow these, and `value` how many are the
/// value's.
///
/// Every `interval`-th entry, the first one among them, is a *restart point*: it shares nothing.
/// Behind the entries, four bytes for each restart point say where its entry begins, and four how
/// many restart points there are. `interval` is at least 1. A block without entries has no restart
/// point.
pub fn build(entries: &[(&[u8], &[u8])], interval: usize) -> Vec<u8> {
    todo!("what has a key in common with the one before?")
}

/// A block to read.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    entries: &'a [u8],
    /// Four bytes each.
    restarts: &'a [u8],
}

impl<'a> Block<'a> {
    /// The block that has these bytes. They come from a disk, and may be anything.
    ///
    /// Only the end is looked at: whether there is room for as many restart points as there are
    /// said to be, and whether there are some if there are entries. The entries are not read; what
    /// is wrong with them shows when somebody comes to it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        todo!("four bytes a restart point: may that be more than there can be?")
    }

    /// All entries, from the first restart point on.
    pub fn iter(&self) -> Entries<'a> {
        todo!("what if the first restart point is nowhere?")
    }

    /// The entries whose keys are not less than `key`.
    ///
    /// Looks at a logarithm of the restart points, and then at the entries from one of these to the
    /// next, and at no others. Where it comes upon damage, the iterator says so at once.
    pub fn seek(&self, key: &[u8]) -> Entries<'a> {
        todo!(
            "which is the last restart point whose key is less? from there, which entry is first?"
        )
    }
}

/// Entries, ascending: key and value of each; or [`Damaged`] once, and then nothing more.
///
/// An entry is damaged that reaches beyond the entries, shares more than the key before has, or has
/// a key that is not greater than the one before; and one to which a restart point leads, if it
/// shares anything, or begins beyond the entries.
pub struct Entries<'a> {
    block: Block<'a>,
    // Where is the next one? What must be known of the one before?
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<(Vec<u8>, &'a [u8]), Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        todo!("is there one? is it sound?")
    }
}
