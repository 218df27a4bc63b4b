/// Returns `requests` keys, at most `capacity + 1` of them different, on which an LRU cache of
/// `capacity` never hits.
pub fn hostile(capacity: usize, requests: usize) -> Vec<u64> {
    todo!("which key is the worst one to ask for next, given what LRU has just evicted?")
}
