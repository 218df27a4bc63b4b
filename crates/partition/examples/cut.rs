//! One cut under every policy: `cargo run -p partition --example cut -- [SEED] [FILE.svg]`.

use std::error::Error;
use std::time::Duration;

use partition::{History, Policy, Reads, Simulation, Workload, timeline};

const POLICIES: [Policy; 5] = [
    Policy::Leader {
        reads: Reads::Leader,
    },
    Policy::Leader {
        reads: Reads::Local,
    },
    Policy::Quorum { read: 2, write: 2 },
    Policy::LastWriterWins,
    Policy::Merge,
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let mut histories = Vec::new();
    for policy in POLICIES {
        let history = run(seed, policy)?;
        println!("{policy:20} {}", history.summary());
        histories.push((policy.to_string(), history));
    }
    if let Some(path) = arguments.next() {
        let named: Vec<(&str, &History)> = histories
            .iter()
            .map(|(name, history)| (name.as_str(), history))
            .collect();
        std::fs::write(path, timeline(&named))?;
    }
    Ok(())
}

fn run(seed: u64, policy: Policy) -> Result<History, partition::SimError> {
    Simulation::new(seed)
        .policy(policy)
        .cut(
            Duration::from_secs(4)..Duration::from_secs(8),
            &[&["Dublin"]],
        )
        .run(&Workload::default())
}

#[test]
fn every_policy_answers_something() -> Result<(), partition::SimError> {
    for policy in POLICIES {
        assert!(run(1, policy)?.summary().availability() > 0.5, "{policy}");
    }
    Ok(())
}
