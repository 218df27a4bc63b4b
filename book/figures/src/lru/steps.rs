//! The caches at work, one operation after the other, as they draw themselves.

use std::hash::{BuildHasherDefault, DefaultHasher};
use std::num::NonZeroUsize;

use lru::draw::{Draw, Film};
use lru::{ArcCache, Cache, LruCache, S3FifoCache};

use crate::Figure;

/// The same picture on every run, so no random seed.
type Hasher = BuildHasherDefault<DefaultHasher>;

/// An LRU cache of three entries.
pub fn lru() -> Figure {
    let cache = LruCache::with_hasher(entries(3), Hasher::default());
    film(
        "lru-steps.svg",
        "An LRU cache of three entries",
        cache,
        "",
        "a b c a d",
    )
}

/// An ARC that meets a scan.
pub fn arc() -> Figure {
    let cache = ArcCache::with_hasher(entries(4), Hasher::default());
    film(
        "lru-arc.svg",
        "An adaptive replacement cache of four entries meets a scan",
        cache,
        "a b a",
        "b u v w u",
    )
}

/// An S3-FIFO that meets a scan.
pub fn s3_fifo() -> Figure {
    let cache = S3FifoCache::with_hasher(entries(4), Hasher::default());
    film(
        "lru-s3-fifo.svg",
        "An S3-FIFO cache of four entries meets a scan",
        cache,
        "a b a a b",
        "b u v w u",
    )
}

fn entries(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("a cache has room for something")
}

/// A frame for each of the requests in `shown`, after those in `before`. A request is a get, and a
/// put if that missed.
fn film<C>(name: &str, title: &str, mut cache: C, before: &str, shown: &'static str) -> Figure
where
    C: Cache<String, usize> + Draw,
{
    let mut film = Film::new(title);
    let mut time = 0;
    let mut request = |cache: &mut C, key: &str| {
        time += 1;
        let hit = cache.get(key).is_some();
        if !hit {
            cache.put(key.to_owned(), time);
        }
        if hit {
            format!("get {key}: hit")
        } else {
            format!("put {key}")
        }
    };
    for key in before.split_whitespace() {
        request(&mut cache, key);
    }
    for key in shown.split_whitespace() {
        let caption = request(&mut cache, key);
        film.frame(caption, &cache);
    }
    Figure {
        name: name.to_owned(),
        contents: film.to_svg(),
    }
}
