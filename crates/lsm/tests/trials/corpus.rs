//! Damage of every kind, to every file: no panic, and nothing that was never written.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use lsm::version::VersionEdit;
use lsm::{Db, ManualClock, Options, Result, WriteBatch};
use proptest::prelude::*;
use proptest::sample::Index;
use vfs::{FileSystem, SimFs};

use crate::disk::{dir, files, open};

fn options() -> Options {
    Options::new()
        .memtable_size(4 << 10)
        .table_size(1 << 10)
        .block_size(100)
        .clock(ManualClock::new(0))
        .threads(0)
}

type All = BTreeMap<Vec<u8>, Vec<Vec<u8>>>;

/// A database of some tables and a log, and all values that each key ever had.
fn filled() -> (SimFs, &'static All) {
    static FILLED: LazyLock<(SimFs, All)> = LazyLock::new(fill);
    let (fs, all) = &*FILLED;
    (fs.crash(), all)
}

fn fill() -> (SimFs, All) {
    let fs = SimFs::new(1);
    let db = open(&fs, options()).unwrap();
    let mut all = All::new();
    for n in 0..200_u32 {
        let key = format!("key {:02}", n * 7 % 60).into_bytes();
        let value = format!("value {n} {}", "x".repeat(n as usize % 40)).into_bytes();
        match n % 9 {
            0 => db.delete(&key).unwrap(),
            1 if n % 5 == 0 => db.delete_range(&key, b"key 5").unwrap(),
            _ => db.put(&key, &value).unwrap(),
        }
        all.entry(key).or_default().push(value);
        if n % 50 == 49 {
            db.flush().unwrap();
        }
    }
    db.compact_range(b"key 20".as_slice()..b"key 30").unwrap();
    for n in 0..9_u8 {
        db.put(&[n], &[n]).unwrap();
        all.entry(vec![n]).or_default().push(vec![n]);
    }
    drop(db);
    (fs, all)
}

fn all_files(fs: &SimFs) -> Vec<PathBuf> {
    let mut all = files(fs, "", ".sst");
    for under in ["log", "manifest"] {
        all.extend(files(fs, under, ".wal"));
    }
    all
}

/// Uses all that reads, and checks that what it finds was written once.
fn read(db: &Db, all: &All) {
    let known = |key: &[u8], value: &Vec<u8>| {
        let values = all.get(key);
        assert!(
            values.is_some_and(|values| values.contains(value)),
            "{key:?}: {value:?}"
        );
    };
    for (key, value) in db.iter().flatten().chain(db.iter().rev().flatten()) {
        known(&key, &value);
    }
    for key in all.keys() {
        if let Ok(Some(value)) = db.get(key) {
            known(key, &value);
        }
    }
    let _ = db.verify(|_| ());
    let _ = db.stats();
}

fn write(db: &Db) -> Result<()> {
    db.put(b"new", b"value")?;
    assert_eq!(db.get(b"new")?, Some(b"value".to_vec()));
    db.flush()?;
    db.compact_range::<&[u8]>(..)?;
    db.delete_range(b"", b"z")
}

fn try_all(fs: &SimFs, all: &All) {
    if let Ok(db) = open(fs, options()) {
        read(&db, all);
        let _ = write(&db);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_to_any_files_never_panics_nor_gives_what_was_never_written(
        damage in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>()), 0..6),
        cut in prop::option::of((any::<Index>(), any::<Index>())),
        gone in prop::option::weighted(0.2, any::<Index>()),
    ) {
        let (fs, all) = filled();
        let paths = all_files(&fs);
        for (file, place, byte) in damage {
            let path = &paths[file.index(paths.len())];
            let file = fs.open(path).unwrap();
            let len = file.len().unwrap() as usize;
            file.write_at(place.index(len.max(1)) as u64, &[byte]).unwrap();
        }
        if let Some((file, place)) = cut {
            let file = fs.open(&paths[file.index(paths.len())]).unwrap();
            let len = file.len().unwrap() as usize;
            file.set_len(place.index(len + 1) as u64).unwrap();
        }
        if let Some(file) = gone {
            fs.remove(&paths[file.index(paths.len())]).unwrap();
        }
        try_all(&fs, all);
    }

    #[test]
    fn files_of_any_bytes_never_panic(
        file in any::<Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let (fs, all) = filled();
        let paths = all_files(&fs);
        let path = &paths[file.index(paths.len())];
        fs.create(path).unwrap().write_at(0, &bytes).unwrap();
        try_all(&fs, all);
    }

    #[test]
    fn a_manifest_of_any_edits_never_panics(
        edits in prop::collection::vec(edit(), 0..6),
        writes in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..4),
    ) {
        let fs = SimFs::new(1);
        drop(open(&fs, options()).unwrap());
        for (under, records) in [("manifest", edits), ("log", writes)] {
            let log = wal::Wal::open_in(
                std::sync::Arc::new(fs.clone()), dir().join(under), wal::Options::new());
            let log = log.unwrap();
            for record in records {
                log.append(&record).unwrap();
            }
        }
        try_all(&fs, &All::new());
    }

    #[test]
    fn bytes_that_are_taken_for_a_batch_are_one(
        bytes in prop::collection::vec(0..8_u8, 0..60),
        sequence in 0..9_u64, count in 0..4_u32,
    ) {
        let record = [&sequence.to_le_bytes()[..], &count.to_le_bytes(), &bytes].concat();
        if let Ok(batch) = WriteBatch::from_bytes(&record) {
            prop_assert_eq!(batch.iter().count(), count as usize);
            prop_assert_eq!(batch.as_bytes(), &record[..]);
        }
    }
}

/// Edits that can be read, and some that cannot.
fn edit() -> impl Strategy<Value = Vec<u8>> {
    let number = || prop::option::of(0..9_u64);
    let sound = (any::<bool>(), number(), number(), number()).prop_map(
        |(reset, log, next_file, last_sequence)| {
            let edit = VersionEdit {
                reset,
                log,
                next_file,
                last_sequence,
                removed: Vec::new(),
                added: Vec::new(),
            };
            edit.to_bytes()
        },
    );
    prop_oneof![
        3 => sound,
        1 => prop::collection::vec(0..9_u8, 0..40),
    ]
}
