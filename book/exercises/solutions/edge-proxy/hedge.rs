use std::time::Duration;

use clock::ManualClock;
use resilience::Budget;
use wrr_lb::Request;
use wrr_lb::cluster::{Cluster, Lease};

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

/// A request at a server: since when, and what will come of it.
struct Asked {
    lease: Lease<()>,
    since: Duration,
    reply: Reply,
}

impl Asked {
    fn ends(&self) -> Duration {
        self.since + self.reply.takes
    }

    /// It has answered.
    fn answered(self) -> Answer {
        let answer = Answer {
            server: self.lease.endpoint().name().to_owned(),
            after: self.ends(),
            ok: self.reply.ok,
        };
        match self.reply.ok {
            true => self.lease.success(self.reply.takes),
            false => self.lease.failure(),
        }
        answer
    }
}

impl Edge {
    /// Asks one server, and a second one if that is late, safe, allowed and somebody else; the first
    /// good answer wins. `call` says what a server would do. None if there is no server.
    pub fn ask(&self, method: &str, call: impl Fn(&str) -> Reply) -> Option<Answer> {
        self.budget.deposit();
        let begin = |lease: Lease<()>, since| {
            let reply = call(lease.endpoint().name());
            Asked {
                lease,
                since,
                reply,
            }
        };
        let first = begin(self.cluster.pick(Request::default())?, Duration::ZERO);
        if first.ends() <= self.delay || !matches!(method, "GET" | "HEAD" | "OPTIONS") {
            return Some(first.answered());
        }
        let Some(second) = self.other(&first).map(|lease| begin(lease, self.delay)) else {
            return Some(first.answered());
        };
        let (sooner, later) = match first.ends() <= second.ends() {
            true => (first, second),
            false => (second, first),
        };
        if sooner.reply.ok {
            // What is dropped was cancelled, and says nothing about its server.
            return Some(sooner.answered());
        }
        sooner.answered();
        Some(later.answered())
    }

    /// Another server, if there is one and the budget allows it to be asked.
    fn other(&self, first: &Asked) -> Option<Lease<()>> {
        let tried = first.lease.endpoint();
        let other = self.cluster.pick_other(Request::default(), &[&**tried])?;
        (!other.endpoint().is_same(tried) && self.budget.withdraw()).then_some(other)
    }
}
