//! A counting filter that removes what was never in loses what is.

use std::collections::HashSet;

use bloom::CountingBloomFilter;

#[cfg_attr(feature = "yours", path = "../bloom/forget.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bloom/forget.rs")]
mod exercise;

fn member(number: usize) -> String {
    let name = ["member", "stranger", "key", "user"][number % 4];
    format!("{name} {number}")
}

fn filter(rate: f64, seed: u64) -> (CountingBloomFilter, HashSet<String>) {
    let members: HashSet<String> = (0..200).map(member).collect();
    let filter = CountingBloomFilter::with_false_positive_rate(members.len(), rate);
    let mut filter = filter.expect("a rate").with_seed(seed);
    for member in &members {
        filter.insert(member.as_str());
    }
    (filter, members)
}

#[test]
fn a_stranger_takes_the_victim_along() {
    for (rate, victims) in [(0.05, 0..10), (0.01, 10..13)] {
        let (filter, members) = filter(rate, 0);
        for victim in victims.map(member) {
            let stranger = exercise::poison(&filter, &members, &victim);
            assert!(
                !members.contains(&stranger),
                "{stranger} is no stranger: it was inserted, and may be removed"
            );
            let mut after = filter.clone();
            assert!(
                after.remove(stranger.as_str()),
                "the filter knows that {stranger} is not in, and removes nothing"
            );
            assert!(
                !after.contains(victim.as_str()),
                "without {stranger}, the filter still has {victim}"
            );
        }
    }
}

#[test]
fn a_filter_with_another_seed_does_not_care() {
    let (filter, members) = filter(0.05, 0);
    let stranger = exercise::poison(&filter, &members, &member(0));
    let (mut other, _) = self::filter(0.05, 0x5ec7e7);
    other.remove(stranger.as_str());
    assert!(
        members.iter().all(|member| other.contains(member.as_str())),
        "{stranger} was found for one filter, and takes a member out of another"
    );
}
