//! A tower's height from one random number, and what the probability of a level costs in links and
//! in steps.

#[cfg_attr(feature = "yours", path = "../skiplist/coin.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/skiplist/coin.rs")]
mod exercise;

const TOWERS: usize = 1 << 16;

/// Random numbers in which every bit is as good as another (SplitMix64).
fn numbers() -> impl Iterator<Item = u64> {
    (1..).map(|n: u64| {
        let mut bits = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    })
}

fn heights(bits: u32, highest: usize) -> Vec<usize> {
    let towers = numbers().take(TOWERS);
    towers
        .map(|random| exercise::height(random, bits, highest))
        .collect()
}

/// The steps of a search for the place after `towers`, counted on the way back: up where the tower
/// goes on, otherwise to the left, as long as there is one.
fn steps_back(towers: &[usize]) -> usize {
    let (mut level, mut steps) = (1, 0);
    for &height in towers.iter().rev() {
        if height < level {
            continue;
        }
        steps += 1 + height - level;
        level = height;
    }
    steps
}

#[test]
fn a_tower_reaches_the_next_level_with_the_probability_asked_for() {
    for bits in [1, 2, 3] {
        let heights = heights(bits, 64);
        let p = 0.5_f64.powi(bits as i32);
        for level in 1..=4 {
            let here = heights.iter().filter(|height| **height >= level).count() as f64;
            let above = heights.iter().filter(|height| **height > level).count() as f64;
            let share = above / here;
            assert!(
                (share - p).abs() < 4.0 * (p * (1.0 - p) / here).sqrt(),
                "with {bits} bits a throw, {share:.4} of the towers on level {level} reach the \
                 next instead of {p:.4}: is every throw made of bits of its own?"
            );
        }
    }
}

#[test]
fn no_tower_is_lower_than_one_or_higher_than_allowed() {
    let heights = heights(1, 4);
    assert!(
        heights.iter().all(|height| (1..=4).contains(height)),
        "heights are from 1 to 4, these are not: {:?}",
        heights
            .iter()
            .filter(|height| !(1..=4).contains(*height))
            .take(5)
            .collect::<Vec<_>>()
    );
    let highest = heights.iter().filter(|height| **height == 4).count() as f64;
    assert!(
        (highest / TOWERS as f64 - 0.125).abs() < 0.01,
        "an eighth of the towers are cut off at height 4, not {:.3} of them",
        highest / TOWERS as f64
    );
}

#[test]
fn every_number_gives_a_height() {
    for random in [0, 1, u64::MAX, 1 << 63] {
        for bits in [1, 2, 8] {
            let height = exercise::height(random, bits, 5);
            assert!(
                (1..=5).contains(&height),
                "{random:#x} with {bits} bits a throw gives the height {height}"
            );
        }
    }
}

#[test]
fn links_and_steps_are_what_one_counts_in_a_list() {
    for bits in [1, 2, 3] {
        let heights = heights(bits, 64);
        let links = heights.iter().sum::<usize>() as f64 / TOWERS as f64;
        let said = exercise::links(bits);
        assert!(
            (links / said - 1.0).abs() < 0.02,
            "with {bits} bits a throw, towers have {links:.2} links on average, not {said:.2}"
        );
        // Every 256th place, and the path to it.
        let searches = (1..TOWERS).step_by(256);
        let steps = searches
            .clone()
            .map(|place| steps_back(&heights[..place]))
            .sum::<usize>() as f64
            / searches.len() as f64;
        let said = exercise::steps(TOWERS as f64, bits);
        assert!(
            (0.7 * said..=said).contains(&steps),
            "with {bits} bits a throw, a search takes {steps:.1} steps on average: {said:.1} are \
             not a close upper bound"
        );
    }
}

#[test]
fn the_best_probability_depends_on_the_room_for_links() {
    let best = |most_links| exercise::best_bits(1e6, most_links);
    assert_eq!(best(3.0), 2, "with room, p = 1/4 takes the fewest steps");
    assert_eq!(best(1.2), 3, "p = 1/4 takes 1⅓ links, 1/8 only 1.14");
    assert_eq!(best(1.05), 5, "p = 1/16 takes 1.067 links, 1/32 only 1.032");
}
