/// The shortest signpost between the last key of a leaf and the first key of the next one: greater
/// than `left`, and not greater than `right`. Keys are compared byte by byte; `left` is the lesser.
///
/// A signpost only shows the way, so it need not be a key: between "Kongsberg" and "Kristiansand",
/// "Kr" will do.
pub fn separator<'a>(left: &[u8], right: &'a [u8]) -> &'a [u8] {
    todo!("how far are the two alike? how much more of `right` is needed?")
}

/// Where to cut a leaf that is to be split: so many keys stay on the left, as many as make the
/// signpost between the two parts the shortest. A cut may be up to `around` keys away from the
/// middle, which is at half the number of keys, rounded down; no part is empty. There are at least
/// two keys, in ascending order.
pub fn cut(keys: &[&[u8]], around: usize) -> usize {
    todo!("which cuts are allowed? what signpost does each have?")
}

/// The signposts of an inner node, in ascending order. What they all begin with is kept once.
pub struct Signposts {
    /// The longest that all of them begin with; empty if there are none.
    pub prefix: Vec<u8>,
    /// What comes after it.
    pub rests: Vec<Vec<u8>>,
}

impl Signposts {
    pub fn new(signposts: &[&[u8]]) -> Self {
        todo!("they are in order: which two decide what all have in common?")
    }

    /// Which child has `key`: as many as there are signposts that are not greater.
    ///
    /// Any key may be asked for, whatever it begins with. No signpost is put together again.
    pub fn child(&self, key: &[u8]) -> usize {
        todo!("where is a key that does not begin with the prefix?")
    }
}
