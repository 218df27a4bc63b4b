//! False positives as measured, against what theory says, for every filter.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use bloom::{
    BinaryFuse, BlockedBloomFilter, BloomError, BloomFilter, CountingBloomFilter, Fingerprint,
    ScalableBloomFilter, hash_key, theory,
};
use serde::{Deserialize, Serialize};

use crate::FigureError;

const RECORD: &str = "book/figures/data/bloom-rates.json";

/// Items in a filter.
const ITEMS: [u64; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
/// Rates that are asked for, of those filters that can be asked.
pub const RATES: [f64; 4] = [0.1, 0.01, 0.001, 0.0001];
/// Items in all the filters of a row together. A filter errs by chance a little more or less often
/// than others of its kind, the more so the smaller it is; so there are many small ones.
const ALL_ITEMS: u64 = 10_000_000;
/// False positives that are waited for, on average: their standard deviation is 1 % of them.
const FALSE_POSITIVES: f64 = 10_000.0;
/// How many times as many items a scalable filter gets as it was made for at first.
const GROWTH: usize = 100;

/// A filter that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    Classic,
    Blocked,
    Counting,
    Scalable,
    Fuse8,
    Fuse16,
}

impl Variant {
    pub const ALL: [Variant; 6] = [
        Variant::Classic,
        Variant::Blocked,
        Variant::Counting,
        Variant::Scalable,
        Variant::Fuse8,
        Variant::Fuse16,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Variant::Classic => "classic",
            Variant::Blocked => "blocked",
            Variant::Counting => "counting",
            Variant::Scalable => "scalable",
            Variant::Fuse8 => "binary fuse, 8 bits",
            Variant::Fuse16 => "binary fuse, 16 bits",
        }
    }

    /// The rates for which it is made: a fuse filter cannot choose.
    fn rates(self) -> &'static [f64] {
        match self {
            Variant::Fuse8 => &[1.0 / 256.0],
            Variant::Fuse16 => &[1.0 / 65_536.0],
            _ => &RATES,
        }
    }
}

/// The record: what each filter gave.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    pub(super) rows: Vec<Row>,
}

/// Filters of one kind and size, made for one rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    pub variant: Variant,
    /// In each of the filters.
    pub items: u64,
    /// The rate that was asked for.
    pub asked: f64,
    /// The rate by theory of what was made. How many keys are in which slice of a scalable filter
    /// is chance too, so there it is what the filter states: by theory from the bits that are set.
    pub theory: f64,
    pub bits_per_item: f64,
    /// How many filters, each with a seed of its own.
    pub filters: u64,
    /// Keys that were in none, in all filters together.
    pub lookups: u64,
    /// Those that a filter said to be in.
    pub found: u64,
}

/// Measures every filter at every size and rate: some minutes, and only if optimised.
///
/// # Errors
///
/// When a filter cannot be made.
pub fn measure() -> Result<Rates, FigureError> {
    let mut rows = Vec::new();
    for variant in Variant::ALL {
        for &asked in variant.rates() {
            for items in ITEMS {
                rows.push(row(variant, items, asked, ALL_ITEMS, FALSE_POSITIVES)?);
            }
        }
    }
    Ok(Rates { rows })
}

/// A filter with items in it.
struct Sample {
    contains: Box<dyn Fn(u64) -> bool>,
    theory: f64,
    bits: f64,
}

/// Measures as many filters as have `all_items` together, until about `false_positives` were found.
fn row(
    variant: Variant,
    items: u64,
    asked: f64,
    all_items: u64,
    false_positives: f64,
) -> Result<Row, FigureError> {
    let filters = (all_items / items).max(1);
    let lookups = (false_positives / asked / filters as f64).ceil() as u64;
    let (mut found, mut theory, mut bits) = (0, 0.0, 0.0);
    for seed in 0..filters {
        let sample = sample(variant, items, asked, seed)?;
        let strangers = (items..items + lookups).map(|key| hash_key(&key, seed));
        found += strangers.filter(|&hash| (sample.contains)(hash)).count() as u64;
        theory += sample.theory / filters as f64;
        bits += sample.bits / filters as f64;
    }
    Ok(Row {
        variant,
        items,
        asked,
        theory,
        bits_per_item: bits / items as f64,
        filters,
        lookups: lookups * filters,
        found,
    })
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.variant.name();
        write!(f, "{name}, {} items at {}", self.items, self.asked)
    }
}

impl Row {
    /// The measured rate divided by theory's.
    pub(super) fn ratio(&self) -> f64 {
        self.found as f64 / self.expected()
    }

    /// Standard deviation of that ratio, if theory is right.
    pub(super) fn deviation(&self) -> f64 {
        ((1.0 - self.theory) / self.expected()).sqrt()
    }

    /// False positives by theory.
    fn expected(&self) -> f64 {
        self.theory * self.lookups as f64
    }
}

impl Rates {
    /// Reads the record of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn load(root: &Path) -> Result<Self, FigureError> {
        let path = PathBuf::from(RECORD);
        let json = fs::read_to_string(root.join(RECORD)).map_err(|source| FigureError::Io {
            path: path.clone(),
            source,
        })?;
        serde_json::from_str(&json).map_err(|source| FigureError::Record { path, source })
    }

    /// For each row, what it is, and by how many standard deviations it is off theory.
    pub fn deviations(&self) -> Vec<(String, f64)> {
        let off = |row: &Row| (row.ratio() - 1.0) / row.deviation();
        self.rows
            .iter()
            .map(|row| (row.to_string(), off(row)))
            .collect()
    }

    /// Writes the record of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`].
    pub fn save(&self, root: &Path) -> Result<(), FigureError> {
        let json = serde_json::to_string_pretty(self).expect("plain structs serialise");
        fs::write(root.join(RECORD), json + "\n").map_err(|source| FigureError::Io {
            path: RECORD.into(),
            source,
        })
    }
}

fn sample(variant: Variant, items: u64, asked: f64, seed: u64) -> Result<Sample, BloomError> {
    let count = items as usize;
    let hashes = (0..items).map(|key| hash_key(&key, seed));
    Ok(match variant {
        Variant::Classic => {
            let mut filter = BloomFilter::with_false_positive_rate(count, asked)?;
            for hash in hashes {
                filter.insert_hash(hash);
            }
            Sample {
                theory: classic_rate(&filter, items),
                bits: filter.bits() as f64,
                contains: Box::new(move |hash| filter.contains_hash(hash)),
            }
        }
        Variant::Blocked => {
            let mut filter = BlockedBloomFilter::with_false_positive_rate(count, asked)?;
            for hash in hashes {
                filter.insert_hash(hash);
            }
            let items_per_block = items as f64 / (filter.bits() as f64 / 512.0);
            Sample {
                theory: theory::blocked_false_positive_rate(items_per_block),
                bits: filter.bits() as f64,
                contains: Box::new(move |hash| filter.contains_hash(hash)),
            }
        }
        Variant::Counting => {
            let mut filter = CountingBloomFilter::with_false_positive_rate(count, asked)?;
            for hash in hashes {
                filter.insert_hash(hash);
            }
            Sample {
                theory: theory::false_positive_rate(
                    filter.counters() as u64,
                    filter.hashes(),
                    items,
                ),
                bits: 4.0 * filter.counters() as f64,
                contains: Box::new(move |hash| filter.contains_hash(hash)),
            }
        }
        Variant::Scalable => {
            let first = count / GROWTH;
            let mut filter = ScalableBloomFilter::with_false_positive_rate(first, asked)?;
            for hash in hashes {
                filter.insert_hash(hash);
            }
            Sample {
                theory: filter.false_positive_rate(),
                bits: filter.bits() as f64,
                contains: Box::new(move |hash| filter.contains_hash(hash)),
            }
        }
        Variant::Fuse8 => fuse::<u8>(hashes, seed)?,
        Variant::Fuse16 => fuse::<u16>(hashes, seed)?,
    })
}

fn fuse<F: Fingerprint>(
    hashes: impl Iterator<Item = u64>,
    seed: u64,
) -> Result<Sample, BloomError> {
    let filter = BinaryFuse::<F>::from_hashes(&hashes.collect::<Vec<_>>(), seed)?;
    Ok(Sample {
        theory: 0.5_f64.powi(F::BITS as i32),
        bits: filter.bits_per_key() * filter.len() as f64,
        contains: Box::new(move |hash| filter.contains_hash(hash)),
    })
}

fn classic_rate(filter: &BloomFilter, items: u64) -> f64 {
    theory::false_positive_rate(filter.bits() as u64, filter.hashes(), items)
}
