//! The feature `serde`: a filter is its bytes.
//!
//! What is serialized is what `to_bytes` gives, so it is checked on the way in as a file is: bytes
//! from outside that are no filter are an error of the deserializer. Formats without a type for
//! bytes, as JSON, hold them as a sequence of numbers.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, SeqAccess, Visitor},
};

/// Bytes as owned as the format hands them out.
struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of a filter")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<u8>, A::Error> {
        // The announced length is not believed: memory grows with what really comes.
        let mut bytes = Vec::new();
        while let Some(byte) = sequence.next_element()? {
            bytes.push(byte);
        }
        Ok(bytes)
    }
}

macro_rules! as_bytes {
    ($($filter:ty),*) => {$(
        impl Serialize for $filter {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(&self.to_bytes())
            }
        }

        impl<'de> Deserialize<'de> for $filter {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let bytes = deserializer.deserialize_byte_buf(Bytes)?;
                Self::from_bytes(&bytes).map_err(D::Error::custom)
            }
        }
    )*};
}

as_bytes!(
    crate::BloomFilter,
    crate::BlockedBloomFilter,
    crate::CountingBloomFilter,
    crate::ScalableBloomFilter,
    crate::BinaryFuse8,
    crate::BinaryFuse16
);
