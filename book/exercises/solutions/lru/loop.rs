/// Returns `requests` keys, at most `capacity + 1` of them different, on which an LRU cache of
/// `capacity` never hits.
///
/// A loop over one key too many: LRU has always just evicted the key that comes next.
pub fn hostile(capacity: usize, requests: usize) -> Vec<u64> {
    (0..=capacity as u64).cycle().take(requests).collect()
}
