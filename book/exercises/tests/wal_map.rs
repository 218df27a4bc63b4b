//! A map that is recovered from its log, whenever the power fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use vfs::{FileSystem, Plan, SimFs};
use wal::{Error, Options, SyncPolicy, Wal};

#[cfg_attr(feature = "yours", path = "../wal/map.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wal/map.rs")]
mod exercise;

use exercise::{Change, Map};

type Model = BTreeMap<String, String>;

/// Segments of some ten short changes.
fn try_open(fs: &SimFs, policy: SyncPolicy) -> Result<Map, Error> {
    let options = Options::new().segment_size(512).sync(policy);
    Map::open(Wal::open_in(Arc::new(fs.clone()), "/log", options)?)
}

fn open(fs: &SimFs) -> Map {
    try_open(fs, SyncPolicy::EveryWrite).expect("nothing is wrong with this disk")
}

fn apply(model: &mut Model, changes: &[Change<'_>]) {
    for (key, value) in changes {
        match value {
            Some(value) => model.insert((*key).to_owned(), (*value).to_owned()),
            None => model.remove(*key),
        };
    }
}

/// What the map says of every key that the tests have; they have all its entries.
fn contents(map: &Map) -> Model {
    let keys = (0..40).map(key).chain(ODD.map(str::to_owned));
    let found = keys.filter_map(|key| Some((key.clone(), map.get(&key)?.to_owned())));
    let found: Model = found.collect();
    assert_eq!(
        found.len(),
        map.len(),
        "it has entries that nobody put there"
    );
    found
}

fn key(number: u64) -> String {
    format!("key {number}")
}

const ODD: [&str; 5] = ["", "=", "\n", "ключ", "\0\0"];

#[test]
fn it_is_found_again_as_it_was_left() {
    let (fs, mut model) = (SimFs::new(1), Model::new());
    for round in 0..60_u64 {
        let mut map = open(&fs);
        assert_eq!(contents(&map), model, "opened for the {round}th time");
        let (one, two, value) = (key(round % 7), key(round % 11), format!("value {round}"));
        let removed = (two.as_str(), None);
        let changes = [(one.as_str(), Some(value.as_str())), removed];
        map.write(&changes).expect("a good disk");
        apply(&mut model, &changes);
        assert_eq!(contents(&map), model);
    }
}

#[test]
fn keys_and_values_may_be_anything() {
    let (fs, mut model) = (SimFs::new(1), Model::new());
    for one in ODD {
        for other in ODD {
            let mut map = open(&fs);
            let changes = [(one, Some(other))];
            map.write(&changes).expect("a good disk");
            apply(&mut model, &changes);
            drop(map);
            assert_eq!(contents(&open(&fs)), model, "after {changes:?}");
        }
    }
    open(&fs).write(&[("", None)]).expect("a good disk");
    model.remove("");
    assert_eq!(
        contents(&open(&fs)),
        model,
        "an empty value is not the same as none"
    );
}

#[test]
fn a_write_that_fails_changes_nothing() {
    let fs = SimFs::new(1);
    let mut map = open(&fs);
    map.write(&[("key 1", Some("old"))]).expect("a good disk");
    let long = "x".repeat(2_000);
    let refused = map.write(&[("key 1", Some("new")), ("key 2", Some(&long))]);
    assert!(
        matches!(refused, Err(Error::TooLarge { .. })),
        "{refused:?}"
    );
    assert_eq!((map.get("key 1"), map.len()), (Some("old"), 1));
    drop(map);
    assert_eq!(open(&fs).get("key 1"), Some("old"));
}

#[test]
fn a_compacted_log_has_the_same_map_and_no_history() {
    let (fs, mut model) = (SimFs::new(1), Model::new());
    let mut map = open(&fs);
    for round in 0..400_u64 {
        // Thirty entries: more than a segment holds.
        let (one, value) = (key(round % 31), format!("value {round}"));
        let change = [(one.as_str(), (round % 31 > 0).then_some(value.as_str()))];
        map.write(&change).expect("a good disk");
        apply(&mut model, &change);
        if round % 100 == 99 {
            map.compact().expect("a map of any size");
            assert_eq!(contents(&map), model);
        }
    }
    drop(map);
    let files = fs.list(Path::new("/log")).expect("a good disk");
    let segments = files.iter().filter(|name| name.ends_with(".wal")).count();
    assert!(
        segments <= 8,
        "{} entries are in {segments} segments of 512 bytes",
        model.len()
    );
    assert_eq!(contents(&open(&fs)), model);
}

/// Writes, syncs, and compacts, until the disk fails. Returns the map after each of its changes,
/// and how many of these were certain.
fn work(fs: &SimFs, policy: SyncPolicy) -> (Vec<Model>, usize) {
    let (mut models, mut certain) = (vec![Model::new()], 0);
    let mut run = || -> Result<(), Error> {
        let mut map = try_open(fs, policy)?;
        for round in 0..40_u64 {
            let (one, two, value) = (
                key(round % 13),
                key((round + 5) % 13),
                format!("value {round}"),
            );
            let removed = (two.as_str(), None);
            let changes = [(one.as_str(), Some(value.as_str())), removed];
            let mut model = models[models.len() - 1].clone();
            apply(&mut model, &changes);
            models.push(model);
            map.write(&changes)?;
            if policy == SyncPolicy::EveryWrite {
                certain = models.len() - 1;
            }
            if round % 9 == 8 {
                map.compact()?;
            }
            if round % 5 == 4 {
                map.sync()?;
                certain = models.len() - 1;
            }
        }
        Ok(())
    };
    // That it fails is the point.
    let _ = run();
    (models, certain)
}

#[test]
fn the_power_may_fail_at_any_call() {
    for policy in [SyncPolicy::EveryWrite, SyncPolicy::Os] {
        let fs = SimFs::new(1);
        work(&fs, policy);
        for call in 0..fs.calls() {
            for seed in 0..4 {
                let fs = SimFs::new(seed);
                fs.set_plan(Plan::PowerOffAt(call));
                let (models, certain) = work(&fs, policy);
                let found = contents(&open(&fs.crash()));
                assert!(
                    models[certain..].contains(&found),
                    "{policy:?}, the power failed at call {call}: the map is {found:?}, which it was \
                     not since its {certain}th change, the last one that was certain; it was {:?} then",
                    models[certain]
                );
            }
        }
    }
}
