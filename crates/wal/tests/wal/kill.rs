//! A real process is killed while it appends, over and over: all that it had reported is there.
//!
//! The child is this test's own binary. `KILL_ROUNDS=1000 cargo test --release --test wal kill` for
//! longer. A kill leaves what the system has in memory, so that this finds errors of another kind
//! than `crash.rs`: of the real files, their names and their locks.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::common::*;
use wal::{Lsn, Options, SyncPolicy, Wal};

const PATH: &str = "WAL_KILL_PATH";

/// Held while a process is started, and by tests that open a real directory again: from its fork to
/// its exec a process has its parent's locks, and what was closed is still locked.
pub static STARTING: Mutex<()> = Mutex::new(());

fn rounds() -> u64 {
    let rounds = std::env::var("KILL_ROUNDS").ok();
    rounds.and_then(|n| n.parse().ok()).unwrap_or(12)
}

fn open_real(path: &str, policy: SyncPolicy) -> Wal {
    Wal::open(path, Options::new().segment_size(4096).sync(policy)).unwrap()
}

/// Four threads append; each says which of its records are in the log.
fn append_until_killed(path: &str) -> ! {
    // A kill is no loss of power: written is enough.
    let policy = if path.len().is_multiple_of(2) {
        SyncPolicy::Os
    } else {
        SyncPolicy::EveryWrite
    };
    let wal = open_real(path, policy);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let lsn = wal.append(&record(std::process::id().into())).unwrap();
                    if lsn.0.is_multiple_of(200) {
                        wal.truncate_before(Lsn(lsn.0 - 150)).unwrap();
                    }
                    // One write: a line is there whole or not at all.
                    let line = format!("appended {}\n", lsn.0);
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
    unreachable!("the threads do not end")
}

#[test]
fn a_killed_process_leaves_all_that_it_reported() {
    if let Ok(path) = std::env::var(PATH) {
        append_until_killed(&path);
    }
    let dirs = tempfile::tempdir().unwrap();
    for name in ["a", "ab"] {
        let path = dirs.path().join(name).to_str().unwrap().to_owned();
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
            let number = |line: String| {
                line.strip_prefix("appended ")
                    .map(|n| n.parse::<u64>().unwrap())
            };
            let mut numbers = lines.filter_map(|line| number(line.unwrap()));
            // How many appends it is given; then it is killed wherever it happens to be.
            for lsn in numbers.by_ref().take(1 + (round * 31 % 97) as usize) {
                reported = lsn.max(reported);
            }
            child.kill().unwrap();
            // What it had still said by then.
            reported = numbers.fold(reported, u64::max);
            child.wait().unwrap();
            let wal = open_real(&path, SyncPolicy::EveryWrite);
            assert!(wal.last_lsn().0 >= reported, "{reported} was reported");
            assert!(
                records(&wal)
                    .unwrap()
                    .iter()
                    .all(|r| r.starts_with(b"record "))
            );
            reported = wal.last_lsn().0;
        }
        assert!(reported > rounds());
    }
}
