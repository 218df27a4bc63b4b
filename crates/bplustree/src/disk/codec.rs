//! Tables of types instead of bytes.
//!
//! The tree compares keys as bytes. A type can be a key if it has bytes that sort as its values do:
//! for a number, big-endian; for a signed one, with the sign bit turned round; for a pair, one
//! after the other, if the first is of fixed length.

use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};

use super::{Pair, Range, ReadTx, StoreError, Table, TableMut, WriteTx};

/// A type that can be a key or a value of a table. The name of the type may be unsized: `str`.
pub trait Codec {
    /// What is put in and taken out: `u64` for `u64`, `&'a str` for `str`.
    type Item<'a>: Copy;

    /// What it is called in [`StoreError::Decode`].
    const NAME: &'static str;

    /// Appends the item's bytes to `out`. Of two items, the lesser has the lesser bytes.
    fn encode(item: Self::Item<'_>, out: &mut Vec<u8>);

    /// The item that has these bytes, or `None` if none has.
    fn decode(bytes: &[u8]) -> Option<Self::Item<'_>>;
}

/// A [`Codec`] whose items all have [`LEN`](Self::LEN) bytes.
pub trait Fixed: Codec {
    /// Number of bytes.
    const LEN: usize;
}

macro_rules! numbers {
    ($($unsigned:ident $signed:ident)*) => { $(
        impl Codec for $unsigned {
            type Item<'a> = $unsigned;
            const NAME: &'static str = stringify!($unsigned);

            fn encode(item: $unsigned, out: &mut Vec<u8>) {
                out.extend_from_slice(&item.to_be_bytes());
            }

            fn decode(bytes: &[u8]) -> Option<$unsigned> {
                bytes.try_into().ok().map($unsigned::from_be_bytes)
            }
        }

        impl Fixed for $unsigned {
            const LEN: usize = size_of::<$unsigned>();
        }

        impl Codec for $signed {
            type Item<'a> = $signed;
            const NAME: &'static str = stringify!($signed);

            fn encode(item: $signed, out: &mut Vec<u8>) {
                $unsigned::encode(item.cast_unsigned() ^ (1 << ($unsigned::BITS - 1)), out);
            }

            fn decode(bytes: &[u8]) -> Option<$signed> {
                let turned = $unsigned::decode(bytes)?;
                Some((turned ^ (1 << ($unsigned::BITS - 1))).cast_signed())
            }
        }

        impl Fixed for $signed {
            const LEN: usize = size_of::<$signed>();
        }
    )* };
}

numbers! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 }

impl Codec for str {
    type Item<'a> = &'a str;
    const NAME: &'static str = "str";

    fn encode(item: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(item.as_bytes());
    }

    fn decode(bytes: &[u8]) -> Option<&str> {
        std::str::from_utf8(bytes).ok()
    }
}

impl<const N: usize> Codec for [u8; N] {
    type Item<'a> = [u8; N];
    const NAME: &'static str = "an array of bytes";

    fn encode(item: [u8; N], out: &mut Vec<u8>) {
        out.extend_from_slice(&item);
    }

    fn decode(bytes: &[u8]) -> Option<[u8; N]> {
        bytes.try_into().ok()
    }
}

impl<const N: usize> Fixed for [u8; N] {
    const LEN: usize = N;
}

impl Codec for [u8] {
    type Item<'a> = &'a [u8];
    const NAME: &'static str = "[u8]";

    fn encode(item: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(item);
    }

    fn decode(bytes: &[u8]) -> Option<&[u8]> {
        Some(bytes)
    }
}

/// For a table that is a set.
impl Codec for () {
    type Item<'a> = ();
    const NAME: &'static str = "()";

    fn encode((): (), _: &mut Vec<u8>) {}

    fn decode(bytes: &[u8]) -> Option<()> {
        bytes.is_empty().then_some(())
    }
}

/// Sorted by the first, then by the second: a secondary index's key and the key that it leads to.
impl<A: Fixed, B: Codec + ?Sized> Codec for (A, B) {
    type Item<'a> = (A::Item<'a>, B::Item<'a>);
    const NAME: &'static str = "pair";

    fn encode((first, second): Self::Item<'_>, out: &mut Vec<u8>) {
        A::encode(first, out);
        B::encode(second, out);
    }

    fn decode(bytes: &[u8]) -> Option<Self::Item<'_>> {
        let (first, second) = bytes.split_at_checked(A::LEN)?;
        Some((A::decode(first)?, B::decode(second)?))
    }
}

impl<A: Fixed, B: Fixed> Fixed for (A, B) {
    const LEN: usize = A::LEN + B::LEN;
}

/// Types that are named, but of which nothing is held.
type Of<K, V> = (fn(&K), fn(&V));

/// The name of a table, and what is in it.
///
/// ```
/// use bplustree::disk::{Store, TableDef};
///
/// const POPULATION: TableDef<str, u64> = TableDef::new("population");
/// const BY_POPULATION: TableDef<(u64, str), ()> = TableDef::new("by population");
///
/// # let dir = tempfile::tempdir()?;
/// let store = Store::open(dir.path().join("store"))?;
/// let mut tx = store.write()?;
/// for (town, people) in [("Bergen", 291_940), ("Oslo", 717_710), ("Tromsø", 77_992)] {
///     POPULATION.write(&mut tx)?.insert(town, people)?;
///     BY_POPULATION.write(&mut tx)?.insert((people, town), ())?;
/// }
/// tx.commit()?;
///
/// let tx = store.read();
/// assert_eq!(POPULATION.read(&tx)?.get("Oslo")?, Some(717_710));
/// let (largest, ()) = BY_POPULATION.read(&tx)?.iter()?.next_back().unwrap()?;
/// assert_eq!(largest, (717_710, "Oslo"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TableDef<K: ?Sized, V: ?Sized> {
    name: &'static str,
    of: PhantomData<Of<K, V>>,
}

impl<K: Codec + ?Sized, V: Codec + ?Sized> TableDef<K, V> {
    /// Names a table. The file does not know the types; take care to use one definition.
    pub const fn new(name: &'static str) -> Self {
        TableDef {
            name,
            of: PhantomData,
        }
    }

    /// The table as a read transaction sees it.
    ///
    /// # Errors
    ///
    /// As [`ReadTx::table`].
    pub fn read<'tx>(&self, tx: &'tx ReadTx) -> Result<TypedTable<'tx, K, V>, StoreError> {
        Ok(TypedTable {
            table: tx.table(self.name)?,
            of: PhantomData,
        })
    }

    /// The table as a write transaction sees and changes it.
    ///
    /// # Errors
    ///
    /// As [`WriteTx::table`].
    pub fn write<'tx>(
        &self,
        tx: &'tx mut WriteTx<'_>,
    ) -> Result<TypedTableMut<'tx, K, V>, StoreError> {
        Ok(TypedTableMut {
            table: tx.table(self.name)?,
            bytes: Vec::new(),
            of: PhantomData,
        })
    }
}

fn encoded<T: Codec + ?Sized>(item: T::Item<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    T::encode(item, &mut bytes);
    bytes
}

fn decoded<T: Codec + ?Sized>(bytes: &[u8]) -> Result<T::Item<'_>, StoreError> {
    T::decode(bytes).ok_or(StoreError::Decode { wanted: T::NAME })
}

/// The bounds of a range, as bytes.
fn bounds<'k, K: Codec + ?Sized>(
    range: impl RangeBounds<K::Item<'k>>,
) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let bytes = |bound: Bound<&K::Item<'k>>| bound.map(|key| encoded::<K>(*key));
    (bytes(range.start_bound()), bytes(range.end_bound()))
}

/// A [`Table`] of types.
pub struct TypedTable<'tx, K: ?Sized, V: ?Sized> {
    table: Table<'tx>,
    of: PhantomData<Of<K, V>>,
}

impl<'tx, K: Codec + ?Sized, V: Codec + ?Sized> TypedTable<'tx, K, V> {
    /// As [`Table::get`].
    ///
    /// # Errors
    ///
    /// [`Decode`](StoreError::Decode) when the value's bytes are of another type; those of
    /// [`Table::get`].
    pub fn get(&self, key: K::Item<'_>) -> Result<Option<V::Item<'tx>>, StoreError> {
        self.table
            .get(encoded::<K>(key))?
            .map(decoded::<V>)
            .transpose()
    }

    /// As [`Table::range`].
    ///
    /// # Errors
    ///
    /// Those of [`Table::range`].
    pub fn range<'k>(
        &self,
        range: impl RangeBounds<K::Item<'k>>,
    ) -> Result<TypedRange<'tx, K, V>, StoreError> {
        Ok(TypedRange {
            range: self.table.range(bounds::<K>(range))?,
            of: PhantomData,
        })
    }

    /// As [`Table::iter`].
    ///
    /// # Errors
    ///
    /// Those of [`Table::iter`].
    pub fn iter(&self) -> Result<TypedRange<'tx, K, V>, StoreError> {
        Ok(TypedRange {
            range: self.table.iter()?,
            of: PhantomData,
        })
    }

    /// The table of bytes, for all else.
    pub fn bytes(&self) -> Table<'tx> {
        self.table
    }
}

/// A [`Range`] of types. An entry whose bytes are not of the types is an error.
pub struct TypedRange<'tx, K: ?Sized, V: ?Sized> {
    range: Range<'tx>,
    of: PhantomData<Of<K, V>>,
}

impl<'tx, K: Codec + ?Sized, V: Codec + ?Sized> TypedRange<'tx, K, V> {
    fn item(entry: Result<Pair<'tx>, StoreError>) -> Option<<Self as Iterator>::Item> {
        let decode = |(key, value)| Ok((decoded::<K>(key)?, decoded::<V>(value)?));
        Some(entry.and_then(decode))
    }
}

impl<'tx, K: Codec + ?Sized, V: Codec + ?Sized> Iterator for TypedRange<'tx, K, V> {
    type Item = Result<(K::Item<'tx>, V::Item<'tx>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.range.next().and_then(Self::item)
    }
}

impl<K: Codec + ?Sized, V: Codec + ?Sized> DoubleEndedIterator for TypedRange<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.range.next_back().and_then(Self::item)
    }
}

/// A [`TableMut`] of types.
pub struct TypedTableMut<'tx, K: ?Sized, V: ?Sized> {
    table: TableMut<'tx>,
    /// The last key and value that were encoded.
    bytes: Vec<u8>,
    of: PhantomData<Of<K, V>>,
}

impl<K: Codec + ?Sized, V: Codec + ?Sized> TypedTableMut<'_, K, V> {
    /// As [`TableMut::insert`].
    ///
    /// # Errors
    ///
    /// Those of [`TableMut::insert`].
    pub fn insert(&mut self, key: K::Item<'_>, value: V::Item<'_>) -> Result<bool, StoreError> {
        self.bytes.clear();
        K::encode(key, &mut self.bytes);
        let key_len = self.bytes.len();
        V::encode(value, &mut self.bytes);
        let (key, value) = self.bytes.split_at(key_len);
        self.table.insert(key, value)
    }

    /// As [`TableMut::remove`].
    ///
    /// # Errors
    ///
    /// Those of [`TableMut::remove`].
    pub fn remove(&mut self, key: K::Item<'_>) -> Result<bool, StoreError> {
        self.table.remove(encoded::<K>(key))
    }

    /// As [`TableMut::get`].
    ///
    /// # Errors
    ///
    /// Those of [`TypedTable::get`].
    pub fn get(&self, key: K::Item<'_>) -> Result<Option<V::Item<'_>>, StoreError> {
        self.table
            .get(encoded::<K>(key))?
            .map(decoded::<V>)
            .transpose()
    }
}
