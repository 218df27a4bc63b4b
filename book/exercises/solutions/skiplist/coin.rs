/// The height of a tower, from one random number: 1, and one more for every throw of a coin that
/// falls well, up to the first that does not; at most `highest`.
///
/// One instruction counts the zeros at the end, and every `bits` of them are a throw: `bits` zeros
/// in a row have the probability 1/2^`bits`, and no bit is looked at twice.
pub fn height(random: u64, bits: u32, highest: usize) -> usize {
    let throws = random.trailing_zeros() / bits;
    (1 + throws as usize).min(highest)
}

/// How many links a tower has on average, if nothing limits its height: a geometric series.
pub fn links(bits: u32) -> f64 {
    1.0 / (1.0 - probability(bits))
}

/// How many steps a search takes on average, at most, in a list of `entries`: L(n)/p + 1/(1 - p),
/// from Pugh, *Skip lists*, 1990, section "Analysis of expected search cost".
pub fn steps(entries: f64, bits: u32) -> f64 {
    let p = probability(bits);
    entries.log(1.0 / p) / p + 1.0 / (1.0 - p)
}

/// The `bits`, from 1 to 8, with which a search takes the fewest steps, among those with which a
/// tower has no more than `most_links` on average.
///
/// 1/2 and 1/4 have the same L(n)/p, as 2/1 = 4/2, and 1/4 does it with a third fewer links. What
/// is least is p = 1/e, between the two.
pub fn best_bits(entries: f64, most_links: f64) -> u32 {
    (1..=8)
        .filter(|bits| links(*bits) <= most_links)
        .min_by(|a, b| steps(entries, *a).total_cmp(&steps(entries, *b)))
        .expect("eight bits take hardly more than one link")
}

fn probability(bits: u32) -> f64 {
    0.5_f64.powi(bits as i32)
}
