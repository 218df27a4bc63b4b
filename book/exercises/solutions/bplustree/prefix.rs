/// The shortest signpost between the last key of a leaf and the first key of the next one: greater
/// than `left`, and not greater than `right`.
///
/// As much of `right` as is in `left` as well, and one byte more. Bayer and Unterauer, *Prefix
/// B-Trees*, ACM TODS 1977.
pub fn separator<'a>(left: &[u8], right: &'a [u8]) -> &'a [u8] {
    &right[..right.len().min(common(left, right) + 1)]
}

/// Where to cut a leaf that is to be split: so many keys stay on the left, as many as make the
/// signpost between the two parts the shortest, and the nearest to the middle among these.
///
/// Bayer and Unterauer call `around` the *split interval*: a few keys more in one half cost little,
/// a signpost of three bytes instead of thirty saves in every node above.
pub fn cut(keys: &[&[u8]], around: usize) -> usize {
    let middle = keys.len() / 2;
    let first = middle.saturating_sub(around).max(1);
    let last = middle.saturating_add(around).min(keys.len() - 1);
    let cost = |at: &usize| {
        let signpost = separator(keys[at - 1], keys[*at]);
        (signpost.len(), at.abs_diff(middle))
    };
    (first..=last).min_by_key(cost).expect("first <= last")
}

/// The signposts of an inner node, in ascending order. What they all begin with is kept once.
pub struct Signposts {
    /// The longest that all of them begin with; empty if there are none.
    pub prefix: Vec<u8>,
    /// What comes after it.
    pub rests: Vec<Vec<u8>>,
}

impl Signposts {
    /// In order, the first and the last are least alike: all between them begin as both do.
    pub fn new(signposts: &[&[u8]]) -> Self {
        let prefix = match signposts {
            [first, .., last] => &first[..common(first, last)],
            [only] => only,
            [] => &[],
        };
        let rests = signposts.iter().map(|post| post[prefix.len()..].to_vec());
        Signposts {
            prefix: prefix.to_vec(),
            rests: rests.collect(),
        }
    }

    /// Which child has `key`: as many as there are signposts that are not greater.
    ///
    /// The prefix is compared once. A key that does not begin with it is less than all signposts or
    /// greater than all, whatever follows.
    pub fn child(&self, key: &[u8]) -> usize {
        match key.strip_prefix(self.prefix.as_slice()) {
            Some(rest) => self.rests.partition_point(|post| post.as_slice() <= rest),
            None if key < self.prefix.as_slice() => 0,
            None => self.rests.len(),
        }
    }
}

/// How many bytes the two have in common at their beginning.
fn common(one: &[u8], other: &[u8]) -> usize {
    let pairs = one.iter().zip(other);
    pairs.take_while(|(one, other)| one == other).count()
}
