//! The races, one folder each.

mod balance;
mod bloom;
mod bplustree;
mod breaker;
mod disk;
mod histogram;
mod limiter;
mod lru;
mod lsm;
mod ordered;
mod skiplist;
mod wal;

use crate::harness::Race;

/// Every race, in the order of the book's chapters.
pub fn all() -> Vec<Race> {
    vec![
        lru::race(),
        bloom::race(),
        skiplist::race(),
        bplustree::race(),
        disk::race(),
        wal::race(),
        lsm::race(),
        balance::race(),
        breaker::race(),
        limiter::race(),
        histogram::race(),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::harness::locked_version;

    #[test]
    fn names_tell_races_cases_and_contestants_apart() {
        let races = all();
        assert_eq!(
            races
                .iter()
                .map(|race| race.name)
                .collect::<HashSet<_>>()
                .len(),
            races.len()
        );
        for race in &races {
            let cases: HashSet<&str> = race.cases.iter().map(|case| case.name.as_str()).collect();
            assert_eq!(cases.len(), race.cases.len(), "in race {}", race.name);
            for case in &race.cases {
                let names: HashSet<&str> = case
                    .contestants
                    .iter()
                    .map(|contestant| contestant.who.name)
                    .collect();
                assert_eq!(names.len(), case.contestants.len(), "in case {}", case.name);
            }
        }
    }

    #[test]
    fn every_contestant_has_a_version_and_every_case_a_reference_of_ours() {
        for case in all().iter().flat_map(|race| &race.cases) {
            assert!(
                case.contestants[0].who.ours,
                "{} is not measured against one of ours",
                case.name
            );
            for contestant in &case.contestants {
                assert!(!locked_version(contestant.who.package, contestant.who.ours).is_empty());
            }
        }
    }

    #[test]
    fn a_filter_keeps_the_reference_beside_what_it_asks_for() {
        let mut race = lru::race();
        race.retain(&["get-hit/1k hashlink".to_owned()]);
        let [case] = race.cases.as_slice() else {
            panic!("the filter names one case")
        };
        let names: Vec<&str> = case
            .contestants
            .iter()
            .map(|contestant| contestant.who.name)
            .collect();
        assert_eq!(names, ["book::LruCache", "hashlink::LruCache"]);
    }
}
