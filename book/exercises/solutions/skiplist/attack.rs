use skiplist::SkipList;

/// Removes up to `budget` keys from `list`, so that searches in it become slow; returns them.
///
/// Search for every key once. A low tower is compared only by the searches that end between it and
/// the next tall one, so from left to right the numbers fall, one by one, until there is a tall
/// one, which the searches beyond it have met as well: *who is compared more often than the
/// neighbour on the left is taller*. A tower in the shadow of a taller neighbour is found when that
/// one is gone, so look again until nobody stands out. A quarter of the towers are tall; without
/// them, what is left is a linked list.
///
/// A seed that is kept secret helps against those who cannot measure, for whom the keys to remove
/// may be any; it does not help against this. Nussbaum and Segal do it with a stopwatch (*Skiplist
/// timing attack vulnerability*, 2019). A balanced tree has nothing to fell.
pub fn fell_the_tall<K: Ord + Clone>(
    list: &mut SkipList<K, ()>,
    times_compared: impl Fn(&K) -> u64,
    budget: usize,
) -> Vec<K> {
    let mut felled = Vec::new();
    loop {
        let mut tall = standing_out(list, &times_compared);
        tall.truncate(budget - felled.len());
        if tall.is_empty() {
            return felled;
        }
        for key in tall {
            list.remove(&key);
            felled.push(key);
        }
    }
}

/// The keys that are compared more often than their left neighbours.
fn standing_out<K: Ord + Clone>(
    list: &SkipList<K, ()>,
    times_compared: impl Fn(&K) -> u64,
) -> Vec<K> {
    let keys: Vec<K> = list.keys().cloned().collect();
    let before: Vec<u64> = list.keys().map(&times_compared).collect();
    for key in &keys {
        list.get(key);
    }
    let after = list.keys().map(&times_compared);
    let asked: Vec<u64> = after.zip(before).map(|(now, then)| now - then).collect();
    (1..keys.len())
        .filter(|at| asked[*at] > asked[at - 1])
        .map(|at| keys[at].clone())
        .collect()
}
