/// The servers, of those numbered from 0, that a client keeps connections to: `size` of them, or all
/// if there are fewer. Clients are numbered from 0 as well.
///
/// Nobody talks to anybody about it, so it must follow from the three numbers. And:
///
/// - When `size` divides `servers`, then after any number of clients the numbers of clients that
///   two servers have differ by at most one.
/// - Otherwise they differ by little: no server is left out again and again.
/// - Two clients do not share more servers than chance would have it, unless they share none. (If
///   many clients had the same servers, one of which fails, the rest would all be hit together.)
/// - A client's subset stays as it is when more clients come.
pub fn subset(servers: usize, client: u64, size: usize) -> Vec<usize> {
    let mut state = 0;
    let r = random(&mut state);
    todo!("how many clients does it take until every server has one?")
}

/// The next number of a generator, of which any state is a good one to begin with.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
