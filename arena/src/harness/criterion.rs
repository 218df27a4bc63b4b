//! criterion as a stopwatch: one function, one list of samples, nothing on the console.
//!
//! criterion chooses how many iterations make a sample, warms up, and times; we read its
//! `sample.json` back, because a turn's one number is the median of its samples, and the statistics
//! across turns are ours.

use std::{path::Path, time::Duration};

use criterion::{Bencher, Criterion, SamplingMode};
use serde::Deserialize;

use super::{stats, turn::Budget};

/// What criterion saves of a measurement.
#[derive(Deserialize)]
struct Samples {
    /// Iterations of each sample.
    iters: Vec<f64>,
    /// Nanoseconds of each sample.
    times: Vec<f64>,
}

/// Times one iteration of `function`, in nanoseconds: the median over criterion's samples.
pub fn nanoseconds(budget: Budget, mut function: impl FnMut(&mut Bencher)) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder for criterion's files");
    let mut criterion = Criterion::default()
        .without_plots()
        .output_directory(folder.path())
        .sample_size(10)
        // criterion's own confidence intervals are not read, so let them cost nothing.
        .nresamples(10)
        .warm_up_time(at_least_a_millisecond(budget.warm_up))
        .measurement_time(at_least_a_millisecond(budget.measure));
    let mut group = criterion.benchmark_group("turn");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("turn", |bencher| function(bencher));
    group.finish();
    median_of(&folder.path().join("turn/turn/new/sample.json"))
}

fn at_least_a_millisecond(time: Duration) -> Duration {
    time.max(Duration::from_millis(1))
}

fn median_of(file: &Path) -> f64 {
    let saved = std::fs::read(file).expect("criterion saved its samples");
    let saved: Samples =
        serde_json::from_slice(&saved).expect("criterion's sample.json has iters and times");
    let each: Vec<f64> = saved
        .times
        .iter()
        .zip(&saved.iters)
        .map(|(time, iterations)| time / iterations)
        .collect();
    stats::median(&each)
}
