//! What group commit saves, worked out by hand and by a clock that ticks.

#[cfg_attr(feature = "yours", path = "../wal/savings.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wal/savings.rs")]
mod exercise;

use exercise::{Costs, best_delay, grouped, one_each};

fn costs(syncs: u64, waited: u64, longest: u64) -> Costs {
    Costs {
        syncs,
        waited,
        longest,
    }
}

#[test]
fn nobody_is_helped_who_is_alone() {
    let appends = [0, 100, 200];
    assert_eq!(one_each(&appends, 10), costs(3, 30, 10));
    assert_eq!(grouped(&appends, 10, 0), costs(3, 30, 10));
    assert_eq!(
        grouped(&appends, 10, 5),
        costs(3, 45, 15),
        "a delay only costs"
    );
    assert_eq!(grouped(&[], 10, 5), costs(0, 0, 0));
}

#[test]
fn who_comes_during_a_sync_shares_the_next() {
    // The first sync runs from 0 to 10, and is for the first append alone.
    let appends = [0, 2, 4, 10, 11];
    assert_eq!(one_each(&appends, 10), costs(5, 10 + 18 + 26 + 30 + 39, 39));
    assert_eq!(
        grouped(&appends, 10, 0),
        costs(3, 10 + 18 + 16 + 10 + 19, 19)
    );
}

#[test]
fn a_leader_that_waits_takes_more_along() {
    // It waits from 0 to 3, and syncs from 3 to 13; the next waits from 13 to 16.
    let appends = [0, 1, 3, 4];
    assert_eq!(grouped(&appends, 10, 3), costs(2, 13 + 12 + 10 + 22, 22));
}

/// By a clock that ticks: slow, and plain.
fn ticking(appends: &[u64], sync: u64, delay: u64) -> Costs {
    enum Disk {
        Free,
        Waits(u64),
        Syncs(u64, Vec<u64>),
    }
    let (mut disk, mut waiting, mut done) = (Disk::Free, Vec::new(), costs(0, 0, 0));
    for now in 0..10_000 {
        waiting.extend(appends.iter().filter(|append| **append == now));
        if matches!(&disk, Disk::Syncs(end, _) if *end == now)
            && let Disk::Syncs(_, group) = std::mem::replace(&mut disk, Disk::Free)
        {
            done.syncs += 1;
            for append in group {
                done.waited += now - append;
                done.longest = done.longest.max(now - append);
            }
        }
        if matches!(disk, Disk::Free) && !waiting.is_empty() {
            disk = Disk::Waits(now + delay);
        }
        if matches!(disk, Disk::Waits(until) if until == now) {
            disk = Disk::Syncs(now + sync, std::mem::take(&mut waiting));
        }
    }
    done
}

#[test]
fn it_costs_what_a_ticking_clock_says() {
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    for _ in 0..100 {
        let span = 1 + random(400);
        let mut appends: Vec<u64> = (0..random(60)).map(|_| random(span)).collect();
        appends.sort_unstable();
        let (sync, delay) = (1 + random(30), random(20));
        assert_eq!(
            grouped(&appends, sync, delay),
            ticking(&appends, sync, delay),
            "appends at {appends:?}, a sync takes {sync}, a leader waits {delay}"
        );
    }
}

#[test]
fn a_delay_helps_in_between_and_nowhere_else() {
    let delays = [0, 1, 2, 3, 4, 5, 6, 8, 10];
    // Two threads that come together, then nobody for long.
    let pairs: Vec<u64> = (0..100).flat_map(|n| [n * 50, n * 50 + 2]).collect();
    assert_eq!(
        best_delay(&pairs, 10, &delays),
        Some(2),
        "just enough for the second to join"
    );
    let alone: Vec<u64> = (0..100).map(|n| n * 50).collect();
    assert_eq!(
        best_delay(&alone, 10, &delays),
        Some(0),
        "there is nobody to wait for"
    );
    let crowd: Vec<u64> = (0..1_000).collect();
    assert_eq!(
        best_delay(&crowd, 10, &delays),
        Some(0),
        "they are in the next group anyway"
    );
    assert_eq!(best_delay(&crowd, 10, &[]), None);
    // What it is all about: one sync in ten appends, without any delay.
    assert_eq!(
        (one_each(&crowd, 10).syncs, grouped(&crowd, 10, 0).syncs),
        (1_000, 101)
    );
}
