//! How often filters err, against what theory says.
//!
//! Keys are random hashes, so what is tested is the arithmetic of sizing and the independence of the
//! positions. The tolerance is four standard deviations, of the look-ups (each a coin) and of the
//! filters (in which more or fewer bits are set by chance). Seeds are fixed.

use bloom::{BlockedBloomFilter, BloomFilter, theory};

/// SplitMix64: random hashes from a seed.
struct Random(u64);

impl Iterator for Random {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some(z ^ (z >> 31))
    }
}

const RATES: [f64; 4] = [0.1, 0.01, 0.001, 0.0001];

/// A filter to be filled and asked.
trait Filter {
    fn insert(&mut self, hash: u64);
    fn contains(&self, hash: u64) -> bool;
}

impl Filter for BloomFilter {
    fn insert(&mut self, hash: u64) {
        self.insert_hash(hash);
    }

    fn contains(&self, hash: u64) -> bool {
        self.contains_hash(hash)
    }
}

impl Filter for BlockedBloomFilter {
    fn insert(&mut self, hash: u64) {
        self.insert_hash(hash);
    }

    fn contains(&self, hash: u64) -> bool {
        self.contains_hash(hash)
    }
}

/// The share of `lookups` in `filters` filters of `items` keys each that err.
fn measure<F: Filter>(make: impl Fn() -> F, items: u64, filters: u64, lookups: u64) -> f64 {
    let mut wrong = 0;
    for seed in 0..filters {
        let mut random = Random(seed << 40);
        let mut filter = make();
        random
            .by_ref()
            .take(items as usize)
            .for_each(|hash| filter.insert(hash));
        let strangers = random.take((lookups / filters) as usize);
        wrong += strangers.filter(|&hash| filter.contains(hash)).count();
    }
    wrong as f64 / (lookups / filters * filters) as f64
}

/// `spread` is a filter's own standard deviation, relative to the rate.
fn assert_close(what: &str, measured: f64, expected: f64, lookups: u64, filters: u64, spread: f64) {
    let coins = expected * (1.0 - expected) / lookups as f64;
    let filters = (expected * spread).powi(2) / filters as f64;
    let sigmas = (measured - expected) / (coins + filters).sqrt();
    println!("{what}: {measured:.3e} against {expected:.3e}, {sigmas:+.1} standard deviations");
    assert!(
        sigmas.abs() < 4.0,
        "{what}: {measured} instead of {expected}: {sigmas} deviations"
    );
}

fn classic(items: u64, rate: f64, lookups: u64) {
    let filters = (20_000 / items).max(1);
    let make = || BloomFilter::with_false_positive_rate(items as usize, rate).unwrap();
    let (bits, hashes) = (make().bits() as u64 - 3, make().hashes());
    let expected = theory::false_positive_rate(bits, hashes, items);
    assert!(
        expected <= rate && expected > 0.93 * rate,
        "{expected} was sized for {rate}"
    );
    let measured = measure(make, items, filters, lookups);
    // The number of ones varies by 0.28 √bits; the rate is its hashes-th power.
    let spread = f64::from(hashes) * 0.28 / (bits as f64).sqrt() * 2.0;
    assert_close(
        &format!("classic, {items} at {rate}"),
        measured,
        expected,
        lookups,
        filters,
        spread,
    );
}

fn blocked(items: u64, rate: f64, lookups: u64) {
    let filters = (20_000 / items).max(1);
    let make = || BlockedBloomFilter::with_false_positive_rate(items as usize, rate).unwrap();
    let blocks = (make().bits() / 512) as f64;
    let expected = theory::blocked_false_positive_rate(items as f64 / blocks);
    assert!(
        expected <= rate && expected > 0.8 * rate,
        "{expected} was sized for {rate}"
    );
    let measured = measure(make, items, filters, lookups);
    // A block's rate varies by about one and a half times itself.
    let spread = 1.5 / blocks.sqrt();
    assert_close(
        &format!("blocked, {items} at {rate}"),
        measured,
        expected,
        lookups,
        filters,
        spread,
    );
}

#[test]
fn a_classic_filter_errs_as_often_as_theory_says() {
    for items in [1_000, 10_000, 100_000] {
        RATES
            .into_iter()
            .for_each(|rate| classic(items, rate, 400_000));
    }
}

#[test]
fn a_blocked_filter_errs_as_often_as_theory_says() {
    for items in [1_000, 10_000, 100_000] {
        RATES
            .into_iter()
            .for_each(|rate| blocked(items, rate, 400_000));
    }
}

#[test]
#[ignore = "takes a minute, in release mode: cargo test --release -- --ignored"]
fn large_filters_err_as_often_as_theory_says() {
    for items in [1_000, 10_000, 100_000, 1_000_000, 10_000_000] {
        RATES
            .into_iter()
            .for_each(|rate| classic(items, rate, 40_000_000));
        RATES
            .into_iter()
            .for_each(|rate| blocked(items, rate, 40_000_000));
    }
}

#[test]
fn sizes_near_powers_of_two_have_no_worse_positions() {
    // Where the base of the digits is nearly a root of 2⁶⁴, positions far apart are related.
    for (bits, hashes) in [(1 << 11, 10), (1 << 12, 12), (1 << 13, 14), (1 << 16, 14)] {
        let items = (f64::from(bits) / 1.5 / f64::from(hashes)) as u64;
        let make = || BloomFilter::with_bits_and_hashes(bits as usize, hashes).unwrap();
        let expected = theory::false_positive_rate(bits as u64 - 3, hashes, items);
        let measured = measure(make, items, 100, 1_000_000);
        let spread = f64::from(hashes) * 0.28 / f64::from(bits).sqrt() * 2.0;
        // Expected is for the mean number of ones; varying numbers err more on average.
        let expected = expected * (1.0 + spread * spread / 2.0);
        assert_close(
            &format!("{bits} bits"),
            measured,
            expected,
            1_000_000,
            100,
            spread,
        );
    }
}

#[test]
fn a_filter_knows_how_often_it_errs() {
    for items in [100, 1_000, 2_000, 5_000] {
        let mut filter = BloomFilter::with_false_positive_rate(1_000, 0.01).unwrap();
        let mut blocked = BlockedBloomFilter::with_false_positive_rate(1_000, 0.01).unwrap();
        let mut random = Random(7);
        for hash in random.by_ref().take(items) {
            filter.insert_hash(hash);
            blocked.insert_hash(hash);
        }
        let strangers: Vec<u64> = random.take(200_000).collect();
        let share = |wrong: usize| wrong as f64 / strangers.len() as f64;
        let classic = share(
            strangers
                .iter()
                .filter(|&&hash| filter.contains_hash(hash))
                .count(),
        );
        let known = filter.false_positive_rate();
        assert_close("classic", classic, known, 200_000, 1, 0.0);
        let wrong = share(
            strangers
                .iter()
                .filter(|&&hash| blocked.contains_hash(hash))
                .count(),
        );
        assert_close(
            "blocked",
            wrong,
            blocked.false_positive_rate(),
            200_000,
            1,
            0.0,
        );
    }
}
