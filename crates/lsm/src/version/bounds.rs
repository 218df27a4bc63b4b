//! From which key to which a table reaches, and whether two tables overlap.

use std::cmp::Ordering;

use crate::key;

/// A range of keys, as of a table: see [`Properties`](crate::table::Properties).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least internal key.
    pub smallest: Vec<u8>,
    /// The greatest internal key. Where it is before all versions of its user key, it is the end of
    /// a range tombstone, and that user key is outside.
    pub largest: Vec<u8>,
}

impl Bounds {
    /// The first user key, inclusive.
    pub fn start(&self) -> &[u8] {
        key::user_key(&self.smallest)
    }

    /// The last user key; whether it is inside says [`contains`](Self::contains).
    pub fn end(&self) -> &[u8] {
        key::user_key(&self.largest)
    }

    /// Whether `user_key` is not after the end.
    fn reaches(&self, user_key: &[u8]) -> bool {
        match user_key.cmp(self.end()) {
            Ordering::Less => true,
            // A key to seek, not one of a version: the end is exclusive.
            Ordering::Equal => key::parse(&self.largest).is_some(),
            Ordering::Greater => false,
        }
    }

    /// Whether `user_key` is inside.
    pub fn contains(&self, user_key: &[u8]) -> bool {
        self.start() <= user_key && self.reaches(user_key)
    }

    /// Whether all of it is before `user_key`.
    pub fn ends_before(&self, user_key: &[u8]) -> bool {
        !self.reaches(user_key)
    }

    // ANCHOR: overlaps
    /// Whether a user key may be inside both.
    pub fn overlaps(&self, other: &Bounds) -> bool {
        self.reaches(other.start()) && other.reaches(self.start())
    }
    // ANCHOR_END: overlaps

    /// The narrowest bounds around all of `bounds`; `None` if there are none.
    pub fn hull<'a>(bounds: impl IntoIterator<Item = &'a Bounds>) -> Option<Bounds> {
        let mut bounds = bounds.into_iter();
        let mut hull = bounds.next()?.clone();
        for Bounds { smallest, largest } in bounds {
            if key::compare(smallest, &hull.smallest).is_lt() {
                hull.smallest.clone_from(smallest);
            }
            if key::compare(largest, &hull.largest).is_gt() {
                hull.largest.clone_from(largest);
            }
        }
        Some(hull)
    }
}
