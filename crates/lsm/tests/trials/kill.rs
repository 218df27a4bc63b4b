//! A real process is killed while it writes, over and over: all that it had reported is there.
//!
//! The child is this test's own binary. `KILL_ROUNDS=1000 cargo test --test trials kill` for
//! longer. A kill leaves what the system has in memory, so that this finds errors of another kind
//! than `crash.rs`: of the real files, their names and their locks.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use lsm::compaction::Leveled;
use lsm::{Db, Options, SyncPolicy, WriteBatch};

use crate::disk::complaints;

const PATH: &str = "LSM_KILL_PATH";

/// Held while a process is started, and by tests that open a real directory again: from its fork to
/// its exec a process has its parent's locks, and what was closed is still locked.
pub static STARTING: Mutex<()> = Mutex::new(());
/// Keys of each batch, one for each of its operations.
const KEYS: u64 = 7;

fn rounds() -> u64 {
    let rounds = std::env::var("KILL_ROUNDS").ok();
    rounds.and_then(|n| n.parse().ok()).unwrap_or(10)
}

fn open(path: &str) -> Db {
    let leveled = Leveled {
        level0_tables: 2,
        level1_bytes: 16 << 10,
        ratio: 4,
        table_bytes: 4 << 10,
    };
    let options = Options::new()
        .memtable_size(8 << 10)
        .table_size(4 << 10)
        .compaction(leveled)
        .sync(SyncPolicy::EveryWrite)
        .threads(2);
    Db::open(path, options).unwrap()
}

fn number(value: &[u8]) -> u64 {
    u64::from_be_bytes(value[..8].try_into().unwrap())
}

fn mark(batch: u64) -> Vec<u8> {
    format!("mark {batch}").into_bytes()
}

/// The last batch that is there, having checked that all before are, and nothing of any other.
fn last_batch(db: &Db) -> u64 {
    let last = db.get(b"last").unwrap().map_or(0, |value| number(&value));
    let mut found = 0;
    for item in db.prefix(b"key ") {
        let (key, value) = item.unwrap();
        let key = number(&key[4..]);
        // The newest operation on this key, of all that there were: see `write_until_killed`.
        let newest = last * KEYS - 1 - (last * KEYS + 999 - key) % 1000;
        assert_eq!(
            number(&value),
            newest / KEYS + 1,
            "{key} after batch {last}"
        );
        found += 1;
    }
    assert_eq!(found, (last * KEYS).min(1000), "after batch {last}");
    let marks: Vec<_> = db.prefix(b"mark ").map(|item| item.unwrap().0).collect();
    let expected = (last > 0).then(|| mark(last));
    assert_eq!(
        marks,
        Vec::from_iter(expected),
        "each batch takes the mark from the one before"
    );
    last
}

/// Writes batch after batch, and says which are there, until it is killed.
fn write_until_killed(path: &str) -> ! {
    let db = open(path);
    let mut n = last_batch(&db);
    loop {
        n += 1;
        let mut batch = WriteBatch::new();
        for key in (n - 1) * KEYS..n * KEYS {
            let key = [b"key ", &(key % 1000).to_be_bytes()[..]].concat();
            batch
                .put(&key, &[&n.to_be_bytes()[..], &[b'x'; 40]].concat())
                .unwrap();
        }
        batch.delete(&mark(n - 1)).unwrap();
        batch.put(&mark(n), b"").unwrap();
        batch.put(b"last", &n.to_be_bytes()).unwrap();
        db.write(batch).unwrap();
        // One write: a line is there whole or not at all.
        let line = format!("written {n}\n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    }
}

#[test]
fn a_killed_process_leaves_all_that_it_reported() {
    if let Ok(path) = std::env::var(PATH) {
        write_until_killed(&path);
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db").to_str().unwrap().to_owned();
    let mut reported = 0;
    for round in 0..rounds() {
        let starting = STARTING.lock().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "kill::a_killed_process_leaves_all_that_it_reported",
                "--nocapture",
            ])
            .env(PATH, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        drop(starting);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let number = |line: String| Some(line.strip_prefix("written ")?.parse::<u64>().unwrap());
        let mut numbers = lines.filter_map(|line| number(line.unwrap()));
        // How many batches it is given; then it is killed wherever it happens to be.
        for n in numbers.by_ref().take(1 + (round * 31 % 97) as usize) {
            reported = n;
        }
        child.kill().unwrap();
        // What it had still said by then.
        reported = numbers.last().unwrap_or(reported);
        child.wait().unwrap();
        let db = open(&path);
        let last = last_batch(&db);
        assert!(last >= reported, "{reported} was reported, {last} is there");
        assert!(last <= reported + 1, "{last} was never begun");
        assert!(complaints(&db).is_empty());
        reported = last;
    }
    assert!(reported > rounds());
}
