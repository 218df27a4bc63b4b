//! The caches and main memory, by a random walk, and in order.
//!
//! A walk through less than a cache holds finds every line there; one through more does not. So the
//! same walk, through ever more memory, shows where each cache ends ([`ladder`]), and a row of the
//! table is the walk through half of the cache that it is named after, or through much more than
//! the last one. How large the caches are, the system says ([`Machine`]).
//!
//! A step through main memory is more than the memory's own time: the translation of the address is
//! not in its cache either, and a walk through the page tables comes before. A program that follows
//! pointers pays both, so both are in the figure.

use std::hint::black_box;

use serde::Serialize;

use crate::cycle::{LINE, random_cycle, walk};
use crate::error::LatencyError;
use crate::machine::Machine;
use crate::times::{Measured, Plan};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// If the system does not say.
const TYPICAL: [usize; 3] = [32 * KIB, 512 * KIB, 32 * MIB];

/// A walk through so much memory.
#[derive(Debug, Serialize)]
pub struct Step {
    /// The memory, in bytes.
    pub bytes: usize,
    /// The median time of a step.
    pub median_ns: f64,
}

/// The time of a step in the cache of a level, 1 to 3: a walk through half of it.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn cache(machine: &Machine, level: u8, quick: bool) -> Result<Measured, LatencyError> {
    let bytes = cache_bytes(machine, level) / 2;
    steps(bytes, Plan::new(2_000, 1_000, quick))
}

/// The time of a step in main memory: a walk through eight times the last cache, so that at most
/// every eighth line can be there.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn main_memory(machine: &Machine, quick: bool) -> Result<Measured, LatencyError> {
    steps(beyond(machine, quick), Plan::new(10_000, 100, quick))
}

/// Bytes of memory that the walk through main memory takes.
pub fn beyond(machine: &Machine, quick: bool) -> usize {
    let (factor, most) = if quick {
        (2, 64 * MIB)
    } else {
        (8, 1024 * MIB)
    };
    let most = most.min(machine.memory_bytes.unwrap_or(1 << 30) / 4);
    (factor * cache_bytes(machine, 3)).clamp(LINE, most.max(LINE))
}

/// The size of a level's cache; the typical one, or that of the last level, if it is not known.
fn cache_bytes(machine: &Machine, level: u8) -> usize {
    let known = machine.caches.iter().find(|cache| cache.level == level);
    let last = machine.caches.last().filter(|last| last.level < level);
    let known = known.or(last).map(|cache| cache.bytes);
    known.unwrap_or(TYPICAL[usize::from(level.clamp(1, 3)) - 1])
}

// ANCHOR: steps
fn steps(bytes: usize, plan: Plan) -> Result<Measured, LatencyError> {
    let slots = random_cycle(bytes, 1);
    // A whole lap first, so that whatever fits in a cache is there.
    let mut slot = walk(&slots, 0, bytes / LINE);
    plan.time_sure(|| slot = slots[slot]).inspect(|_| {
        black_box(slot);
    })
}
// ANCHOR_END: steps

/// The walk through 4 KiB, 8 KiB and so on, up to what is beyond the last cache.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn ladder(machine: &Machine, quick: bool) -> Result<Vec<Step>, LatencyError> {
    let most = beyond(machine, quick);
    let doubled = (12..).map(|power| 1 << power);
    let between = doubled.flat_map(|bytes: usize| [bytes, bytes / 2 * 3]);
    let sizes = between.take_while(|bytes| *bytes <= most);
    let sizes = sizes.filter(|bytes| !quick || bytes.is_power_of_two());
    let step = |bytes| {
        let measured = steps(bytes, Plan::new(200, 500, quick))?;
        Ok(Step {
            bytes,
            median_ns: measured.times.nanoseconds_at(0.5),
        })
    };
    sizes.map(step).collect()
}

/// The time to add up 1 MiB of numbers that lie in order in main memory, one thread. Each MiB is
/// another one, of so many that none of them is still in a cache.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn megabyte_in_order(machine: &Machine, quick: bool) -> Result<Measured, LatencyError> {
    let numbers = vec![1u64; beyond(machine, quick).max(2 * MIB) / size_of::<u64>()];
    let mut parts = numbers.chunks_exact(MIB / size_of::<u64>()).cycle();
    Plan::new(2_000, 1, quick).time_sure(|| {
        let part = parts.next().unwrap_or_default();
        black_box(part.iter().copied().fold(0, u64::wrapping_add));
    })
}
