//! Fields that may be written in a short and in a long form.
//!
//! Serde's `untagged` enums would do it in a line, and answer every mistake with "data did not match
//! any variant". These readers look at what is there first, so that an error in the long form is
//! about the field that is wrong.

use std::fmt;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::schema::Endpoint;

/// What is parsed from a string. The parser runs while the reader is at the value, which is how an
/// error gets the value's place.
pub(super) fn parsed<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    from.deserialize_str(Parsed(PhantomData))
}

struct Parsed<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// The address of a listener or a server, `"127.0.0.1:9001"` or `"[::1]:9001"`.
pub(super) fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    parsed(from).map(|Address(address)| address)
}

/// One address or a list of them.
pub(super) fn addresses<'de, D>(from: D) -> Result<Vec<SocketAddr>, D::Error>
where
    D: Deserializer<'de>,
{
    from.deserialize_any(OneOrMany)
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Listed(#[serde(deserialize_with = "address")] SocketAddr);

struct Address(SocketAddr);

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Address).map_err(|_| {
            format!(
                "{text:?} is not an address with a port, such as \"127.0.0.1:8080\" or \
                 \"[::1]:8080\"; names are not resolved"
            )
        })
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<SocketAddr>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address or a list of addresses")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        text.parse()
            .map(|Address(one)| vec![one])
            .map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut addresses = Vec::new();
        while let Some(Listed(address)) = list.next_element()? {
            addresses.push(address);
        }
        Ok(addresses)
    }
}

// ANCHOR: endpoint
impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ShortOrLong)
    }
}

struct ShortOrLong;

impl<'de> Visitor<'de> for ShortOrLong {
    type Value = Endpoint;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address, or a table with `address` and `weight`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Endpoint, E> {
        let Address(address) = text.parse().map_err(E::custom)?;
        let weight = NonZeroU32::MIN;
        Ok(Endpoint { address, weight })
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Endpoint, A::Error> {
        let Long { address, weight } = Long::deserialize(MapAccessDeserializer::new(table))?;
        Ok(Endpoint { address, weight })
    }
}
// ANCHOR_END: endpoint

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    #[serde(deserialize_with = "address")]
    address: SocketAddr,
    #[serde(default = "one")]
    weight: NonZeroU32,
}

fn one() -> NonZeroU32 {
    NonZeroU32::MIN
}
