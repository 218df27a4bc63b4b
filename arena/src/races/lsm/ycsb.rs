//! YCSB's core workloads, A to F (Cooper et al. 2010).

use std::hint::black_box;

use super::{
    LsmWork,
    db_bench::{load, records, share},
    engine::{Engine, Sync, check},
    folder,
    gauge::Gauge,
    records::{Popular, RECORD, random_key, value},
};
use crate::harness::Turn;

/// A workload: how many of a hundred operations are what, in YCSB's own words.
#[derive(Debug, Clone, Copy)]
pub struct Ycsb {
    /// Its letter.
    pub name: char,
    /// What it stands for, and its mix.
    pub about: &'static str,
    read: u64,
    update: u64,
    insert: u64,
    scan: u64,
    /// Operations; a fiftieth of them in a smoke test.
    operations: usize,
}

/// What is left of a hundred is read, modified and written back.
pub const WORKLOADS: [Ycsb; 6] = [
    mix(
        'a',
        "update heavy: half reads, half updates",
        [50, 50, 0, 0],
    ),
    mix('b', "read mostly: 95 % reads, 5 % updates", [95, 5, 0, 0]),
    mix('c', "reads only", [100, 0, 0, 0]),
    mix(
        'd',
        "read latest: 95 % reads of what was inserted lately, 5 % inserts",
        [95, 0, 5, 0],
    ),
    mix(
        'e',
        "short ranges: 95 % scans of 1 to 100 records, 5 % inserts",
        [0, 0, 5, 95],
    ),
    mix(
        'f',
        "half reads, half reads of which the record is written back, modified",
        [50, 0, 0, 0],
    ),
];

const fn mix(name: char, about: &'static str, mix: [u64; 4]) -> Ycsb {
    let [read, update, insert, scan] = mix;
    Ycsb {
        name,
        about,
        read,
        update,
        insert,
        scan,
        operations: if scan > 0 { 100_000 } else { 500_000 },
    }
}

/// An operation on a record of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Read(u64),
    Update(u64),
    Insert(u64),
    Scan(u64, u8),
    Modify(u64),
}

impl Ycsb {
    /// `count` operations on an engine that has `records` records.
    fn operations(self, mut records: u64, count: usize, seed: u64) -> Vec<Operation> {
        // D alone has YCSB's distribution "latest".
        let latest = self.name == 'd';
        let mut popular = Popular::new(latest.then_some(records), seed);
        let one = |_| {
            let kind = popular.below(100);
            if (self.read + self.update..self.read + self.update + self.insert).contains(&kind) {
                records += 1;
                return Operation::Insert(records - 1);
            }
            let number = if latest {
                popular.latest(records)
            } else {
                popular.scrambled(records)
            };
            match kind {
                kind if kind < self.read => Operation::Read(number),
                kind if kind < self.read + self.update => Operation::Update(number),
                _ if self.scan > 0 => Operation::Scan(number, 1 + popular.below(100) as u8),
                _ => Operation::Modify(number),
            }
        };
        (0..count).map(one).collect()
    }
}

impl LsmWork for Ycsb {
    fn run<E: Engine>(self, turn: &mut Turn) -> anyhow::Result<()> {
        check::<E>()?;
        let (folder, records) = (folder(), records(turn));
        let count = match self.name {
            'c' => self.operations / if turn.quick() { 50 } else { 1 },
            _ => share::<E>(self.operations, turn),
        };
        let operations = self.operations(records, count, turn.seed());
        let writes = operations
            .iter()
            .filter(|it| !matches!(it, Operation::Read(_) | Operation::Scan(..)))
            .count();
        let engine = E::open(folder.path(), Sync::Later)?;
        load(&engine, (0..records).map(random_key))?;
        let gauge = Gauge::start()?;
        turn.once(count as u64, || {
            let mut pairs = operations.iter().zip(records..);
            pairs.try_for_each(|(&operation, version)| perform(&engine, operation, version))
        })?;
        engine.settle()?;
        drop(engine);
        gauge.stop(writes as u64 * RECORD, folder.path(), turn)
    }
}

#[inline]
fn perform<E: Engine>(engine: &E, operation: Operation, version: u64) -> anyhow::Result<()> {
    match operation {
        Operation::Read(number) => {
            let found = engine.get(&random_key(number))?;
            assert!(found.is_some(), "the record is there");
        }
        Operation::Update(number) | Operation::Insert(number) => {
            engine.put(&random_key(number), &value(version))?;
        }
        Operation::Scan(number, limit) => {
            black_box(engine.scan(&random_key(number), limit.into())?);
        }
        Operation::Modify(number) => {
            let found = engine.get(&random_key(number))?;
            let found = found.expect("the record is there");
            engine.put(&random_key(number), &value(found.wrapping_add(1)))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_mixed_as_the_workload_says() {
        for workload in WORKLOADS {
            let all = workload.operations(1_000, 10_000, 1);
            let share = |is: fn(&Operation) -> bool| {
                all.iter().filter(|operation| is(operation)).count() as u64
            };
            let expected = [
                (share(|it| matches!(it, Operation::Read(_))), workload.read),
                (
                    share(|it| matches!(it, Operation::Update(_))),
                    workload.update,
                ),
                (
                    share(|it| matches!(it, Operation::Insert(_))),
                    workload.insert,
                ),
                (share(|it| matches!(it, Operation::Scan(..))), workload.scan),
            ];
            for (count, percent) in expected {
                let near = percent * 100;
                assert!(
                    count.abs_diff(near) < 200,
                    "{workload:?}: {count}, not {near}"
                );
            }
        }
    }

    #[test]
    fn what_is_asked_for_was_inserted_before() {
        let mut records = 1_000;
        for operation in WORKLOADS[3].operations(records, 10_000, 1) {
            match operation {
                Operation::Insert(number) => {
                    assert_eq!(number, records);
                    records += 1;
                }
                Operation::Read(number) => assert!(number < records),
                other => panic!("{other:?} is not in workload D"),
            }
        }
        assert!(records > 1_000);
    }
}
