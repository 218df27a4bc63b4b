//! The breakers of the ecosystem.

use failsafe::{
    CircuitBreaker as _, StateMachine,
    backoff::{self, Constant},
    failure_policy::{self, ConsecutiveFailures, SuccessRateOverTimeWindow},
};

use super::contender::{Answer, Breaker, SPAN, WAIT, WINDOW};
use crate::harness::Identity;

/// recloser.
pub struct Recloser(recloser::Recloser);

impl Breaker for Recloser {
    const WHO: Identity = Identity {
        name: "recloser",
        package: "recloser",
        what: "window of the last 100 calls: a ring of bits; states behind an epoch-based pointer",
        ours: false,
    };

    fn closed() -> Self {
        let breaker = recloser::Recloser::custom().error_rate(0.5);
        Self(breaker.closed_len(WINDOW as usize).open_wait(WAIT).build())
    }

    #[inline(always)]
    fn call(&self, fails: bool) -> Answer {
        match self.0.call(|| if fails { Err(()) } else { Ok(()) }) {
            Ok(()) => Answer::Succeeded,
            Err(recloser::Error::Inner(())) => Answer::Failed,
            Err(recloser::Error::Rejected) => Answer::Refused,
        }
    }
}

/// failsafe, by the rate of successes.
pub struct SuccessRate(StateMachine<SuccessRateOverTimeWindow<Constant>, ()>);

impl Breaker for SuccessRate {
    const WHO: Identity = Identity {
        name: "failsafe, success rate",
        package: "failsafe",
        what: "exponentially weighted success rate over a second, behind a lock",
        ours: false,
    };

    fn closed() -> Self {
        let wait = backoff::constant(WAIT);
        let policy = failure_policy::success_rate_over_time_window(0.5, WINDOW, SPAN, wait);
        Self(failsafe::Config::new().failure_policy(policy).build())
    }

    #[inline(always)]
    fn call(&self, fails: bool) -> Answer {
        answer(self.0.call(|| if fails { Err(()) } else { Ok(()) }))
    }
}

/// failsafe, by failures in a row.
pub struct Consecutive(StateMachine<ConsecutiveFailures<Constant>, ()>);

impl Breaker for Consecutive {
    const WHO: Identity = Identity {
        name: "failsafe, consecutive",
        package: "failsafe",
        what: "failures in a row, behind a lock: no window",
        ours: false,
    };

    fn closed() -> Self {
        let policy = failure_policy::consecutive_failures(WINDOW, backoff::constant(WAIT));
        Self(failsafe::Config::new().failure_policy(policy).build())
    }

    #[inline(always)]
    fn call(&self, fails: bool) -> Answer {
        answer(self.0.call(|| if fails { Err(()) } else { Ok(()) }))
    }
}

#[inline(always)]
fn answer(result: Result<(), failsafe::Error<()>>) -> Answer {
    match result {
        Ok(()) => Answer::Succeeded,
        Err(failsafe::Error::Inner(())) => Answer::Failed,
        Err(failsafe::Error::Rejected) => Answer::Refused,
    }
}
