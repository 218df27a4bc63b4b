/// The bucket of a key, in `0..buckets`, of which there is at least one.
///
/// A key that is in bucket `b` since there are b + 1 of them stays there until there are more than
/// `j` with probability (b+1)/(b+2) · (b+2)/(b+3) · … · (j−1)/j = (b+1)/j... so it has moved by then
/// if r > (b + 1) / j, which is j > (b + 1) / r: the first such bucket is number ⌊(b + 1) / r⌋. Each
/// jump doubles the number of the bucket or so, which makes it O(log n).
///
/// It is by Lamping and Veach of Google (2014). What it cannot do is lose a bucket in the middle, so
/// it suits shards of data, of which each has copies, and not servers that come and go.
pub fn jump(key: u64, buckets: u32) -> u32 {
    let mut state = key;
    let (mut bucket, mut next) = (0, 0);
    while next < u64::from(buckets) {
        bucket = next;
        next = ((bucket + 1) as f64 / random(&mut state)) as u64;
    }
    bucket as u32
}

/// The next number of a generator: above 0, at most 1.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((x ^ (x >> 31)) >> 11) + 1) as f64 / (1u64 << 53) as f64
}
