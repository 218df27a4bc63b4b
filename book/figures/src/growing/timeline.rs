//! One cut under two policies, drawn by the crate itself.

use std::time::Duration;

use partition::{History, Policy, SimError, Simulation, Workload, timeline};

use crate::{Figure, FigureError};

const NAME: &str = "growing-timeline.svg";
const POLICIES: [(&str, Policy); 2] = [
    (
        "a majority quorum: consistent",
        Policy::Quorum { read: 2, write: 2 },
    ),
    ("last writer wins: available", Policy::LastWriterWins),
];

/// The figure.
///
/// # Errors
///
/// [`FigureError::Partition`].
pub fn figure() -> Result<Figure, FigureError> {
    let histories = POLICIES.map(|(name, policy)| Ok((name, run(policy)?)));
    let histories = histories
        .into_iter()
        .collect::<Result<Vec<_>, SimError>>()?;
    let named: Vec<(&str, &History)> = histories
        .iter()
        .map(|(name, history)| (*name, history))
        .collect();
    Ok(Figure {
        name: NAME.to_owned(),
        contents: timeline(&named),
    })
}

fn run(policy: Policy) -> Result<History, SimError> {
    let workload = Workload {
        lasts: Duration::from_secs(10),
        every: Duration::from_millis(300),
        carts: 4,
        ..Workload::default()
    };
    Simulation::new(4)
        .policy(policy)
        .cut(
            Duration::from_secs(3)..Duration::from_secs(7),
            &[&["Dublin"]],
        )
        .run(&workload)
}
