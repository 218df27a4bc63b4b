//! Binary fuse filters as bytes, and look-ups in bytes that are somewhere else.
//!
//! In the form that all filters share (`format.rs`), with these parameters:
//!
//! ```text
//!   offset  width  what
//!       32      8  keys
//!       40      8  seed with which hashes are mixed
//!       48      8  slots in a segment: a power of two, at most 2¹⁸
//!       56      8  bits in a fingerprint: 8 or 16
//!       64      …  body: the slots, at least three segments, each fingerprint little-endian
//! ```

use std::fmt;
use std::hash::Hash;

use super::layout::Layout;
use super::{BinaryFuse, Core, Fingerprint};
use crate::format::{self, Header, Kind};
use crate::{BloomError, hash_key};

impl<F: Fingerprint> BinaryFuse<F> {
    /// The filter as bytes, the same on every platform; see `fuse/bytes.rs` for the table.
    pub fn to_bytes(&self) -> Vec<u8> {
        let core = &self.core;
        let bits = u64::from(F::BITS);
        let header = Header {
            hashes: 0,
            seed: core.seed,
            params: [core.len as u64, core.mix, core.layout.segment(), bits],
        };
        let body_len = size_of_val(&*self.table);
        format::seal(Kind::BinaryFuse, header, body_len, |bytes| {
            for fingerprint in &self.table {
                fingerprint.write(bytes);
            }
        })
    }

    /// The filter that [`to_bytes`](Self::to_bytes) gave.
    ///
    /// # Errors
    ///
    /// When the bytes are not a whole, unchanged filter with fingerprints of this width.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BloomError> {
        let BinaryFuseRef { core, table, .. } = BinaryFuseRef::<F>::from_bytes(bytes)?;
        let fingerprints = (0..core.layout.len()).map(|slot| F::read(table, slot));
        Ok(BinaryFuse {
            core,
            table: fingerprints.collect(),
        })
    }
}

/// A [`BinaryFuse`] in borrowed bytes: nothing is copied.
///
/// ```
/// use bloom::{BinaryFuse8, BinaryFuseRef};
///
/// let bytes = BinaryFuse8::try_from_keys(1..=1_000_u32)?.to_bytes();
/// let filter = BinaryFuseRef::<u8>::from_bytes(&bytes)?;
/// assert!(filter.contains(&7_u32));
/// # Ok::<(), bloom::BloomError>(())
/// ```
#[derive(Clone, Copy)]
pub struct BinaryFuseRef<'a, F> {
    core: Core,
    table: &'a [u8],
    fingerprint: std::marker::PhantomData<F>,
}

impl<'a, F: Fingerprint> BinaryFuseRef<'a, F> {
    /// The filter in these bytes, after a look at all of them: O(bytes).
    ///
    /// # Errors
    ///
    /// As [`BinaryFuse::from_bytes`].
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, BloomError> {
        Self::new(format::open(Kind::BinaryFuse, bytes)?)
    }

    /// The same in constant time, without the checksum, for bytes that were verified before.
    ///
    /// # Errors
    ///
    /// What can be seen from the header and the length. Damage in the table goes unseen, and then
    /// answers are wrong; nothing worse happens.
    pub fn from_verified_bytes(bytes: &'a [u8]) -> Result<Self, BloomError> {
        Self::new(format::open_unverified(Kind::BinaryFuse, bytes)?)
    }

    fn new((header, table): (Header, &'a [u8])) -> Result<Self, BloomError> {
        let [keys, mix, segment, bits] = header.params;
        let invalid = |name, value| Err(BloomError::InvalidParameter { name, value });
        if bits != u64::from(F::BITS) {
            return invalid("fingerprint width", bits);
        }
        if header.hashes != 0 {
            return invalid("number of hashes", header.hashes.into());
        }
        let slots = table.len() / size_of::<F>();
        let layout = match Layout::from_parts(segment, slots) {
            Some(layout) if slots * size_of::<F>() == table.len() => layout,
            _ => return invalid("segment length", segment),
        };
        // A key is peeled by a slot of its own.
        let len = match usize::try_from(keys) {
            Ok(len) if len <= layout.len() => len,
            _ => return invalid("number of keys", keys),
        };
        let core = Core {
            layout,
            seed: header.seed,
            mix,
            len,
        };
        Ok(BinaryFuseRef {
            core,
            table,
            fingerprint: std::marker::PhantomData,
        })
    }

    /// As [`BinaryFuse::contains`].
    #[inline]
    pub fn contains<T: Hash + ?Sized>(&self, key: &T) -> bool {
        self.contains_hash(hash_key(key, self.core.seed))
    }

    /// As [`BinaryFuse::contains_hash`].
    #[inline]
    pub fn contains_hash(&self, hash: u64) -> bool {
        self.core.contains(hash, |slot| F::read(self.table, slot))
    }

    /// Distinct keys in the set.
    pub fn len(&self) -> usize {
        self.core.len
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.core.len == 0
    }

    /// Bits of the table for each key; infinite without keys.
    pub fn bits_per_key(&self) -> f64 {
        self.core.bits_per_key::<F>()
    }

    /// The seed of the keys' hash.
    pub fn seed(&self) -> u64 {
        self.core.seed
    }
}

impl<F> fmt::Debug for BinaryFuseRef<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinaryFuseRef")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}
