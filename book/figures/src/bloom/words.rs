//! Filters of a word list, asked for the names of places.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use bloom::{BinaryFuse8, BinaryFuse16, BlockedBloomFilter, BloomError, BloomFilter};
use serde::{Deserialize, Serialize};

use crate::{Figure, FigureError};

const RECORD: &str = "book/figures/data/bloom-words.json";
const WORDS: &str = "../shared/data/words/american-english-large.txt.gz";
const PLACES: &str = "../shared/data/places/cities500.tsv.gz";
/// The rate that those filters are asked for which have a choice.
const RATE: f64 = 0.01;

/// The record: what each filter did.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Words {
    words: usize,
    strangers: usize,
    rows: Vec<Row>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    filter: String,
    bits_per_word: f64,
    /// Strangers that the filter took for words.
    mistakes: usize,
}

impl Words {
    /// Puts the words into each filter and asks for the places, both from beside the repository at
    /// `root`.
    ///
    /// # Errors
    ///
    /// When a list cannot be read.
    pub fn measure(root: &Path) -> Result<Self, FigureError> {
        let lines = |path: &str| book_traces::read_lines(&root.join(path));
        let words: BTreeSet<String> = lines(WORDS)?.into_iter().collect();
        // Tab-separated, under a line of headings; the name is the second field.
        let name = |line: &String| line.split('\t').nth(1).map(str::to_owned);
        let places = lines(PLACES)?;
        let places: BTreeSet<String> = places.iter().skip(1).filter_map(name).collect();
        let strangers: Vec<&String> = places.difference(&words).collect();
        Ok(Words {
            words: words.len(),
            strangers: strangers.len(),
            rows: rows(&words, &strangers)?,
        })
    }

    /// Reads the record of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`FigureError::Io`] and [`FigureError::Record`].
    pub fn load(root: &Path) -> Result<Self, FigureError> {
        let json = fs::read_to_string(root.join(RECORD)).map_err(|source| FigureError::Io {
            path: RECORD.into(),
            source,
        })?;
        serde_json::from_str(&json).map_err(|source| FigureError::Record {
            path: RECORD.into(),
            source,
        })
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

    /// One row a filter.
    pub(super) fn table(&self) -> Figure {
        let Words {
            words, strangers, ..
        } = self;
        let mut table = format!(
            "| {words} words in, {strangers} strangers asked for | bits a word | mistakes | % |\n\
             |---|--:|--:|--:|\n"
        );
        for row in &self.rows {
            let Row {
                filter,
                bits_per_word,
                mistakes,
            } = row;
            let percent = 100.0 * *mistakes as f64 / *strangers as f64;
            writeln!(
                table,
                "| {filter} | {bits_per_word:.1} | {mistakes} | {percent:.3} |"
            )
            .expect("a string grows");
        }
        Figure {
            name: "bloom-words.md".to_owned(),
            contents: table,
        }
    }
}

fn rows(words: &BTreeSet<String>, strangers: &[&String]) -> Result<Vec<Row>, BloomError> {
    let mut bloom = BloomFilter::with_false_positive_rate(words.len(), RATE)?;
    let mut blocked = BlockedBloomFilter::with_false_positive_rate(words.len(), RATE)?;
    for word in words {
        bloom.insert(word);
        blocked.insert(word);
    }
    let fuse8 = BinaryFuse8::try_from_keys(words)?;
    let fuse16 = BinaryFuse16::try_from_keys(words)?;
    let row = |filter: &str, bits: f64, contains: &dyn Fn(&str) -> bool| {
        assert!(
            words.iter().all(|word| contains(word)),
            "{filter} denies a word"
        );
        Row {
            filter: filter.to_owned(),
            bits_per_word: bits,
            mistakes: strangers.iter().filter(|name| contains(name)).count(),
        }
    };
    let count = words.len() as f64;
    Ok(vec![
        row("classic", bloom.bits() as f64 / count, &|word| {
            bloom.contains(word)
        }),
        row("blocked", blocked.bits() as f64 / count, &|word| {
            blocked.contains(word)
        }),
        row("binary fuse, 8 bits", fuse8.bits_per_key(), &|word| {
            fuse8.contains(word)
        }),
        row("binary fuse, 16 bits", fuse16.bits_per_key(), &|word| {
            fuse16.contains(word)
        }),
    ])
}
