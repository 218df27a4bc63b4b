/// DDSketch (Masson, Rim and Lee, 2019): quantiles of positive floats with a relative error.
///
/// Cells are powers of `gamma = (1 + error) / (1 - error)`: the cell with number `i` is of values
/// above `gamma^(i - 1)` up to `gamma^i`, and there is one value, between the two, that is off
/// from none of them by more than `error`. Which?
pub struct Sketch {
    // Which cells there are depends on the values: from 10^-9 to 10^9 is possible.
}

impl Sketch {
    /// An empty sketch with this relative error, above 0 and below 1.
    pub fn new(error: f64) -> Self {
        todo!()
    }

    /// Counts a value. One that is not a positive, finite number is refused: false.
    pub fn add(&mut self, value: f64) -> bool {
        todo!("the number of its cell is a logarithm")
    }

    /// A value that is off by no more than the error from the one with rank `ceil(q * len)`, the
    /// first at least, among all values in order. None if there are none.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        todo!()
    }

    /// Adds the values of a sketch of the same error: false, and nothing added, if it is another.
    pub fn merge(&mut self, other: &Sketch) -> bool {
        todo!()
    }

    /// The number of cells that are kept. Those in which there is nothing are not.
    pub fn cells(&self) -> usize {
        todo!()
    }
}
