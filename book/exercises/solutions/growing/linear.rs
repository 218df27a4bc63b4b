use std::collections::HashSet;

/// What was asked of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Write(u64),
    /// And this was the answer.
    Read(u64),
}

/// An operation on the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub what: What,
    pub invoked: u64,
    /// `None` if nobody was told.
    pub returned: Option<u64>,
}

/// Whether one register could have given these answers.
///
/// An operation may come first if no other one that is left was over before it began. Once it has
/// come, all that matters of the past is *which* operations have happened, and what the register is:
/// so each such pair is looked at once.
pub fn linearizable(initial: u64, history: &[Call]) -> bool {
    let left: Vec<usize> = (0..history.len()).collect();
    let mut seen = HashSet::from([(left.clone(), initial)]);
    let mut open = vec![(left, initial)];
    while let Some((left, value)) = open.pop() {
        let returns = left.iter().filter_map(|call| history[*call].returned);
        let Some(first_return) = returns.min() else {
            return true; // what is left are writes of which nobody was told
        };
        for (place, call) in left.iter().enumerate() {
            let call = history[*call];
            let value = match call.what {
                _ if call.invoked > first_return => continue,
                What::Write(value) => value,
                What::Read(answer) if answer == value => value,
                What::Read(_) => continue,
            };
            let mut rest = left.clone();
            rest.remove(place);
            if seen.insert((rest.clone(), value)) {
                open.push((rest, value));
            }
        }
    }
    false
}
