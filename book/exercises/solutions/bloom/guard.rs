use std::num::NonZeroUsize;

use bloom::{BloomError, BloomFilter};
use lru::LruCache;

/// A product catalogue with a cache in front of its database.
///
/// A filter of all products stands at the door. Its *no* is certain, so no product is denied; its
/// *probably* is wrong for a small, known share of strangers, which is all that the database has to
/// bear. It costs ten bits a product, whatever strangers ask for.
pub struct Catalogue<D> {
    database: D,
    products: LruCache<u64, String>,
    existing: BloomFilter,
}

impl<D: FnMut(u64) -> Option<String>> Catalogue<D> {
    /// A catalogue that keeps up to `capacity` products at hand, and lets at most the share
    /// `strangers` of made-up ids through to the database.
    ///
    /// `existing` are the ids of all products that the database has. The catalogue must have room
    /// for as many again.
    pub fn new(
        capacity: NonZeroUsize,
        existing: &[u64],
        strangers: f64,
        database: D,
    ) -> Result<Self, BloomError> {
        let mut filter = BloomFilter::with_false_positive_rate(2 * existing.len(), strangers)?;
        for id in existing {
            filter.insert(id);
        }
        Ok(Catalogue {
            database,
            products: LruCache::new(capacity),
            existing: filter,
        })
    }

    /// The product's name, if there is such a product.
    pub fn look_up(&mut self, id: u64) -> Option<String> {
        if !self.existing.contains(&id) {
            return None;
        }
        if let Some(product) = self.products.get(&id) {
            return Some(product.clone());
        }
        let product = (self.database)(id)?;
        self.products.put(id, product.clone());
        Some(product)
    }

    /// The database now has this product, which is to be found from now on.
    pub fn add_product(&mut self, id: u64) {
        self.existing.insert(&id);
    }
}
