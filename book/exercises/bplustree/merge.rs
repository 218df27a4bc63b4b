use bplustree::BPlusTreeMap;

/// The keys that are in both maps, in order, each with its two values: an *inner join*.
///
/// Two cursors walk through the leaves, and the one that is behind moves on: that reads each map
/// once. But where the other one is far ahead, walking is a waste; `range(key..)` leaps there. And
/// where it is near, leaping is: each leap searches from the root.
///
/// Comparisons are counted. Of maps whose keys alternate, no more than a few an entry will do; of a
/// small map and a large one, a few dozen for each key of the small one.
pub fn join<'a, K: Ord, A, B>(
    left: &'a BPlusTreeMap<K, A>,
    right: &'a BPlusTreeMap<K, B>,
) -> Vec<(&'a K, &'a A, &'a B)> {
    todo!("a cursor that can be told: go on to the first key that is not less than this one")
}

/// The keys of `left` that are not in `right`, in order: an *anti-join*, `WHERE NOT EXISTS`.
/// Counted as above; but all of `left` has to be read.
pub fn missing<'a, K: Ord, A, B>(
    left: &'a BPlusTreeMap<K, A>,
    right: &'a BPlusTreeMap<K, B>,
) -> Vec<&'a K> {
    todo!("which of the two cursors may leap here?")
}
