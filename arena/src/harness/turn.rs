//! One contestant's turn at one case: the stopwatch that a race's code is handed.
//!
//! | method | for | timed by |
//! |---|---|---|
//! | [`Turn::iterate`] | operations of nanoseconds on state that goes on | criterion |
//! | [`Turn::replay`] | a run of milliseconds on fresh state each time | criterion |
//! | [`Turn::together`] | operations of several threads on shared state | criterion |
//! | [`Turn::once`] | a whole workload of seconds: bulk loads, disks | the wall clock, once |
//! | [`Turn::record`] | everything that is not time: bytes, hit rate, fsyncs | – |

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use criterion::BatchSize;
use serde::{Deserialize, Serialize};

use super::{Race, criterion::nanoseconds};

/// How long criterion warms up and measures, in one turn.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Budget {
    /// Time before the measurement, in which caches and branch predictors settle.
    pub warm_up: Duration,
    /// Time over which the samples are spread.
    pub measure: Duration,
}

/// Which turn a process is to take.
#[derive(Debug, Serialize, Deserialize)]
pub struct Spec {
    /// The case's name.
    pub case: String,
    /// The contestant's name.
    pub contestant: String,
    /// Seed of the workload: the same for all contestants of a round.
    pub seed: u64,
    /// Whether this is a smoke test, for which a smaller workload will do.
    pub quick: bool,
    /// For criterion.
    pub budget: Budget,
    /// The file into which the process writes what it has [`Taken`].
    pub into: PathBuf,
}

/// What a turn measured.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Taken {
    /// Nanoseconds per operation, in a case that measures time.
    pub ns_per_op: Option<f64>,
    /// Everything else, by name.
    pub measures: BTreeMap<String, f64>,
}

/// A turn under way.
pub struct Turn {
    seed: u64,
    quick: bool,
    budget: Budget,
    taken: Taken,
}

/// Takes the turn that `spec` describes, in this process, and writes its result to the file that
/// `spec` names.
pub fn take(race: &Race, spec: &Spec) -> anyhow::Result<()> {
    let contestant = race.find(&spec.case, &spec.contestant).ok_or_else(|| {
        anyhow::anyhow!(
            "race {} has no {} in {}",
            race.name,
            spec.contestant,
            spec.case
        )
    })?;
    let mut turn = Turn {
        seed: spec.seed,
        quick: spec.quick,
        budget: spec.budget,
        taken: Taken::default(),
    };
    (contestant.turn)(&mut turn);
    std::fs::write(&spec.into, serde_json::to_vec(&turn.taken)?)?;
    Ok(())
}

impl Turn {
    /// The seed from which to derive the workload: the same for all contestants of a round.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Whether this is a smoke test, for which a smaller workload will do.
    pub fn quick(&self) -> bool {
        self.quick
    }

    /// Times `batch`, which does `ops` operations each time it is called. State lives outside and
    /// carries over.
    ///
    /// Let a batch take some tens of microseconds, so that calling it costs nothing beside it.
    pub fn iterate(&mut self, ops: u64, mut batch: impl FnMut()) {
        self.timed(
            ops,
            nanoseconds(self.budget, |bencher| bencher.iter(&mut batch)),
        );
    }

    /// Times `run`, which does `ops` operations on what `fresh` made just before; neither making
    /// nor dropping it is timed.
    ///
    /// Let a run take at least some tens of microseconds, for each is timed on its own.
    pub fn replay<S>(
        &mut self,
        ops: u64,
        mut fresh: impl FnMut() -> S,
        mut run: impl FnMut(&mut S),
    ) {
        let time = nanoseconds(self.budget, |bencher| {
            bencher.iter_batched_ref(&mut fresh, &mut run, BatchSize::PerIteration);
        });
        self.timed(ops, time);
    }

    /// Times `workers`, each on a thread of its own and all at once; a worker does `ops` operations
    /// each time it is called. The time is from the first thread's start to the last one's end,
    /// divided by the operations of all.
    pub fn together<W: FnMut() + Send>(&mut self, ops: u64, mut workers: Vec<W>) {
        let all = ops * workers.len() as u64;
        let time = nanoseconds(self.budget, |bencher| {
            bencher.iter_custom(|iterations| abreast(&mut workers, iterations));
        });
        self.timed(all, time);
    }

    /// Times `run`, which does `ops` operations, once.
    pub fn once<T>(&mut self, ops: u64, run: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = run();
        self.timed(ops, start.elapsed().as_nanos() as f64);
        result
    }

    /// Records a measure that is not time. Its name ends in its unit, unless it is a fraction; see
    /// [`crate::report::Row::measures`].
    pub fn record(&mut self, measure: &str, value: f64) {
        let before = self.taken.measures.insert(measure.to_owned(), value);
        assert!(before.is_none(), "{measure} was recorded twice in one turn");
    }

    fn timed(&mut self, ops: u64, nanoseconds: f64) {
        let before = self.taken.ns_per_op.replace(nanoseconds / ops as f64);
        assert!(before.is_none(), "time was taken twice in one turn");
    }
}

/// Calls each worker `iterations` times, all workers at once; returns the time from the first start
/// to the last end.
fn abreast<W: FnMut() + Send>(workers: &mut [W], iterations: u64) -> Duration {
    let line = &Barrier::new(workers.len());
    let times: Vec<(Instant, Instant)> = thread::scope(|scope| {
        let threads: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                scope.spawn(move || {
                    line.wait();
                    let start = Instant::now();
                    (0..iterations).for_each(|_| worker());
                    (start, Instant::now())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a worker does not panic"))
            .collect()
    });
    let start = times
        .iter()
        .map(|time| time.0)
        .min()
        .expect("there is at least one worker");
    let end = times
        .iter()
        .map(|time| time.1)
        .max()
        .expect("there is at least one worker");
    end - start
}
