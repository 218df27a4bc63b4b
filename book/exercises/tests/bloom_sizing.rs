//! What filters save a storage engine of many files, on paper and counted.

use bloom::BloomFilter;

#[cfg_attr(feature = "yours", path = "../bloom/sizing.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bloom/sizing.rs")]
mod exercise;

const FILES: u32 = 40;
/// With so many, the filters' bits are whole words, to which they would be rounded up.
const KEYS: u64 = 320;

/// Filters of forty files, of which each has 320 keys, no key in two of them.
fn filters(bits_per_key: usize, hashes: u32) -> Vec<BloomFilter> {
    (0..u64::from(FILES))
        .map(|file| {
            let bits = bits_per_key * KEYS as usize;
            let filter = BloomFilter::with_bits_and_hashes(bits, hashes);
            // Each file its own seed, so that their filters err on different keys.
            let mut filter = filter.expect("so many bits can be had").with_seed(file);
            for key in 0..KEYS {
                filter.insert(&(file * KEYS + key));
            }
            filter
        })
        .collect()
}

fn assert_close(what: &str, said: f64, counted: f64) {
    assert!(
        (said / counted - 1.0).abs() < 0.08,
        "{what}: {said:.4} by your formula, {counted:.4} when counted"
    );
}

#[test]
fn more_bits_give_the_rates_in_the_chapter() {
    for (bits, expected) in [(0.0, 1.0), (4.8, 0.1), (9.585, 0.01), (14.378, 0.001)] {
        let rate = exercise::rate(bits);
        assert!(
            (rate / expected - 1.0).abs() < 0.01,
            "with {bits} bits a key the rate is {expected}, not {rate:.5}"
        );
    }
}

#[test]
fn reads_are_what_one_counts() {
    for (bits, hashes) in [(3, 2), (6, 4), (10, 7)] {
        let filters = filters(bits, hashes);
        let absent = 1 << 40..(1 << 40) + 4_000_u64;
        let probes = absent.end - absent.start;
        let reads = absent
            .map(|key| {
                filters
                    .iter()
                    .filter(|filter| filter.contains(&key))
                    .count()
            })
            .sum::<usize>();
        assert_close(
            &format!("reads of an absent key in {FILES} files with {bits} bits a key"),
            exercise::reads_of_an_absent_key(FILES, bits as f64),
            reads as f64 / probes as f64,
        );

        let present = 0..u64::from(FILES) * KEYS;
        let reads = present
            .clone()
            .map(|key| {
                let home = (key / KEYS) as usize;
                1 + filters[..home]
                    .iter()
                    .filter(|filter| filter.contains(&key))
                    .count()
            })
            .sum::<usize>();
        // The one read that is needed is left out, so that the others can be seen.
        assert_close(
            &format!("useless reads of a present key in {FILES} files with {bits} bits a key"),
            exercise::reads_of_a_present_key(FILES, bits as f64) - 1.0,
            reads as f64 / present.end as f64 - 1.0,
        );
    }
}

#[test]
fn a_key_in_the_only_file_costs_one_read() {
    assert_eq!(exercise::reads_of_a_present_key(1, 10.0), 1.0);
}

#[test]
fn the_bits_that_are_bought_give_the_reads_that_were_asked_for() {
    for (files, reads) in [(40, 1.0), (40, 0.1), (400, 0.1), (7, 6.0)] {
        let bits = exercise::bits_for(files, reads);
        let found = exercise::reads_of_an_absent_key(files, bits);
        assert!(
            (found - reads).abs() < 1e-6,
            "with {bits:.2} bits a key, {files} files are read {found:.4} times, not {reads}"
        );
    }
    assert_eq!(
        exercise::bits_for(40, 50.0),
        0.0,
        "without any filter it takes 40 reads, and 50 are allowed"
    );
}
