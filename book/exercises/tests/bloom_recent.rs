//! Two filters that take turns: what was seen in the last hour is known, what was seen two hours
//! ago is forgotten.

use std::time::Duration;

#[cfg_attr(feature = "yours", path = "../bloom/recent.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bloom/recent.rs")]
mod exercise;

use exercise::Recent;

const HOUR: Duration = Duration::from_secs(3_600);

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

fn recent() -> Recent {
    Recent::new(HOUR, 1_000, 0.01).expect("one in a hundred is a rate")
}

#[test]
fn what_was_seen_in_the_last_hour_is_known() {
    for start in [0, 1, 29, 30, 59, 60, 61, 600] {
        for after in [0, 1, 30, 59, 60] {
            let mut recent = recent();
            assert!(
                !recent.see("ann", minutes(start)),
                "nobody was seen before minute {start}"
            );
            assert!(
                recent.see("ann", minutes(start + after)),
                "seen in minute {start}, forgotten in minute {}",
                start + after
            );
        }
    }
}

#[test]
fn what_was_seen_two_hours_ago_is_forgotten() {
    for start in [0, 1, 30, 59, 60, 90] {
        for after in [120, 121, 150, 180, 240, 6_000] {
            let mut recent = recent();
            recent.see("ann", minutes(start));
            assert!(
                !recent.see("ann", minutes(start + after)),
                "seen in minute {start}, not forgotten in minute {}, though nothing happened in \
                 between",
                start + after
            );
        }
    }
}

#[test]
fn what_others_do_in_between_changes_nothing() {
    let mut recent = recent();
    recent.see("ann", minutes(30));
    for minute in 31..=90 {
        recent.see(&format!("visitor {minute}"), minutes(minute));
    }
    assert!(recent.see("ann", minutes(90)), "seen an hour ago");
    for minute in 91..=210 {
        recent.see(&format!("visitor {minute}"), minutes(minute));
    }
    assert!(!recent.see("ann", minutes(210)), "seen two hours ago");
}

#[test]
fn who_is_seen_again_is_known_from_then_on() {
    let mut recent = recent();
    for minute in [0, 50, 100, 150, 200] {
        assert_eq!(
            recent.see("ann", minutes(minute)),
            minute > 0,
            "minute {minute}: ann comes every fifty minutes"
        );
    }
}

#[test]
fn it_stays_as_good_as_it_was_for_days() {
    let mut recent = recent();
    let hours = 20;
    let mut mistaken = 0;
    for hour in 0..hours {
        for visitor in 0..1_000_u64 {
            let now = HOUR * hour + minutes(visitor * 60 / 1_000);
            mistaken += u32::from(recent.see(&format!("{hour} {visitor}"), now));
        }
    }
    assert!(
        mistaken < 1_000 * hours / 100,
        "{mistaken} of {} that were never seen are thought to be: one in a hundred may be. Is a \
         filter cleared before it gets too full?",
        1_000 * hours
    );
}
