//! A real process is killed while it writes, over and over: what it had reported as durable is
//! there.
//!
//! The child is this test's own binary. `KILL_ROUNDS=1000 cargo test --release --test kill` for
//! longer. A kill leaves what the system has in memory, so that this finds errors of another kind
//! than `tests/crash.rs`: of the real file, its locks and its mapping.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use bplustree::disk::{Durability, Options, Store};

const PATH: &str = "BPLUSTREE_KILL_PATH";

fn rounds() -> u64 {
    std::env::var("KILL_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(12)
}

fn options() -> Options {
    Options::new().page_size(1024)
}

/// The last transaction that is in the store, having checked that all of it is.
fn last_transaction(store: &Store) -> u64 {
    store.verify().unwrap();
    let tx = store.read();
    let number = |value: &[u8]| u64::from_be_bytes(value.try_into().unwrap());
    let last = tx
        .table("last")
        .unwrap()
        .get("transaction")
        .unwrap()
        .map_or(0, number);
    let table = tx.table("table").unwrap();
    let count = table
        .iter()
        .unwrap()
        .map(|entry| number(entry.unwrap().1))
        .inspect(|n| {
            assert!(
                *n <= last,
                "a part of transaction {n} is there, after {last}"
            );
        });
    assert_eq!(count.count() as u64, (last * 7).min(500));
    last
}

/// Writes transaction after transaction, and says which are durable, until it is killed.
fn write_until_killed(path: &str) -> ! {
    let store = options().open(path).unwrap();
    let mut out = std::io::stdout();
    let mut n = last_transaction(&store);
    loop {
        n += 1;
        let mut tx = store.write().unwrap();
        for key in (n - 1) * 7..n * 7 {
            let mut table = tx.table("table").unwrap();
            table
                .insert((key % 500).to_be_bytes(), n.to_be_bytes())
                .unwrap();
        }
        tx.table("last")
            .unwrap()
            .insert("transaction", n.to_be_bytes())
            .unwrap();
        let deferred = n.is_multiple_of(3);
        let durability = if deferred {
            Durability::Deferred
        } else {
            Durability::Durable
        };
        tx.commit_with(durability).unwrap();
        if !deferred {
            // One write: a line is there whole or not at all.
            out.write_all(format!("durable {n}\n").as_bytes()).unwrap();
        }
    }
}

#[test]
fn a_killed_process_leaves_all_that_it_reported() {
    if let Ok(path) = std::env::var(PATH) {
        write_until_killed(&path);
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let mut reported = 0;
    for round in 0..rounds() {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "a_killed_process_leaves_all_that_it_reported",
                "--nocapture",
            ])
            .env(PATH, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // How many commits it is given; then it is killed wherever it happens to be.
        let commits = 1 + round * 5 % 13;
        let durable = |line: String| line.strip_prefix("durable ").map(|n| n.parse().unwrap());
        let mut numbers = lines.by_ref().filter_map(|line| durable(line.unwrap()));
        reported = numbers
            .by_ref()
            .take(commits as usize)
            .last()
            .unwrap_or(reported);
        child.kill().unwrap();
        // What it had still said by then.
        reported = numbers.last().unwrap_or(reported);
        child.wait().unwrap();
        let store = options().open(&path).unwrap();
        let found = last_transaction(&store);
        assert!(
            found >= reported,
            "round {round}: {reported} was durable, {found} is there"
        );
        reported = found;
    }
    assert!(reported > rounds());
}
