use std::collections::VecDeque;
use std::num::NonZeroUsize;

use skiplist::SkipList;

/// The median of the last values of a stream.
///
/// A latency is seldom what its neighbours are, and its mean is what the slowest one makes of it;
/// so a dashboard shows the median of the last thousand, and a new one with each request. Sorting a
/// thousand values each time is too much. A list that is kept in order and knows ranks has the
/// middle one at hand.
pub struct Median<T> {
    window: usize,
    /// The values of the window in the order in which they came.
    arrivals: VecDeque<T>,
    /// The same values in their own order.
    order: SkipList<T, ()>,
}

impl<T: Ord + Clone> Median<T> {
    /// The median of no values yet, and of up to `window` from then on.
    pub fn new(window: NonZeroUsize) -> Self {
        Median {
            window: window.get(),
            arrivals: VecDeque::new(),
            order: SkipList::new(),
        }
    }

    /// Takes in `value`, forgets the one that came `window` values before, and returns the median
    /// of those that are left; of an even number, the lower of the two in the middle.
    ///
    /// O(log `window`).
    pub fn push(&mut self, value: T) -> T {
        todo!("what happens to a value that comes twice, and whose first is forgotten?")
    }
}
