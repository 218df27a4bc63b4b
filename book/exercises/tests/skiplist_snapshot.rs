//! A memtable with versions: a snapshot sees the newest write that is not too new, of the key asked
//! for and no other.

use std::collections::BTreeMap;

#[cfg_attr(feature = "yours", path = "../skiplist/snapshot.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/skiplist/snapshot.rs")]
mod exercise;

use exercise::{Answer, Memtable};

const NOW: u64 = u64::MAX;

fn memtable() -> Memtable {
    Memtable::new(1 << 20).expect("a megabyte can be had")
}

#[test]
fn a_snapshot_sees_the_newest_write_that_is_not_too_new() {
    let memtable = memtable();
    memtable.put(b"pear", 10, b"green").unwrap();
    memtable.put(b"pear", 300, b"brown").unwrap();
    memtable.put(b"pear", 20, b"yellow").unwrap();
    for (snapshot, expected) in [
        (9, Answer::Unknown),
        (10, Answer::Value(b"green")),
        (19, Answer::Value(b"green")),
        (20, Answer::Value(b"yellow")),
        (299, Answer::Value(b"yellow")),
        (300, Answer::Value(b"brown")),
        (NOW, Answer::Value(b"brown")),
    ] {
        assert_eq!(
            memtable.get(b"pear", snapshot),
            expected,
            "as of {snapshot}; the writes are number 10, 20 and 300"
        );
    }
}

#[test]
fn a_tombstone_is_an_answer_and_an_empty_value_is_a_value() {
    let memtable = memtable();
    memtable.put(b"pear", 1, b"green").unwrap();
    memtable.delete(b"pear", 2).unwrap();
    memtable.put(b"pear", 3, b"").unwrap();
    assert_eq!(memtable.get(b"pear", 1), Answer::Value(b"green"));
    assert_eq!(
        memtable.get(b"pear", 2),
        Answer::Deleted,
        "write 2 deleted it; `Unknown` would send the reader to an older file, which may have it"
    );
    assert_eq!(
        memtable.get(b"pear", 3),
        Answer::Value(b""),
        "an empty value is not a deletion"
    );
}

#[test]
fn a_key_does_not_answer_for_one_that_it_begins_with() {
    let memtable = memtable();
    memtable.put(b"pear", 5, b"fruit").unwrap();
    memtable.put(b"pearl", 1, b"jewel").unwrap();
    memtable.put(b"", 2, b"nothing").unwrap();
    assert_eq!(
        memtable.get(b"pea", NOW),
        Answer::Unknown,
        "pea is not pear"
    );
    assert_eq!(
        memtable.get(b"pear", 4),
        Answer::Unknown,
        "pear came with write 5, and pearl is not pear"
    );
    assert_eq!(memtable.get(b"pearl", NOW), Answer::Value(b"jewel"));
    assert_eq!(memtable.get(b"", NOW), Answer::Value(b"nothing"));
}

#[test]
fn a_key_that_looks_like_another_with_its_number_does_not_come_between() {
    // Whatever bytes a number is stored as, keys may end in the same bytes.
    for stored in [4_u64, 5, !4, !5, NOW - 3] {
        for bytes in [stored.to_be_bytes(), stored.to_le_bytes()] {
            let memtable = memtable();
            let long = [b"pear", bytes.as_slice()].concat();
            memtable.put(b"pear", 3, b"short").unwrap();
            memtable.put(&long, 4, b"long").unwrap();
            memtable.put(b"pear", 9, b"too new").unwrap();
            assert_eq!(
                memtable.get(b"pear", 6),
                Answer::Value(b"short"),
                "{long:?} came between two versions of {:?}",
                b"pear"
            );
            assert_eq!(memtable.get(&long, 6), Answer::Value(b"long"));
        }
    }
}

#[test]
fn a_scan_has_what_exists_in_the_order_of_the_keys() {
    let memtable = memtable();
    let writes: [(&[u8], Option<&[u8]>); 8] = [
        (b"b", Some(b"1")),
        (b"a\xff\xff\xff\xff\xff\xff\xff\xff\xff", Some(b"2")),
        (b"a", Some(b"3")),
        (b"ab", Some(b"4")),
        (b"b", None),
        (b"a", Some(b"6")),
        (b"b\0", Some(b"7")),
        (b"ab", Some(b"8")),
    ];
    for (sequence, (key, value)) in (1..).zip(writes) {
        match value {
            Some(value) => memtable.put(key, sequence, value).unwrap(),
            None => memtable.delete(key, sequence).unwrap(),
        }
    }
    for snapshot in 0..=9 {
        let mut expected = BTreeMap::new();
        for (key, value) in writes.into_iter().take(snapshot as usize) {
            match value {
                Some(value) => expected.insert(key, value),
                None => expected.remove(key),
            };
        }
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(memtable.scan(snapshot), expected, "as of {snapshot}");
    }
}

#[test]
fn agrees_with_replaying_the_writes() {
    let mut state = 17u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    // Short keys of few letters: many are the beginning of another.
    let mut key = move || -> Vec<u8> { (0..draw(4)).map(|_| [0, 255][draw(2) as usize]).collect() };
    let memtable = memtable();
    let writes: Vec<Vec<u8>> = (0..500).map(|_| key()).collect();
    for (sequence, key) in (1..).zip(&writes) {
        match sequence % 3 {
            0 => memtable.delete(key, sequence).unwrap(),
            _ => memtable
                .put(key, sequence, &sequence.to_le_bytes())
                .unwrap(),
        }
    }
    for snapshot in (0..=500).step_by(7) {
        let key = key();
        let newest = (1..=snapshot)
            .rev()
            .find(|n| writes[*n as usize - 1] == key);
        let value = newest.map(u64::to_le_bytes);
        let expected = match newest {
            None => Answer::Unknown,
            Some(sequence) if sequence % 3 == 0 => Answer::Deleted,
            Some(_) => Answer::Value(value.as_ref().unwrap()),
        };
        assert_eq!(
            memtable.get(&key, snapshot),
            expected,
            "{key:?} as of {snapshot}"
        );
    }
}
