//! Write skew: what two writers with snapshots do to a rule that each of them keeps, what refuses
//! it, and that a single writer has nothing to refuse.

use std::collections::BTreeMap;
use std::mem;
use std::ops::Range;

use bplustree::disk::sim::SimDisk;
use bplustree::disk::{Options, Store as SingleWriter, TableDef};

#[cfg_attr(feature = "yours", path = "../disk/money.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/disk/money.rs")]
mod exercise;

use exercise::{Conflict, Store, Transaction};

const ADA: u64 = 1;
const BEN: u64 = 2;

/// What a scan finds.
type Found = Vec<(u64, i64)>;

fn store(entries: &[(u64, i64)]) -> Store {
    let mut store = Store::default();
    let mut tx = store.begin();
    for (key, value) in entries {
        tx.set(*key, *value);
    }
    store.commit(tx).expect("nobody else was there");
    store
}

fn contents(store: &Store) -> Found {
    store.begin().scan(0..1_000)
}

/// Goes home, if somebody stays. 1 is on call, 0 is not.
fn go_home(tx: &mut Transaction, doctor: u64, other: u64) {
    if tx.get(other) == Some(1) {
        tx.set(doctor, 0);
    }
}

#[test]
fn of_two_doctors_one_stays() {
    let mut store = store(&[(ADA, 1), (BEN, 1)]);
    let (mut ada, mut ben) = (store.begin(), store.begin());
    go_home(&mut ada, ADA, BEN);
    go_home(&mut ben, BEN, ADA);
    assert_eq!(store.commit(ada), Ok(()), "the first one may go");
    assert_eq!(
        store.commit(ben),
        Err(Conflict),
        "Ben went because Ada was on call, and now she is not: {:?}",
        contents(&store)
    );
    // He begins again, sees it, and stays.
    let mut ben = store.begin();
    go_home(&mut ben, BEN, ADA);
    assert_eq!(store.commit(ben), Ok(()));
    assert_eq!(contents(&store), [(ADA, 0), (BEN, 1)]);
}

#[test]
fn of_two_accounts_the_sum_is_paid_out_once() {
    // One may be overdrawn as long as both together are not.
    let mut store = store(&[(1, 60), (2, 60)]);
    let [mut one, mut other] = [1, 2].map(|from| {
        let mut tx = store.begin();
        let both = tx.get(1).unwrap_or(0) + tx.get(2).unwrap_or(0);
        if both >= 100 {
            let rest = tx.get(from).unwrap_or(0) - 100;
            tx.set(from, rest);
        }
        tx
    });
    let rests = [one.get(1), other.get(2)];
    assert_eq!(rests, [Some(-40), Some(-40)], "one sees one's own writes");
    assert_eq!(store.commit(one), Ok(()));
    assert_eq!(
        store.commit(other),
        Err(Conflict),
        "of 120, 200 were paid out: {:?}",
        contents(&store)
    );
}

#[test]
fn of_two_who_saw_an_empty_room_one_has_it() {
    // Hours 10 to 20 of a room; whoever finds his hours free books the first of them.
    let mut store = store(&[(9, 7), (20, 7)]);
    let (mut one, mut other) = (store.begin(), store.begin());
    for (tx, hour) in [(&mut one, 12), (&mut other, 14)] {
        assert_eq!(tx.scan(10..20), [], "the room is free");
        tx.set(hour, 1);
    }
    assert_eq!(store.commit(one), Ok(()));
    assert_eq!(
        store.commit(other),
        Err(Conflict),
        "the hours from 10 to 20 were free for both: {:?}. There was no entry that the other could \
         have changed, only a gap that is one no more",
        contents(&store)
    );
}

#[test]
fn what_was_not_there_or_is_no_more_was_read_as_well() {
    for by_scan in [false, true] {
        let mut store = store(&[(1, 5)]);
        let look = |tx: &mut Transaction, key: u64| match by_scan {
            true => tx.scan(key..key + 1).len(),
            false => tx.get(key).into_iter().count(),
        };
        let mut missed = store.begin();
        assert_eq!(look(&mut missed, 2), 0);
        missed.set(7, 1);
        let mut found = store.begin();
        assert_eq!(look(&mut found, 1), 1);
        found.set(8, 1);

        let mut other = store.begin();
        other.set(2, 1);
        other.remove(1);
        assert_eq!(store.commit(other), Ok(()));
        assert_eq!(store.commit(missed), Err(Conflict), "there was no 2");
        assert_eq!(store.commit(found), Err(Conflict), "there was a 1");
    }
}

#[test]
fn whoever_only_reads_is_never_refused() {
    let mut store = store(&[(1, 5), (2, 5)]);
    let mut reader = store.begin();
    assert_eq!(reader.get(1), Some(5));
    let mut writer = store.begin();
    writer.set(1, 6);
    writer.set(2, 6);
    assert_eq!(store.commit(writer), Ok(()));
    assert_eq!(reader.get(2), Some(5), "a snapshot stays as it is");
    assert_eq!(
        store.commit(reader),
        Ok(()),
        "it could have come before the writer"
    );
}

#[test]
fn whoever_reads_something_else_is_not_refused() {
    let mut store = store(&[(1, 5), (2, 5), (10, 5), (20, 5)]);
    let (mut one, mut other) = (store.begin(), store.begin());
    one.scan(10..20);
    one.get(1);
    one.set(30, 1);
    other.get(20);
    other.get(9);
    other.set(20, 6);
    other.set(9, 6);
    other.set(2, 6);
    assert_eq!(store.commit(other), Ok(()));
    assert_eq!(
        store.commit(one),
        Ok(()),
        "one read 1 and from 10 up to 20, exclusive; the other wrote 2, 9 and 20"
    );
}

#[test]
fn what_was_committed_before_one_began_is_no_conflict() {
    let mut store = store(&[(1, 5)]);
    for _ in 0..3 {
        let mut tx = store.begin();
        let value = tx.get(1).unwrap_or(0);
        tx.set(1, value + 1);
        assert_eq!(store.commit(tx), Ok(()), "nobody else was there");
    }
    assert_eq!(contents(&store), [(1, 8)]);
}

/// A transaction under way, and what one must know to judge it.
struct Open {
    tx: Transaction,
    /// How many commits there were when it began.
    begun: usize,
    /// What it asked for, and what it found, its own writes apart.
    reads: Vec<(Range<u64>, Found)>,
    writes: BTreeMap<u64, i64>,
}

impl Open {
    fn begin(store: &Store, commits: usize) -> Self {
        Open {
            tx: store.begin(),
            begun: commits,
            reads: Vec::new(),
            writes: BTreeMap::new(),
        }
    }
}

#[test]
fn whatever_is_let_in_could_have_happened_one_after_the_other_and_nothing_else_is_refused() {
    let mut state = 13u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..400 {
        let mut store = store(&[(0, 0), (2, 0), (4, 0)]);
        // The commits, replayed one after the other.
        let mut replayed = BTreeMap::from([(0, 0), (2, 0), (4, 0)]);
        let mut commits: Vec<BTreeMap<u64, i64>> = Vec::new();
        let mut open: Vec<Open> = (0..4).map(|_| Open::begin(&store, 0)).collect();
        for step in 0..32 {
            let at = draw(4) as usize;
            let Open {
                tx, reads, writes, ..
            } = &mut open[at];
            let key = draw(6);
            match draw(5) {
                0 | 1 if !writes.contains_key(&key) => {
                    let found = tx.get(key).map(|value| (key, value));
                    reads.push((key..key + 1, found.into_iter().collect()));
                }
                2 if writes.is_empty() => reads.push((key..key + 3, tx.scan(key..key + 3))),
                3 => {
                    tx.set(key, step);
                    writes.insert(key, step);
                }
                4 => {
                    let fresh = Open::begin(&store, commits.len());
                    let ended = mem::replace(&mut open[at], fresh);
                    let result = store.commit(ended.tx);
                    let is_as_read = ended.reads.iter().all(|(keys, found)| {
                        let now = replayed.range(keys.clone());
                        now.map(|(key, value)| (*key, *value))
                            .eq(found.iter().copied())
                    });
                    let mut since = commits[ended.begun..].iter().flat_map(BTreeMap::keys);
                    let was_read = |key| ended.reads.iter().any(|(keys, _)| keys.contains(key));
                    let what = format!(
                        "round {round}, step {step}: it read {:?} and wrote {:?}; since it began, \
                         others wrote {:?}",
                        ended.reads,
                        ended.writes,
                        &commits[ended.begun..]
                    );
                    match result {
                        Ok(()) => {
                            assert!(
                                is_as_read || ended.writes.is_empty(),
                                "{what}. It was let in, and now it would read something else"
                            );
                            replayed.extend(ended.writes.clone());
                            commits.push(ended.writes);
                        }
                        Err(Conflict) => assert!(
                            since.any(was_read),
                            "{what}. It was refused, and nobody wrote what it had read"
                        ),
                    }
                    assert!(
                        contents(&store).into_iter().eq(replayed.clone()),
                        "{what}. {:?} is left, and should be {replayed:?}",
                        contents(&store)
                    );
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_single_writer_has_nothing_to_check() {
    const ON_CALL: TableDef<u64, u8> = TableDef::new("on call");
    let store: SingleWriter = Options::new().open_storage(SimDisk::new(1)).unwrap();
    let mut tx = store.write().unwrap();
    for doctor in [ADA, BEN] {
        ON_CALL.write(&mut tx).unwrap().insert(doctor, 1).unwrap();
    }
    tx.commit().unwrap();

    for (doctor, other) in [(ADA, BEN), (BEN, ADA)] {
        // Were there another write transaction, this would wait for it to end.
        let mut tx = store.write().unwrap();
        let mut on_call = ON_CALL.write(&mut tx).unwrap();
        if on_call.get(other).unwrap() == Some(1) {
            on_call.insert(doctor, 0).unwrap();
        }
        tx.commit().unwrap();
    }
    let tx = store.read();
    let on_call = ON_CALL.read(&tx).unwrap();
    let left = [ADA, BEN].map(|doctor| on_call.get(doctor).unwrap());
    assert_eq!(left, [Some(0), Some(1)], "Ben saw that Ada had gone");
}
