/// The height of a tower, from one random number: 1, and one more for every throw of a coin that
/// falls well, up to the first that does not; at most `highest`.
///
/// A throw falls well with probability 1/2^`bits`. All throws come from `random`, in which each bit
/// is one or zero with the same chance.
pub fn height(random: u64, bits: u32, highest: usize) -> usize {
    todo!("how many groups of {bits} bits at one end of the number are all zero?")
}

/// How many links a tower has on average, if nothing limits its height.
pub fn links(bits: u32) -> f64 {
    todo!("with p = 1/2^{bits}: 1 + p + p² + …")
}

/// How many steps a search takes on average, at most, in a list of `entries`.
///
/// Pugh walks the way back: from the place up and to the left. Each level costs 1/p steps, until
/// the one that has about 1/p entries, which is level L(n) = log n to the base 1/p; from there on,
/// what is left is 1/(1 - p) steps.
pub fn steps(entries: f64, bits: u32) -> f64 {
    todo!("L(n)/p + 1/(1 - p)")
}

/// The `bits`, from 1 to 8, with which a search takes the fewest steps, among those with which a
/// tower has no more than `most_links` on average.
pub fn best_bits(entries: f64, most_links: f64) -> u32 {
    todo!("try all eight; is a half really the natural choice?")
}
