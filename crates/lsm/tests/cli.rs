//! The program `lsm`, run as a user would: `cargo test -p lsm --features cli --test cli`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lsm::{Db, Options, SyncPolicy, inspect};

/// One test at a time: a process that is started has its parent's locks from its fork to its exec,
/// and a store that another test has closed would still be locked.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lsm(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lsm"));
    command.args(arguments);
    command
}

/// Runs it with the directory as the argument behind the command, and the rest after that.
fn run(command: &str, dir: &Path, rest: &[&str]) -> Output {
    let mut command = lsm(&[command]);
    command.arg(dir).args(rest).output().unwrap()
}

/// What is printed by a run that succeeds.
fn printed(command: &str, dir: &Path, rest: &[&str]) -> String {
    let output = run(command, dir, rest);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What is printed, and said as an error, by a run that ends with code 1.
fn failed(command: &str, dir: &Path, rest: &[&str]) -> (String, String) {
    let output = run(command, dir, rest);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

fn load(dir: &Path, lines: &[u8]) -> Output {
    let mut child = lsm(&["load"])
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(lines);
    child.wait_with_output().unwrap()
}

/// Tables, tombstones, and writes that are in the log only.
fn fill(dir: &Path) -> Db {
    let options = Options::new()
        .memtable_size(1 << 20)
        .sync(SyncPolicy::Os)
        .threads(0);
    let db = Db::open(dir, options).unwrap();
    for n in 0..2000 {
        db.put(format!("key {n:05}").as_bytes(), &[b'v'; 50])
            .unwrap();
    }
    db.flush().unwrap();
    db.delete(b"key 00007").unwrap();
    db.delete_range(b"key 00100", b"key 00200").unwrap();
    db.put(b"\x00binary\xff", b"\n").unwrap();
    db.flush().unwrap();
    db.put(b"in the log", b"only").unwrap();
    db
}

/// What a process that is killed leaves of a database.
fn killed(dir: &Path) -> PathBuf {
    let open = dir.join("open");
    let _db = fill(&open);
    let copy = dir.join("killed");
    for (path, bytes) in files(&open) {
        let path = copy.join(path.strip_prefix(&open).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    copy
}

/// All files below a directory, and what they hold.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => {
                found.insert(path.clone(), fs::read(path).unwrap());
            }
        }
    }
    found
}

/// The tables' files, the largest last.
fn tables(dir: &Path) -> Vec<PathBuf> {
    let mut found = files(dir);
    found.retain(|path, _| path.extension().is_some_and(|extension| extension == "sst"));
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, bytes)| bytes.len());
    found.into_iter().map(|(path, _)| path).collect()
}

fn flip(path: &Path, offset: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[offset] ^= 0x40;
    fs::write(path, bytes).unwrap();
}

#[test]
fn what_was_loaded_is_got_and_scanned() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let output = load(
        dir.path(),
        b"b\ttwo\na\tone\tand a tab\nab\t\\\nc\xff\t\nb\tthree",
    );
    assert_eq!(output.stdout, b"5 entries\n", "{output:?}");
    assert_eq!(printed("get", dir.path(), &["b"]), "three\n");
    assert_eq!(printed("get", dir.path(), &["a"]), "one\\tand a tab\n");
    assert_eq!(printed("get", dir.path(), &["c\\xff"]), "\n");
    let all = "a\tone\\tand a tab\nab\t\\\\\nb\tthree\nc\\xff\t\n";
    assert_eq!(printed("scan", dir.path(), &[]), all);
    assert_eq!(
        printed("scan", dir.path(), &["--prefix", "a", "--limit", "1"]),
        all.split_inclusive('\n').next().unwrap()
    );
    assert_eq!(
        printed("scan", dir.path(), &["--prefix", "c\\xff"]),
        "c\\xff\t\n"
    );
}

#[test]
fn what_is_not_there_is_an_error() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    load(dir.path(), b"a\t1\n");
    let (out, error) = failed("get", dir.path(), &["b"]);
    assert_eq!((&out[..], &error[..]), ("", "lsm: there is no such key\n"));
    let (_, error) = failed("get", dir.path(), &["\\q"]);
    assert!(error.contains("no escape"), "{error}");
    let nowhere = dir.path().join("nowhere");
    for command in ["stats", "manifest", "verify", "scan"] {
        let (_, error) = failed(command, &nowhere, &[]);
        assert!(error.contains("there is no database"), "{error}");
    }
    assert!(!nowhere.exists());
    assert_eq!(lsm(&[]).output().unwrap().status.code(), Some(2));
}

#[test]
fn a_line_without_a_tab_is_named() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let output = load(dir.path(), b"a\t1\nb 2\n");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("line 2 has no tab"), "{error}");
}

#[test]
fn stats_prints_levels_and_amplification() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let stats = printed("stats", &killed(dir.path()), &[]);
    let all = stats
        .lines()
        .find(|line| line.trim_start().starts_with("all"));
    let words: Vec<_> = all.unwrap().split_whitespace().collect();
    assert_eq!(
        words[1],
        tables(&dir.path().join("killed")).len().to_string()
    );
    // The write after the last flush.
    assert!(stats.contains("; 1 of them are not in tables\n"), "{stats}");
    for line in ["write amplification: ", "space amplification: "] {
        assert!(stats.contains(line), "{stats}");
    }
}

#[test]
fn manifest_prints_how_each_table_came_about() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let dir = killed(dir.path());
    let manifest = printed("manifest", &dir, &[]);
    assert!(manifest.contains("edit 1\n"), "{manifest}");
    for table in tables(&dir) {
        let number: u64 = table
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(
            manifest.contains(&format!("  + table {number} to level ")),
            "{manifest}"
        );
    }
    assert!(manifest.contains("key 01999 @2000 put"), "{manifest}");
}

#[test]
fn dump_sst_prints_parts_blocks_tombstones_and_entries() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let dir = killed(dir.path());
    let dumps: Vec<String> = tables(&dir)
        .iter()
        .map(|table| printed("dump-sst", table, &["--keys"]))
        .collect();
    let all = dumps.concat();
    for line in [
        "  range deletions  1\n",
        "  key 00100 … key 00200 (exclusive) @2002\n",
        "    key 00007 @2001 delete\t\n",
        "    \\x00binary\\xff @2003 put\t\\n\n",
        "    key 01999 @2000 put\tvvvv",
    ] {
        assert!(all.contains(line), "{line:?} in {all}");
    }
    for part in ["filter", "tombstones", "properties", "index", "footer"] {
        assert!(all.contains(&format!("bytes  {part}\n")), "{part} in {all}");
    }
    let short = printed("dump-sst", tables(&dir).last().unwrap(), &[]);
    assert!(short.contains("key 00000 … "), "{short}");
    assert!(!short.contains("vvvv"), "{short}");
}

#[test]
fn verify_of_a_sound_database_says_so() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let verified = printed("verify", &killed(dir.path()), &[]);
    assert!(verified.starts_with("sound: "), "{verified}");
    assert!(!verified.contains("sound: 0 tables"), "{verified}");
}

#[test]
fn verify_names_all_that_is_damaged() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let dir = killed(dir.path());
    let large = tables(&dir).pop().unwrap();
    let number: u64 = large
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let blocks = inspect::open_table(&large).unwrap().data_blocks();
    let offsets: Vec<u64> = blocks.map(|block| block.unwrap().offset).collect();
    assert!(offsets.len() > 4);
    for offset in [offsets[1], offsets[3]] {
        flip(&large, offset as usize + 9);
    }
    let (out, error) = failed("verify", &dir, &[]);
    for offset in [offsets[1], offsets[3]] {
        let name = format!("table {number} is damaged in the block at byte {offset} ");
        assert!(out.contains(&name), "{name:?} in {out}");
    }
    assert_eq!(error, "lsm: 2 damages found\n");
    // What is sound is still printed.
    let (dump, _) = failed("dump-sst", &large, &[]);
    assert_eq!(dump.matches("damaged: ").count(), 2);
    assert!(dump.contains("key 01999"), "{dump}");

    fs::remove_file(&large).unwrap();
    let (out, _) = failed("verify", &dir, &[]);
    let name = large.file_name().unwrap().to_str().unwrap();
    assert!(out.contains(name), "{out}");
}

#[test]
fn a_damaged_manifest_is_named_and_the_rest_of_it_printed() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let dir = killed(dir.path());
    let before = printed("manifest", &dir, &[]).matches("edit ").count();
    let segments = files(&dir.join("manifest"));
    let is_segment = |path: &&PathBuf| path.extension().is_some_and(|name| name == "wal");
    let segment = segments.keys().find(is_segment).unwrap();
    // In the first record, behind the segment's header and the record's.
    flip(segment, 70);
    let (out, error) = failed("manifest", &dir, &[]);
    assert!(out.contains("damaged: segment "), "{out}");
    assert_eq!(out.matches("edit ").count(), before - 1, "{out}");
    assert_eq!(error, "lsm: one damage found\n");
    let (out, _) = failed("verify", &dir, &[]);
    assert!(out.contains("of the manifest is damaged at byte "), "{out}");
}

#[test]
fn inspection_changes_nothing() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let dir = killed(dir.path());
    // A copy may have no lock files, and a crash tears the log.
    for path in files(&dir).keys() {
        if path.ends_with("LOCK") {
            fs::remove_file(path).unwrap();
        }
    }
    let (log, bytes) = files(&dir.join("log")).pop_last().unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    fs::write(log, &bytes[..end - 2]).unwrap();

    let before = files(&dir);
    for command in ["stats", "manifest", "verify"] {
        printed(command, &dir, &[]);
    }
    for table in tables(&dir) {
        printed("dump-sst", &table, &["--keys"]);
    }
    assert!(files(&dir) == before);
}

#[test]
fn an_open_database_is_left_alone() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let db = fill(dir.path());
    for command in ["stats", "manifest", "verify", "scan"] {
        let (_, error) = failed(command, dir.path(), &[]);
        assert!(error.contains("open elsewhere"), "{error}");
    }
    db.close().unwrap();
    printed("stats", dir.path(), &[]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let _alone = alone();
    let dir = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (0..20_000)
        .map(|n| format!("{n:08}\tsome value\n"))
        .collect();
    load(dir.path(), lines.concat().as_bytes());
    let mut child = lsm(&["scan"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    // Dropped with the reader: the pipe is closed while there is more to come.
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "00000000\tsome value\n");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
}
