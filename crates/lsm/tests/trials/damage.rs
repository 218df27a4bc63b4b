//! Bytes are flipped, files are missing: what is damaged is named, and what is not is read.

use std::collections::BTreeMap;
use std::path::Path;

use lsm::compaction::Leveled;
use lsm::table::Compression;
use lsm::{Db, LsmError, ManualClock, Options, Result};
use vfs::{FileSystem, SimFs};

use crate::disk::{complaints, contents, files, number, open, tables};
use crate::model::Pair;

fn options() -> Options {
    // Few tables begin a compaction, so that damage stays where it is put.
    let leveled = Leveled {
        level0_tables: 100,
        ..Leveled::default()
    };
    Options::new()
        .memtable_size(64 << 10)
        .block_size(128)
        .block_cache(0)
        .compression(Compression::None)
        .compaction(leveled)
        .clock(ManualClock::new(0))
        .threads(0)
}

fn pair(n: u32) -> Pair {
    (
        format!("key {n:03}").into_bytes(),
        format!("value {n:03}").into_bytes(),
    )
}

/// Three tables of forty keys each, that do not overlap, and ten keys in the log.
fn filled() -> (SimFs, BTreeMap<Vec<u8>, Vec<u8>>) {
    let fs = SimFs::new(1);
    let db = open(&fs, options()).unwrap();
    let all: BTreeMap<_, _> = (0..130).map(pair).collect();
    for (n, (key, value)) in all.iter().enumerate() {
        db.put(key, value).unwrap();
        if n % 40 == 39 {
            db.flush().unwrap();
        }
    }
    drop(db);
    assert_eq!(tables(&fs).len(), 3);
    (fs, all)
}

/// A copy of a file system's database, as it is now.
fn copy(fs: &SimFs) -> SimFs {
    // All of it is durable, so that a crash takes nothing.
    let copy = fs.crash();
    for path in tables(fs) {
        assert_eq!(fs.contents(&path), copy.contents(&path));
    }
    copy
}

fn flip(fs: &SimFs, path: &Path, at: usize, bits: u8) {
    let byte = fs.contents(path).unwrap()[at] ^ bits;
    fs.open(path).unwrap().write_at(at as u64, &[byte]).unwrap();
}

/// Reads every key: what is found is right, and every error names the table. Returns how many could
/// not be read.
fn read_all(db: &Db, all: &BTreeMap<Vec<u8>, Vec<u8>>, table: u64, what: &str) -> usize {
    let mut unread = 0;
    for (key, value) in all {
        match db.get(key) {
            Ok(found) => assert_eq!(found.as_ref(), Some(value), "{what}"),
            Err(error) => {
                assert!(names(&error, table), "{what}: {error}");
                unread += 1;
            }
        }
    }
    unread
}

fn names(error: &LsmError, number: u64) -> bool {
    match error {
        LsmError::NotATable { table } | LsmError::MissingTable { table } => *table == number,
        LsmError::TableVersion { table, .. } => *table == number,
        LsmError::CorruptTable { table, .. } => *table == number,
        _ => false,
    }
}

/// Whether a walk over everything gives nothing wrong before it ends, or tells the error.
fn scan(db: &Db, all: &BTreeMap<Vec<u8>, Vec<u8>>, table: u64, what: &str) {
    let expected: Vec<Pair> = all.clone().into_iter().collect();
    let forwards: Vec<Result<Pair>> = db.iter().collect();
    let backwards: Vec<Result<Pair>> = db.iter().rev().collect();
    let reversed: Vec<Pair> = expected.iter().rev().cloned().collect();
    for (found, expected) in [(forwards, expected), (backwards, reversed)] {
        let good = found.iter().take_while(|item| item.is_ok()).count();
        for (item, expected) in found.iter().zip(&expected).take(good) {
            assert_eq!(item.as_ref().unwrap(), expected, "{what}");
        }
        match found.get(good) {
            Some(Err(error)) => assert!(names(error, table), "{what}: {error}"),
            _ => assert_eq!(good, expected.len(), "{what}: it ended without an error"),
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_table_is_found_and_named() {
    let (fs, all) = filled();
    let path = &tables(&fs)[1];
    let len = fs.contents(path).unwrap().len();
    let (mut some, mut whole) = (0, 0);
    // Every third byte, and all of the end, where each means something of its own.
    for at in (0..len - 200).step_by(3).chain(len - 200..len) {
        let fs = copy(&fs);
        flip(&fs, path, at, 1 << (at % 8));
        let what = format!("byte {at} of {len}");
        let db = open(&fs, options()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let table = number(path);
        let unread = read_all(&db, &all, table, &what);
        scan(&db, &all, table, &what);
        let complaints = complaints(&db);
        assert!(
            complaints.iter().any(|error| names(error, table)),
            "{what}: {complaints:?}"
        );
        assert!(
            complaints.iter().all(|error| names(error, table)),
            "{what}: {complaints:?}"
        );
        match unread {
            40 => whole += 1,
            // A block of data: it is named, and the others are read.
            1..10 => {
                some += 1;
                let offsets = complaints.iter().filter_map(|error| match error {
                    LsmError::CorruptTable { offset, .. } => Some(*offset as usize),
                    _ => None,
                });
                let named: Vec<usize> = offsets.collect();
                assert!(
                    matches!(named[..], [one] if one <= at && at < one + 300),
                    "{what}: {named:?}"
                );
            }
            _ => panic!("{what}: {unread} keys cannot be read"),
        }
        // Writing goes on, and what was not damaged is not lost.
        db.put(b"new", b"value").unwrap();
        db.flush().unwrap();
        assert_eq!(db.get(b"new").unwrap(), Some(b"value".to_vec()));
    }
    assert!(some > 200 && whole > 100, "{some} {whole}");
}

#[test]
fn a_missing_table_is_named_and_the_others_are_read() {
    let (fs, all) = filled();
    let paths = tables(&fs);
    fs.remove(&paths[1]).unwrap();
    let db = open(&fs, options()).unwrap();
    let gone = number(&paths[1]);
    let mut unread = 0;
    for (key, value) in &all {
        match db.get(key) {
            Ok(found) => assert_eq!(found.as_ref(), Some(value)),
            Err(error) => {
                assert!(names(&error, gone), "{error}");
                unread += 1;
            }
        }
    }
    assert_eq!(unread, 40);
    let complaints = complaints(&db);
    assert!(
        complaints.iter().any(|error| names(error, gone)),
        "{complaints:?}"
    );
    assert!(
        db.iter().any(|item| item.is_err()),
        "a scan does not pass over it"
    );
}

#[test]
fn a_table_of_another_database_is_no_table_of_this() {
    // Swapped with another, each is a sound file; but not what the manifest says.
    let (fs, _) = filled();
    let paths = tables(&fs);
    let (a, b) = (
        fs.contents(&paths[0]).unwrap(),
        fs.contents(&paths[1]).unwrap(),
    );
    fs.create(&paths[0]).unwrap().write_at(0, &b).unwrap();
    fs.create(&paths[1]).unwrap().write_at(0, &a).unwrap();
    let db = open(&fs, options()).unwrap();
    // Whoever only reads may be told that a key is not there; who verifies is told why.
    let complaints = complaints(&db);
    assert!(
        complaints
            .iter()
            .any(|error| names(error, number(&paths[0]))),
        "{complaints:?}"
    );
    assert!(
        complaints
            .iter()
            .any(|error| names(error, number(&paths[1]))),
        "{complaints:?}"
    );
}

#[test]
fn damage_that_a_compaction_meets_stops_it_and_loses_nothing() {
    let (fs, all) = filled();
    let path = &tables(&fs)[1];
    flip(&fs, path, 10, 1);
    let db = open(&fs, options()).unwrap();
    let error = db.compact_range::<&[u8]>(..).unwrap_err();
    assert!(names(&error, number(path)), "{error}");
    assert!(db.stats().background_error.is_some() || db.put(b"a", b"b").is_ok());
    assert!(read_all(&db, &all, number(path), "after it") < 10);
    drop(db);
    let db = open(&fs, options()).unwrap();
    assert!(read_all(&db, &all, number(path), "opened again") < 10);
}

#[test]
fn damage_in_the_middle_of_the_log_is_an_error_and_at_its_tail_a_torn_write() {
    let (fs, all) = filled();
    let path = files(&fs, "log", ".wal").pop().unwrap();
    let bytes = fs.contents(&path).unwrap();
    let find = |text: &[u8]| {
        bytes
            .windows(text.len())
            .position(|window| window == text)
            .unwrap()
    };
    // The first of the ten that are only in the log: those behind it vouch for it.
    let early = copy(&fs);
    flip(&early, &path, find(b"value 121"), 1);
    let error = open(&early, options()).unwrap_err().to_string();
    assert!(
        error.contains("segment") && error.contains("byte"),
        "{error}"
    );
    // The last: nobody knows whether it had been durable.
    flip(&fs, &path, find(b"value 129"), 1);
    match open(&fs, options()) {
        Ok(db) => {
            let found = contents(&db).unwrap();
            let expected: Vec<Pair> = all.into_iter().take(129).collect();
            assert!(found == expected);
        }
        // Sealed by the end of the one before, the log does know.
        Err(error) => assert!(error.to_string().contains("segment"), "{error}"),
    }
}

/// The edit that a compaction has made last is lost as if it had been torn. The tables that it
/// took away are gone; those that it added must not go as well.
#[test]
fn what_the_last_edit_has_added_is_not_removed_when_the_edit_is_lost() {
    let (fs, all) = filled();
    let db = open(&fs, options()).unwrap();
    db.flush().unwrap();
    db.compact_range::<&[u8]>(..).unwrap();
    drop(db);
    let merged: Vec<_> = tables(&fs).iter().map(|path| fs.contents(path)).collect();
    let path = files(&fs, "manifest", ".wal").pop().unwrap();
    let bytes = fs.contents(&path).unwrap();
    let place = bytes
        .windows(7)
        .rposition(|window| window == b"key 129")
        .unwrap();
    flip(&fs, &path, place, 1);
    if let Ok(db) = open(&fs, options()) {
        for (key, value) in &all {
            match db.get(key) {
                Ok(found) => assert_eq!(found.as_ref(), Some(value)),
                Err(error) => assert!(matches!(error, LsmError::MissingTable { .. }), "{error}"),
            }
        }
    }
    let left: Vec<_> = tables(&fs).iter().map(|path| fs.contents(path)).collect();
    assert!(
        merged.iter().all(|table| left.contains(table)),
        "the only copy was removed"
    );
}

#[test]
fn a_flipped_bit_anywhere_in_the_manifest_is_an_error_or_does_nothing() {
    let (fs, all) = filled();
    let expected: Vec<Pair> = all.into_iter().collect();
    let mut errors = 0;
    for path in files(&fs, "manifest", ".wal") {
        let bytes = fs.contents(&path).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
        for at in 0..(used + 40).min(bytes.len()) {
            let fs = copy(&fs);
            flip(&fs, &path, at, 1 << (at % 8));
            match open(&fs, options()) {
                Err(error) => {
                    errors += 1;
                    assert!(error.to_string().contains("manifest"), "byte {at}: {error}");
                }
                Ok(db) => assert!(
                    contents(&db).unwrap() == expected,
                    "byte {at} of {used}: what the manifest led to is gone"
                ),
            }
        }
    }
    assert!(errors > 100, "{errors}");
}

#[test]
fn a_flipped_bit_anywhere_in_the_log_never_gives_anything_wrong() {
    let (fs, all) = filled();
    let expected: Vec<Pair> = all.into_iter().collect();
    for path in files(&fs, "log", ".wal") {
        let bytes = fs.contents(&path).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
        for at in 0..(used + 40).min(bytes.len()) {
            let fs = copy(&fs);
            flip(&fs, &path, at, 1 << (at % 8));
            if let Ok(db) = open(&fs, options()) {
                let found = contents(&db).unwrap();
                assert!(
                    found.len() >= 120 && expected.starts_with(&found),
                    "byte {at} of {used} in {path:?}"
                );
            }
        }
    }
}

#[test]
fn a_table_of_another_version_says_so() {
    let (fs, all) = filled();
    let path = &tables(&fs)[1];
    let mut bytes = fs.contents(path).unwrap();
    let footer = bytes.len() - 64;
    bytes[footer + 48] = 9;
    let crc = crc32c::crc32c(&bytes[footer..footer + 52]);
    bytes[footer + 52..footer + 56].copy_from_slice(&crc.to_le_bytes());
    fs.open(path).unwrap().write_at(0, &bytes).unwrap();
    let db = open(&fs, options()).unwrap();
    let error = db.get(b"key 050").unwrap_err();
    assert!(
        matches!(error, LsmError::TableVersion { found: 9, .. }),
        "{error}"
    );
    assert_eq!(read_all(&db, &all, number(path), "another version"), 40);
}

#[test]
fn a_log_or_manifest_of_another_version_says_so() {
    for under in ["log", "manifest"] {
        let (fs, _) = filled();
        let path = files(&fs, under, ".wal").pop().unwrap();
        // The version stands behind the magic number; the header has a checksum of its own, so that
        // a flipped bit there must not be taken for another version.
        flip(&fs, &path, 8, 2);
        let error = open(&fs, options()).unwrap_err();
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn strange_files_in_the_directory_are_left_alone() {
    let (fs, all) = filled();
    for name in [
        "README",
        "x.sst",
        "+1.sst",
        "18446744073709551616.sst",
        "000001.sst.bak",
        "999999.tmpfile",
    ] {
        let file = fs.create_new(&Path::new("/db").join(name)).unwrap();
        file.write_at(0, b"somebody's").unwrap();
    }
    let db = open(&fs, options()).unwrap();
    assert!(contents(&db).unwrap() == all.into_iter().collect::<Vec<_>>());
    assert!(fs.exists(Path::new("/db/README")).unwrap());
    assert!(fs.exists(Path::new("/db/x.sst")).unwrap());
    assert!(fs.exists(Path::new("/db/+1.sst")).unwrap());
}
