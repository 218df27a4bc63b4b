//! Copies on the ring: different machines, different racks, and what a lost machine changes.

use std::collections::HashSet;

use wrr_lb::Ring;

#[cfg_attr(feature = "yours", path = "../wrr-lb/replicas.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wrr-lb/replicas.rs")]
mod exercise;

use exercise::Replicas;

/// Twelve machines, in racks of 5, 4, 2 and 1.
const MACHINES: [(&str, u32); 12] = [
    ("m0", 1),
    ("m1", 1),
    ("m2", 1),
    ("m3", 1),
    ("m4", 1),
    ("m5", 2),
    ("m6", 2),
    ("m7", 2),
    ("m8", 2),
    ("m9", 3),
    ("m10", 3),
    ("m11", 4),
];

fn hashes() -> impl Iterator<Item = u32> {
    (0..400_u32)
        .map(|key| key.wrapping_mul(0x9e37_79b9))
        .chain([0, u32::MAX])
}

#[test]
fn the_first_copy_is_where_the_ring_says() {
    let replicas = Replicas::new(&MACHINES).unwrap();
    let endpoints = MACHINES.map(|(name, _)| (name, 1));
    let ring = Ring::new(&endpoints, 64).unwrap();
    for hash in hashes() {
        assert_eq!(
            replicas.of(hash, 1),
            [ring.owner(hash).unwrap()],
            "hash {hash}"
        );
        assert_eq!(
            replicas.of(hash, 3)[0],
            ring.owner(hash).unwrap(),
            "hash {hash}"
        );
    }
    for (point, machine) in ring.points() {
        assert_eq!(replicas.of(point, 1), [machine], "the hash of a point");
    }
}

#[test]
fn no_machine_has_two_copies_and_no_rack_without_need() {
    let replicas = Replicas::new(&MACHINES).unwrap();
    for hash in hashes() {
        for count in 0..=12 {
            let copies = replicas.of(hash, count);
            assert_eq!(copies.len(), count, "hash {hash}");
            let machines: HashSet<usize> = copies.iter().copied().collect();
            assert_eq!(machines.len(), count, "a machine twice: {copies:?}");
            let racks: HashSet<u32> = copies.iter().map(|&machine| MACHINES[machine].1).collect();
            assert_eq!(racks.len(), count.min(4), "racks of {copies:?}");
        }
    }
}

#[test]
fn more_copies_than_machines_are_all_machines() {
    let replicas = Replicas::new(&MACHINES).unwrap();
    assert_eq!(replicas.of(7, 100).len(), 12);
    assert!(Replicas::new(&[]).unwrap().of(7, 3).is_empty());
}

#[test]
fn those_passed_by_come_in_the_order_in_which_they_were_met() {
    // All in one rack: then the rule of racks says nothing, and the order is the ring's.
    let one_rack = MACHINES.map(|(name, _)| (name, 1));
    let replicas = Replicas::new(&one_rack).unwrap();
    let ring = Ring::new(&one_rack, 64).unwrap();
    let points: Vec<(u32, usize)> = ring.points().collect();
    for hash in hashes() {
        let mut met = Vec::new();
        let beyond = points.iter().filter(|(point, _)| *point >= hash);
        for (_, machine) in beyond.chain(points.iter().filter(|(point, _)| *point < hash)) {
            if !met.contains(machine) {
                met.push(*machine);
            }
        }
        assert_eq!(replicas.of(hash, 5), met[..5], "hash {hash}");
    }
}

#[test]
fn a_lost_machine_concerns_only_the_keys_it_had() {
    let all = Replicas::new(&MACHINES).unwrap();
    let fewer: Vec<(&str, u32)> = MACHINES
        .into_iter()
        .filter(|(name, _)| *name != "m6")
        .collect();
    let without = Replicas::new(&fewer).unwrap();
    let mut concerned = 0;
    for hash in hashes() {
        let before: Vec<&str> = all
            .of(hash, 3)
            .iter()
            .map(|&machine| MACHINES[machine].0)
            .collect();
        let after: Vec<&str> = without
            .of(hash, 3)
            .iter()
            .map(|&machine| fewer[machine].0)
            .collect();
        let had_it = before.contains(&"m6");
        concerned += u32::from(had_it);
        let stayed = before
            .iter()
            .filter(|machine| after.contains(machine))
            .count();
        assert_eq!(
            stayed,
            if had_it { 2 } else { 3 },
            "{before:?} became {after:?}"
        );
        assert!(had_it || before == after, "{before:?} became {after:?}");
    }
    assert!(concerned > 40);
}
