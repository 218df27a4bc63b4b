//! Compaction: which tables to merge next.
//!
//! Without merging, every flush adds a run, reads ask ever more tables, and what was overwritten or
//! deleted is never given back. Merging mends this and costs writing. *When* to merge *what* is all
//! that is left to choose, and no choice is best:
//!
//! | | writes each byte | a look-up asks | room for what is dead |
//! |---|---|---|---|
//! | [`Leveled`] | ten times a level | one run a level | a tenth |
//! | [`SizeTiered`] | once a level | several runs a level | as much again, or more |
//! | [`Fifo`] | once | every run | all: it is deleted by age, unread |
//!
//! These are the *write*, *read* and *space amplification*, and a strategy trades one for another
//! (Athanassoulis et al. 2016, *Designing access methods: the RUM conjecture*).
//!
//! A [`Strategy`] is a pure function: a version in, a [`Compaction`] out. It reads no file, knows
//! no thread, and can be tried on a million versions in a second.
//!
//! # Invariants
//!
//! What a strategy picks keeps *newer is higher* (see [`Version`]): no table between the inputs and
//! the place of the output, left out, overlaps the inputs. [`Compaction::check`] says whether.

mod fifo;
mod leveled;
mod merge;
mod retain;
mod tiered;

use std::cmp::Reverse;
use std::sync::Arc;

pub use fifo::Fifo;
pub use leveled::Leveled;
pub use merge::Merge;
pub use retain::Retention;
pub use tiered::SizeTiered;

use crate::key::Sequence;
use crate::version::{Bounds, LEVELS, TableMeta, Version, VersionEdit};

// ANCHOR: strategy
/// Chooses what to merge.
pub trait Strategy: Send + Sync {
    /// What `version` needs most, at a moment in milliseconds since the Unix epoch; `None` if it is
    /// fine as it is.
    fn pick(&self, version: &Version, now_ms: u64) -> Option<Compaction>;

    /// How far behind compaction is: what there is to merge until `pick` is content. Writes are
    /// slowed down by it.
    ///
    /// Unless a strategy knows better, it is what it would merge next.
    fn backlog(&self, version: &Version, now_ms: u64) -> Backlog {
        match self.pick(version, now_ms) {
            Some(compaction) if matches!(compaction.action, Action::Merge { .. }) => Backlog {
                runs: compaction
                    .inputs
                    .iter()
                    .filter(|(level, _)| *level == 0)
                    .count(),
                bytes: compaction.input_bytes(),
            },
            _ => Backlog::default(),
        }
    }

    /// What to merge, whatever `pick` thinks, so that all that a range has comes to the last level:
    /// the keys from `start` to `end`, exclusive, or from `start` on. `None` if there is nothing, or
    /// the strategy never merges.
    fn compact_range(
        &self,
        version: &Version,
        start: &[u8],
        end: Option<&[u8]>,
    ) -> Option<Compaction> {
        Compaction::of_range(version, (start, end), BOTTOM, TABLE_BYTES)
    }
}
// ANCHOR_END: strategy

/// Bytes of an output table, if a strategy does not say.
const TABLE_BYTES: u64 = 64 << 20;

/// What there is to merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Tables of level 0 that wait for it: each is one more that a look-up may have to ask.
    pub runs: usize,
    /// Bytes that will be read and written, about.
    pub bytes: u64,
}

/// Tables to merge, and where the outcome goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compaction {
    /// The tables and their levels.
    pub inputs: Vec<(usize, Arc<TableMeta>)>,
    /// What becomes of them.
    pub action: Action,
}

/// What becomes of the inputs of a compaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// They are merged, and take their place at `level`.
    Merge {
        /// The level of the output.
        level: usize,
        /// Bytes after which an output table ends, at a key's last version. At level 0, never.
        table_bytes: u64,
        /// Whether nothing older than the inputs overlaps them: tombstones have then done their
        /// work.
        drop_tombstones: bool,
    },
    /// They go to `level` as they are: nothing there overlaps them, and no byte is written.
    Move {
        /// The level they go to.
        level: usize,
    },
    /// They are dropped, with all that is in them.
    Drop,
}

impl Compaction {
    /// A merge of `inputs` into `level`, or a move, where nothing needs to be merged.
    fn into_level(
        version: &Version,
        inputs: Vec<(usize, Arc<TableMeta>)>,
        level: usize,
        table_bytes: u64,
    ) -> Self {
        let action = match &inputs[..] {
            [(from, _)] if *from != level && level > 0 => Action::Move { level },
            _ => Action::Merge {
                level,
                table_bytes,
                drop_tombstones: is_oldest(version, &inputs, level),
            },
        };
        Compaction { inputs, action }
    }

    /// A merge of all tables into the last level, whatever a strategy thinks; `None` if there are
    /// none.
    ///
    /// What is dead is given back, and every tombstone. It writes all that lives, and needs room
    /// for it a second time.
    pub fn everything(version: &Version, table_bytes: u64) -> Option<Self> {
        let tables = version
            .tables()
            .map(|(level, table)| (level, Arc::clone(table)));
        let compaction = Compaction {
            inputs: tables.collect(),
            action: Action::Merge {
                level: BOTTOM,
                table_bytes,
                drop_tombstones: true,
            },
        };
        (!compaction.inputs.is_empty()).then_some(compaction)
    }

    // ANCHOR: of_range
    /// A merge into `level`, below which there is nothing, of the tables that have keys from
    /// `start` to `end`, exclusive, or from `start` on; `None` if there are none.
    ///
    /// What overlaps them has to come along, and what overlaps that.
    fn of_range(
        version: &Version,
        (start, end): (&[u8], Option<&[u8]>),
        level: usize,
        table_bytes: u64,
    ) -> Option<Self> {
        let tables = || version.tables().map(|(_, table)| &table.bounds);
        let reaches = |table: &&Bounds| {
            !table.ends_before(start) && end.is_none_or(|end| table.start() < end)
        };
        let mut hull = Bounds::hull(tables().filter(reaches))?;
        loop {
            let wider = Bounds::hull(tables().filter(|table| table.overlaps(&hull)))?;
            if wider == hull {
                break;
            }
            hull = wider;
        }
        let inputs = version
            .tables()
            .filter(|(_, table)| table.bounds.overlaps(&hull))
            .map(|(level, table)| (level, Arc::clone(table)));
        let action = Action::Merge {
            level,
            table_bytes,
            drop_tombstones: true,
        };
        Some(Compaction {
            inputs: inputs.collect(),
            action,
        })
    }
    // ANCHOR_END: of_range

    /// Bytes of the inputs: what a merge reads, and writes at most.
    pub fn input_bytes(&self) -> u64 {
        self.inputs.iter().map(|(_, table)| table.file_len).sum()
    }

    /// The edit that takes the inputs away and adds `outputs`, which are those of the merge.
    pub fn to_edit(&self, outputs: Vec<Arc<TableMeta>>) -> VersionEdit {
        let removed = self
            .inputs
            .iter()
            .map(|(level, table)| (*level, table.number));
        let added = match self.action {
            Action::Merge { level, .. } => {
                outputs.into_iter().map(|table| (level, table)).collect()
            }
            Action::Move { level } => {
                let tables = self.inputs.iter();
                tables
                    .map(|(_, table)| (level, Arc::clone(table)))
                    .collect()
            }
            Action::Drop => Vec::new(),
        };
        VersionEdit {
            removed: removed.collect(),
            added,
            ..VersionEdit::default()
        }
    }

    // ANCHOR: check
    /// Whether newer versions stay above older ones, whatever keys the tables have: no input passes
    /// a table that it overlaps and that is left out.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn check(&self, version: &Version) -> Result<(), &'static str> {
        let (Action::Merge { level, .. } | Action::Move { level }) = self.action else {
            return Ok(());
        };
        let newest = self
            .inputs
            .iter()
            .map(|(_, input)| input.max_sequence)
            .max();
        let output = Place(level, Reverse(newest.ok_or("there is nothing to do")?));
        // An output may reach from the first input to the last.
        let hull = Bounds::hull(self.inputs.iter().map(|(_, input)| &input.bounds));
        let mut beside = version.level(level).iter().filter(|table| !self.has(table));
        let is_in_between = |table: &Arc<TableMeta>| {
            hull.as_ref()
                .is_some_and(|hull| hull.overlaps(&table.bounds))
        };
        if level > 0 && beside.any(is_in_between) {
            return Err("a table of the output's level is left out");
        }
        for (at, table) in version.tables().filter(|(_, table)| !self.has(table)) {
            let place = Place(at, Reverse(table.max_sequence));
            let overlapping = self
                .inputs
                .iter()
                .filter(|(_, i)| i.bounds.overlaps(&table.bounds));
            for (from, input) in overlapping {
                let was_above = Place(*from, Reverse(input.max_sequence)) < place;
                if was_above != (output < place) || (at == level && level > 0) {
                    return Err("a table in between is left out");
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: check

    fn has(&self, table: &TableMeta) -> bool {
        self.inputs
            .iter()
            .any(|(_, input)| input.number == table.number)
    }
}

/// Where a look-up comes to a table: the lesser, the earlier. Within a level below 0 it says
/// nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(usize, Reverse<Sequence>);

// ANCHOR: is_oldest
/// Whether no table below the output at `level` has anything under the inputs' keys: then a
/// tombstone has nothing left to hide.
fn is_oldest(version: &Version, inputs: &[(usize, Arc<TableMeta>)], level: usize) -> bool {
    let Some(bounds) = Bounds::hull(inputs.iter().map(|(_, table)| &table.bounds)) else {
        return true;
    };
    let is_input = |other: &TableMeta| inputs.iter().any(|(_, input)| input.number == other.number);
    let newest = inputs
        .iter()
        .map(|(_, table)| table.max_sequence)
        .max()
        .unwrap_or_default();
    let output = Place(level, Reverse(newest));
    let mut below = version
        .tables()
        .filter(|(at, other)| output < Place(*at, Reverse(other.max_sequence)) && !is_input(other));
    !below.any(|(at, other)| (at != level || level == 0) && other.bounds.overlaps(&bounds))
}
// ANCHOR_END: is_oldest

/// The last level.
const BOTTOM: usize = LEVELS - 1;
