/// The servers that a client keeps connections to.
///
/// As many clients as there are subsets in a shuffled list of the servers are a *round*. All of a
/// round cut up the same list, so that each server has one client of it; and each round has a list
/// of its own, from the round's number. It is *deterministic subsetting* of Google's book on site
/// reliability (2016, chapter 20). What is left over when `size` does not divide `servers` is
/// others in each round.
pub fn subset(servers: usize, client: u64, size: usize) -> Vec<usize> {
    let size = size.min(servers);
    if size == 0 {
        return Vec::new();
    }
    let per_round = (servers / size) as u64;
    let (round, place) = (client / per_round, (client % per_round) as usize);
    let mut list: Vec<usize> = (0..servers).collect();
    let mut state = round.wrapping_mul(0xd6e8_feb8_6659_fd93);
    for last in (1..servers).rev() {
        let other = random(&mut state) % (last as u64 + 1);
        list.swap(last, other as usize);
    }
    list[place * size..][..size].to_vec()
}

/// The next number of a generator, of which any state is a good one to begin with.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
