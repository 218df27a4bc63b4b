//! Prints a retry storm under each policy: `cargo run -p resilience --example storm`.

use resilience::storm::{Policy, Storm};

fn main() -> Result<(), resilience::ConfigError> {
    let storm = Storm::default();
    for policy in Policy::ALL {
        println!("\n{policy:?}\n   at  offered  attempts  goodput  wasted  queue  open");
        let samples = storm.run(policy)?;
        for pair in samples.chunks(4) {
            let sum = |f: fn(&resilience::storm::Sample) -> u64| pair.iter().map(f).sum::<u64>();
            let last = pair[pair.len() - 1];
            println!(
                "{:4} s  {:7}  {:8}  {:7}  {:6}  {:5}  {:4}",
                last.at.as_secs(),
                sum(|s| s.offered),
                sum(|s| s.attempts),
                sum(|s| s.goodput),
                sum(|s| s.wasted),
                last.queue,
                last.open,
            );
        }
    }
    Ok(())
}
