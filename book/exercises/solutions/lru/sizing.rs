/// The smallest capacity up to `largest` whose hit rate is at least `wanted`, or `None` if
/// `largest` is too small.
///
/// LRU is a *stack* algorithm (Mattson et al. 1970): what a small cache holds, a larger one holds
/// too. So its hit rate never falls as the capacity grows, and bisection finds the threshold in
/// log2(largest) replays.
pub fn smallest_capacity(
    largest: usize,
    wanted: f64,
    mut hit_rate: impl FnMut(usize) -> f64,
) -> Option<usize> {
    let (mut too_small, mut enough) = (0, largest);
    if hit_rate(largest) < wanted {
        return None;
    }
    while enough - too_small > 1 {
        let middle = too_small + (enough - too_small) / 2;
        if hit_rate(middle) < wanted {
            too_small = middle;
        } else {
            enough = middle;
        }
    }
    Some(enough)
}
