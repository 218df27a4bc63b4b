use std::collections::BTreeMap;

/// DDSketch (Masson, Rim and Lee, 2019): quantiles of positive floats with a relative error.
///
/// Cells are powers of `gamma = (1 + error) / (1 - error)`: the cell with number `i` is of values
/// above `gamma^(i - 1)` up to `gamma^i`. The value `2 * gamma^i / (gamma + 1)` is off from the
/// lower end by `(gamma - 1) / (gamma + 1)` of it, and from the upper end by as much of that: by
/// `error`, for so gamma was chosen.
pub struct Sketch {
    error: f64,
    gamma: f64,
    cells: BTreeMap<i32, u64>,
    len: u64,
}

impl Sketch {
    /// An empty sketch with this relative error, above 0 and below 1.
    pub fn new(error: f64) -> Self {
        let gamma = (1.0 + error) / (1.0 - error);
        Self {
            error,
            gamma,
            cells: BTreeMap::new(),
            len: 0,
        }
    }

    /// Counts a value. One that is not a positive, finite number is refused: false.
    pub fn add(&mut self, value: f64) -> bool {
        if !value.is_finite() || value <= 0.0 {
            return false;
        }
        let cell = (value.ln() / self.gamma.ln()).ceil() as i32;
        *self.cells.entry(cell).or_default() += 1;
        self.len += 1;
        true
    }

    /// A value that is off by no more than the error from the one with rank `ceil(q * len)`, the
    /// first at least, among all values in order. None if there are none.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let rank = ((q * self.len as f64).ceil() as u64).clamp(1, self.len.max(1));
        let mut seen = 0;
        let (cell, _) = self.cells.iter().find(|(_, count)| {
            seen += **count;
            seen >= rank
        })?;
        Some(2.0 * self.gamma.powi(*cell) / (self.gamma + 1.0))
    }

    /// Adds the values of a sketch of the same error: false, and nothing added, if it is another.
    pub fn merge(&mut self, other: &Sketch) -> bool {
        if self.error != other.error {
            return false;
        }
        for (cell, count) in &other.cells {
            *self.cells.entry(*cell).or_default() += count;
        }
        self.len += other.len;
        true
    }

    /// The number of cells that are kept. Those in which there is nothing are not.
    pub fn cells(&self) -> usize {
        self.cells.len()
    }
}
