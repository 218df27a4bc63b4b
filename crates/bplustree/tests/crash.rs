//! The power fails at every call that the store makes of its disk: what is found afterwards is
//! exactly what the first n transactions gave, and n counts every one that was durable.
//!
//! `CRASH_SEEDS=1000 cargo test --release --test crash` for longer.

mod common;

use bplustree::disk::sim::{Plan, SimDisk};
use bplustree::disk::{Durability, Options, Store};
use common::{Map, Random, Script, contents, run, script, states};

fn seeds() -> u64 {
    std::env::var("CRASH_SEEDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(12)
}

fn options(two_syncs: bool) -> Options {
    Options::new().page_size(512).two_syncs(two_syncs)
}

/// A disk with an empty store, made before anything goes wrong.
fn formatted(seed: u64, two_syncs: bool) -> SimDisk {
    let disk = SimDisk::new(seed);
    drop(options(two_syncs).open_storage(disk.clone()).unwrap());
    disk
}

/// Runs the scripts until one fails; returns how many had been committed durably by the end, and
/// how many were begun.
fn run_until_failure(store: &Store, scripts: &[Script]) -> (usize, usize) {
    let mut durable = 0;
    for (n, script) in scripts.iter().enumerate() {
        if run(store, script).is_err() {
            return (durable, n + 1);
        }
        if script.durability == Durability::Durable {
            durable = n + 1;
        }
    }
    (durable, scripts.len())
}

/// The store on `disk` holds one of the states from `durable` to `begun`; returns which.
fn check(disk: &SimDisk, states: &[Map], (durable, begun): (usize, usize), what: &str) -> usize {
    let store = Options::new().open_storage(disk.clone());
    let store = store.unwrap_or_else(|error| panic!("{what}: it does not open: {error}"));
    store
        .verify()
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    let found = contents(&store).unwrap_or_else(|error| panic!("{what}: {error}"));
    let n = (durable..=begun).rev().find(|n| states[*n] == found);
    n.unwrap_or_else(|| {
        let other = states.iter().position(|state| *state == found);
        panic!("{what}: not the state after {durable} to {begun} transactions, but {other:?}")
    })
}

fn crash_everywhere(two_syncs: bool, seed: u64) {
    let mut random = Random(seed);
    let scripts = script(&mut random, 12);
    let states = states(&scripts);
    for at in 0.. {
        let disk = formatted(seed ^ at << 32, two_syncs);
        disk.set_plan(Plan::PowerOffAt(at));
        let store = options(two_syncs).open_storage(disk.clone()).unwrap();
        let bounds = run_until_failure(&store, &scripts);
        drop(store); // tries to settle, and cannot
        let crashed = disk.calls() > at;
        // Of one moment, several outcomes.
        for outcome in 0..3 {
            let what = format!("seed {seed}, crash at call {at}, outcome {outcome}");
            let after = disk.crash();
            let n = check(&after, &states, bounds, &what);
            go_on(&after, &states[n], seed ^ at, &what);
        }
        if !crashed {
            return;
        }
    }
}

/// What was found can be written to, and crash again.
fn go_on(disk: &SimDisk, found: &Map, seed: u64, what: &str) {
    let scripts = script(&mut Random(!seed), 3);
    let mut states = states(&scripts);
    for (n, state) in states.iter_mut().enumerate() {
        *state = found.clone();
        for (key, value) in scripts[..n].iter().flat_map(|script| &script.changes) {
            match value {
                Some(value) => state.insert(key.clone(), value.clone()),
                None => state.remove(key),
            };
        }
    }
    disk.set_plan(Plan::PowerOffAt(seed % 13));
    let Ok(store) = Options::new().open_storage(disk.clone()) else {
        return;
    };
    let bounds = run_until_failure(&store, &scripts);
    drop(store);
    check(&disk.crash(), &states, bounds, &format!("{what}, again"));
}

#[test]
fn a_crash_at_any_call_leaves_a_prefix_with_every_durable_commit() {
    (0..seeds()).for_each(|seed| crash_everywhere(false, seed));
}

#[test]
fn and_so_it_does_with_two_syncs() {
    (0..seeds()).for_each(|seed| crash_everywhere(true, seed));
}

#[test]
fn a_crash_while_the_store_is_made_leaves_none_or_an_empty_one() {
    for seed in 0..200 {
        let disk = SimDisk::new(seed);
        disk.set_plan(Plan::PowerOffAt(seed % 5));
        drop(options(false).open_storage(disk.clone()));
        let after = disk.crash();
        let store = options(false).open_storage(after).unwrap();
        assert!(contents(&store).unwrap() == Map::new());
    }
}

#[test]
fn a_bulk_load_is_there_whole_or_not_at_all() {
    let entries: Map = (0..3000u32)
        .map(|n| (n.to_be_bytes().to_vec(), vec![7; 40]))
        .collect();
    for at in 0..20 {
        let disk = formatted(at, false);
        disk.set_plan(Plan::PowerOffAt(at));
        let store = options(false).open_storage(disk.clone()).unwrap();
        let committed = store.write().and_then(|mut tx| {
            tx.table("table")?.bulk_load(&entries)?;
            tx.commit()
        });
        drop(store);
        let states = [Map::new(), entries.clone()];
        let bounds = (usize::from(committed.is_ok()), 1);
        check(
            &disk.crash(),
            &states,
            bounds,
            &format!("crash at call {at}"),
        );
    }
}

#[test]
fn deferred_commits_survive_a_close_and_are_lost_whole_in_a_crash() {
    let scripts: Vec<Script> = script(&mut Random(5), 20)
        .into_iter()
        .map(|script| Script {
            durability: Durability::Deferred,
            ..script
        })
        .collect();
    let states = states(&scripts);
    let disk = formatted(5, false);
    let store = options(false).open_storage(disk.clone()).unwrap();
    assert_eq!(run_until_failure(&store, &scripts), (0, 20));
    assert_eq!(check(&disk.crash(), &states, (0, 20), "crash"), 0);
    store.close().unwrap();
    assert_eq!(check(&disk.crash(), &states, (20, 20), "close"), 20);
}

#[test]
fn a_commit_that_lacks_any_one_of_its_pages_is_taken_back() {
    let scripts = script(&mut Random(8), 30);
    let states = states(&scripts);
    let disk = formatted(8, false);
    let store = options(false).open_storage(disk.clone()).unwrap();
    let durable = |script: &Script| Script {
        durability: Durability::Durable,
        ..script.clone()
    };
    scripts[..29]
        .iter()
        .for_each(|script| run(&store, &durable(script)).unwrap());
    let before = disk.contents();
    run(&store, &durable(&scripts[29])).unwrap();
    let after = disk.contents();
    let newest = store.stats().transaction;
    std::mem::forget(store); // as a crash would: nothing is settled

    let mut lacking = 0;
    for at in (1024..after.len().min(before.len())).step_by(512) {
        let page = at..at + 512;
        if before[page.clone()] == after[page.clone()] {
            continue;
        }
        let mut bytes = after.clone();
        bytes[page.clone()].copy_from_slice(&before[page]);
        let store = options(false)
            .open_storage(SimDisk::with_contents(bytes, 0))
            .unwrap();
        assert_eq!(store.stats().discarded, Some(newest));
        assert!(contents(&store).unwrap() == states[29]);
        lacking += 1;
    }
    assert!(lacking >= 3, "{lacking}");
    let whole = options(false)
        .open_storage(SimDisk::with_contents(after, 0))
        .unwrap();
    assert_eq!(whole.stats().discarded, None);
    assert!(contents(&whole).unwrap() == states[30]);
}
