//! Any delays, any cuts, any customers.

use std::ops::Range;
use std::time::Duration;

use partition::{History, Policy, Reads, Simulation, Verdict, Workload};
use proptest::prelude::*;

const SITES: [&str; 5] = ["A", "B", "C", "D", "E"];

/// A cut between the sites with a 1 in `side` and the others.
type RandomCut = (Range<u64>, u32);

#[derive(Clone, Debug)]
struct Shop {
    seed: u64,
    sites: usize,
    delay: (u64, u64),
    cuts: Vec<RandomCut>,
    every: u64,
    carts: usize,
}

fn shop() -> impl Strategy<Value = Shop> {
    let cut = (0_u64..4000, 1_u64..2000, 1_u32..31)
        .prop_map(|(from, length, side)| (from..from + length, side));
    let cuts = proptest::collection::vec(cut, 0..4);
    let delay = (0_u64..60, 0_u64..120);
    (
        any::<u64>(),
        2_usize..=5,
        delay,
        cuts,
        200_u64..600,
        1_usize..4,
    )
        .prop_map(|(seed, sites, (shortest, more), cuts, every, carts)| Shop {
            seed,
            sites,
            delay: (shortest, shortest + more),
            cuts,
            every,
            carts,
        })
}

impl Shop {
    fn run(&self, policy: Policy) -> History {
        let millis = Duration::from_millis;
        let sites = &SITES[..self.sites];
        let mut simulation = Simulation::new(self.seed)
            .sites(sites.iter().copied())
            .policy(policy)
            .delay(millis(self.delay.0)..=millis(self.delay.1));
        for (during, side) in &self.cuts {
            let one: Vec<&str> = sites
                .iter()
                .enumerate()
                .filter(|(number, _)| side & (1 << number) != 0)
                .map(|(_, site)| *site)
                .collect();
            simulation = simulation.cut(millis(during.start)..millis(during.end), &[&one]);
        }
        let workload = Workload {
            lasts: millis(4000),
            every: millis(self.every),
            carts: self.carts,
            reads: 40,
            removes: 15,
            ..Workload::default()
        };
        simulation.run(&workload).expect("it can be meant")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn quorums_that_overlap_are_linearizable(shop in shop(), read in 1_usize..=5) {
        let read = read.min(shop.sites);
        let write = shop.sites + 1 - read;
        let history = shop.run(Policy::Quorum { read, write });
        prop_assert_ne!(history.linearizable(), Verdict::Violated);
        prop_assert_eq!(history.stale_reads(), []);
        prop_assert_eq!(history.lost_updates(), []);
    }

    #[test]
    fn a_leader_that_answers_the_reads_is_linearizable(shop in shop()) {
        let history = shop.run(Policy::Leader { reads: Reads::Leader });
        prop_assert_ne!(history.linearizable(), Verdict::Violated);
        prop_assert_eq!(history.stale_reads(), []);
        prop_assert_eq!(history.lost_updates(), []);
        prop_assert!(history.has_converged());
    }

    #[test]
    fn a_leader_loses_nothing_even_if_others_answer_the_reads(shop in shop()) {
        let history = shop.run(Policy::Leader { reads: Reads::Local });
        prop_assert_eq!(history.lost_updates(), []);
        prop_assert!(history.has_converged());
    }

    #[test]
    fn merging_refuses_nothing_loses_nothing_and_converges(shop in shop()) {
        let history = shop.run(Policy::Merge);
        prop_assert!(history.records.iter().all(|record| record.is_answered()));
        prop_assert_eq!(history.lost_updates(), []);
        prop_assert!(history.has_converged());
        prop_assert_eq!(&history.replicas[0][0], &history.settled[0]);
    }

    #[test]
    fn the_last_writer_wins_everywhere(shop in shop()) {
        let history = shop.run(Policy::LastWriterWins);
        prop_assert!(history.records.iter().all(|record| record.is_answered()));
        prop_assert!(history.has_converged());
    }

    /// A stale read is one that no order explains; so the two ways of looking must agree.
    #[test]
    fn what_has_a_stale_read_is_not_linearizable(shop in shop(), local in any::<bool>()) {
        let policy = if local { Policy::LastWriterWins } else { Policy::Merge };
        let history = shop.run(policy);
        if !history.stale_reads().is_empty() {
            prop_assert_ne!(history.linearizable(), Verdict::Linearizable);
        }
    }
}
