use std::num::NonZeroUsize;

use bloom::{BloomError, BloomFilter};
use lru::LruCache;

/// A product catalogue with a cache in front of its database.
///
/// In the chapter on LRU, made-up ids were remembered one by one, each for a while. Whoever makes
/// up a new id each time is not stopped by that. But the shop knows which products there are.
pub struct Catalogue<D> {
    database: D,
    products: LruCache<u64, String>,
    // Add what knows which products there are, in a few bits each.
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
        todo!("how many products will there be when the catalogue is full?")
    }

    /// The product's name, if there is such a product.
    pub fn look_up(&mut self, id: u64) -> Option<String> {
        todo!("who is asked first, who last?")
    }

    /// The database now has this product, which is to be found from now on.
    pub fn add_product(&mut self, id: u64) {
        todo!()
    }
}
