//! What a manifest and a directory come to after a crash, and what may be deleted then.

use std::collections::{BTreeMap, BTreeSet};

#[cfg_attr(feature = "yours", path = "../lsm/manifest.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lsm/manifest.rs")]
mod exercise;

use exercise::{Damage, Edit, Opened, from_record, open, table_name, to_record};

fn edit(removed: &[(u8, u64)], added: &[(u8, u64)]) -> Edit {
    Edit {
        removed: removed.to_vec(),
        added: added.to_vec(),
    }
}

fn manifest(edits: &[Edit]) -> Vec<u8> {
    edits.iter().flat_map(to_record).collect()
}

fn names(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(table_name).collect()
}

/// Two flushes; their merge into level 1; another flush; the merged table moves to level 2.
fn history() -> Vec<Edit> {
    vec![
        edit(&[], &[(0, 1)]),
        edit(&[], &[(0, 2)]),
        edit(&[(0, 1), (0, 2)], &[(1, 3), (1, 4)]),
        edit(&[], &[(0, 6)]),
        edit(&[(1, 3)], &[(2, 3)]),
    ]
}

/// The tables after so many edits of [`history`].
fn after(edits: usize) -> BTreeMap<u64, u8> {
    let tables: &[(u64, u8)] = match edits {
        0 => &[],
        1 => &[(1, 0)],
        2 => &[(1, 0), (2, 0)],
        3 => &[(3, 1), (4, 1)],
        4 => &[(3, 1), (4, 1), (6, 0)],
        _ => &[(3, 2), (4, 1), (6, 0)],
    };
    tables.iter().copied().collect()
}

#[test]
fn a_database_that_was_never_written_is_empty() {
    let opened = open(&[], &[]).expect("nothing is wrong with nothing");
    assert_eq!((opened.tables, opened.len), (BTreeMap::new(), 0));
    assert_eq!(opened.garbage, Vec::<String>::new());
}

#[test]
fn edits_are_replayed_and_a_table_that_moves_is_kept() {
    let bytes = manifest(&history());
    let opened = open(&bytes, &names([3, 4, 6])).expect("all is well");
    assert_eq!(
        opened,
        Opened {
            tables: after(5),
            len: bytes.len(),
            next_table: 7,
            garbage: vec![],
        },
        "table 3 was removed from level 1 and added to level 2 by one edit"
    );
}

#[test]
fn tables_that_no_edit_leaves_are_garbage_and_nothing_else_is() {
    let strangers = [
        "LOCK",
        "MANIFEST",
        "7.sst",
        "0000007.sst",
        "+00007.sst",
        "000007.sst.bak",
        "000007.log",
        "notes.sst",
        ".sst",
        "",
        "99999999999999999999999.sst",
    ];
    let mut listed = names([2, 5, 1, 6, 4, 3, 1_000_000]);
    listed.extend(strangers.map(str::to_owned));
    let opened = open(&manifest(&history()), &listed).expect("all is well");
    assert_eq!(
        opened.garbage,
        names([2, 5, 1, 1_000_000]),
        "1 and 2 were merged, and the crash came before they were deleted; 5 and 1 000 000 were \
         written, and the crash came before their edits; the rest is needed, or no table of ours"
    );
    assert_eq!(
        opened.next_table, 1_000_001,
        "a number that a file has is not given to another"
    );
}

#[test]
fn a_number_is_never_used_again() {
    let next = |edits: &[Edit], listed: &[u64]| {
        let opened = open(&manifest(edits), &names(listed.iter().copied()));
        opened.expect("all is well").next_table
    };
    let gone = [edit(&[], &[(0, 8)]), edit(&[(0, 8)], &[(1, 5)])];
    assert_eq!(
        next(&gone, &[5]),
        9,
        "table 8 was part of the database, and readers' caches may have its blocks: 8 is taken, \
         though neither the version nor the directory has it"
    );
    assert_eq!(
        next(&gone, &[5, 11]),
        12,
        "000011.sst is to be deleted, but until the directory is synced a crash may bring it back"
    );
}

#[test]
fn a_record_that_is_torn_anywhere_never_happened() {
    let history = history();
    for edits in 1..=history.len() {
        let good = manifest(&history[..edits - 1]);
        let record = to_record(&history[edits - 1]);
        let listed = names(1..=6);
        for cut in 0..record.len() {
            // The rest of it was not written; or is zeros, as the file grew before its bytes came;
            // or is what the disk had there.
            let rest = record.len() - cut;
            for tail in [vec![], vec![0; rest], vec![0xa5; rest], vec![0xa5; 700]] {
                let bytes = [&good[..], &record[..cut], &tail].concat();
                if from_record(&bytes[good.len()..]).is_some() {
                    continue; // the bytes that were not written were zeros
                }
                let opened = open(&bytes, &listed).unwrap_or_else(|damage| {
                    panic!(
                        "edit {} was torn after {cut} bytes of {}, which is nobody's fault, and \
                         open says {damage:?}",
                        edits - 1,
                        record.len()
                    )
                });
                assert_eq!(
                    (opened.tables, opened.len),
                    (after(edits - 1), good.len()),
                    "edit {} was torn after {cut} bytes of {}; the next record is to be written \
                     over what is left of it",
                    edits - 1,
                    record.len()
                );
            }
        }
    }
}

#[test]
fn damage_before_whole_records_is_told() {
    let history = history();
    for damaged in 0..history.len() - 1 {
        let begin = manifest(&history[..damaged]).len();
        let end = manifest(&history[..=damaged]).len();
        for at in begin..end {
            for flipped in [0x01, 0x80, 0xff] {
                let mut bytes = manifest(&history);
                bytes[at] ^= flipped;
                assert_eq!(
                    open(&bytes, &names(1..=6)),
                    Err(Damage::Record { edit: damaged }),
                    "byte {} of the record of edit {damaged} is damaged, and there are whole \
                     records behind it: to cut them would lose tables, and then delete their files",
                    at - begin
                );
            }
        }
    }
}

#[test]
fn edits_that_cannot_be_are_told() {
    let listed = names(0..10);
    let first = edit(&[], &[(0, 1), (1, 2)]);
    for (what, second, damage) in [
        (
            "removes a table that never was",
            edit(&[(0, 9)], &[]),
            Damage::RemovesMissing { edit: 1, table: 9 },
        ),
        (
            "removes a table from a level where it is not",
            edit(&[(0, 2)], &[]),
            Damage::RemovesMissing { edit: 1, table: 2 },
        ),
        (
            "removes a table twice",
            edit(&[(0, 1), (0, 1)], &[]),
            Damage::RemovesMissing { edit: 1, table: 1 },
        ),
        (
            "adds a table that is there",
            edit(&[], &[(0, 1)]),
            Damage::AddsAgain { edit: 1, table: 1 },
        ),
        (
            "adds a table that is there, to another level",
            edit(&[], &[(3, 2)]),
            Damage::AddsAgain { edit: 1, table: 2 },
        ),
        (
            "adds a table twice",
            edit(&[], &[(1, 5), (2, 5)]),
            Damage::AddsAgain { edit: 1, table: 5 },
        ),
        (
            "moves a table to two levels",
            edit(&[(0, 1)], &[(1, 1), (2, 1)]),
            Damage::AddsAgain { edit: 1, table: 1 },
        ),
        (
            "removes what it adds",
            edit(&[(0, 5)], &[(0, 5)]),
            Damage::RemovesMissing { edit: 1, table: 5 },
        ),
    ] {
        let bytes = manifest(&[first.clone(), second]);
        assert_eq!(open(&bytes, &listed), Err(damage), "edit 1 {what}");
    }
    let again = [first, edit(&[(0, 1)], &[]), edit(&[], &[(0, 1)])];
    assert_eq!(
        open(&manifest(&again), &listed),
        Err(Damage::AddsAgain { edit: 2, table: 1 }),
        "edit 2 adds table 1, which edit 1 removed: two tables of one number"
    );
}

#[test]
fn a_table_that_is_missing_is_told() {
    assert_eq!(
        open(&manifest(&history()), &names([3, 6])),
        Err(Damage::Missing { table: 4 }),
        "without table 4 the database would lack keys, and older versions of others come back"
    );
    assert!(
        open(&manifest(&history()[..3]), &names([3, 4])).is_ok(),
        "1 and 2 are not needed any more"
    );
}

/// A database that is killed again and again, in the middle of whatever it does.
#[test]
fn nothing_that_is_needed_is_ever_deleted() {
    let mut state = 29_u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (mut manifest, mut files) = (Vec::new(), BTreeSet::<u64>::new());
    let mut tables = BTreeMap::<u64, u8>::new();
    let mut ever = BTreeSet::new();
    for life in 0..400 {
        let listed = names(files.iter().copied());
        let opened = open(&manifest, &listed)
            .unwrap_or_else(|damage| panic!("life {life} begins after a crash, with {damage:?}"));
        assert_eq!(opened.tables, tables, "life {life}");
        manifest.truncate(opened.len);
        let garbage = files.iter().filter(|it| !tables.contains_key(it)).copied();
        assert_eq!(opened.garbage, names(garbage), "life {life}");
        // A crash brings some of them back.
        files.retain(|number| tables.contains_key(number) || draw(2) == 0);

        let mut next = opened.next_table;
        for _ in 0..draw(4) {
            let mut made = Edit::default();
            if draw(2) == 0 {
                let moved = tables.iter().filter(|_| draw(3) == 0);
                made.removed = moved.map(|(number, level)| (*level, *number)).collect();
            }
            for _ in 0..=draw(2) {
                assert!(
                    ever.insert(next) && files.insert(next),
                    "life {life}: number {next} was used before"
                );
                made.added.push((draw(3) as u8, next));
                next += 1;
            }
            let record = to_record(&made);
            if draw(3) == 0 {
                manifest.extend_from_slice(&record[..draw(record.len())]);
                // Never part of the database: once their files are gone, they may be used again.
                made.added.iter().for_each(|(_, number)| {
                    ever.remove(number);
                });
                break;
            }
            manifest.extend_from_slice(&record);
            made.removed.iter().for_each(|(_, number)| {
                tables.remove(number);
                if draw(2) == 0 {
                    files.remove(number);
                }
            });
            tables.extend(made.added.iter().map(|(level, number)| (*number, *level)));
        }
    }
}
