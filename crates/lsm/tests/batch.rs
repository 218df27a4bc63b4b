//! Write batches: their bytes, and what they do to a memtable.

use lsm::batch::Operation;
use lsm::key::{Kind, MAX_KEY_LEN, MAX_SEQUENCE};
use lsm::memtable::Memtable;
use lsm::{LsmError, WriteBatch};
use proptest::prelude::*;

fn batches() -> impl Strategy<Value = WriteBatch> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..200);
    prop::collection::vec((0..4_u8, bytes(), bytes()), 0..12).prop_map(|operations| {
        let mut batch = WriteBatch::new();
        for (kind, key, value) in operations {
            match Kind::from_byte(kind).unwrap() {
                Kind::Delete => batch.delete(&key),
                Kind::Put => batch.put(&key, &value),
                Kind::PutUntil => batch.put_until(&key, &value, 77),
                Kind::DeleteRange => batch.delete_range(&key, &value),
            }
            .unwrap();
        }
        batch
    })
}

#[test]
fn the_bytes_of_a_batch_are_those_of_the_table() {
    let mut batch = WriteBatch::new();
    batch.put(b"ab", b"xyz").unwrap();
    batch.delete(b"c").unwrap();
    batch.delete_range(b"d", b"e").unwrap();
    batch.put_until(b"f", b"g", 0x0102).unwrap();
    batch.set_sequence(0x1122).unwrap();
    let mut expected = vec![0x22, 0x11, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0];
    expected.extend_from_slice(b"\x01\x02ab\x03xyz");
    expected.extend_from_slice(b"\x00\x01c");
    expected.extend_from_slice(b"\x03\x01d\x01e");
    expected.extend_from_slice(b"\x02\x01f\x09\x02\x01\0\0\0\0\0\0g");
    assert_eq!(batch.as_bytes(), expected);
}

#[test]
fn a_batch_that_may_not_fit_changes_nothing() {
    let memtable = Memtable::new(1 << 10).unwrap();
    let mut batch = WriteBatch::new();
    for i in 0..20_u8 {
        batch.put(&[i], &[0; 64]).unwrap();
    }
    batch.set_sequence(1).unwrap();
    assert!(matches!(
        memtable.apply(&batch),
        Err(LsmError::MemtableFull)
    ));
    assert!(memtable.is_empty());
}

#[test]
fn later_operations_of_a_batch_are_newer_and_none_is_seen_before() {
    let memtable = Memtable::new(1 << 12).unwrap();
    let mut batch = WriteBatch::new();
    batch.put(b"k", b"1").unwrap();
    batch.delete(b"k").unwrap();
    batch.put(b"k", b"2").unwrap();
    batch.set_sequence(10).unwrap();
    memtable.apply(&batch).unwrap();
    let seen = |snapshot| {
        memtable
            .get(b"k", snapshot)
            .map(|(version, value)| (version.kind, value))
    };
    assert_eq!(seen(9), None);
    assert_eq!(seen(10), Some((Kind::Put, &b"1"[..])));
    assert_eq!(seen(11), Some((Kind::Delete, &b""[..])));
    assert_eq!(seen(12), Some((Kind::Put, &b"2"[..])));
}

#[test]
fn what_is_too_long_is_refused_and_not_added() {
    let mut batch = WriteBatch::new();
    let long = vec![0; MAX_KEY_LEN + 1];
    assert!(matches!(
        batch.put(&long, b""),
        Err(LsmError::KeyTooLarge { len: 65_536 })
    ));
    assert!(matches!(
        batch.delete_range(b"", &long),
        Err(LsmError::KeyTooLarge { .. })
    ));
    batch.put(&long[1..], b"").unwrap();
    assert_eq!(batch.len(), 1);
    assert!(batch.set_sequence(MAX_SEQUENCE).is_err());
}

proptest! {
    #[test]
    fn a_batch_comes_back_from_its_bytes(batch in batches(), sequence in 0..1_u64 << 40) {
        let mut batch = batch;
        batch.set_sequence(sequence).unwrap();
        let again = WriteBatch::from_bytes(batch.as_bytes()).unwrap();
        prop_assert_eq!(&again, &batch);
        prop_assert_eq!(again.iter().count(), batch.len());
        prop_assert_eq!(again.sequence(), sequence);
    }

    #[test]
    fn half_a_batch_is_refused(batch in batches(), cut in any::<prop::sample::Index>()) {
        let bytes = batch.as_bytes();
        let cut = cut.index(bytes.len());
        let refused = matches!(
            WriteBatch::from_bytes(&bytes[..cut]), Err(LsmError::CorruptBatch { .. }));
        prop_assert!(refused);
    }

    #[test]
    fn damaged_batches_never_panic(
        batch in batches(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = batch.as_bytes().to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(batch) = WriteBatch::from_bytes(&bytes) {
            prop_assert_eq!(batch.iter().count(), batch.len());
            let memtable = Memtable::new(1 << 16).unwrap();
            memtable.apply(&batch).unwrap();
            let all: Vec<Operation<'_>> = batch.iter().collect();
            prop_assert!(all.iter().all(|operation| operation.key.len() <= MAX_KEY_LEN));
        }
    }
}
