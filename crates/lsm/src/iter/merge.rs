//! Merging sorted runs: a tournament of cursors.
//!
//! Each of `k` cursors stands on the first entry of its run that was not taken yet. The least of
//! these is the next entry of all. A binary heap finds it in O(log k): when the winner has moved
//! on, it sinks to its place, and everybody else stays in theirs.
//!
//! ```text
//!           banana 6                      heap of cursors, by the key they stand on
//!          ╱        ╲
//!     cherry 5     banana 4               next(): the winner moves on, and sinks
//! ```
//!
//! Runs are long: who wins once often wins again, above all the lowest level, which has nine entries
//! of ten. So it is noted which of the two below the root is the runner-up, and as long as the
//! winner stays before that one, a step is one comparison.
//!
//! Backwards, it is the same with the order turned round. To turn round in the middle, every cursor
//! but the winner's is sought to the other side of the current key.
//!
//! # Invariants
//!
//! - The heap has exactly the cursors that stand on an entry, and the winner is at its root.
//! - If the runner-up is known, no other one but the winner comes before it.
//! - Going forwards, all of them stand on the current key or behind it; going backwards, on it or
//!   before.
//!
//! # Complexity
//!
//! `next` and `prev` O(log k) comparisons, one while the same run wins; a seek O(k) seeks. Turning round is a seek.
//!
//! Source: Knuth, *The Art of Computer Programming*, volume 3, 5.4.1, on multiway merging;
//! LevelDB's
//! `table/merger.cc` has the turning round.

use std::cmp::Ordering;
use std::fmt;

use crate::cursor::Cursor;
use crate::{Result, key};

/// Which way the cursors were moved last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Forwards,
    Backwards,
}

/// A cursor over the entries of several cursors.
///
/// No two of them may have the same internal key; if they do, both entries come, in either order.
pub struct MergingCursor<C> {
    runs: Vec<C>,
    /// Numbers of the runs that stand on an entry; the root is the one it stands on.
    heap: Vec<usize>,
    /// Where in the heap the one is that comes after the winner, if that is known.
    runner_up: Option<usize>,
    direction: Direction,
}

impl<C: Cursor> MergingCursor<C> {
    /// A merge of `runs`, that stands nowhere yet.
    pub fn new(runs: Vec<C>) -> Self {
        MergingCursor {
            heap: Vec::with_capacity(runs.len()),
            runs,
            runner_up: None,
            direction: Direction::Forwards,
        }
    }

    /// Whether the entry of run `a` comes before that of run `b`, in the direction of travel.
    #[inline]
    fn comes_before(&self, a: usize, b: usize) -> bool {
        let order = match (self.runs[a].key(), self.runs[b].key()) {
            (Some(a), Some(b)) => key::compare(a, b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        match self.direction {
            Direction::Forwards => order == Ordering::Less,
            Direction::Backwards => order == Ordering::Greater,
        }
    }

    // ANCHOR: sift_down
    /// Lets the run at `place` of the heap sink until both below it come after it.
    fn sift_down(&mut self, mut place: usize) {
        loop {
            let (left, right) = (2 * place + 1, 2 * place + 2);
            let mut first = place;
            for below in [left, right] {
                if below < self.heap.len() && self.comes_before(self.heap[below], self.heap[first])
                {
                    first = below;
                }
            }
            if first == place {
                return;
            }
            self.heap.swap(place, first);
            place = first;
        }
    }
    // ANCHOR_END: sift_down

    /// Moves every run, and makes the heap of those that stand on an entry.
    fn reposition(
        &mut self,
        direction: Direction,
        mut move_run: impl FnMut(usize, &mut C) -> Result<()>,
    ) -> Result<()> {
        self.heap.clear();
        self.runner_up = None;
        self.direction = direction;
        for (number, run) in self.runs.iter_mut().enumerate() {
            move_run(number, run)?;
        }
        let standing = (0..self.runs.len()).filter(|number| self.runs[*number].key().is_some());
        self.heap.extend(standing);
        for place in (0..self.heap.len() / 2).rev() {
            self.sift_down(place);
        }
        Ok(())
    }

    // ANCHOR: advance
    /// Moves the winner one entry on, in the direction of travel.
    fn advance(&mut self, winner: usize) -> Result<()> {
        let run = &mut self.runs[winner];
        let moved = match self.direction {
            Direction::Forwards => run.next(),
            Direction::Backwards => run.prev(),
        };
        if moved.is_err() {
            self.heap.clear();
            return moved;
        }
        if run.key().is_none() {
            self.heap.swap_remove(0);
            self.runner_up = None;
            self.sift_down(0);
        } else if let Some(second) = self.runner_up()
            && self.comes_before(self.heap[second], winner)
        {
            self.heap.swap(0, second);
            self.runner_up = None;
            self.sift_down(second);
        }
        Ok(())
    }
    // ANCHOR_END: advance

    /// Where in the heap the runner-up is. It stays there as long as the winner does.
    #[inline]
    fn runner_up(&mut self) -> Option<usize> {
        if self.runner_up.is_none() {
            self.runner_up = match *self.heap {
                [] | [_] => None,
                [_, left, right, ..] if self.comes_before(right, left) => Some(2),
                _ => Some(1),
            };
        }
        self.runner_up
    }

    // ANCHOR: turn
    /// Moves every run to the other side of the entry that `winner` stands on, and on by one.
    fn turn(&mut self, winner: usize, direction: Direction) -> Result<()> {
        let pivot = self.runs[winner].key().unwrap_or_default().to_vec();
        self.reposition(direction, |number, run| match direction {
            Direction::Forwards if number == winner => run.next(),
            Direction::Forwards => run.seek(&pivot),
            Direction::Backwards if number == winner => run.prev(),
            Direction::Backwards => run.seek_before(&pivot),
        })
    }
    // ANCHOR_END: turn
}

impl<C: Cursor> Cursor for MergingCursor<C> {
    #[inline]
    fn current(&self) -> Option<(&[u8], &[u8])> {
        self.runs[*self.heap.first()?].current()
    }

    fn seek_to_first(&mut self) -> Result<()> {
        self.reposition(Direction::Forwards, |_, run| run.seek_to_first())
    }

    fn seek_to_last(&mut self) -> Result<()> {
        self.reposition(Direction::Backwards, |_, run| run.seek_to_last())
    }

    fn seek(&mut self, key: &[u8]) -> Result<()> {
        self.reposition(Direction::Forwards, |_, run| run.seek(key))
    }

    fn seek_before(&mut self, key: &[u8]) -> Result<()> {
        self.reposition(Direction::Backwards, |_, run| run.seek_before(key))
    }

    #[inline]
    fn next(&mut self) -> Result<()> {
        match (self.heap.first(), self.direction) {
            (None, _) => self.seek_to_first(),
            (Some(&winner), Direction::Forwards) => self.advance(winner),
            (Some(&winner), Direction::Backwards) => self.turn(winner, Direction::Forwards),
        }
    }

    #[inline]
    fn prev(&mut self) -> Result<()> {
        match (self.heap.first(), self.direction) {
            (None, _) => self.seek_to_last(),
            (Some(&winner), Direction::Backwards) => self.advance(winner),
            (Some(&winner), Direction::Forwards) => self.turn(winner, Direction::Backwards),
        }
    }
}

impl<C: Cursor> fmt::Debug for MergingCursor<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MergingCursor")
            .field("runs", &self.runs.len())
            .field("current", &self.current())
            .finish()
    }
}
