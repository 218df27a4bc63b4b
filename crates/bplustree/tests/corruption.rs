//! Damaged files: what is wrong is found and named; nothing wrong is ever served; and whatever the
//! bytes are, there is no panic and no hang.

mod common;

use std::fs;
use std::sync::OnceLock;

use bplustree::disk::sim::SimDisk;
use bplustree::disk::{Options, Store, StoreError};
use common::{Map, Random, contents, run, script, states};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const PAGE: usize = 512;

fn open(bytes: Vec<u8>) -> Result<Store, StoreError> {
    Options::new().open_storage(SimDisk::with_contents(bytes, 0))
}

/// A closed store's file with a tree of three levels, large values and free pages; what is in it.
fn sound() -> (Vec<u8>, Map) {
    static MADE: OnceLock<(Vec<u8>, Map)> = OnceLock::new();
    MADE.get_or_init(make_sound).clone()
}

fn make_sound() -> (Vec<u8>, Map) {
    let disk = SimDisk::new(1);
    let store = Options::new()
        .page_size(PAGE as u32)
        .open_storage(disk.clone())
        .unwrap();
    let scripts = script(&mut Random(1), 25);
    scripts
        .iter()
        .for_each(|script| run(&store, script).unwrap());
    assert!(contents(&store).unwrap() == states(&scripts)[25]);
    let mut tx = store.write().unwrap();
    tx.table("table")
        .unwrap()
        .insert("key 150", vec![9; 3000])
        .unwrap();
    for n in 0..400 {
        let key = format!("key {} of many", n * 7 % 400);
        tx.table("table").unwrap().insert(key, [5; 60]).unwrap();
    }
    tx.table("other").unwrap().insert("key", "value").unwrap();
    tx.commit().unwrap();
    let found = contents(&store).unwrap();
    let stats = store.stats();
    assert!(stats.free_pages + stats.pending_pages > 3);
    let stats = store.read().table("table").unwrap().stats().unwrap();
    assert!(stats.height >= 3, "{stats:?}");
    store.close().unwrap();
    (disk.contents(), found)
}

/// Every key gives its value, or an error that names a page; returns the errors' pages.
fn nothing_wrong_is_served(store: &Store, map: &Map) -> Vec<u32> {
    let tx = store.read();
    let mut pages = Vec::new();
    let table = match tx.table("table") {
        Ok(table) => table,
        Err(StoreError::Corrupt { page, .. }) => return vec![page],
        Err(error) => panic!("{error}"),
    };
    for (key, value) in map {
        match table.get(key) {
            Ok(found) => assert_eq!(found, Some(&value[..])),
            Err(StoreError::Corrupt { page, .. }) => pages.push(page),
            Err(error) => panic!("{error}"),
        }
    }
    pages
}

/// Damages every page by `damage`, which gets the page's bytes and a source of randomness; checks
/// that the page, or the first page of the value that it is in, is named.
fn every_page_is_named(damage: impl Fn(&mut [u8], &mut Random)) {
    let (sound, map) = sound();
    let in_use = open(sound.clone()).unwrap().verify().unwrap();
    let (mut named, mut silent) = (2, 0);
    for page in 0..sound.len() / PAGE {
        let mut bytes = sound.clone();
        damage(&mut bytes[page * PAGE..][..PAGE], &mut Random(page as u64));
        if bytes == sound {
            continue;
        }
        let store = match open(bytes.clone()) {
            Ok(store) => store,
            Err(StoreError::Corrupt { page: found, .. }) => {
                // The list of free pages is read on opening.
                assert_eq!(found, page as u32);
                named += 1;
                continue;
            }
            Err(error) => panic!("page {page}: {error}"),
        };
        match store.verify() {
            Err(StoreError::Corrupt { page: found, .. }) => {
                let distance = page as u32 - found;
                assert!(
                    distance <= 3000 / PAGE as u32,
                    "page {page} is damaged, {found} named"
                );
                let pages = nothing_wrong_is_served(&store, &map);
                assert!(pages.iter().all(|other| *other == found));
                named += 1;
            }
            Err(error) => panic!("page {page}: {error}"),
            Ok(_) => {
                // A free page, or a meta, of which there are two.
                assert_eq!(nothing_wrong_is_served(&store, &map), []);
                silent += 1;
            }
        }
    }
    assert!(silent >= 2, "metas");
    assert_eq!(
        named, in_use.used_pages,
        "every page that is in use was named once"
    );
}

#[test]
fn a_flipped_bit_is_found_in_every_page() {
    for seed in 0..8 {
        every_page_is_named(|page, random| {
            let at = Random(seed ^ random.next()).next();
            page[at as usize / 8 % PAGE] ^= 1 << (at % 8);
        });
    }
}

#[test]
fn a_page_of_zeros_is_found() {
    every_page_is_named(|page, _| page.fill(0));
}

#[test]
fn a_torn_page_is_found() {
    every_page_is_named(|page, random| page[PAGE / 2..].fill(random.next() as u8));
}

/// The old page is intact: only its parent knows that it should be another.
#[test]
fn a_write_that_never_happened_is_found() {
    let disk = SimDisk::new(1);
    let options = Options::new().page_size(PAGE as u32);
    let store = options.open_storage(disk.clone()).unwrap();
    let mut images = Vec::new();
    for n in 0..40u32 {
        let mut tx = store.write().unwrap();
        for key in 0..30u32 {
            tx.table("table")
                .unwrap()
                .insert(key.to_be_bytes(), n.to_be_bytes())
                .unwrap();
        }
        tx.commit().unwrap();
        images.push(disk.contents());
    }
    store.close().unwrap();
    let new = disk.contents();
    let used = open(new.clone()).unwrap().verify().unwrap().used_pages;
    let mut found = 2;
    for page in 2..new.len() / PAGE {
        let range = page * PAGE..(page + 1) * PAGE;
        let olds = images.iter().filter_map(|image| image.get(range.clone()));
        let Some(old) = olds.rev().find(|old| **old != new[range.clone()]) else {
            continue;
        };
        let mut bytes = new.clone();
        bytes[range].copy_from_slice(old);
        match open(bytes).and_then(|store| store.verify()) {
            Ok(_) => {}
            Err(StoreError::Corrupt { page: named, .. }) => {
                assert_eq!(named, page as u32);
                found += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(found, used);
}

/// Opening `bytes` fails as `wanted` says, for writing and for reading, and changes no byte.
fn is_refused(bytes: &[u8], wanted: impl Fn(&StoreError) -> bool) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, bytes).unwrap();
    for read_only in [true, false] {
        let error = Options::new().read_only(read_only).open(&path).unwrap_err();
        assert!(wanted(&error), "{error}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn what_is_no_store_is_refused_and_left_as_it_is() {
    is_refused(b"x", |error| matches!(error, StoreError::NotAStore));
    is_refused(&[0; 5000], |error| matches!(error, StoreError::NotAStore));
    is_refused(&[7; 20_000], |error| matches!(error, StoreError::NotAStore));
    is_refused(include_bytes!("corruption.rs"), |error| {
        matches!(error, StoreError::NotAStore)
    });
}

#[test]
fn a_store_of_another_version_is_refused_and_left_as_it_is() {
    let (mut bytes, _) = sound();
    for meta in [0, PAGE] {
        bytes[meta + 8] = 9;
    }
    is_refused(&bytes, |error| {
        matches!(error, StoreError::Version { found: 9 })
    });
}

#[test]
fn a_truncated_store_is_refused_and_left_as_it_is() {
    let (bytes, _) = sound();
    for len in [bytes.len() - 1, bytes.len() / 2, 2 * PAGE, PAGE, 100] {
        is_refused(
            &bytes[..len],
            |error| matches!(error, StoreError::Truncated { found, .. } if *found == len as u64),
        );
    }
    is_refused(&bytes[..50], |error| matches!(error, StoreError::NotAStore));
}

#[test]
fn a_store_without_a_whole_meta_is_refused_and_left_as_it_is() {
    let (mut bytes, _) = sound();
    bytes[20] ^= 1;
    bytes[PAGE + 20] ^= 1;
    is_refused(&bytes, |error| {
        matches!(error, StoreError::Corrupt { page: 0, .. })
    });
}

#[test]
fn a_store_that_is_open_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = Store::open(&path).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Locked)));
    let read_only = Options::new().read_only(true);
    assert!(matches!(read_only.open(&path), Err(StoreError::Locked)));
    assert_eq!(fs::read(&path).unwrap(), before);
    drop(store);
    let one = read_only.open(&path).unwrap();
    let another = read_only.open(&path).unwrap();
    assert!(matches!(one.write(), Err(StoreError::ReadOnly)));
    assert!(matches!(Store::open(&path), Err(StoreError::Locked)));
    drop((one, another));
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// Does with a store all that there is, and expects nothing but not to panic.
fn use_it(bytes: Vec<u8>) {
    let disk = SimDisk::with_contents(bytes, 0);
    let Ok(store) = Options::new().max_size(1 << 20).open_storage(disk) else {
        return;
    };
    let _ = store.verify();
    let tx = store.read();
    let Ok(names) = tx.tables() else { return };
    for name in &names {
        let Ok(table) = tx.table(name) else { continue };
        let (Ok(front), Ok(back)) = (table.iter(), table.iter()) else {
            continue;
        };
        let keys: Vec<_> = front
            .take(2000)
            .map_while(Result::ok)
            .map(|(key, _)| key)
            .collect();
        back.rev().take(2000).for_each(drop);
        for key in keys.iter().step_by(5) {
            let _ = table.get(key);
            let _ = table
                .range(*key..)
                .map(|range| range.take(3).for_each(drop));
        }
        let change = || {
            let mut tx = store.write()?;
            for key in keys.iter().step_by(3) {
                tx.table(name)?.remove(key)?;
            }
            for n in 0..60u8 {
                tx.table(name)?
                    .insert([n, n], vec![n; usize::from(n) * 10])?;
            }
            tx.delete_table("other")?;
            tx.commit()
        };
        let _ = change();
    }
    let _ = store.verify();
}

/// Gives every pointer that can be followed from a meta the checksum of what it points to, so that
/// damage gets past the checksums.
fn reseal(bytes: &mut [u8]) {
    for meta in [0, PAGE] {
        seal(bytes, meta + 40, true, 8);
        seal(bytes, meta + 60, false, 8);
        let crc = crc32c::crc32c(&bytes[meta..meta + 80]);
        bytes[meta + 80..meta + 84].copy_from_slice(&crc.to_le_bytes());
    }
}

fn seal(bytes: &mut [u8], pointer: usize, of_tables: bool, depth: u32) {
    let number = |bytes: &[u8], at: usize, len: usize| {
        bytes
            .get(at..at + len)
            .map(|raw| raw.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b)))
    };
    let Some(page) = number(bytes, pointer, 4).filter(|page| (page + 1) * PAGE <= bytes.len())
    else {
        return;
    };
    let start = page * PAGE;
    for slot in 0..number(bytes, start + 6, 2).unwrap_or(0).min(60) {
        let at = start + 40 + slot * 8;
        let (Some(cell), Some(key)) = (number(bytes, at + 4, 2), number(bytes, at + 6, 2)) else {
            break;
        };
        if depth == 0 || cell + key + 22 > PAGE {
            continue;
        }
        match bytes[start + 4] {
            2 => seal(bytes, start + cell, of_tables, depth - 1),
            _ if of_tables => seal(bytes, start + cell + 2 + key, false, depth - 1),
            _ => {}
        }
    }
    let crc = crc32c::crc32c(&bytes[start..start + PAGE]);
    bytes[pointer + 4..pointer + 8].copy_from_slice(&crc.to_le_bytes());
}

/// `PROPTEST_CASES` and `PROPTEST_SEED` for more, or other, ones.
fn config() -> ProptestConfig {
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: number("PROPTEST_CASES").unwrap_or(60),
        rng_seed: RngSeed::Fixed(number("PROPTEST_SEED").unwrap_or(4).into()),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arbitrary_bytes_do_no_harm(mut bytes in vec(any::<u8>(), 0..6000), magic in any::<bool>()) {
        if magic && bytes.len() >= 16 {
            bytes[..8].copy_from_slice(b"b+tree\r\n");
            bytes[8..16].copy_from_slice(&[1, 0, 0, 0, 0, 2, 0, 0]);
        }
        use_it(bytes);
    }

    #[test]
    fn damage_with_right_checksums_does_no_harm(
        damage in vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..12),
    ) {
        let (mut bytes, _) = sound();
        for (at, byte, in_header) in damage {
            let at = at.index(bytes.len());
            // Headers and slots are where the structure is.
            let at = if in_header { at / PAGE * PAGE + at % 64 } else { at };
            bytes[at] = byte;
        }
        reseal(&mut bytes);
        use_it(bytes);
    }
}

#[test]
fn resealing_a_sound_store_changes_nothing() {
    let (sound, _) = sound();
    let mut bytes = sound.clone();
    reseal(&mut bytes);
    assert!(bytes == sound);
}
