use std::num::NonZeroUsize;
use std::time::Duration;

use lru::LruCache;

/// How long an answer "there is no such product" may be believed.
pub const ABSENT_FOR: Duration = Duration::from_secs(30);

/// A product catalogue with a cache in front of its database.
pub struct Catalogue<D> {
    database: D,
    products: LruCache<u64, String>,
}

impl<D: FnMut(u64) -> Option<String>> Catalogue<D> {
    /// A catalogue that keeps up to `capacity` products at hand.
    pub fn new(capacity: NonZeroUsize, database: D) -> Self {
        Catalogue {
            database,
            products: LruCache::new(capacity),
        }
    }

    /// The product's name, if there is such a product. `now` is the time since the program began.
    ///
    /// This works, but every request for a product that does not exist goes to the database.
    /// Remember what is absent, for [`ABSENT_FOR`], and in such a way that a flood of made-up ids
    /// neither fills the memory nor pushes the products out.
    pub fn look_up(&mut self, id: u64, now: Duration) -> Option<String> {
        if let Some(product) = self.products.get(&id) {
            return Some(product.clone());
        }
        let product = (self.database)(id)?;
        self.products.put(id, product.clone());
        Some(product)
    }
}
