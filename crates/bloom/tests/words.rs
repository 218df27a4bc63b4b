//! Real keys: half of a dictionary against the other half. Without the dictionary there is no test.

use std::{fs::File, io::Read, path::Path};

use bloom::{BlockedBloomFilter, BloomFilter};
use flate2::read::GzDecoder;

/// The words of a dictionary beside the repository, if there is one.
fn words() -> Option<String> {
    const WORDS: &str = "../shared/data/words/american-english-large.txt.gz";
    let beside_the_repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(WORDS);
    let file = File::open(beside_the_repository).ok()?;
    let mut words = String::new();
    GzDecoder::new(file).read_to_string(&mut words).ok()?;
    Some(words)
}

#[test]
fn half_of_the_dictionary_is_found_and_the_other_half_is_not() {
    let Some(words) = words() else {
        eprintln!("skipped: no dictionary beside the repository");
        return;
    };
    let known: Vec<&str> = words.lines().step_by(2).collect();
    let unknown: Vec<&str> = words.lines().skip(1).step_by(2).collect();
    let mut classic = BloomFilter::with_false_positive_rate(known.len(), 0.01).unwrap();
    let mut blocked = BlockedBloomFilter::with_false_positive_rate(known.len(), 0.01).unwrap();
    classic.extend(&known);
    blocked.extend(&known);
    assert!(
        known
            .iter()
            .all(|word| classic.contains(word) && blocked.contains(word))
    );
    let wrong = [
        unknown
            .iter()
            .filter(|word| classic.contains(*word))
            .count(),
        unknown
            .iter()
            .filter(|word| blocked.contains(*word))
            .count(),
    ];
    for wrong in wrong {
        let rate = wrong as f64 / unknown.len() as f64;
        // Four standard deviations of as many coins, and a little for the filter's own.
        let tolerance = 4.0 * (0.01_f64 / unknown.len() as f64).sqrt() + 0.0003;
        assert!((rate - 0.01).abs() < tolerance, "{rate}");
    }
}
