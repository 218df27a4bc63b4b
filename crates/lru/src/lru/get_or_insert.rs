//! `get`, and on a miss `put`: the twelve ways to say it that crates.io's `lru` has.
//!
//! They differ in who owns the key (`_ref`: the caller keeps it, and it is cloned only on a miss),
//! in whether the closure sees it (`_with_key`), in whether the closure may fail (`try_`) and in
//! what is returned (`_mut`).
//!
//! The closure runs before anything is changed: when it fails or panics, the cache is as it was,
//! but for the miss in the statistics. In a weighted cache, a value heavier than the whole capacity
//! is given out but not kept: the key is not in the cache afterwards, and nobody is evicted.

use std::convert::Infallible;
use std::hash::{BuildHasher, Hash};

use hashbrown::Equivalent;

use super::LruCache;
use crate::store::{Entry, Newcomer};

impl<K: Hash + Eq, V, S: BuildHasher> LruCache<K, V, S> {
    // ANCHOR: load
    /// Finds `key`, or makes its value and lets it in.
    fn load<E>(&mut self, key: K, make: impl FnOnce(&K) -> Result<V, E>) -> Result<&mut V, E> {
        if let Some(slot) = self.touch(&key) {
            return Ok(&mut self.store.entry_mut(slot).value);
        }
        let value = make(&key)?;
        Ok(self.keep(key, value))
    }

    /// Lets in a key that is not in the cache, and returns its value; or holds on to it only until
    /// the next newcomer if it is heavier than the whole capacity, so that there is something to
    /// return.
    fn keep(&mut self, key: K, value: V) -> &mut V {
        let hash = self.store.hash(&key);
        let weight = self.budget.weigh(&key, &value);
        let entry = Entry { key, value };
        match weight {
            Some(weight) => {
                let (slot, _) = self.admit(Newcomer {
                    hash,
                    entry,
                    note: (),
                    weight,
                });
                &mut self.store.entry_mut(slot).value
            }
            None => &mut self.refused.insert(Box::new(entry)).value,
        }
    }
    // ANCHOR_END: load

    fn load_ref<Q, E>(&mut self, key: &Q, make: impl FnOnce() -> Result<V, E>) -> Result<&mut V, E>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(slot) = self.touch(key) {
            return Ok(&mut self.store.entry_mut(slot).value);
        }
        let value = make()?;
        Ok(self.keep(key.to_owned(), value))
    }

    /// Returns the value of `key`, which is that of `f` if there was none, and moves it to the
    /// front.
    ///
    /// ```
    /// # use std::num::NonZeroUsize;
    /// # use lru::LruCache;
    /// let mut squares = LruCache::new(NonZeroUsize::new(10).unwrap());
    /// assert_eq!(squares.get_or_insert(12, || 12 * 12), &144);
    /// assert_eq!(squares.get_or_insert(12, || unreachable!()), &144);
    /// ```
    pub fn get_or_insert<F: FnOnce() -> V>(&mut self, key: K, f: F) -> &V {
        self.get_or_insert_mut(key, f)
    }

    /// As [`get_or_insert`](Self::get_or_insert), with the key for the closure.
    pub fn get_or_insert_with_key<F: FnOnce(&K) -> V>(&mut self, key: K, f: F) -> &V {
        self.get_or_insert_mut_with_key(key, f)
    }

    /// As [`get_or_insert`](Self::get_or_insert), with a key that is cloned only if it is not in
    /// the cache.
    pub fn get_or_insert_ref<Q, F: FnOnce() -> V>(&mut self, key: &Q, f: F) -> &V
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        self.get_or_insert_mut_ref(key, f)
    }

    /// As [`get_or_insert`](Self::get_or_insert), mutably.
    pub fn get_or_insert_mut<F: FnOnce() -> V>(&mut self, key: K, f: F) -> &mut V {
        self.get_or_insert_mut_with_key(key, |_| f())
    }

    /// As [`get_or_insert_mut`](Self::get_or_insert_mut), with the key for the closure.
    pub fn get_or_insert_mut_with_key<F: FnOnce(&K) -> V>(&mut self, key: K, f: F) -> &mut V {
        let Ok(value) = self.load(key, |key| Ok::<V, Infallible>(f(key)));
        value
    }

    /// As [`get_or_insert_mut`](Self::get_or_insert_mut), with a key that is cloned only if it is
    /// not in the cache.
    pub fn get_or_insert_mut_ref<Q, F: FnOnce() -> V>(&mut self, key: &Q, f: F) -> &mut V
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        let Ok(value) = self.load_ref(key, || Ok::<V, Infallible>(f()));
        value
    }

    /// Returns the value of `key`, which is that of `f` if there was none, and moves it to the
    /// front.
    ///
    /// # Errors
    ///
    /// That of `f`. The cache is then as it was.
    pub fn try_get_or_insert<F, E>(&mut self, key: K, f: F) -> Result<&V, E>
    where
        F: FnOnce() -> Result<V, E>,
    {
        self.try_get_or_insert_mut(key, f).map(|value| &*value)
    }

    /// As [`try_get_or_insert`](Self::try_get_or_insert), with the key for the closure.
    ///
    /// # Errors
    ///
    /// That of `f`. The cache is then as it was.
    pub fn try_get_or_insert_with_key<F, E>(&mut self, key: K, f: F) -> Result<&V, E>
    where
        F: FnOnce(&K) -> Result<V, E>,
    {
        self.try_get_or_insert_mut_with_key(key, f)
            .map(|value| &*value)
    }

    /// As [`try_get_or_insert`](Self::try_get_or_insert), with a key that is cloned only if it is
    /// not in the cache.
    ///
    /// # Errors
    ///
    /// That of `f`. The cache is then as it was.
    pub fn try_get_or_insert_ref<Q, F, E>(&mut self, key: &Q, f: F) -> Result<&V, E>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
        F: FnOnce() -> Result<V, E>,
    {
        self.try_get_or_insert_mut_ref(key, f).map(|value| &*value)
    }

    /// As [`try_get_or_insert`](Self::try_get_or_insert), mutably.
    ///
    /// # Errors
    ///
    /// That of `f`. The cache is then as it was.
    pub fn try_get_or_insert_mut<F, E>(&mut self, key: K, f: F) -> Result<&mut V, E>
    where
        F: FnOnce() -> Result<V, E>,
    {
        self.load(key, |_| f())
    }

    /// As [`try_get_or_insert_mut`](Self::try_get_or_insert_mut), with the key for the closure.
    ///
    /// # Errors
    ///
    /// That of `f`. The cache is then as it was.
    pub fn try_get_or_insert_mut_with_key<F, E>(&mut self, key: K, f: F) -> Result<&mut V, E>
    where
        F: FnOnce(&K) -> Result<V, E>,
    {
        self.load(key, f)
    }

    /// As [`try_get_or_insert_mut`](Self::try_get_or_insert_mut), with a key that is cloned only if
    /// it is not in the cache.
    ///
    /// # Errors
    ///
    /// That of `f`. The cache is then as it was.
    pub fn try_get_or_insert_mut_ref<Q, F, E>(&mut self, key: &Q, f: F) -> Result<&mut V, E>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
        F: FnOnce() -> Result<V, E>,
    {
        self.load_ref(key, f)
    }
}
