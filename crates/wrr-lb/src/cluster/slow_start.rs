//! Slow start: an endpoint that comes back gets its share little by little.
//!
//! A server that has just started has cold caches, an empty connection pool and code that is not
//! yet compiled. With its full share at once it times out, is taken for sick, is taken out, and
//! comes back just as cold. So its weight rises in a straight line, from a first share so that it
//! warms up at all:
//!
//! ```text
//!   weight
//!     100 %            ┌────────
//!                   ┌──┘
//!                ┌──┘            a step each tick()
//!             ┌──┘
//!      10 % ──┘
//!          └──────────┴──────▶ time
//!          back       + slow_start
//! ```
//!
//! It is Envoy's `slow_start_config` with an aggression of 1.0, and nginx's `slow_start`.
//!
//! Weights are integers, often 1, so a part of one is expressed by multiplying everybody's weight
//! by 100: only proportions count.

use std::time::Duration;

/// A full share.
pub(super) const FULL: u32 = 100;

// ANCHOR: slow_start
/// The share of its weight, in percent, of an endpoint that came back `elapsed` ago.
pub(super) fn share(elapsed: Duration, slow_start: Duration, least: u32) -> u32 {
    if elapsed >= slow_start {
        return FULL;
    }
    // Less than 100, as elapsed < slow_start.
    let ramped = u128::from(FULL) * elapsed.as_nanos() / slow_start.as_nanos();
    least.max(ramped as u32)
}

/// Weights in the proportions of `weight × share`.
pub(super) fn scaled(members: &[(u32, u32)]) -> Vec<u32> {
    if members.iter().all(|&(_, share)| share == FULL) {
        return members.iter().map(|&(weight, _)| weight).collect();
    }
    let products = members
        .iter()
        .map(|&(weight, share)| u64::from(weight) * u64::from(share));
    let largest = products.clone().max().unwrap_or(0);
    // The products of huge weights are divided until they fit: they are as exact as 32 bits are.
    let divisor = largest / u64::from(u32::MAX) + 1;
    products
        .map(|product| (product / divisor).max(1) as u32)
        .collect()
}
// ANCHOR_END: slow_start

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(30);

    #[test]
    fn a_share_rises_in_a_line_from_the_least() {
        let at = |seconds| share(Duration::from_secs(seconds), WINDOW, 10);
        assert_eq!(
            [0, 1, 3, 6, 15, 29, 30, 31].map(at),
            [10, 10, 10, 20, 50, 96, 100, 100]
        );
    }

    #[test]
    fn without_slow_start_a_share_is_full_at_once() {
        assert_eq!(share(Duration::ZERO, Duration::ZERO, 10), FULL);
    }

    #[test]
    fn full_shares_leave_weights_as_they_are() {
        assert_eq!(scaled(&[(5, 100), (1, 100)]), [5, 1]);
    }

    #[test]
    fn a_part_of_a_weight_of_one_is_expressed_by_enlarging_the_others() {
        assert_eq!(scaled(&[(1, 10), (3, 100)]), [10, 300]);
    }

    #[test]
    fn huge_weights_keep_their_proportions_and_none_becomes_zero() {
        let weights = scaled(&[(u32::MAX, 100), (u32::MAX, 50), (1, 1)]);
        let ratio = f64::from(weights[0]) / f64::from(weights[1]);
        assert!((ratio - 2.0).abs() < 1e-6, "{weights:?}");
        assert_eq!(weights[2], 1);
    }
}
