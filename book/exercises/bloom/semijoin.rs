use bloom::{BloomError, BloomFilter, BloomRef};

/// A row of a table: a key, which several rows may have, and a text.
pub type Row = (u64, String);

/// What one site sends to the other, to get its rows that have a key of `mine`: not the keys, but a
/// filter of them.
///
/// The other site has `theirs` rows of about `row_bytes` bytes each. A filter that errs seldom is
/// long; one that errs often brings many rows that nobody needs.
pub fn request(mine: &[Row], theirs: usize, row_bytes: usize) -> Result<Vec<u8>, BloomError> {
    todo!("what does half the rate cost in bytes, and what does it save? at what rate is it equal?")
}

/// What the other site answers: its rows that the filter lets pass.
///
/// # Errors
///
/// If `request` has been damaged on the way, which must not lead to a wrong answer.
pub fn answer(request: &[u8], theirs: &[Row]) -> Result<Vec<Row>, BloomError> {
    todo!("there is a filter that needs no copy of the bytes")
}

/// The join: for each pair of rows with the same key, that key, the text of `mine` and the text of
/// the other.
pub fn join(mine: &[Row], answer: &[Row]) -> Vec<(u64, String, String)> {
    todo!("the answer has rows that passed by mistake")
}
