use skiplist::SkipList;

/// Removes up to `budget` keys from `list`, so that searches in it become slow; returns them.
///
/// The list is a black box: its towers cannot be seen. But `times_compared` says of a key that is
/// in the list how often it has been compared so far, as a stopwatch would say, only sooner. Search
/// for what you like; then look at who was asked.
///
/// A clone is a key of its own: compare as many as you like, the list's keys do not feel it.
pub fn fell_the_tall<K: Ord + Clone>(
    list: &mut SkipList<K, ()>,
    times_compared: impl Fn(&K) -> u64,
    budget: usize,
) -> Vec<K> {
    todo!("search for every key once: who is compared more often than the neighbour on the left?")
}
