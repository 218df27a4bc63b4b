use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A key, and the name by which a token says that it was signed with it.
pub struct Key<'a> {
    /// Letters and digits.
    pub name: &'a str,
    /// What nobody else may know.
    pub secret: &'a [u8],
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It cannot be a token, or was not signed with any of the keys.
    Invalid,
    /// It is ours, and too old.
    Expired,
}

/// A token for this customer, good while the time is less than `until`. The name may contain
/// anything. What the token looks like is up to you; it has to be printable ASCII without spaces,
/// for it goes into a cookie.
pub fn sign(customer: &str, until: u64, key: &Key<'_>) -> String {
    todo!("what if a name contains whatever you put between the parts?")
}

/// The customer's name, if the token was signed with one of the keys, as it is, and is not too old.
///
/// When a key is replaced, the new one signs, and the old one stays among `keys` until all that it
/// has signed is too old: so nobody is logged out. Tokens come from strangers, and may be anything;
/// and one that is spelled differently, in capitals for instance, is not the one that was signed.
pub fn check(token: &str, keys: &[Key<'_>], now: u64) -> Result<String, Refused> {
    todo!("in which order does one look?")
}
