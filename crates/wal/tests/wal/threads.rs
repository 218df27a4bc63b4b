//! Many threads on one log.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Condvar, Mutex, mpsc};
use std::time::Duration;

use crate::common::*;
use vfs::{File, FileSystem, Lock, SimFs};
use wal::{Error, Lsn, Options, SyncPolicy, Wal};

#[test]
fn all_records_are_there_once_each_in_the_order_of_their_threads() {
    for policy in [SyncPolicy::EveryWrite, SyncPolicy::Os] {
        let fs = SimFs::new(1);
        let wal = open(&fs, Options::new().segment_size(2048).sync(policy)).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8_u8 {
                let wal = &wal;
                scope.spawn(move || {
                    for n in 0..100_u8 {
                        let lsn = wal.append_batch(&[&[thread, n], &[thread, n, 1]]).unwrap();
                        assert!(policy == SyncPolicy::Os || wal.durable_lsn() >= lsn);
                    }
                });
            }
        });
        wal.sync().unwrap();
        let found = open(&fs.crash(), small()).unwrap();
        let mut next = [0; 8];
        for pair in records(&found).unwrap().chunks(2) {
            let [thread, n] = pair[0][..] else {
                panic!("{pair:?}")
            };
            assert_eq!(pair[1], [thread, n, 1], "a batch is in one piece");
            assert_eq!(next[thread as usize], n);
            next[thread as usize] += 1;
        }
        assert_eq!(next, [100; 8]);
    }
}

#[test]
fn readers_and_truncation_run_beside_appends() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small().sync(SyncPolicy::Os)).unwrap();
    let filled = AtomicBool::new(false);
    let recycled = || wal.stats().segments_recycled > 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            fill(&wal, 0..2000);
            // The scheduler may not have let the others run until now.
            for n in (2000..1_000_000).take_while(|_| !recycled()) {
                fill(&wal, n..n + 1);
                std::thread::yield_now();
            }
            filled.store(true, SeqCst);
        });
        scope.spawn(|| {
            while !filled.load(SeqCst) {
                wal.truncate_before(Lsn(wal.last_lsn().0.saturating_sub(20)))
                    .unwrap();
                std::thread::yield_now();
            }
        });
        scope.spawn(|| {
            while !filled.load(SeqCst) {
                for item in wal.iter_from(Lsn(1)).unwrap() {
                    let (lsn, bytes) = item.unwrap();
                    assert_eq!(bytes, record(lsn.0 - 1));
                }
            }
        });
    });
    assert!(recycled());
}

/// A file system whose syncs wait until the gate is open.
#[derive(Clone, Debug)]
struct Gated(SimFs, Arc<Gate>);

#[derive(Debug, Default)]
struct Gate {
    /// Whether syncs wait, and how many do.
    state: Mutex<(bool, u32)>,
    changed: Condvar,
    /// Who has passed panics.
    is_trap: AtomicBool,
}

impl Gate {
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        self.changed.notify_all();
        drop(
            self.changed
                .wait_while(state, |(closed, _)| *closed)
                .unwrap(),
        );
        if self.is_trap.load(SeqCst) {
            // As a panic, but without a message.
            std::panic::resume_unwind(Box::new("trapped"));
        }
    }

    fn set(&self, closed: bool) {
        *self.state.lock().unwrap() = (closed, 0);
        self.changed.notify_all();
    }

    fn wait_for_one(&self) {
        let state = self.state.lock().unwrap();
        drop(
            self.changed
                .wait_while(state, |(_, waiting)| *waiting == 0)
                .unwrap(),
        );
    }
}

#[derive(Debug)]
struct GatedFile(Arc<dyn File>, Arc<Gate>);

impl File for GatedFile {
    fn len(&self) -> std::io::Result<u64> {
        self.0.len()
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<usize> {
        self.0.read_at(offset, buf)
    }
    fn write_at(&self, offset: u64, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_at(offset, bytes)
    }
    fn set_len(&self, len: u64) -> std::io::Result<()> {
        self.0.set_len(len)
    }
    fn allocate(&self, len: u64) -> std::io::Result<()> {
        self.0.allocate(len)
    }
    fn sync_data(&self) -> std::io::Result<()> {
        self.1.pass();
        self.0.sync_data()
    }
}

impl Gated {
    fn file(&self, file: std::io::Result<Arc<dyn File>>) -> std::io::Result<Arc<dyn File>> {
        Ok(Arc::new(GatedFile(file?, self.1.clone())))
    }
}

impl FileSystem for Gated {
    fn open(&self, path: &Path) -> std::io::Result<Arc<dyn File>> {
        self.file(self.0.open(path))
    }
    fn create(&self, path: &Path) -> std::io::Result<Arc<dyn File>> {
        self.file(self.0.create(path))
    }
    fn create_new(&self, path: &Path) -> std::io::Result<Arc<dyn File>> {
        self.file(self.0.create_new(path))
    }
    fn rename(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        self.0.rename(from, to)
    }
    fn remove(&self, path: &Path) -> std::io::Result<()> {
        self.0.remove(path)
    }
    fn hard_link(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        self.0.hard_link(from, to)
    }
    fn list(&self, dir: &Path) -> std::io::Result<Vec<String>> {
        self.0.list(dir)
    }
    fn create_dir_all(&self, dir: &Path) -> std::io::Result<()> {
        self.0.create_dir_all(dir)
    }
    fn sync_dir(&self, dir: &Path) -> std::io::Result<()> {
        self.0.sync_dir(dir)
    }
    fn lock(&self, path: &Path) -> std::io::Result<Lock> {
        self.0.lock(path)
    }
    fn exists(&self, path: &Path) -> std::io::Result<bool> {
        self.0.exists(path)
    }
}

fn open_gated() -> (Arc<Wal>, Arc<Gate>) {
    let gated = Gated(SimFs::new(1), Arc::default());
    let gate = gated.1.clone();
    let options = Options::new().segment_size(1 << 16);
    let wal = Wal::open_in(Arc::new(gated), DIR, options).unwrap();
    wal.append(b"makes the segment").unwrap();
    (Arc::new(wal), gate)
}

#[test]
fn those_who_append_while_a_sync_runs_share_the_next_one() {
    let (wal, gate) = open_gated();
    let before = wal.stats();
    gate.set(true);
    let started = Barrier::new(65);
    std::thread::scope(|scope| {
        scope.spawn(|| wal.append(b"leads").unwrap());
        gate.wait_for_one();
        for _ in 0..64 {
            scope.spawn(|| {
                started.wait();
                wal.append(b"follows").unwrap();
            });
        }
        started.wait();
        // Enqueued or about to be; all of them wait for the leader, who waits for the gate.
        gate.set(false);
    });
    let stats = wal.stats();
    // Who was late, by the scheduler's will, made a group of its own.
    let syncs = stats.syncs - before.syncs;
    assert!((2..=65).contains(&syncs));
    assert_eq!(stats.writes - before.writes, syncs);
    assert_eq!(wal.last_lsn(), Lsn(66));
    assert_eq!(wal.durable_lsn(), Lsn(66));
}

#[test]
fn a_panic_of_the_leader_halts_the_log_and_no_one_waits_for_ever() {
    let (wal, gate) = open_gated();
    gate.set(true);
    gate.is_trap.store(true, SeqCst);
    let leader = std::thread::spawn({
        let wal = wal.clone();
        move || wal.append(b"leads")
    });
    gate.wait_for_one();
    let (done, follower) = mpsc::channel();
    let started = Arc::new(Barrier::new(4));
    for task in [
        |wal: &Wal| wal.append(b"follows").map(drop),
        |wal: &Wal| wal.sync(),
        |wal: &Wal| wal.truncate_before(Lsn(1)),
    ] {
        let (wal, done, started) = (wal.clone(), done.clone(), started.clone());
        std::thread::spawn(move || {
            started.wait();
            done.send(task(&wal))
        });
    }
    started.wait();
    // They get to wait for the leader. One that is late finds the log halted: as good, but less of
    // a test.
    (0..1000).for_each(|_| std::thread::yield_now());
    gate.set(false);
    for _ in 0..3 {
        // Takes a moment, or for ever.
        let result = follower.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(matches!(result, Err(Error::Halted(_))), "{result:?}");
    }
    assert!(leader.join().is_err(), "the panic goes on");
    assert_eq!(records(&wal).unwrap()[0], b"makes the segment");
}
