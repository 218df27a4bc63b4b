use std::collections::VecDeque;
use std::num::NonZeroUsize;

use skiplist::SkipList;

/// The median of the last values of a stream.
///
/// The window is kept twice: in the order of arrival, which says what to forget, and in its own
/// order, with ranks, which says what is in the middle. A map has each key once, and latencies
/// repeat; so the key is a value with the number of its arrival.
pub struct Median<T> {
    window: usize,
    /// How many values came so far.
    count: u64,
    arrivals: VecDeque<(T, u64)>,
    order: SkipList<(T, u64), ()>,
}

impl<T: Ord + Clone> Median<T> {
    /// The median of no values yet, and of up to `window` from then on.
    pub fn new(window: NonZeroUsize) -> Self {
        Median {
            window: window.get(),
            count: 0,
            arrivals: VecDeque::new(),
            order: SkipList::new(),
        }
    }

    /// Takes in `value`, forgets the one that came `window` values before, and returns the median
    /// of those that are left; of an even number, the lower of the two in the middle.
    ///
    /// Two searches for keys and one for a rank: O(log `window`).
    pub fn push(&mut self, value: T) -> T {
        if self.arrivals.len() == self.window
            && let Some(oldest) = self.arrivals.pop_front()
        {
            self.order.remove(&oldest);
        }
        let arrival = (value, self.count);
        self.count += 1;
        self.arrivals.push_back(arrival.clone());
        self.order.insert(arrival, ());

        let middle = (self.order.len() - 1) / 2;
        let ((median, _), ()) = self.order.get_by_rank(middle).expect("one was just put in");
        median.clone()
    }
}
