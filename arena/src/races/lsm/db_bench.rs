//! db_bench's workloads, by their names there.

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::{
    LsmWork,
    engine::{Engine, Sync, check},
    folder,
    gauge::Gauge,
    records::{Key, RECORD, Value, key, uniform, value},
};
use crate::harness::Turn;

/// Records of an engine, fewer in a smoke test.
pub fn records(turn: &Turn) -> u64 {
    if turn.quick() { 20_000 } else { 1_000_000 }
}

/// How many of `operations` an `E` is to do: fewer in a smoke test, and fewer if it is slow.
pub fn share<E: Engine>(operations: usize, turn: &Turn) -> usize {
    let slow = if E::FEWER { 10 } else { 1 };
    let quick = if turn.quick() { 50 } else { 1 };
    operations / slow / quick
}

/// Puts records with these keys into an engine, in batches, and waits until they are where they
/// belong.
pub fn load<E: Engine>(engine: &E, keys: impl Iterator<Item = Key>) -> anyhow::Result<()> {
    const BATCH: usize = 10_000;
    let mut batch: Vec<(Key, Value)> = Vec::with_capacity(BATCH);
    for (key, number) in keys.zip(0..) {
        batch.push((key, value(number)));
        if batch.len() == BATCH {
            engine.batch(&batch)?;
            batch.clear();
        }
    }
    engine.batch(&batch)?;
    engine.settle()?;
    Ok(())
}

/// All of db_bench's numbers, in no order.
pub fn shuffled(records: u64, seed: u64) -> Vec<u64> {
    let mut numbers: Vec<u64> = (0..records).collect();
    numbers.shuffle(&mut StdRng::seed_from_u64(seed));
    numbers
}

/// Puts, one by one, into an empty engine or a full one.
#[derive(Clone, Copy)]
pub enum Fill {
    /// Keys ascend.
    Seq,
    /// Keys are drawn uniformly, some of them more than once.
    Random,
    /// As `Random`; every key was there before.
    Overwrite,
}

impl LsmWork for Fill {
    fn run<E: Engine>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<E>()?;
        let (folder, records) = (folder(), records(turn));
        let puts = share::<E>(records as usize, turn).max(records as usize / 10);
        let numbers = match self {
            Fill::Seq => (0..puts as u64).collect(),
            _ => uniform(records, puts, turn.seed()),
        };
        let engine = E::open(folder.path(), Sync::Later)?;
        if let Fill::Overwrite = self {
            load(&engine, shuffled(records, turn.seed()).into_iter().map(key))?;
        }
        let gauge = Gauge::start()?;
        let start = Instant::now();
        turn.once(puts as u64, || {
            let mut pairs = numbers.iter().zip(records..);
            pairs.try_for_each(|(&number, version)| engine.put(&key(number), &value(version)))
        })?;
        let settled = engine.settle()?.duration_since(start).as_nanos() as f64;
        turn.record("settled_ns_per_op", settled / puts as f64);
        drop(engine);
        gauge.stop(puts as u64 * RECORD, folder.path(), turn)
    }
}

/// `fillsync`: puts at random keys, each durable when it returns.
#[derive(Clone, Copy)]
pub struct FillSync {
    /// How many; a fiftieth of them in a smoke test.
    pub puts: usize,
}

impl LsmWork for FillSync {
    fn run<E: Engine>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<E>()?;
        let folder = folder();
        let puts = self.puts / if turn.quick() { 50 } else { 1 };
        let numbers = uniform(records(turn), puts, turn.seed());
        let engine = E::open(folder.path(), Sync::EveryWrite)?;
        // The log's first file is made, and zeros put into it, at the latest by the first put.
        engine.put(&key(0), &value(0))?;
        let gauge = Gauge::start()?;
        turn.once(puts as u64, || {
            let mut pairs = numbers.iter().zip(0..);
            pairs.try_for_each(|(&number, version)| engine.put(&key(number), &value(version)))
        })?;
        drop(engine);
        // The system counts a page, or more, for each put: that would say nothing of the engine.
        gauge.stop(0, folder.path(), turn)
    }
}

/// Reads of an engine that was filled in no order, and settled.
#[derive(Clone, Copy)]
pub enum Read {
    /// `get` of keys that are there.
    Random,
    /// `get` of keys that are not there, though their neighbours are.
    Missing,
    /// A seek to a random key, and ten records from there on.
    Seek,
    /// As `Random`, while another thread puts new values at random keys, at a given rate.
    WhileWriting,
}

/// Records that a seek reads.
const NEXTS: usize = 10;

/// Puts in a second beside `readwhilewriting`: 10 MB of records.
const RATE: u64 = 10_000_000 / RECORD;

impl LsmWork for Read {
    fn run<E: Engine>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<E>()?;
        let (folder, records) = (folder(), records(turn));
        let reads = match self {
            Read::Seek => 200_000,
            _ => 1_000_000,
        };
        let reads = reads / if turn.quick() { 50 } else { 1 };
        let engine = E::open(folder.path(), Sync::Later)?;
        load(&engine, shuffled(records, turn.seed()).into_iter().map(key))?;
        let numbers = uniform(records, reads, turn.seed() + 1);
        // What an engine keeps in its cache, it has by then.
        for &number in &numbers[..reads / 10] {
            self.once(&engine, number)?;
        }
        let gauge = Gauge::start()?;
        if let Read::WhileWriting = self {
            beside_a_writer(&engine, records, turn, |turn| {
                turn.once(reads as u64, || self.all(&engine, &numbers))
            })?;
        } else {
            turn.once(reads as u64, || self.all(&engine, &numbers))?;
        }
        drop(engine);
        gauge.stop(0, folder.path(), turn)
    }
}

impl Read {
    fn all<E: Engine>(self, engine: &E, numbers: &[u64]) -> anyhow::Result<()> {
        for &number in numbers {
            self.once(engine, number)?;
        }
        Ok(())
    }

    #[inline]
    fn once<E: Engine>(self, engine: &E, number: u64) -> anyhow::Result<()> {
        let key = key(number);
        match self {
            Read::Random | Read::WhileWriting => {
                assert!(engine.get(&key)?.is_some(), "the key is there");
            }
            Read::Missing => {
                let mut longer = [b'0'; 17];
                longer[..16].copy_from_slice(&key);
                assert!(engine.get(&longer)?.is_none(), "the key is not there");
            }
            Read::Seek => {
                black_box(engine.scan(&key, NEXTS)?);
            }
        }
        Ok(())
    }
}

/// Runs `work` while another thread puts, and records how many puts that one came to.
fn beside_a_writer<E: Engine>(
    engine: &E,
    records: u64,
    turn: &mut Turn,
    work: impl FnOnce(&mut Turn) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let numbers = uniform(records, 1 << 16, turn.seed() + 2);
    let (stop, puts) = (AtomicBool::new(false), AtomicU64::new(0));
    let start = Instant::now();
    thread::scope(|scope| {
        let writer = scope.spawn(|| -> anyhow::Result<()> {
            let mut pairs = numbers.iter().cycle().zip(records..);
            while !stop.load(Relaxed) {
                // A burst of a tenth of a millisecond's worth, or as many as are due.
                let due = start.elapsed().as_micros() as u64 * RATE / 1_000_000;
                for (&number, version) in pairs.by_ref().take(64) {
                    engine.put(&key(number), &value(version))?;
                }
                if puts.fetch_add(64, Relaxed) + 64 > due {
                    thread::sleep(Duration::from_micros(64 * 1_000_000 / RATE));
                }
            }
            Ok(())
        });
        let result = work(turn);
        stop.store(true, Relaxed);
        writer.join().expect("the writer does not panic")?;
        result
    })?;
    let seconds = start.elapsed().as_secs_f64();
    turn.record("puts_per_second", puts.into_inner() as f64 / seconds);
    Ok(())
}
