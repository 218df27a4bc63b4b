/// LRU's hits on `trace` at every capacity: element `c` is what a cache of `c` entries serves, for
/// `c` from 0 to `largest`.
///
/// Keep the keys in order of last use. The *stack distance* of a request is its key's position in
/// that order, counted from one: an LRU cache hits it exactly if its capacity is at least that
/// distance. So one pass that counts distances gives the whole curve. Begin with a plain `Vec` as
/// the stack; then make it O(log n) a request (Bennett & Kruskal 1975: mark each key's last use in
/// a Fenwick tree over positions, and count the marks behind it).
pub fn hits_by_capacity(trace: &[u64], largest: usize) -> Vec<u64> {
    todo!()
}
