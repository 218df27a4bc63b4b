use std::time::Duration;

use clock::ManualClock;
use resilience::Budget;
use wrr_lb::cluster::Cluster;

/// What a server does with a request: how long it takes, and whether it succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    pub takes: Duration,
    pub ok: bool,
}

/// What the client gets: whose answer, after how long, and whether it is a good one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub server: String,
    pub after: Duration,
    pub ok: bool,
}

/// The servers, and what is needed to ask two of them.
pub struct Edge {
    pub cluster: Cluster<(), ManualClock>,
    pub budget: Budget<ManualClock>,
    /// How long the first server has before a second one is asked.
    pub delay: Duration,
}

impl Edge {
    /// Asks one server, and a second one if that is late, safe, allowed and somebody else; the first
    /// good answer wins. `call` says what a server would do. None if there is no server.
    ///
    /// - Late: the first has not answered when `delay` is over. Time is counted, not waited for.
    /// - Safe: GET, HEAD and OPTIONS change nothing, so that both may be executed.
    /// - Allowed: every request pays into the budget, and a second one is taken from it if and only
    ///   if it is made.
    /// - A server whose answer comes is told so: a success, with the time since *it* was asked, or a
    ///   failure. One whose answer is not waited for any more is told nothing.
    /// - A bad answer loses against a good one that is still to come; of two bad ones, the client
    ///   gets the later.
    pub fn ask(&self, method: &str, call: impl Fn(&str) -> Reply) -> Option<Answer> {
        todo!("who is told what when the other has won?")
    }
}
