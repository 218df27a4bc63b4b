//! Scores: numbers that can be put in order, and what may be done about a score.

use std::cmp::Ordering;
use std::fmt;

/// Why a score cannot be set.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ScoreError {
    /// The score is NaN, which is neither less nor greater than any other: give a number.
    NotANumber,
    /// The sum of a score and an increment is NaN, because they are infinities of opposite signs:
    /// set the score instead.
    SumNotANumber {
        /// The score, which stays as it is.
        score: f64,
        /// What was to be added.
        by: f64,
    },
}

impl fmt::Display for ScoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScoreError::NotANumber => {
                write!(f, "the score is NaN, which has no order; give a number")
            }
            ScoreError::SumNotANumber { score, by } => {
                write!(
                    f,
                    "the score {score} and {by} add up to NaN; set the score instead"
                )
            }
        }
    }
}

impl std::error::Error for ScoreError {}

/// A member with its score: by score, and by member where scores are equal.
#[derive(Clone, Debug)]
pub(super) struct Scored<M> {
    /// Not NaN.
    pub(super) score: f64,
    pub(super) member: M,
}

// ANCHOR: order
impl<M: Ord> Ord for Scored<M> {
    /// Zero is zero, whatever its sign.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = self.score.partial_cmp(&other.score);
        let by_score = by_score.expect("no score is NaN");
        by_score.then_with(|| self.member.cmp(&other.member))
    }
}
// ANCHOR_END: order

impl<M: Ord> PartialOrd for Scored<M> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<M: Ord> PartialEq for Scored<M> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<M: Ord> Eq for Scored<M> {}

/// When [`SortedSet::add`](super::SortedSet::add) does something: the options of `ZADD`.
///
/// Redis refuses `NX` together with `XX`, `GT` or `LT`; here they cannot be said together. `CH`
/// concerns what is counted: see [`Added::is_change`].
///
/// ```
/// use skiplist::sorted_set::{Added, AddOptions, SortedSet};
///
/// let mut best = SortedSet::new();
/// best.insert("ann", 50.0)?;
/// assert_eq!(best.add("ann", 40.0, AddOptions::GT)?, Added::Kept { score: 50.0 });
/// assert_eq!(best.add("ann", 60.0, AddOptions::GT)?, Added::Updated { from: 50.0 });
/// assert_eq!(best.add("bob", 10.0, AddOptions::GT.existing_only())?, Added::Refused);
/// # Ok::<(), skiplist::sorted_set::ScoreError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddOptions {
    existing_only: bool,
    update: Update,
}

/// When the score of a member that is there changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Update {
    #[default]
    Always,
    Never,
    IfGreater,
    IfLess,
}

impl AddOptions {
    /// Adds members and updates scores.
    pub const ANY: AddOptions = Self::updating(Update::Always);
    /// `NX`: adds members, and leaves those that are there alone.
    pub const NX: AddOptions = Self::updating(Update::Never);
    /// `XX`: updates scores, and adds no members.
    pub const XX: AddOptions = Self::ANY.existing_only();
    /// `GT`: adds members, and updates scores that become greater.
    pub const GT: AddOptions = Self::updating(Update::IfGreater);
    /// `LT`: adds members, and updates scores that become less.
    pub const LT: AddOptions = Self::updating(Update::IfLess);

    const fn updating(update: Update) -> Self {
        AddOptions {
            existing_only: false,
            update,
        }
    }

    /// The same, but adding no members: `XX` beside `GT` or `LT`. Beside `NX` nothing is left to
    /// do.
    pub const fn existing_only(self) -> Self {
        AddOptions {
            existing_only: true,
            ..self
        }
    }

    pub(super) fn add_new(self) -> bool {
        !self.existing_only
    }

    pub(super) fn replace(self, old: f64, new: f64) -> bool {
        match self.update {
            Update::Always => old != new,
            Update::Never => false,
            Update::IfGreater => new > old,
            Update::IfLess => new < old,
        }
    }
}

/// What [`SortedSet::add`](super::SortedSet::add) did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Added {
    /// The member is new.
    New,
    /// The member was there, and its score changed.
    Updated {
        /// The score that it had.
        from: f64,
    },
    /// The member was there, and keeps its score: it is the same, or the options say so.
    Kept {
        /// The score that it has.
        score: f64,
    },
    /// The member is not there, and the options say not to add it.
    Refused,
}

impl Added {
    /// Whether `ZADD` counts it: a new member.
    pub fn is_new(self) -> bool {
        self == Added::New
    }

    /// Whether `ZADD CH` counts it: a new member or a new score.
    pub fn is_change(self) -> bool {
        matches!(self, Added::New | Added::Updated { .. })
    }
}
