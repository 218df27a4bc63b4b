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
        "a b a b u v w u",
    )
}

/// An S3-FIFO that meets a scan.
pub fn s3_fifo() -> Figure {
    let cache = S3FifoCache::with_hasher(entries(4), Hasher::default());
    film(
        "lru-s3-fifo.svg",
        "An S3-FIFO cache of four entries meets a scan",
        cache,
        "a b a b u v w u",
    )
}

fn entries(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("a cache has room for something")
}

/// A frame a request: a get, and a put if it missed.
fn film<C: Cache<&'static str, usize> + Draw>(
    name: &str,
    title: &str,
    mut cache: C,
    requests: &'static str,
) -> Figure {
    let mut film = Film::new(title);
    for (time, key) in requests.split(' ').enumerate() {
        if cache.get(&key).is_some() {
            film.frame(format!("get {key}: hit"), &cache);
        } else {
            cache.put(key, time + 1);
            film.frame(format!("put {key}"), &cache);
        }
    }
    Figure {
        name: name.to_owned(),
        contents: film.to_svg(),
    }
}
