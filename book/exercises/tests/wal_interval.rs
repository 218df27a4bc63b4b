//! When a log is to be synced, against a list of all its records.

use std::time::Duration;

#[cfg_attr(feature = "yours", path = "../wal/interval.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wal/interval.rs")]
mod exercise;

use exercise::Interval;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn a_quiet_log_is_synced_too() {
    let mut interval = Interval::new(ms(100));
    assert_eq!(interval.due(), None, "nothing was written");
    interval.written(ms(5_000));
    assert_eq!(
        interval.due(),
        Some(ms(5_100)),
        "100 ms after the record, not before"
    );
    interval.written(ms(5_070));
    assert_eq!(interval.due(), Some(ms(5_100)), "the oldest record counts");
    interval.sync_begins();
    assert_eq!(interval.due(), None, "the sync is under way");
    assert_eq!(
        interval.at_risk_since(),
        Some(ms(5_000)),
        "and may yet fail"
    );
    interval.sync_ends(true);
    assert_eq!((interval.due(), interval.at_risk_since()), (None, None));
}

#[test]
fn what_is_written_during_a_sync_is_not_safe_when_it_ends() {
    let mut interval = Interval::new(ms(100));
    interval.written(ms(10));
    interval.sync_begins();
    interval.written(ms(20));
    interval.written(ms(30));
    assert_eq!(interval.due(), Some(ms(120)));
    interval.sync_ends(true);
    assert_eq!(
        interval.due(),
        Some(ms(120)),
        "the record of 20 ms was not in that sync"
    );
    assert_eq!(interval.at_risk_since(), Some(ms(20)));
}

#[test]
fn a_sync_that_failed_is_not_tried_again() {
    let mut interval = Interval::new(ms(100));
    interval.written(ms(10));
    interval.sync_begins();
    interval.written(ms(20));
    interval.sync_ends(false);
    assert_eq!(
        interval.due(),
        None,
        "the system has forgotten what it did not write"
    );
    assert_eq!(
        interval.at_risk_since(),
        Some(ms(10)),
        "and the records stay at risk"
    );
    interval.written(ms(300));
    assert_eq!(
        (interval.due(), interval.at_risk_since()),
        (None, Some(ms(10)))
    );
}

/// All records: when each was written, and whether a sync has begun for it.
#[derive(Default)]
struct Model {
    records: Vec<(Duration, bool)>,
    has_failed: bool,
}

impl Model {
    fn due(&self) -> Option<Duration> {
        let waits = |record: &&(Duration, bool)| !record.1;
        let oldest = self
            .records
            .iter()
            .find(waits)
            .filter(|_| !self.has_failed)?;
        Some(oldest.0 + ms(100))
    }
}

#[test]
fn it_says_what_a_list_of_all_records_would() {
    for seed in 0..500_u64 {
        let mut state = seed;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let (mut interval, mut model) = (Interval::new(ms(100)), Model::default());
        let (mut now, mut under_way, mut story) = (ms(0), false, String::new());
        for _ in 0..60 {
            now += ms(random(60));
            match random(4) {
                0 if under_way => {
                    let succeeded = random(20) > 0;
                    story += &format!("\nthe sync ended, and has succeeded: {succeeded}");
                    interval.sync_ends(succeeded);
                    under_way = false;
                    if succeeded {
                        model.records.retain(|record| !record.1);
                    } else {
                        model.has_failed = true;
                    }
                }
                1 if !under_way && !model.has_failed => {
                    story += "\na sync began";
                    interval.sync_begins();
                    under_way = true;
                    model.records.iter_mut().for_each(|record| record.1 = true);
                }
                _ => {
                    story += &format!("\na record at {now:?}");
                    interval.written(now);
                    model.records.push((now, false));
                }
            }
            assert_eq!(interval.due(), model.due(), "when to sync, after{story}");
            let oldest = model.records.first().map(|record| record.0);
            assert_eq!(
                interval.at_risk_since(),
                oldest,
                "at risk since, after{story}"
            );
        }
    }
}
