//! Order statistics of a handful of rounds.

/// The median and the quartiles of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// First quartile.
    pub lo: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub hi: f64,
}

impl Spread {
    /// Of `sample`, in any order; `None` if it is empty.
    pub fn of(sample: &[f64]) -> Option<Self> {
        if sample.is_empty() {
            return None;
        }
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            lo: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            hi: quantile(&sorted, 0.75),
        })
    }
}

/// The median of `sample`, in any order.
///
/// # Panics
///
/// If `sample` is empty.
pub fn median(sample: &[f64]) -> f64 {
    Spread::of(sample)
        .expect("a median needs at least one value")
        .median
}

/// The `q`-quantile of a sorted sample that is not empty, linearly interpolated between its
/// neighbours.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    below + (above - below) * position.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_interpolate_between_neighbours() {
        let spread = Spread::of(&[4.0, 1.0, 3.0, 2.0]);
        assert_eq!(
            spread,
            Some(Spread {
                lo: 1.75,
                median: 2.5,
                hi: 3.25
            })
        );
    }

    #[test]
    fn one_value_is_its_own_spread_and_none_has_none() {
        assert_eq!(
            Spread::of(&[7.0]),
            Some(Spread {
                lo: 7.0,
                median: 7.0,
                hi: 7.0
            })
        );
        assert_eq!(Spread::of(&[]), None);
    }
}
