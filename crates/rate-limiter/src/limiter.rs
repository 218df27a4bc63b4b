//! What all limiters have in common.

use clock::Nanos;

use crate::{Admitted, Decision, Denied, Quota};

// ANCHOR: limiter
/// Something that says whether one may pass now.
pub trait Limiter {
    /// Asks for one.
    fn check(&self) -> Decision {
        self.check_n(1)
    }

    /// Asks for `n` together: all are admitted, or none and nothing is taken. To ask for none
    /// tells how many there are, and takes nothing.
    fn check_n(&self, n: u32) -> Decision;

    /// What is allowed.
    fn quota(&self) -> Quota;
}
// ANCHOR_END: limiter

/// A limiter that has the same quota for each key: a client, an address, an API key.
pub trait KeyedLimiter<K: ?Sized> {
    /// Asks for one on behalf of `key`.
    fn check_key(&self, key: &K) -> Decision {
        self.check_key_n(key, 1)
    }

    /// Asks for `n` together on behalf of `key`: all are admitted, or none and nothing is taken.
    fn check_key_n(&self, key: &K, n: u32) -> Decision;

    /// What is allowed to each key.
    fn quota(&self) -> Quota;
}

// ANCHOR: rule
/// A limit as arithmetic: what was, when and how many, to what will be.
pub trait Rule {
    /// What is allowed.
    fn quota(&self) -> Quota;

    /// Whether `n` may pass at `now`, when the state is `state`; if so, the state after it. The
    /// state of a limiter that nobody has asked yet is 0. It never becomes less.
    ///
    /// # Errors
    ///
    /// [`Denied`] if they may not; the state stays as it is.
    fn decide(&self, state: u64, now: Nanos, n: u32) -> Result<(u64, Admitted), Denied>;
}
// ANCHOR_END: rule

impl<L: Limiter + ?Sized> Limiter for &L {
    fn check_n(&self, n: u32) -> Decision {
        (**self).check_n(n)
    }

    fn quota(&self) -> Quota {
        (**self).quota()
    }
}

impl<L: Limiter + ?Sized> Limiter for std::sync::Arc<L> {
    fn check_n(&self, n: u32) -> Decision {
        (**self).check_n(n)
    }

    fn quota(&self) -> Quota {
        (**self).quota()
    }
}

impl<K: ?Sized, L: KeyedLimiter<K> + ?Sized> KeyedLimiter<K> for &L {
    fn check_key_n(&self, key: &K, n: u32) -> Decision {
        (**self).check_key_n(key, n)
    }

    fn quota(&self) -> Quota {
        (**self).quota()
    }
}

impl<K: ?Sized, L: KeyedLimiter<K> + ?Sized> KeyedLimiter<K> for std::sync::Arc<L> {
    fn check_key_n(&self, key: &K, n: u32) -> Decision {
        (**self).check_key_n(key, n)
    }

    fn quota(&self) -> Quota {
        (**self).quota()
    }
}
