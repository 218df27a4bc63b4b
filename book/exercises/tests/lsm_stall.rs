//! Writers, a compaction whose speed changes, and a controller between them, in simulated time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[cfg_attr(feature = "yours", path = "../lsm/stall.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lsm/stall.rs")]
mod exercise;

use exercise::Controller;

const MIB: u64 = 1 << 20;
/// Microseconds.
const SECOND: u64 = 1_000_000;

const MAX_DEBT: u64 = 256 * MIB;
const MAX_WAIT: u64 = SECOND / 20;
/// A memtable of so many bytes is flushed, and makes this times as much debt.
const MEMTABLE: u64 = MIB;
const AMPLIFICATION: u64 = 8;
/// Bytes of a compaction.
const JOB: u64 = 16 * MIB;

/// Bytes a microsecond (that is, MB a second) of compaction, at a moment.
type Speed = fn(u64) -> f64;

#[derive(Clone, Copy)]
struct Scenario {
    speed: Speed,
    writers: u64,
    /// How large a write is, by its number.
    size: fn(u64) -> u64,
    /// Bytes of all writes.
    total: u64,
}

/// What compaction has to do, and does.
struct Compaction {
    speed: Speed,
    now: u64,
    debt: u64,
    /// Bytes that are left of the compaction under way.
    left: Option<(u64, f64)>,
    memtable: u64,
}

impl Compaction {
    /// Lets the time pass until `to`.
    fn advance(&mut self, to: u64) {
        while self.now < to {
            if self.left.is_none() && self.debt > 0 {
                let job = self.debt.min(JOB);
                self.left = Some((job, job as f64));
            }
            // Speeds change at whole milliseconds.
            let next = to.min((self.now / 1_000 + 1) * 1_000);
            if let Some((job, left)) = &mut self.left {
                *left -= (self.speed)(self.now) * (next - self.now) as f64;
                if *left <= 0.0 {
                    self.debt -= *job;
                    self.left = None;
                }
            }
            self.now = next;
        }
    }

    fn write(&mut self, bytes: u64) {
        self.memtable += bytes;
        if self.memtable >= MEMTABLE {
            self.debt += self.memtable * AMPLIFICATION;
            self.memtable = 0;
        }
    }
}

#[derive(Debug)]
struct Outcome {
    /// When the last write was done, and when it should have been.
    time: u64,
    enough: u64,
    most_debt: u64,
    longest_wait: u64,
    /// Of the second half of the writes.
    longest_later: u64,
    mean_later: f64,
}

/// When compaction, if it never rests, has done with all the debt but an eighth of the limit.
fn enough(scenario: &Scenario) -> u64 {
    let debt = scenario.total * AMPLIFICATION - MAX_DEBT / 8;
    let (mut done, mut now) = (0.0, 0);
    while done < debt as f64 {
        done += (scenario.speed)(now) * 1_000.0;
        now += 1_000;
    }
    now
}

fn simulate(scenario: &Scenario) -> Outcome {
    let mut controller = Controller::new(MAX_DEBT, MAX_WAIT);
    let mut compaction = Compaction {
        speed: scenario.speed,
        now: 0,
        debt: 0,
        left: None,
        memtable: 0,
    };
    let mut outcome = Outcome {
        time: 0,
        enough: enough(scenario),
        most_debt: 0,
        longest_wait: 0,
        longest_later: 0,
        mean_later: 0.0,
    };
    // When, who, and what: `None` comes to write, `Some` has waited, and writes so much.
    let mut events: BinaryHeap<Reverse<(u64, u64, Option<u64>)>> = (0..scenario.writers)
        .map(|writer| Reverse((writer, writer, None)))
        .collect();
    let (mut number, mut asked, mut later, mut waited) = (0, 0, 0, 0);
    while let Some(Reverse((now, writer, event))) = events.pop() {
        compaction.advance(now);
        match event {
            None if asked >= scenario.total => {}
            None => {
                let bytes = (scenario.size)(number);
                let wait = controller.wait(now, bytes, compaction.debt);
                outcome.longest_wait = outcome.longest_wait.max(wait);
                if asked >= scenario.total / 2 {
                    outcome.longest_later = outcome.longest_later.max(wait);
                    (later, waited) = (later + 1, waited + wait);
                }
                (number, asked) = (number + 1, asked + bytes);
                events.push(Reverse((now + wait, writer, Some(bytes))));
            }
            Some(bytes) => {
                compaction.write(bytes);
                outcome.most_debt = outcome.most_debt.max(compaction.debt);
                outcome.time = now;
                // Ten microseconds, and a thousand bytes in each more.
                let next = now + 10 + bytes / 1_000;
                events.push(Reverse((next, writer, None)));
            }
        }
        assert!(now < 3_600 * SECOND, "after an hour, not all was written");
    }
    outcome.mean_later = waited as f64 / later.max(1) as f64;
    outcome
}

/// What must hold whatever compaction does.
fn check(what: &str, scenario: &Scenario) -> Outcome {
    let outcome = simulate(scenario);
    println!("{what}: {outcome:?}");
    assert!(
        outcome.most_debt <= MAX_DEBT,
        "{what}: the debt was {} MiB, and must not be more than {}",
        outcome.most_debt.div_ceil(MIB),
        MAX_DEBT / MIB
    );
    assert!(
        outcome.longest_wait <= MAX_WAIT,
        "{what}: a write had to wait for {} ms, and may for {}",
        outcome.longest_wait / 1_000,
        MAX_WAIT / 1_000
    );
    assert!(
        outcome.time <= outcome.enough,
        "{what}: all was written after {:.1} s. A compaction that never rests has done with all \
         but {} MiB of the debt after {:.1} s: it had nothing to do at times, as \
         writers were held up",
        outcome.time as f64 / 1e6,
        MAX_DEBT / 8 / MIB,
        outcome.enough as f64 / 1e6
    );
    outcome
}

fn check_even(what: &str, scenario: &Scenario) {
    let outcome = check(what, scenario);
    let (longest, mean) = (outcome.longest_later as f64, outcome.mean_later);
    assert!(
        longest <= 10.0 * mean,
        "{what}: compaction runs at one speed, and in the second half a write waits for {:.2} ms \
         on average, but one for {:.2}",
        mean / 1e3,
        longest / 1e3
    );
}

fn kib(_: u64) -> u64 {
    1_024
}

/// One in a hundred has 1 MiB.
fn mixed(number: u64) -> u64 {
    if number % 100 == 99 { MIB } else { 1_024 }
}

#[test]
fn at_one_speed_all_wait_alike() {
    let speeds: [(&str, Speed, u64); 3] = [
        ("16 MB/s", |_| 16.0, 60),
        ("80 MB/s", |_| 80.0, 150),
        ("400 MB/s", |_| 400.0, 400),
    ];
    for (name, speed, mib) in speeds {
        for writers in [1, 8, 64] {
            let scenario = Scenario {
                speed,
                writers,
                size: kib,
                total: mib * MIB,
            };
            check_even(
                &format!("{writers} writers, compaction at {name}"),
                &scenario,
            );
        }
    }
}

#[test]
fn who_writes_a_little_does_not_wait() {
    for writers in [1, 64] {
        let outcome = simulate(&Scenario {
            speed: |_| 20.0,
            writers,
            size: kib,
            total: 8 * MIB,
        });
        assert!(
            outcome.longest_wait <= 1_000,
            "8 MiB come when there is no debt, and make 64 MiB of it, where {} may be; a write had \
             to wait for {} ms",
            MAX_DEBT / MIB,
            outcome.longest_wait / 1_000
        );
    }
}

#[test]
fn compaction_becomes_ten_times_slower_and_faster_again() {
    for writers in [1, 8, 64] {
        let scenario = Scenario {
            speed: |now| {
                if now % (10 * SECOND) < 5 * SECOND {
                    200.0
                } else {
                    20.0
                }
            },
            writers,
            size: kib,
            total: 400 * MIB,
        };
        check(&format!("{writers} writers, 200 or 20 MB/s"), &scenario);
    }
}

#[test]
fn compaction_becomes_a_hundred_times_slower() {
    for writers in [1, 8, 64] {
        let scenario = Scenario {
            speed: |now| {
                if now % (20 * SECOND) < 8 * SECOND {
                    400.0
                } else {
                    4.0
                }
            },
            writers,
            size: kib,
            total: 700 * MIB,
        };
        check(&format!("{writers} writers, 400 or 4 MB/s"), &scenario);
    }
}

#[test]
fn compaction_stands_still_for_three_seconds() {
    for writers in [1, 8, 64] {
        let scenario = Scenario {
            speed: |now| {
                if now % (10 * SECOND) < 7 * SECOND {
                    100.0
                } else {
                    0.0
                }
            },
            writers,
            size: kib,
            total: 300 * MIB,
        };
        check(
            &format!("{writers} writers, 100 MB/s with pauses"),
            &scenario,
        );
    }
}

#[test]
fn large_writes_wait_no_longer_than_others_may() {
    for writers in [1, 8] {
        let mut scenario = Scenario {
            speed: |_| 100.0,
            writers,
            size: mixed,
            total: 300 * MIB,
        };
        check(&format!("{writers} writers, some of 1 MiB"), &scenario);
        scenario.speed = |now| {
            if now % (10 * SECOND) < 5 * SECOND {
                200.0
            } else {
                40.0
            }
        };
        check(
            &format!("{writers} writers, some of 1 MiB, 200 or 40 MB/s"),
            &scenario,
        );
    }
}
