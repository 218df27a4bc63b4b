//! A record that is old or new as a whole, wherever its writing was interrupted, and is durable
//! when it was said to be.

use bplustree::disk::sim::{Plan, SECTOR, SimDisk};

#[cfg_attr(feature = "yours", path = "../disk/torn.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/disk/torn.rs")]
mod exercise;

use device::Disk;
use exercise::{Record, SIZE};

/// What a record may do with its disk, which is the crate's worst one.
mod device {
    use std::io;

    use bplustree::disk::sim::SimDisk;
    use bplustree::disk::storage::Storage;

    pub struct Disk(SimDisk);

    impl Disk {
        pub fn of(disk: &SimDisk) -> Self {
            Disk(disk.clone())
        }

        /// Writes `bytes` at `offset`; they are to be seen at once, and durable after a `sync`.
        pub fn write_at(&self, offset: usize, bytes: &[u8]) -> io::Result<()> {
            self.0.write_at(offset as u64, bytes)
        }

        /// Returns when all that was written is durable.
        pub fn sync(&self) -> io::Result<()> {
            self.0.sync()
        }

        /// All that was written, durable or not, up to the last byte that ever was.
        pub fn bytes(&self) -> Vec<u8> {
            self.0.contents()
        }
    }
}

type Bytes = [u8; SIZE];

/// Record number `number`, every sector of which says so.
fn record(number: u8) -> Bytes {
    std::array::from_fn(|at| (at / SECTOR) as u8 * 16 + number)
}

/// Which record this is; or of which ones it is made.
fn describe(bytes: &Bytes) -> String {
    let sectors = bytes.chunks(SECTOR).enumerate();
    let numbers: Vec<u8> = sectors
        .map(|(at, sector)| sector[0].wrapping_sub(at as u8 * 16))
        .collect();
    match numbers[0] {
        _ if *bytes == [0; SIZE] => "zeros".to_owned(),
        number if *bytes == record(number) => format!("record {number}"),
        _ => format!("sectors of the records {numbers:?}"),
    }
}

fn open(disk: &SimDisk) -> Record {
    Record::open(Disk::of(disk)).expect("nothing is wrong with this disk, only with what is on it")
}

/// Opens the disk, whose record must be `old` or `new`; returns which it is.
fn open_one_of(disk: &SimDisk, old: &Bytes, new: &Bytes, when: &str) -> Bytes {
    let found = *open(disk).read();
    assert!(
        found == *old || found == *new,
        "{when}: the record should be {} or {}, as a whole, and is {}",
        describe(old),
        describe(new),
        describe(&found)
    );
    found
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let disk = SimDisk::new(1);
    assert_eq!(*open(&disk).read(), [0; SIZE], "an empty disk");
    for number in 1..=5 {
        let mut opened = open(&disk);
        opened.write(&record(number)).expect("a good disk");
        assert_eq!(describe(opened.read()), describe(&record(number)));
        assert_eq!(
            describe(open(&disk).read()),
            describe(&record(number)),
            "opened again"
        );
    }
}

#[test]
fn what_was_written_survives_a_power_failure() {
    for seed in 0..20 {
        let disk = SimDisk::new(seed);
        let mut opened = open(&disk);
        for number in 1..=5 {
            opened.write(&record(number)).expect("a good disk");
            assert_eq!(
                describe(open(&disk.crash()).read()),
                describe(&record(number)),
                "`write` said that it is durable"
            );
        }
    }
}

#[test]
fn the_disk_is_not_a_log() {
    let disk = SimDisk::new(1);
    let mut opened = open(&disk);
    for number in 0..100 {
        opened.write(&record(number)).expect("a good disk");
    }
    let len = disk.contents().len();
    assert!(len <= 8 * SIZE, "one record takes {len} bytes");
}

#[test]
fn a_write_that_the_power_interrupts_leaves_the_old_record_or_the_new_one() {
    for seed in 0..60 {
        let (mut disk, mut old) = (SimDisk::new(seed), [0; SIZE]);
        // Each write goes on where the power failed in the one before.
        for number in 1..=12 {
            let mut opened = open(&disk);
            assert_eq!(
                describe(opened.read()),
                describe(&old),
                "it was opened before, and has changed since"
            );
            let new = record(number);
            disk.set_plan(Plan::PowerOffAt(seed % 4));
            let result = opened.write(&new);
            if result.is_ok() {
                old = new;
            }
            disk = disk.crash();
            let when = format!("seed {seed}, the power failed at call {}", seed % 4);
            old = open_one_of(&disk, &old, &new, &when);
        }
    }
}

/// A power failure now must leave one of these records, whatever it does to what is not durable.
fn check(disk: &SimDisk, may_be: &[Bytes], when: &str) {
    for _ in 0..3 {
        let found = *open(&disk.crash()).read();
        assert!(
            may_be.contains(&found),
            "{when}: a power failure just then leaves {}, not one of {:?}",
            describe(&found),
            may_be.iter().map(describe).collect::<Vec<_>>()
        );
    }
}

/// Writes records 1 and 2, then 3 and 4, to which something happens. If the program ends in
/// between, another one goes on.
fn write_four(seed: u64, [third, fourth]: [Plan; 2], ends: bool) {
    let disk = SimDisk::new(seed);
    let mut opened = open(&disk);
    for number in 1..=2 {
        opened.write(&record(number)).expect("a good disk");
    }
    let mut may_be = vec![record(2)];
    for (number, plan) in [(3, third), (4, fourth)] {
        disk.set_plan(plan);
        let result = opened.write(&record(number));
        let when = format!(
            "seed {seed}, record 3 with {third:?}{}, record 4 with {fourth:?}; writing {number} \
             gave {result:?}",
            if ends { ", opened anew" } else { "" }
        );
        if result.is_ok() {
            may_be.clear();
        }
        may_be.push(record(number));
        check(&disk, &may_be, &when);
        if ends && number == 3 {
            disk.set_plan(Plan::Fine);
            opened = open(&disk);
            let found = *opened.read();
            assert!(
                may_be.contains(&found),
                "{when}: the next program sees {}",
                describe(&found)
            );
            may_be = vec![found];
            check(&disk, &may_be, &format!("{when}, and it was opened"));
        }
    }
}

/// Every way in which a write of at most four calls may fail, and the next one fail or not.
fn failures() -> Vec<[Plan; 2]> {
    let mut failures = Vec::new();
    for call in 0..4 {
        let third = Plan::FailAt(call);
        failures.push([third, Plan::Fine]);
        for call in 0..4 {
            failures.push([third, Plan::FailAt(call)]);
            failures.push([third, Plan::PowerOffAt(call)]);
        }
    }
    failures
}

#[test]
fn a_write_that_fails_may_be_tried_again() {
    for plans in failures() {
        (0..12).for_each(|seed| write_four(seed, plans, false));
    }
}

#[test]
fn what_a_program_leaves_that_ended_with_an_error_is_safe_in_the_next_one() {
    for plans in failures() {
        (0..12).for_each(|seed| write_four(seed, plans, true));
    }
}

#[test]
fn a_power_failure_during_opening_loses_nothing() {
    for seed in 0..40 {
        let disk = SimDisk::new(seed);
        let mut opened = open(&disk);
        opened.write(&record(1)).expect("a good disk");
        opened.write(&record(2)).expect("a good disk");
        // The third is live, and perhaps not durable.
        disk.set_plan(Plan::FailAt(1 + seed % 2));
        let result = opened.write(&record(3));
        let old = if result.is_ok() { record(3) } else { record(2) };
        for call in 0..3 {
            disk.set_plan(Plan::PowerOffAt(call));
            // It fails or not; neither may hurt what is there.
            let _ = Record::open(Disk::of(&disk));
            let when = format!("seed {seed}, the power failed at call {call} of opening");
            open_one_of(&disk.crash(), &old, &record(3), &when);
        }
    }
}
