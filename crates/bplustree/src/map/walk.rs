//! Along the list of leaves, from both ends.
//!
//! ```text
//!        front                            back
//!          ↓                                ↓
//!    [1 3 5 7] ⇄ [9 11] ⇄ [13 15 17] ⇄ [19 21 23]
//!                └──────── rest ───┘
//! ```
//!
//! A [`Walk`] is in two leaves at a time, and knows the first and the last of those between them.
//! The tree is not consulted: an entry is the next one of an array, until the array ends.
//!
//! One walk serves all kinds of iterators, which differ in what they do with the leaves: read them
//! (`&[Leaf]`), write to them ([`LeavesMut`]) or consume them (`Arena<Leaf>`).

use std::collections::BTreeMap;
use std::iter::Zip;
use std::mem;
use std::ops::Range;
use std::slice;

use arrayvec::ArrayVec;

use super::arena::{Arena, Id};
use super::descent::Place;
use super::node::Leaf;

/// All rows of a leaf.
const WHOLE: Range<usize> = 0..usize::MAX;

/// A leaf that was entered.
pub(super) struct Entered<R> {
    run: R,
    prev: Id,
    next: Id,
}

/// The leaves of a tree, each of which is entered once.
pub(super) trait Leaves {
    /// The entries of one leaf.
    type Run: DoubleEndedIterator;

    /// A run of no entries.
    fn empty() -> Self::Run;

    /// Enters a leaf; the rows are cut to those that it has.
    fn enter(&mut self, leaf: Id, rows: Range<usize>) -> Option<Entered<Self::Run>>;
}

// ANCHOR: walk
/// Entries in order, from both ends: leaves, and the runs of the two that it is in.
#[derive(Clone)]
pub(super) struct Walk<L, R> {
    leaves: L,
    front: R,
    /// The first and the last of the leaves that were not entered yet.
    rest: Option<(Id, Id)>,
    back: R,
}

impl<L: Leaves> Walk<L, L::Run> {
    #[inline]
    pub fn next(&mut self) -> Option<<L::Run as Iterator>::Item> {
        loop {
            if let Some(entry) = self.front.next() {
                return Some(entry);
            }
            match self.enter_first() {
                Some(run) => self.front = run,
                None => return self.back.next(),
            }
        }
    }

    fn enter_first(&mut self) -> Option<L::Run> {
        let (first, last) = self.rest?;
        let Entered { run, next, .. } = self.leaves.enter(first, WHOLE)?;
        self.rest = (first != last).then_some((next, last));
        Some(run)
    }
    // ANCHOR_END: walk

    #[inline]
    pub fn next_back(&mut self) -> Option<<L::Run as Iterator>::Item> {
        loop {
            if let Some(entry) = self.back.next_back() {
                return Some(entry);
            }
            match self.enter_last() {
                Some(run) => self.back = run,
                None => return self.front.next_back(),
            }
        }
    }

    fn enter_last(&mut self) -> Option<L::Run> {
        let (first, last) = self.rest?;
        let Entered { run, prev, .. } = self.leaves.enter(last, WHOLE)?;
        self.rest = (first != last).then_some((first, prev));
        Some(run)
    }

    /// All that is left, a leaf at a time.
    pub fn fold<B>(mut self, start: B, mut f: impl FnMut(B, <L::Run as Iterator>::Item) -> B) -> B {
        let mut result = mem::replace(&mut self.front, L::empty()).fold(start, &mut f);
        while let Some(run) = self.enter_first() {
            result = run.fold(result, &mut f);
        }
        self.back.fold(result, f)
    }

    /// The entries from one place up to another, which is exclusive.
    pub fn between(mut leaves: L, from: Place, to: Place) -> Self {
        let (mut rest, mut back) = (None, L::empty());
        let end = if from.leaf == to.leaf {
            to.at
        } else {
            usize::MAX
        };
        let front = match leaves.enter(from.leaf, from.at..end) {
            Some(Entered { run, next, .. }) if from.leaf != to.leaf => {
                if let Some(entered) = leaves.enter(to.leaf, 0..to.at) {
                    back = entered.run;
                    rest = (next != to.leaf).then_some((next, entered.prev));
                }
                run
            }
            entered => entered.map_or_else(L::empty, |entered| entered.run),
        };
        Walk {
            leaves,
            front,
            rest,
            back,
        }
    }
}

/// Cuts `rows` to a leaf of `len`.
fn cut(rows: Range<usize>, len: usize) -> Range<usize> {
    let end = rows.end.min(len);
    rows.start.min(end)..end
}

/// Entries of one leaf to read.
pub(super) type Run<'a, K, V> = Zip<slice::Iter<'a, K>, slice::Iter<'a, V>>;

/// Leaves to read.
impl<'a, K, V, const ORDER: usize> Leaves for &'a [Leaf<K, V, ORDER>] {
    type Run = Run<'a, K, V>;

    fn empty() -> Self::Run {
        [].iter().zip(&[])
    }

    #[inline]
    fn enter(&mut self, leaf: Id, rows: Range<usize>) -> Option<Entered<Self::Run>> {
        let leaf = self.get(leaf as usize)?;
        let rows = cut(rows, leaf.len());
        let (keys, values) = (&leaf.entries.keys[rows.clone()], &leaf.entries.items[rows]);
        Some(Entered {
            run: keys.iter().zip(values),
            prev: leaf.prev,
            next: leaf.next,
        })
    }
}

// ANCHOR: leaves_mut
/// Leaves to write to.
///
/// The array is cut into pieces as leaves are taken out of it, so that the compiler knows that
/// none is taken twice. This costs a look-up among the pieces for each leaf: one or two nanoseconds
/// an entry, for which there is no `unsafe`.
pub(super) struct LeavesMut<'a, L>(BTreeMap<Id, &'a mut [L]>);

impl<'a, L> LeavesMut<'a, L> {
    pub fn new(leaves: &'a mut [L]) -> Self {
        LeavesMut(BTreeMap::from([(0, leaves)]))
    }

    fn take(&mut self, leaf: Id) -> Option<&'a mut L> {
        let (&start, piece) = self.0.range_mut(..=leaf).next_back()?;
        let (before, rest) = mem::take(piece).split_at_mut_checked((leaf - start) as usize)?;
        let (leaf_mut, after) = rest.split_first_mut()?;
        if before.is_empty() {
            self.0.remove(&start);
        } else {
            *piece = before;
        }
        if !after.is_empty() {
            self.0.insert(leaf + 1, after);
        }
        Some(leaf_mut)
    }
}
// ANCHOR_END: leaves_mut

impl<'a, K, V, const ORDER: usize> Leaves for LeavesMut<'a, Leaf<K, V, ORDER>> {
    type Run = RunMut<'a, K, V>;

    fn empty() -> Self::Run {
        RunMut([].iter_mut().zip(&mut []))
    }

    #[inline]
    fn enter(&mut self, leaf: Id, rows: Range<usize>) -> Option<Entered<Self::Run>> {
        let leaf = self.take(leaf)?;
        let (prev, next) = (leaf.prev, leaf.next);
        let rows = cut(rows, leaf.len());
        let keys = leaf.entries.keys[rows.clone()].iter_mut();
        let run = RunMut(keys.zip(&mut leaf.entries.items[rows]));
        Some(Entered { run, prev, next })
    }
}

/// Keys with values that can be changed. It holds the keys mutably, and gives them out shared: so
/// it may go to another thread whenever the map may.
pub(super) struct RunMut<'a, K, V>(Zip<slice::IterMut<'a, K>, slice::IterMut<'a, V>>);

impl<'a, K, V> Iterator for RunMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (&*key, value))
    }

    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, mut f: F) -> B {
        self.0
            .fold(start, |result, (key, value)| f(result, (key, value)))
    }
}

impl<K, V> DoubleEndedIterator for RunMut<'_, K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, value)| (&*key, value))
    }
}

/// Entries of one leaf to consume.
pub(super) type OwnedRun<K, V, const ORDER: usize> =
    Zip<arrayvec::IntoIter<K, ORDER>, arrayvec::IntoIter<V, ORDER>>;

/// Leaves to consume.
impl<K, V, const ORDER: usize> Leaves for Arena<Leaf<K, V, ORDER>> {
    type Run = OwnedRun<K, V, ORDER>;

    fn empty() -> Self::Run {
        ArrayVec::new().into_iter().zip(ArrayVec::new())
    }

    fn enter(&mut self, leaf: Id, rows: Range<usize>) -> Option<Entered<Self::Run>> {
        let leaf = self.get_mut(leaf)?;
        let rows = cut(rows, leaf.len());
        let entries = &mut leaf.entries;
        let keys: ArrayVec<K, ORDER> = entries.keys.drain(rows.clone()).collect();
        let values: ArrayVec<V, ORDER> = entries.items.drain(rows).collect();
        Some(Entered {
            run: keys.into_iter().zip(values),
            prev: leaf.prev,
            next: leaf.next,
        })
    }
}
