//! Versions and their edits: bytes, what is refused, and bounds.

use std::sync::Arc;

use lsm::LsmError;
use lsm::key::{self, Kind, MAX_SEQUENCE};
use lsm::version::{Bounds, TableMeta, Version, VersionEdit};
use proptest::prelude::*;

fn bounds(start: &str, end: &str) -> Bounds {
    let (mut smallest, mut largest) = (Vec::new(), Vec::new());
    key::encode(&mut smallest, start.as_bytes(), 5, Kind::Put);
    key::encode(&mut largest, end.as_bytes(), 5, Kind::Put);
    Bounds { smallest, largest }
}

fn table(number: u64, start: &str, end: &str) -> Arc<TableMeta> {
    Arc::new(TableMeta {
        number,
        file_len: 300,
        entries: 2,
        tombstones: 1,
        min_sequence: 3,
        max_sequence: 5,
        created_ms: 1,
        bounds: bounds(start, end),
    })
}

fn added(tables: &[(usize, Arc<TableMeta>)]) -> VersionEdit {
    VersionEdit {
        added: tables.to_vec(),
        ..VersionEdit::default()
    }
}

#[test]
fn the_bytes_of_an_edit_are_those_of_the_table() {
    let edit = VersionEdit {
        reset: true,
        log: Some(300),
        next_file: Some(9),
        last_sequence: Some(5),
        removed: vec![(1, 7)],
        added: vec![(2, table(8, "a", "c"))],
    };
    let mut expected = vec![
        6, 1, 0xac, 0x02, 2, 9, 3, 5, 4, 1, 7, 5, 2, 8, 0xac, 0x02, 2, 1, 3, 5, 1,
    ];
    for user_key in *b"ac" {
        expected.extend([9, user_key, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfa, 0xfe]);
    }
    assert_eq!(edit.to_bytes(), expected);
    assert_eq!(VersionEdit::from_bytes(&expected, 0).unwrap(), edit);
}

#[test]
fn edits_that_contradict_the_version_are_refused_by_number() {
    let version = Version::default()
        .apply(&added(&[(1, table(1, "a", "c"))]), 0)
        .unwrap();
    let remove = |level, number| VersionEdit {
        removed: vec![(level, number)],
        ..VersionEdit::default()
    };
    for edit in [
        remove(1, 2),
        remove(0, 1),
        added(&[(0, table(1, "x", "y"))]),
        added(&[(1, table(2, "c", "d"))]),
    ] {
        let error = version.apply(&edit, 17).unwrap_err();
        assert!(
            matches!(error, LsmError::CorruptManifest { edit: 17, .. }),
            "{error}"
        );
    }
    version
        .apply(&added(&[(0, table(2, "c", "d"))]), 0)
        .unwrap();
    version
        .apply(&added(&[(1, table(2, "d", "e"))]), 0)
        .unwrap();
}

#[test]
fn a_version_comes_back_from_one_edit() {
    let tables = [
        (0, table(3, "a", "z")),
        (1, table(1, "a", "c")),
        (1, table(2, "m", "q")),
    ];
    let version = Version::default().apply(&added(&tables), 0).unwrap();
    assert_eq!(version.apply(&version.to_edit(), 0).unwrap(), version);
    let candidates = |key: &str| -> Vec<u64> {
        version
            .candidates(key.as_bytes())
            .map(|table| table.number)
            .collect()
    };
    assert_eq!(candidates("b"), [3, 1]);
    assert_eq!(candidates("d"), [3]);
    assert_eq!(candidates("q"), [3, 2]);
    assert!(candidates("zz").is_empty());
    assert_eq!(version.runs(), 2);
}

#[test]
fn the_end_of_a_range_tombstone_is_outside() {
    let mut range = bounds("a", "a");
    range.largest.clear();
    key::encode_seek(&mut range.largest, b"m", MAX_SEQUENCE);
    assert!(range.contains(b"lzz") && !range.contains(b"m"));
    assert!(!range.overlaps(&bounds("m", "n")) && !bounds("m", "n").overlaps(&range));
    assert!(bounds("a", "m").overlaps(&bounds("m", "n")));
}

proptest! {
    #[test]
    fn damaged_edits_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let _ = VersionEdit::from_bytes(&bytes, 0);
        let edit = VersionEdit {
            removed: vec![(1, 7)],
            added: vec![(2, table(8, "a", "c")), (2, table(9, "d", "e"))],
            ..VersionEdit::default()
        };
        let mut bytes = edit.to_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(edit) = VersionEdit::from_bytes(&bytes, 0) {
            let _ = Version::default().apply(&edit, 0);
        }
    }
}
