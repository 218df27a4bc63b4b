//! Internal keys: their bytes, their order, and the separators of an index.

use std::cmp::{Ordering, Reverse};

use lsm::key::{self, InternalOrder, Kind, MAX_SEQUENCE, ParsedKey};
use proptest::prelude::*;
use skiplist::arena::Compare;

fn encoded(version: ParsedKey<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    key::encode(&mut bytes, version.user_key, version.sequence, version.kind);
    bytes
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Delete),
        Just(Kind::Put),
        Just(Kind::PutUntil),
        Just(Kind::DeleteRange)
    ]
}

/// Few letters, so that keys are often equal, or the beginning of one another.
fn user_keys() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![Just(0), Just(1), Just(2), Just(0xff)], 0..12)
}

#[test]
fn the_bytes_of_a_key_are_those_of_the_table() {
    let version = ParsedKey {
        user_key: b"ab",
        sequence: 0x01_0203,
        kind: Kind::Put,
    };
    let expected = [b'a', b'b', 0xff, 0xff, 0xff, 0xff, 0xfe, 0xfd, 0xfc, 0xfe];
    assert_eq!(encoded(version), expected);
}

#[test]
fn what_is_too_short_or_of_no_kind_is_no_key() {
    assert_eq!(key::parse(b"1234567"), None);
    assert_eq!(key::parse(&[0; 8]), None, "kind 255");
    assert!(
        key::parse(&[0xff; 8]).is_some(),
        "an empty user key, deleted by write 0"
    );
}

#[test]
fn the_newest_version_comes_first() {
    let version = |sequence| {
        encoded(ParsedKey {
            user_key: b"k",
            sequence,
            kind: Kind::Put,
        })
    };
    assert_eq!(key::compare(&version(5), &version(4)), Ordering::Less);
    assert_eq!(
        key::compare(&version(0), &version(MAX_SEQUENCE)),
        Ordering::Greater
    );
}

proptest! {
    #[test]
    fn a_key_comes_back_from_its_bytes(
        user_key in user_keys(), sequence in 0..=MAX_SEQUENCE, kind in kinds(),
    ) {
        let version = ParsedKey { user_key: &user_key, sequence, kind };
        let bytes = encoded(version);
        prop_assert_eq!(key::parse(&bytes), Some(version));
        prop_assert_eq!(key::user_key(&bytes), &user_key[..]);
    }

    #[test]
    fn keys_compare_by_user_key_and_then_newest_first(
        a in user_keys(), b in user_keys(),
        a_sequence in 0..4_u64, b_sequence in 0..4_u64, a_kind in kinds(), b_kind in kinds(),
    ) {
        let a_bytes = encoded(ParsedKey { user_key: &a, sequence: a_sequence, kind: a_kind });
        let b_bytes = encoded(ParsedKey { user_key: &b, sequence: b_sequence, kind: b_kind });
        let expected = (&a, Reverse((a_sequence, a_kind))).cmp(&(&b, Reverse((b_sequence, b_kind))));
        prop_assert_eq!(key::compare(&a_bytes, &b_bytes), expected);
        let (a_number, b_number) =
            (InternalOrder.abbreviate(&a_bytes), InternalOrder.abbreviate(&b_bytes));
        prop_assert!(a_number == b_number || a_number.cmp(&b_number) == expected);
    }

    #[test]
    fn seeking_a_snapshot_passes_exactly_what_is_newer(
        user_key in user_keys(), sequence in 0..9_u64, snapshot in 0..9_u64, kind in kinds(),
    ) {
        let mut sought = Vec::new();
        key::encode_seek(&mut sought, &user_key, snapshot);
        let bytes = encoded(ParsedKey { user_key: &user_key, sequence, kind });
        prop_assert_eq!(key::compare(&bytes, &sought).is_ge(), sequence <= snapshot);
    }

    #[test]
    fn a_separator_separates_and_is_no_longer_than_the_key_before_it(
        a in user_keys(), b in user_keys(), a_sequence in 0..4_u64, b_sequence in 0..4_u64,
    ) {
        let a = encoded(ParsedKey { user_key: &a, sequence: a_sequence, kind: Kind::Put });
        let b = encoded(ParsedKey { user_key: &b, sequence: b_sequence, kind: Kind::Put });
        prop_assume!(key::compare(&a, &b).is_lt());
        let mut between = Vec::new();
        key::push_separator(&mut between, &a, &b);
        prop_assert!(key::compare(&a, &between).is_le());
        prop_assert!(key::compare(&between, &b).is_lt());
        prop_assert!(between.len() <= a.len());
        // Or else a look-up of that key at the newest snapshot would end in the block of `a`.
        let is_own = between == a;
        prop_assert!(is_own || key::user_key(&between) < key::user_key(&b));
    }
}
