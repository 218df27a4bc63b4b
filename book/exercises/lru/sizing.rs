/// The smallest capacity up to `largest` whose hit rate is at least `wanted`, or `None` if
/// `largest` is too small.
///
/// `hit_rate(capacity)` replays the trace on an LRU cache of that capacity, which takes minutes on
/// a real one: call it as few times as you can. What do you know of LRU's hit rate as the capacity
/// grows?
pub fn smallest_capacity(
    largest: usize,
    wanted: f64,
    mut hit_rate: impl FnMut(usize) -> f64,
) -> Option<usize> {
    todo!()
}
