//! What the processor does by itself: read its clock, guess wrongly, take a lock, compute a
//! checksum, compress.
//!
//! `black_box` keeps the compiler from seeing through: what goes in may be anything, and what comes
//! out may be needed. Without it, most of these loops would be compiled to nothing.

use std::hint::black_box;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::cycle::Random;
use crate::error::LatencyError;
use crate::times::{Measured, Plan};

/// Text like any other, to be compressed.
const TEXT: &str = include_str!("../../README.md");
const KIB: usize = 1 << 10;
/// Branches in a group, half of which the processor guesses wrongly.
const COINS: u32 = 4_096;

/// The time to read the clock: what every measured group holds beside its operations, once.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn clock(quick: bool) -> Result<Measured, LatencyError> {
    Plan::new(2_000, 1_000, quick).time_sure(|| {
        black_box(Instant::now());
    })
}

/// The time that a branch costs which the processor has guessed wrongly. This is a difference: a
/// loop over coins that fall at random, less the same loop over coins that alternate, for each
/// wrong guess. At random every second guess is wrong; what alternates is guessed right.
///
/// The coins are new for each group, since a predictor learns by heart even thousands of branches
/// that it has seen before.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
// ANCHOR: mispredict
pub fn mispredict(quick: bool) -> Result<Measured, LatencyError> {
    let mut random = Random::new(2);
    let alternating: Vec<bool> = (0..COINS).map(|number| number % 2 == 0).collect();
    Plan::new(2_000, COINS / 2, quick).collect(|| {
        let fair: Vec<bool> = (0..COINS)
            .map(|_| random.next().is_multiple_of(2))
            .collect();
        let foreseen = count(&alternating);
        Ok(count(&fair).saturating_sub(foreseen))
    })
}
// ANCHOR_END: mispredict

/// How long it takes to count heads and tails.
fn count(coins: &[bool]) -> Duration {
    let (mut heads, mut tails) = (0u32, 0u32);
    let start = Instant::now();
    for &coin in coins {
        // The black boxes keep it a branch: without, the compiler would add the coin itself.
        if coin {
            heads = black_box(heads + 1);
        } else {
            tails = black_box(tails + 1);
        }
    }
    let time = start.elapsed();
    black_box((heads, tails));
    time
}

/// The time to lock and to unlock a mutex that nobody else wants.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn mutex(quick: bool) -> Result<Measured, LatencyError> {
    let mutex = Mutex::new(0u64);
    Plan::new(2_000, 1_000, quick).time_sure(|| {
        if let Ok(mut number) = black_box(&mutex).lock() {
            *number += 1;
        }
    })
}

/// The time to compress 1 KiB of text with LZ4, which stands here for Snappy, once called Zippy.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn compress(quick: bool) -> Result<Measured, LatencyError> {
    let text = &TEXT.as_bytes()[..KIB];
    let mut output = vec![0; lz4_flex::block::get_maximum_output_size(KIB)];
    Plan::new(20_000, 1, quick).time_sure(|| {
        black_box(lz4_flex::block::compress_into(black_box(text), &mut output)).ok();
    })
}

/// The time to compute the CRC-32C of 1 KiB, by the processor's own instruction where it has one.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn checksum(quick: bool) -> Result<Measured, LatencyError> {
    let text = &TEXT.as_bytes()[..KIB];
    Plan::new(2_000, 100, quick).time_sure(|| {
        black_box(crc32c::crc32c(black_box(text)));
    })
}
