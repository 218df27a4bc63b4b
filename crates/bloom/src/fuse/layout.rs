//! Where the three slots of a key are.
//!
//! The table is cut into segments of equal length, a power of two. A key's first slot is anywhere
//! but in the last two segments, its second slot in the segment after, its third in the one after
//! that:
//!
//! ```text
//!   segment      0         1         2         3         4
//!            ┌─────────┬─────────┬─────────┬─────────┬─────────┐
//!   a key    │         │     ●   │ ●       │      ●  │         │   first slot in segment 1
//!   another  │  ●      │      ●  │    ●    │         │         │   first slot in segment 0
//!            └─────────┴─────────┴─────────┴─────────┴─────────┘
//!                                           only second and third slots
//! ```
//!
//! Three slots anywhere would do as well, but the table would have to be larger: 1.23 slots a key
//! instead of 1.125. Slots at the two ends have fewer keys, so peeling begins there, and because a
//! key reaches only to its neighbour segments it proceeds inward like a zip. It also means that
//! whoever builds the table in the order of its segments works on a small part of it at a time.

// ANCHOR: layout
/// How a table is cut into segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Slots in a segment: a power of two, at most 2¹⁸.
    segment: u32,
    /// Slots in all the segments but the last two: where first slots may be.
    firsts: u32,
}

impl Layout {
    /// The three slots of the key with this mixed hash, in adjacent segments.
    #[inline]
    pub(super) fn slots(&self, hash: u64) -> [usize; 3] {
        let mask = self.segment - 1;
        let first = ((u128::from(hash) * u128::from(self.firsts)) >> 64) as u32;
        let second = (first + self.segment) ^ ((hash >> 18) as u32 & mask);
        let third = (first + 2 * self.segment) ^ (hash as u32 & mask);
        [first, second, third].map(|slot| slot as usize)
    }
}
// ANCHOR_END: layout

/// Most bits of a hash that choose a place within a segment; [`Layout::slots`] takes them twice.
const MAX_SEGMENT_BITS: u32 = 18;

impl Layout {
    /// The layout for `keys` distinct keys, or `None` if its slots cannot be numbered by `u32`.
    ///
    /// The lengths are those of the paper, found by experiment: longer segments make peeling more
    /// likely to succeed in the end, shorter ones make it begin. Just above a step of the formula
    /// they are too long, hence `shorter`, which halves them.
    pub(super) fn for_keys(keys: usize, shorter: bool) -> Option<Self> {
        // Two keys take no fewer slots than one, and a logarithm of zero or one would divide by 0.
        let n = keys.max(2) as f64;
        let bits = (n.ln() / 3.33_f64.ln() + 2.25).floor() as u32;
        let segment = 1_u32 << (bits - u32::from(shorter)).min(MAX_SEGMENT_BITS);
        let slots_a_key = (0.875 + 0.25 * 1e6_f64.ln() / n.ln()).max(1.125);
        let segments = (n * slots_a_key / f64::from(segment)).ceil() as u64;
        let firsts = u64::from(segment) * segments.saturating_sub(2).max(1);
        let slots = firsts + 2 * u64::from(segment);
        u32::try_from(slots).ok()?;
        Some(Layout {
            segment,
            firsts: firsts as u32,
        })
    }

    /// The layout of a table of `slots` slots in segments of `segment`, or `None` if there is none.
    pub(super) fn from_parts(segment: u64, slots: usize) -> Option<Self> {
        let segment = u32::try_from(segment).ok()?;
        let firsts = u32::try_from(slots)
            .ok()?
            .checked_sub(segment.checked_mul(2)?)?;
        let valid = segment.is_power_of_two()
            && segment <= 1 << MAX_SEGMENT_BITS
            && firsts > 0
            && firsts.is_multiple_of(segment);
        valid.then_some(Layout { segment, firsts })
    }

    /// Slots in a segment.
    pub(super) fn segment(&self) -> u64 {
        u64::from(self.segment)
    }

    /// Slots in the table.
    pub(super) fn len(&self) -> usize {
        self.firsts as usize + 2 * self.segment as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slots_of_any_hash_are_in_adjacent_segments_of_the_table() {
        for keys in [0, 1, 2, 10, 1_000, 1_000_000, 100_000_000] {
            for shorter in [false, true] {
                let layout = Layout::for_keys(keys, shorter).unwrap();
                let segment = layout.segment as usize;
                for hash in [0, 1, u64::MAX / 3, u64::MAX - 1, u64::MAX] {
                    let slots = layout.slots(hash);
                    let segments = slots.map(|slot| slot / segment);
                    assert_eq!(segments[1], segments[0] + 1);
                    assert_eq!(segments[2], segments[0] + 2);
                    assert!(slots[2] < layout.len());
                }
                let read = Layout::from_parts(layout.segment(), layout.len());
                assert_eq!(read, Some(layout));
            }
        }
    }

    #[test]
    fn parts_of_no_layout_are_refused() {
        assert_eq!(Layout::from_parts(0, 12), None);
        assert_eq!(Layout::from_parts(4, 8), None, "no first slots");
        assert_eq!(Layout::from_parts(4, 13), None, "not whole segments");
        assert_eq!(Layout::from_parts(6, 18), None, "not a power of two");
        assert_eq!(Layout::from_parts(1 << 19, 3 << 19), None, "too long");
        assert_eq!(Layout::from_parts(u64::MAX, usize::MAX), None);
    }

    #[test]
    fn more_slots_than_can_be_numbered_are_refused() {
        assert!(Layout::for_keys(3_800_000_000, false).is_some());
        assert!(Layout::for_keys(3_900_000_000, false).is_none());
    }
}
