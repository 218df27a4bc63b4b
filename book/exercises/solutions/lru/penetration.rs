use std::num::NonZeroUsize;
use std::time::Duration;

use lru::LruCache;

/// How long an answer "there is no such product" may be believed.
pub const ABSENT_FOR: Duration = Duration::from_secs(30);

/// A product catalogue with a cache in front of its database.
pub struct Catalogue<D> {
    database: D,
    products: LruCache<u64, String>,
    /// Ids that the database did not know, and until when that is believed. A cache of its own, so
    /// that strangers compete with strangers only.
    absent: LruCache<u64, Duration>,
}

impl<D: FnMut(u64) -> Option<String>> Catalogue<D> {
    /// A catalogue that keeps up to `capacity` products at hand.
    pub fn new(capacity: NonZeroUsize, database: D) -> Self {
        Catalogue {
            database,
            products: LruCache::new(capacity),
            absent: LruCache::new(capacity),
        }
    }

    /// The product's name, if there is such a product. `now` is the time since the program began.
    pub fn look_up(&mut self, id: u64, now: Duration) -> Option<String> {
        if let Some(product) = self.products.get(&id) {
            return Some(product.clone());
        }
        if self.absent.get(&id).is_some_and(|&until| now < until) {
            return None;
        }
        match (self.database)(id) {
            Some(product) => {
                self.absent.pop(&id);
                self.products.put(id, product.clone());
                Some(product)
            }
            None => {
                self.absent.put(id, now + ABSENT_FOR);
                None
            }
        }
    }
}
