//! What the simulated file system may do to those who trust it, one behaviour a test.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use vfs::{FileSystem, Plan, SECTOR, SimFs};

fn path(name: &str) -> &Path {
    Path::new(name)
}

/// A file system with the durable, empty file `/a`.
fn with_file() -> SimFs {
    let fs = SimFs::new(1);
    fs.create_new(path("/a")).unwrap();
    fs.sync_dir(path("/")).unwrap();
    fs
}

/// What is seen in many crashes of the same file system.
fn found<T: Ord>(fs: &SimFs, look: impl Fn(&SimFs) -> T) -> BTreeSet<T> {
    (0..300).map(|_| look(&fs.crash())).collect()
}

fn contents(fs: &SimFs) -> Vec<u8> {
    fs.contents(path("/a")).unwrap()
}

#[test]
fn a_write_is_durable_only_after_a_sync() {
    let fs = with_file();
    let file = fs.open(path("/a")).unwrap();
    file.write_at(0, b"new").unwrap();
    assert_eq!(contents(&fs), b"new");
    assert_eq!(found(&fs, contents), [b"".to_vec(), b"new".to_vec()].into());
    file.sync_data().unwrap();
    assert_eq!(found(&fs, contents), [b"new".to_vec()].into());
}

#[test]
fn writes_are_reordered_and_torn_between_sectors_but_not_inside() {
    let fs = with_file();
    let file = fs.open(path("/a")).unwrap();
    file.set_len(2 * SECTOR as u64).unwrap();
    file.sync_data().unwrap();
    file.write_at(0, &[1; 2 * SECTOR]).unwrap();
    file.write_at(0, &[2; 2 * SECTOR]).unwrap();
    let sectors = found(&fs, |fs| {
        let bytes = contents(fs);
        assert!(bytes[..SECTOR].iter().all(|b| *b == bytes[0]));
        (bytes[0], bytes[SECTOR])
    });
    let all = (0..9).map(|n| (n / 3, n % 3)).collect();
    assert_eq!(sectors, all, "every version of each sector, in any pair");
}

#[test]
fn a_name_is_durable_only_after_its_directory_is_synced() {
    let fs = SimFs::new(1);
    let file = fs.create_new(path("/a")).unwrap();
    file.sync_data().unwrap();
    let list = |fs: &SimFs| fs.list(path("/")).unwrap();
    assert_eq!(found(&fs, list), [vec![], vec!["a".into()]].into());
    fs.sync_dir(path("/")).unwrap();
    assert_eq!(found(&fs, list), [vec!["a".into()]].into());

    fs.remove(path("/a")).unwrap();
    assert_eq!(found(&fs, list), [vec![], vec!["a".into()]].into());
    fs.sync_dir(path("/")).unwrap();
    assert_eq!(found(&fs, list), [vec![]].into());
}

#[test]
fn a_rename_is_kept_whole_or_not_at_all() {
    let fs = with_file();
    let file = fs.create_new(path("/b")).unwrap();
    file.write_at(0, b"new").unwrap();
    file.sync_data().unwrap();
    fs.sync_dir(path("/")).unwrap();
    fs.rename(path("/b"), path("/a")).unwrap();
    let look = |fs: &SimFs| (contents(fs), fs.exists(path("/b")).unwrap());
    let either = [(b"".to_vec(), true), (b"new".to_vec(), false)];
    assert_eq!(found(&fs, look), either.into());
}

#[test]
fn changes_of_names_are_reordered() {
    let fs = SimFs::new(1);
    for name in ["/a", "/b"] {
        fs.create_new(path(name)).unwrap();
    }
    let seen = found(&fs, |fs| fs.list(path("/")).unwrap());
    assert!(seen.contains(&vec!["b".to_owned()]), "{seen:?}");
    assert_eq!(seen.len(), 4);
}

#[test]
fn a_directory_that_is_synced_says_nothing_about_another() {
    let fs = SimFs::new(1);
    for dir in ["/x", "/y"] {
        fs.create_dir_all(path(dir)).unwrap();
        fs.create_new(&path(dir).join("a")).unwrap();
    }
    fs.sync_dir(path("/x")).unwrap();
    let seen = found(&fs, |fs| {
        (
            fs.exists(path("/x/a")).unwrap(),
            fs.exists(path("/y/a")).unwrap(),
        )
    });
    assert_eq!(seen, [(true, false), (true, true)].into());
}

#[test]
fn a_sync_that_fails_forgets_what_it_did_not_write() {
    let fs = with_file();
    let file = fs.open(path("/a")).unwrap();
    let mut lost = false;
    for round in 0..20_u8 {
        file.write_at(0, &[round; 4]).unwrap();
        fs.set_plan(Plan::FailAt(0));
        file.sync_data().unwrap_err();
        // As if nothing had happened:
        file.sync_data().unwrap();
        assert_eq!(contents(&fs), [round; 4], "the page cache has it");
        lost |= contents(&fs.crash()) != [round; 4];
    }
    assert!(lost, "a second sync has nothing to write, and succeeds");
}

#[test]
fn the_power_stays_off() {
    let fs = with_file();
    let file = fs.open(path("/a")).unwrap();
    fs.set_plan(Plan::PowerOffAt(1));
    file.write_at(0, b"1").unwrap();
    file.sync_data().unwrap_err();
    file.sync_data().unwrap_err();
    file.read_at(0, &mut [0]).unwrap_err();
    fs.list(path("/")).unwrap_err();
    assert_eq!(fs.crash().list(path("/")).unwrap(), ["a"]);
}

#[test]
fn a_lost_write_reports_success() {
    let fs = with_file();
    let file = fs.open(path("/a")).unwrap();
    fs.set_plan(Plan::LoseAt(0));
    file.write_at(0, b"lost").unwrap();
    file.write_at(8, b"kept").unwrap();
    assert_eq!(contents(&fs), b"\0\0\0\0\0\0\0\0kept");
}

#[test]
fn a_read_fails_when_told() {
    let fs = with_file();
    let file = fs.open(path("/a")).unwrap();
    fs.set_plan(Plan::FailReadAt(1));
    let results = [(); 3].map(|()| file.read_at(0, &mut [0]).is_ok());
    assert_eq!(results, [true, false, true]);
}

#[test]
fn a_full_disk_takes_no_more_until_something_is_removed() {
    let fs = with_file();
    fs.set_plan(Plan::FullAt(10));
    let a = fs.open(path("/a")).unwrap();
    let b = fs.create_new(path("/b")).unwrap();
    a.write_at(0, &[1; 8]).unwrap();
    let full = |result: io::Result<()>| {
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull);
    };
    full(b.write_at(0, &[2; 3]));
    full(b.allocate(3));
    full(b.set_len(3));
    a.write_at(0, &[3; 8]).unwrap();
    fs.remove(path("/a")).unwrap();
    b.write_at(0, &[2; 10]).unwrap();
}

#[test]
fn a_removed_file_lives_on_while_it_is_open() {
    let fs = with_file();
    let file = fs.open(path("/a")).unwrap();
    file.write_at(0, b"here").unwrap();
    fs.remove(path("/a")).unwrap();
    fs.sync_dir(path("/")).unwrap();
    let mut bytes = [0; 4];
    file.read_exact_at(0, &mut bytes).unwrap();
    assert_eq!(&bytes, b"here");
}

#[test]
fn a_crash_keeps_the_two_names_of_one_file_together() {
    let fs = with_file();
    fs.hard_link(path("/a"), path("/b")).unwrap();
    fs.sync_dir(path("/")).unwrap();
    let found = fs.crash();
    found.open(path("/b")).unwrap().write_at(0, b"x").unwrap();
    assert_eq!(contents(&found), b"x");
}

#[test]
fn the_same_seed_gives_the_same_crash() {
    let run = || {
        let fs = SimFs::new(99);
        let file = fs.create_new(path("/a")).unwrap();
        fs.sync_dir(path("/")).unwrap();
        file.write_at(0, &[7; 40 * SECTOR]).unwrap();
        contents(&fs.crash())
    };
    assert_eq!(run(), run());
}
