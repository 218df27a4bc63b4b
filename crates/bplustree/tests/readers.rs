//! Threads that read while one writes: each sees one commit, whole, however long it looks.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use bplustree::disk::{Durability, Options, ReadTx, Store};

const KEYS: u64 = 200;

/// Gives every key the value `n`, and a length that depends on it.
fn write(store: &Store, n: u64, durability: Durability) {
    let mut tx = store.write().unwrap();
    let mut table = tx.table("table").unwrap();
    for key in 0..KEYS {
        let value = [
            &n.to_be_bytes()[..],
            &vec![n as u8; (n * 31 % 400) as usize],
        ]
        .concat();
        table.insert(key.to_be_bytes(), value).unwrap();
    }
    tx.commit_with(durability).unwrap();
}

/// Checks that all keys have one value, and returns it.
fn look(tx: &ReadTx) -> u64 {
    let table = tx.table("table").unwrap();
    let number = |value: &[u8]| u64::from_be_bytes(value[..8].try_into().unwrap());
    let n = number(table.get(0u64.to_be_bytes()).unwrap().unwrap());
    let mut count = 0;
    for entry in table.iter().unwrap() {
        let (_, value) = entry.unwrap();
        assert_eq!(
            number(value),
            n,
            "the snapshot of {} has two commits",
            tx.transaction()
        );
        assert!(value[8..].iter().all(|byte| *byte == n as u8));
        count += 1;
    }
    assert_eq!(count, KEYS);
    n
}

#[test]
fn every_reader_sees_one_commit_while_the_writer_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = Options::new()
        .page_size(1024)
        .open(dir.path().join("store"))
        .unwrap();
    write(&store, 0, Durability::Durable);
    let (newest, done) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for reader in 0..3 {
            let (store, newest, done) = (&store, &newest, &done);
            scope.spawn(move || {
                let mut held: Vec<(ReadTx, u64)> = Vec::new();
                while !done.load(Ordering::Acquire) {
                    let at_least = newest.load(Ordering::Acquire);
                    let tx = store.read();
                    let n = look(&tx);
                    assert!(n >= at_least, "a commit that was done is not seen");
                    held.push((tx, n));
                    if held.len() > reader * 4 {
                        let (tx, n) = held.remove(0);
                        assert_eq!(look(&tx), n, "a snapshot changed");
                    }
                }
            });
        }
        for n in 1..120 {
            let deferred = n % 4 != 0;
            write(
                &store,
                n,
                if deferred {
                    Durability::Deferred
                } else {
                    Durability::Durable
                },
            );
            newest.store(n, Ordering::Release);
        }
        done.store(true, Ordering::Release);
    });
    store.verify().unwrap();
}

#[test]
fn a_reader_outlives_the_store_and_keeps_the_file_locked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = Store::open(&path).unwrap();
    write(&store, 7, Durability::Durable);
    let tx = store.read();
    drop(store);
    assert!(Store::open(&path).is_err());
    let look_elsewhere = thread::spawn(move || look(&tx));
    assert_eq!(look_elsewhere.join().unwrap(), 7);
    assert_eq!(look(&Store::open(&path).unwrap().read()), 7);
}

#[test]
fn a_reader_that_stays_makes_the_file_grow_and_its_end_lets_pages_be_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("store")).unwrap();
    (0..20).for_each(|n| write(&store, n, Durability::Durable));
    let steady = store.stats().pages;
    (0..20).for_each(|n| write(&store, n, Durability::Durable));
    assert!(
        store.stats().pages <= steady + 10,
        "pages are written again"
    );
    let reader = store.read();
    let before = look(&reader);
    (0..20).for_each(|n| write(&store, n, Durability::Durable));
    let grown = store.stats();
    assert!(grown.pages > 3 * steady && grown.pending_pages > 2 * steady);
    assert_eq!(grown.oldest_reader, Some(reader.transaction()));
    assert_eq!(look(&reader), before);
    drop(reader);
    (0..20).for_each(|n| write(&store, n, Durability::Durable));
    assert!(store.stats().pages <= grown.pages);
    assert!(store.stats().pending_pages < grown.pending_pages / 4);
}

#[test]
fn a_panic_in_a_transaction_aborts_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path().join("store")).unwrap();
    write(&store, 1, Durability::Durable);
    thread::scope(|scope| {
        let panics = scope.spawn(|| {
            let mut tx = store.write().unwrap();
            tx.table("table").unwrap().insert("key", "value").unwrap();
            panic!("on purpose");
        });
        assert!(panics.join().is_err());
    });
    write(&store, 2, Durability::Durable);
    assert_eq!(look(&store.read()), 2);
    store.verify().unwrap();
}

#[test]
fn a_durable_commit_takes_one_sync_or_two() {
    let dir = tempfile::tempdir().unwrap();
    for (two_syncs, wanted) in [(false, 1), (true, 2)] {
        let path = dir.path().join(format!("store {wanted}"));
        let store = Options::new().two_syncs(two_syncs).open(path).unwrap();
        let before = store.stats().syncs;
        (0..10).for_each(|n| write(&store, n, Durability::Durable));
        (0..10).for_each(|n| write(&store, n, Durability::Deferred));
        assert_eq!(store.stats().syncs - before, 10 * wanted);
        assert_eq!((store.stats().durable, store.stats().transaction), (10, 20));
        store.sync().unwrap();
        assert_eq!(store.stats().durable, store.stats().transaction);
    }
}
