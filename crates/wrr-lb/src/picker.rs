//! What a picker is, and what it may look at.
//!
//! A picker is built for a number of endpoints with their weights and never changes: when an
//! endpoint comes or goes, another one is built and put in its place. So a pick need not ask who
//! is well, and need not wait for anybody who changes something. What does change from pick to pick
//! is a counter, or nothing.

use std::hash::Hash;

use clock::Nanos;

use crate::hash;

/// What a pick may depend on besides the picker's own state.
///
/// ```
/// use wrr_lb::Request;
///
/// let request = Request::keyed("customer 17");
/// assert_eq!(request.key, Request::keyed("customer 17").key);
/// assert_ne!(request.key, Request::keyed("customer 18").key);
/// assert_eq!(Request::hashed(99).key, Some(99));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The hash of what the request is about, such as a client, a session or a URL. Consistent
    /// hashing sends equal keys to the same endpoint, and requests without one anywhere.
    pub key: Option<u64>,
    /// When it is, for pickers of which [`Picker::needs_time`] says so.
    pub now: Nanos,
}

impl Request {
    /// A request about `key`.
    ///
    /// The hash is the same in every process and on every machine of the same byte order, so that
    /// several balancers agree. It is no defence against keys that were chosen to collide.
    pub fn keyed<K: Hash + ?Sized>(key: &K) -> Self {
        Request::hashed(hash::stable(key))
    }

    /// A request about something with this hash. All 64 bits should be as good as random; for
    /// [`Ring`](crate::Ring) as [`ketama_hash`](crate::ketama_hash) gives them, the low 32.
    pub fn hashed(hash: u64) -> Self {
        Request {
            key: Some(hash),
            ..Request::default()
        }
    }

    /// The same request, at a time.
    pub fn at(self, now: Nanos) -> Self {
        Request { now, ..self }
    }
}

// ANCHOR: picker
/// Chooses an endpoint for each request.
pub trait Picker: Send + Sync {
    /// The number of the chosen endpoint, counted from zero in the order in which they were given.
    ///
    /// An endpoint of weight zero is never chosen. None if there is no other.
    fn pick(&self, request: Request) -> Option<usize>;

    /// Whether [`Request::now`] matters. If not, the caller can save itself reading a clock.
    fn needs_time(&self) -> bool {
        false
    }
}
// ANCHOR_END: picker

impl<P: Picker + ?Sized> Picker for Box<P> {
    fn pick(&self, request: Request) -> Option<usize> {
        (**self).pick(request)
    }

    fn needs_time(&self) -> bool {
        (**self).needs_time()
    }
}
