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

/// A token: the key's name, the customer in hexadecimal, the time, and the code of these three.
/// None of the parts can contain a dot; so there is one way only to read it.
pub fn sign(customer: &str, until: u64, key: &Key<'_>) -> String {
    let claims = format!("{}.{}.{until}", key.name, to_hex(customer.as_bytes()));
    let code = code(&claims, key).finalize().into_bytes();
    format!("{claims}.{}", to_hex(&code))
}

/// The customer's name, if the token was signed with one of the keys, as it is, and is not too old.
///
/// The code comes first: nothing that a stranger wrote is believed, or told about, before it.
pub fn check(token: &str, keys: &[Key<'_>], now: u64) -> Result<String, Refused> {
    let (claims, hex) = token.rsplit_once('.').ok_or(Refused::Invalid)?;
    let parts: Vec<&str> = claims.split('.').collect();
    let [name, customer, until] = parts[..] else {
        return Err(Refused::Invalid);
    };
    let key = keys.iter().find(|key| key.name == name);
    let key = key.ok_or(Refused::Invalid)?;
    let given = from_hex(hex).ok_or(Refused::Invalid)?;
    let is_ours = code(claims, key).verify_slice(&given);
    is_ours.map_err(|_| Refused::Invalid)?;
    let until: u64 = until.parse().map_err(|_| Refused::Invalid)?;
    if until <= now {
        return Err(Refused::Expired);
    }
    let customer = from_hex(customer).ok_or(Refused::Invalid)?;
    String::from_utf8(customer).map_err(|_| Refused::Invalid)
}

fn code(claims: &str, key: &Key<'_>) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret).expect("a key may have any length");
    mac.update(claims.as_bytes());
    mac
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One spelling only, so that no two tokens say the same.
fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? * 16 + digit(low)?),
            _ => None,
        })
        .collect()
}
