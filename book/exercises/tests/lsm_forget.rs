//! What a compaction may drop: whatever nobody misses, and nothing else. All small cases are tried.

#[cfg_attr(feature = "yours", path = "../lsm/forget.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lsm/forget.rs")]
mod exercise;

use exercise::{Version, keep};

fn put(sequence: u64) -> Version {
    Version {
        sequence,
        is_tombstone: false,
    }
}

fn tombstone(sequence: u64) -> Version {
    Version {
        sequence,
        is_tombstone: true,
    }
}

/// The write whose value a reader sees, if there is a value: of these versions, or else below.
fn seen(versions: &[Version], snapshot: u64, below: Option<&str>) -> Option<String> {
    match versions.iter().find(|it| it.sequence <= snapshot) {
        Some(version) if version.is_tombstone => None,
        Some(version) => Some(format!("the value of write {}", version.sequence)),
        None => below.map(str::to_owned),
    }
}

/// What the tables below can have.
fn below(overlaps: bool) -> &'static [Option<&'static str>] {
    match overlaps {
        true => &[None, Some("the value below")],
        false => &[None],
    }
}

/// Who reads: at the snapshots, and later.
fn readers(snapshots: &[u64]) -> impl Iterator<Item = u64> {
    snapshots.iter().copied().chain([u64::MAX])
}

/// Whether everybody sees the same in both.
fn are_alike(a: &[Version], b: &[Version], snapshots: &[u64], overlaps: bool) -> bool {
    // Not by `seen`, which makes strings: this is asked a million times.
    let view = |versions: &[Version], snapshot| {
        let version = versions.iter().find(|it| it.sequence <= snapshot);
        match version {
            Some(version) if version.is_tombstone => None,
            Some(version) => Some(version.sequence),
            None if overlaps => Some(u64::MAX),
            None => None,
        }
    };
    readers(snapshots).all(|snapshot| view(a, snapshot) == view(b, snapshot))
}

fn subsets<T: Copy>(all: &[T]) -> impl Iterator<Item = Vec<T>> {
    (0..1_u32 << all.len()).map(|chosen| {
        let is_chosen = |at: &usize| chosen >> at & 1 == 1;
        (0..all.len()).filter(is_chosen).map(|at| all[at]).collect()
    })
}

fn check(versions: &[Version], snapshots: &[u64], overlaps: bool) {
    let kept = keep(versions, snapshots, overlaps);
    let case = format!(
        "versions {versions:?}, snapshots {snapshots:?}, tables below {}have the key; kept was \
         {kept:?}",
        if overlaps { "may " } else { "do not " }
    );
    assert!(
        kept.iter().all(|version| versions.contains(version)),
        "{case}: one of these was never written"
    );
    assert!(
        kept.is_sorted_by(|a, b| a.sequence > b.sequence),
        "{case}: not the newest first, or one twice"
    );
    for snapshot in readers(snapshots) {
        for below in below(overlaps) {
            assert_eq!(
                seen(&kept, snapshot, *below),
                seen(versions, snapshot, *below),
                "{case}. With {below:?} below, a reader at {snapshot} sees the left, and saw the \
                 right before the compaction"
            );
        }
    }
    for fewer in subsets(versions) {
        assert!(
            fewer.len() >= kept.len() || !are_alike(&fewer, versions, snapshots, overlaps),
            "{case}. Nobody could tell it from {fewer:?}, which is less"
        );
    }
}

#[test]
fn without_snapshots_only_the_newest_is_kept() {
    assert_eq!(keep(&[put(3), put(2), put(1)], &[], true), [put(3)]);
    assert_eq!(keep(&[put(3)], &[], false), [put(3)]);
    assert_eq!(keep(&[], &[4], true), []);
}

#[test]
fn a_snapshot_keeps_what_it_sees() {
    let versions = [put(8), put(7), put(5), put(4), put(1)];
    assert_eq!(
        keep(&versions, &[4, 6], false),
        [put(8), put(5), put(4)],
        "snapshot 4 sees write 4, snapshot 6 sees write 5, and who comes later sees write 8"
    );
    assert_eq!(
        keep(&versions, &[9, 0, 9], false),
        [put(8)],
        "snapshot 9 sees what all later ones see, and snapshot 0 none of these"
    );
}

#[test]
fn a_tombstone_stays_while_there_may_be_something_below() {
    assert_eq!(keep(&[tombstone(2), put(1)], &[], true), [tombstone(2)]);
    assert_eq!(keep(&[tombstone(2), put(1)], &[], false), []);
}

#[test]
fn a_tombstone_stays_while_it_hides_what_a_snapshot_keeps() {
    let versions = [tombstone(5), put(3)];
    assert_eq!(
        keep(&versions, &[3], false),
        versions,
        "without the tombstone, write 3 would be back for all who read later"
    );
    assert_eq!(keep(&versions, &[2], false), []);
}

#[test]
fn every_small_case() {
    // Each of the writes 1 to 5 is missing, a put, or a tombstone.
    for kinds in 0..3_u32.pow(5) {
        let version = |sequence: u64| match kinds / 3_u32.pow(5 - sequence as u32) % 3 {
            0 => None,
            1 => Some(put(sequence)),
            _ => Some(tombstone(sequence)),
        };
        let versions: Vec<Version> = (1..=5).rev().filter_map(version).collect();
        for mut snapshots in subsets(&[0, 1, 2, 3, 4, 5]) {
            if kinds % 2 == 0 {
                snapshots.reverse();
            }
            for overlaps in [false, true] {
                check(&versions, &snapshots, overlaps);
            }
        }
    }
}
