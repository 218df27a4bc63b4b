//! Pictures.

use bloom::{BloomFilter, draw::Film};

/// "a" and "b" go in; "a" is found, another key is not, and a third is found wrongly.
#[test]
fn a_film_shows_a_hit_a_miss_and_a_false_positive() {
    let filter = BloomFilter::with_bits_and_hashes(64, 3).unwrap();
    let mut film = Film::new("A Bloom filter", filter);
    film.insert("a");
    film.insert("b");
    let filter = film.filter().clone();
    let strangers = || (0..).map(|number| format!("k{number}"));
    let miss = strangers().find(|key| !filter.contains(key)).unwrap();
    let wrong = strangers().find(|key| filter.contains(key)).unwrap();
    assert!(film.look_up("a"));
    assert!(!film.look_up(&miss));
    assert!(film.look_up(&wrong));
    let svg = film.to_svg();
    assert_eq!(svg.matches("insert ").count(), 2);
    assert_eq!(svg.matches(">probably<").count(), 2);
    assert_eq!(svg.matches(">no<").count(), 1);
    assert!(!svg.contains("\n\n"), "Markdown would end the block here");
    assert_eq!(svg, film.clone().to_svg());
    if let Ok(path) = std::env::var("BLOOM_DRAW") {
        std::fs::write(path, svg).unwrap();
    }
}

#[test]
fn keys_cannot_break_out_of_the_picture() {
    let filter = BloomFilter::with_bits_and_hashes(64, 3).unwrap();
    let mut film = Film::new("\"<title>\"", filter);
    film.insert("</text>\n\n<script>");
    let svg = film.to_svg();
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"));
    assert!(!svg.contains("\n\n"), "Markdown would end the block here");
}
