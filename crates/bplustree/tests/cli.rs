//! The command-line tool, on a file as a reader of the chapter would make one.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bplustree::disk::{Options, Store};

/// One test at a time: a process that is started has its parent's locks from its fork to its exec,
/// and a store that another test has closed would still be locked.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(command: &str, file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bplustree"))
        .arg(command)
        .arg(file)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn make(path: &Path) {
    let store = Options::new().page_size(512).open(path).unwrap();
    let mut tx = store.write().unwrap();
    for n in 0..60 {
        tx.table("numbers")
            .unwrap()
            .insert(format!("{n:02}"), [b'x'; 20])
            .unwrap();
    }
    tx.table("towns")
        .unwrap()
        .insert("Tromsø", vec![b'y'; 900])
        .unwrap();
    tx.commit().unwrap();
    store.close().unwrap();
}

#[test]
fn it_shows_what_is_in_a_file() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    make(&path);

    let stats = run("stats", &path);
    assert!(stdout(&stats).contains("table \"numbers\": 60 entries, height 2, 5 leaves"));
    let verified = run("verify", &path);
    assert!(stdout(&verified).starts_with("sound: 2 tables with 61 entries"));
    let dump = run("dump", &path);
    assert_eq!(stdout(&dump).lines().count(), 61);
    assert!(stdout(&dump).starts_with("numbers\t00\txxxxxxxxxxxxxxxxxxxx\n"));
    let tree = run("tree", &path);
    assert!(stdout(&tree).contains("branch of 5 children"));
    assert_eq!(stdout(&tree).matches("leaf of").count(), 5 + 2);
    assert!(stdout(&tree).contains("Tromsø"));
}

#[test]
fn it_names_a_damaged_page_and_says_how_it_is_used() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    make(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4 * 512 + 300] ^= 1;
    std::fs::write(&path, bytes).unwrap();

    let verified = run("verify", &path);
    assert_eq!(verified.status.code(), Some(1));
    assert!(
        String::from_utf8(verified.stderr)
            .unwrap()
            .contains("page 4 is damaged")
    );
    let usage = run("repair", &path);
    assert_eq!(usage.status.code(), Some(2));
    assert!(
        String::from_utf8(usage.stderr)
            .unwrap()
            .starts_with("usage")
    );
    let missing = run("stats", &dir.path().join("nothing"));
    assert_eq!(missing.status.code(), Some(1));
}

#[test]
fn a_compact_copy_holds_the_same_in_fewer_pages() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    make(&path);
    let store = Store::open(&path).unwrap();
    for n in 0..60 {
        let mut tx = store.write().unwrap();
        let mut table = tx.table("numbers").unwrap();
        if n % 3 > 0 {
            table.remove(format!("{n:02}")).unwrap();
        }
        tx.commit().unwrap();
    }
    store.close().unwrap();
    let (before, dump) = (
        std::fs::metadata(&path).unwrap().len(),
        run("dump", &path).stdout,
    );
    Store::compact(&path).unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < before);
    assert_eq!(run("dump", &path).stdout, dump);
    assert!(run("verify", &path).status.success());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}
