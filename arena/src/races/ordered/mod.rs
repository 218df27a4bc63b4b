//! What races of ordered maps have in common.
//!
//! - [`contender`]: what every map must be able to do to take part, and the checks that it does.
//! - [`peers`]: the maps that more than one race has.
//! - [`solo`](mod@solo): what they are put through by one thread.
//! - [`keys`]: keys in no order.

pub mod contender;
pub mod keys;
pub mod peers;
pub mod solo;

use contender::Solo;

use crate::harness::{Case, Contestant, Turn};

/// A workload of maps of which each thread has its own.
pub trait SoloWork: Copy + 'static {
    /// Does the work on a `C` and measures it.
    fn run<C: Solo>(self, turn: &mut Turn);
}

/// A map that is to do this work.
pub fn enter<C: Solo, W: SoloWork>(work: W) -> Contestant {
    Contestant {
        who: C::WHO,
        turn: Box::new(move |turn| work.run::<C>(turn)),
    }
}

/// A case of one thread.
pub fn case(name: &str, about: &str, contestants: Vec<Contestant>) -> Case {
    Case {
        name: name.to_owned(),
        about: about.to_owned(),
        threads: 1,
        main: false,
        once: false,
        contestants,
    }
}
