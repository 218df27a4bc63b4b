/// The bucket of a key, in `0..buckets`, of which there is at least one.
///
/// No memory, even shares, and the fewest moves: when there is one bucket more, a key stays where it
/// is or goes to the new one.
///
/// Think of all the keys while buckets are added one by one. When the `n`-th comes, a key should
/// move to it with probability 1/n: one random number decides it, the `n`-th of a generator whose
/// seed is the key. That takes as many steps as there are buckets. So jump: a key that has just
/// moved to bucket `b` (counted from 0) stays there until there are more than `j` buckets with
/// probability (b + 1) / j. Turn that round: from one random number `r` between 0 and 1, which is
/// the next `j` to which it moves?
pub fn jump(key: u64, buckets: u32) -> u32 {
    let mut state = key;
    let r = random(&mut state);
    todo!("where does it move to next, and when is that beyond the last bucket?")
}

/// The next number of a generator: above 0, at most 1.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((x ^ (x >> 31)) >> 11) + 1) as f64 / (1u64 << 53) as f64
}
