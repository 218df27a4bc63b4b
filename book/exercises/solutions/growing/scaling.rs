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
        let n = f64::from(n);
        n / (1.0 + self.waiting * (n - 1.0) + self.talking * n * (n - 1.0))
    }

    /// How many processors do the most, of 1 to `most`.
    ///
    /// The derivative is zero at √((1 - σ) / κ); before it the curve rises and behind it falls, so
    /// the best whole number is one of its neighbours.
    pub fn best(&self, most: u32) -> u32 {
        let peak = ((1.0 - self.waiting) / self.talking).sqrt();
        let Law { waiting, talking } = *self;
        if talking <= 0.0 {
            return if waiting < 1.0 { most } else { 1 };
        }
        // A conversion to an integer stops at its limits, and makes 0 of what is no number.
        let below = (peak as u32).clamp(1, most);
        let above = below.saturating_add(1).min(most);
        match self.speedup(above) > self.speedup(below) {
            true => above,
            false => below,
        }
    }
}

/// The law that fits measurements best, by least squares.
pub fn fit(measured: &[(u32, f64)]) -> Option<Law> {
    let (_, one) = *measured.iter().find(|(n, _)| *n == 1)?;
    // The sums of the normal equations, over the columns a = n - 1 and b = n (n - 1).
    let (mut aa, mut ab, mut bb, mut ay, mut by) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, throughput) in measured.iter().filter(|(n, _)| *n != 1) {
        let n = f64::from(*n);
        let (a, b) = (n - 1.0, n * (n - 1.0));
        let y = n * one / throughput - 1.0;
        aa += a * a;
        ab += a * b;
        bb += b * b;
        ay += a * y;
        by += b * y;
    }
    let mut others: Vec<u32> = measured.iter().map(|(n, _)| *n).collect();
    others.sort_unstable();
    others.dedup();
    if others.len() < 3 {
        return None;
    }
    let determinant = aa * bb - ab * ab;
    Some(Law {
        waiting: (ay * bb - by * ab) / determinant,
        talking: (aa * by - ab * ay) / determinant,
    })
}
