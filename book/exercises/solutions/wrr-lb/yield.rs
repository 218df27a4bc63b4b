/// Smooth weighted round robin in which who fails gets less.
///
/// It is what nginx does with `max_fails=4`, as long as it has not given up on the server: a first
/// measure, that needs no state but a number, no timer, and no decision that somebody is ill. The
/// sum that is paid must be that of what was earned. If it were that of the weights, the savings
/// would no longer add up to zero: with each pick during a failure the picked one would pay more
/// than there is, and those who were picked then would be paying for it long after.
pub struct Yielding {
    weights: Vec<u32>,
    effective: Vec<u32>,
    savings: Vec<i64>,
}

impl Yielding {
    /// With everybody at his weight.
    pub fn new(weights: &[u32]) -> Self {
        Yielding {
            weights: weights.to_vec(),
            effective: weights.to_vec(),
            savings: vec![0; weights.len()],
        }
    }

    /// Whose turn it is. None if all weights are zero.
    pub fn pick(&mut self) -> Option<usize> {
        let mut sum = 0;
        for (savings, effective) in self.savings.iter_mut().zip(&self.effective) {
            *savings += i64::from(*effective);
            sum += i64::from(*effective);
        }
        for (effective, &weight) in self.effective.iter_mut().zip(&self.weights) {
            *effective = weight.min(*effective + 1);
        }
        let eligible = (0..self.weights.len()).filter(|&endpoint| self.weights[endpoint] > 0);
        // The last of the greatest, of the endpoints backwards: the first.
        let richest = eligible
            .rev()
            .max_by_key(|&endpoint| self.savings[endpoint])?;
        self.savings[richest] -= sum;
        Some(richest)
    }

    /// A request to this endpoint has failed.
    pub fn failed(&mut self, endpoint: usize) {
        let loss = self.weights[endpoint].div_ceil(4);
        self.effective[endpoint] = self.effective[endpoint].saturating_sub(loss);
    }
}
