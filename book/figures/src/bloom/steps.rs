//! A filter at work, one key after the other, as it draws itself.

use bloom::draw::Film;
use bloom::{BloomError, BloomFilter};

use crate::Figure;

/// Three keys are inserted; one that was never inserted is denied, another one is not.
///
/// # Errors
///
/// None: these are numbers that a filter can have.
pub fn classic() -> Result<Figure, BloomError> {
    let filter = BloomFilter::with_bits_and_hashes(32, 3)?;
    let title = "A Bloom filter: three keys, a key that is denied, and a false positive";
    let mut film = Film::new(title, filter);
    film.insert("ant");
    film.insert("bee");
    film.insert("cat");
    film.look_up("bee");
    let others = || (1..10_000).map(|number| format!("key{number}"));
    let (mut denied, mut wrong) = (others(), others());
    let contains = |film: &Film, key: &String| film.filter().contains(key.as_str());
    if let Some(key) = denied.find(|key| !contains(&film, key)) {
        film.look_up(&key);
    }
    if let Some(key) = wrong.find(|key| contains(&film, key)) {
        film.look_up(&key);
    }
    Ok(Figure {
        name: "bloom-steps.svg".to_owned(),
        contents: film.to_svg(),
    })
}
