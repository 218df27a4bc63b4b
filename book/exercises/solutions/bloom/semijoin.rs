use std::collections::HashMap;
use std::f64::consts::LN_2;

use bloom::{BloomError, BloomFilter, BloomRef};

/// A row of a table: a key, which several rows may have, and a text.
pub type Row = (u64, String);

/// What one site sends to the other, to get its rows that have a key of `mine`: not the keys, but a
/// filter of them.
///
/// n keys take n · log2(1/p) / ln 2 bits, and p of the other's bytes come for nothing. The sum is
/// least where its derivative is zero: at p = n / (8 · ln²2 · bytes). Bloomjoin: Bratbergsengen
/// 1984, Mackert and Lohman 1986.
pub fn request(mine: &[Row], theirs: usize, row_bytes: usize) -> Result<Vec<u8>, BloomError> {
    let their_bytes = (theirs * row_bytes).max(1) as f64;
    let rate = mine.len() as f64 / (8.0 * LN_2 * LN_2 * their_bytes);
    let mut filter = BloomFilter::with_false_positive_rate(mine.len(), rate.clamp(1e-9, 0.5))?;
    for (key, _) in mine {
        filter.insert(key);
    }
    Ok(filter.to_bytes())
}

/// What the other site answers: its rows that the filter lets pass.
///
/// # Errors
///
/// If `request` has been damaged on the way, which must not lead to a wrong answer.
pub fn answer(request: &[u8], theirs: &[Row]) -> Result<Vec<Row>, BloomError> {
    let filter = BloomRef::from_bytes(request)?;
    let passing = theirs.iter().filter(|(key, _)| filter.contains(key));
    Ok(passing.cloned().collect())
}

/// The join: for each pair of rows with the same key, that key, the text of `mine` and the text of
/// the other.
pub fn join(mine: &[Row], answer: &[Row]) -> Vec<(u64, String, String)> {
    let mut by_key: HashMap<u64, Vec<&String>> = HashMap::new();
    for (key, text) in mine {
        by_key.entry(*key).or_default().push(text);
    }
    let mut joined = Vec::new();
    for (key, theirs) in answer {
        for mine in by_key.get(key).into_iter().flatten() {
            joined.push((*key, (*mine).clone(), theirs.clone()));
        }
    }
    joined
}
