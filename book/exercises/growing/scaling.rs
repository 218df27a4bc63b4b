/// The coefficients of the universal scalability law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// σ: the share of the work in which all wait for one.
    pub waiting: f64,
    /// κ: what each pair of processors costs.
    pub talking: f64,
}

impl Law {
    /// How many times the work of one processor `n` of them do.
    pub fn speedup(&self, n: u32) -> f64 {
        todo!("the formula is in the chapter")
    }

    /// How many processors do the most, of 1 to `most`; the fewest of those, if several do. `most`
    /// is at least 1, and may be a billion.
    pub fn best(&self, most: u32) -> u32 {
        todo!("where is the peak, and which whole number is it? what if nobody talks?")
    }
}

/// The law that fits measurements best: pairs of a number of processors and its throughput, in any
/// unit and order. `None` unless one processor was measured (once), and at least two other numbers.
///
/// If X is the speedup, then `n / X - 1 = σ (n - 1) + κ n (n - 1)`. The right side is a straight
/// combination of two known columns: so σ and κ are those with the smallest sum of squares of the
/// differences of both sides. (They may come out below zero, for a machine with a turbo.)
pub fn fit(measured: &[(u32, f64)]) -> Option<Law> {
    todo!("two equations with two unknowns")
}
