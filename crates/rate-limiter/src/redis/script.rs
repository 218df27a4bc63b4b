//! The script, what is sent with it, and what comes back.

use std::sync::LazyLock;

use clock::Nanos;
use redis::{Script, ScriptInvocation};

use super::away::Trouble;
use crate::gcra::GcraRule;
use crate::{ConfigError, Decision, Denied, Quota};

static GCRA: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("gcra.lua")));

/// What the script answers: 1 if it admitted, and how many nanoseconds the TAT was ahead of now.
pub(super) type Answer = (u8, u64);

/// What Lua's numbers hold exactly: 2⁵³ ns, 104 days.
const LONGEST: u64 = 1 << 53;

/// The questions of one limiter: where its keys are, and what is allowed to each.
#[derive(Clone, Debug)]
pub(super) struct Questions {
    prefix: String,
    rule: GcraRule,
}

impl Questions {
    pub(super) fn new(prefix: &str, quota: Quota) -> Result<Self, ConfigError> {
        if quota.refill_nanos() > LONGEST {
            return Err(ConfigError::new(
                "burst",
                format!(
                    "{quota} takes {:?} to refill, and Redis counts to 104 days; give less",
                    quota.refill()
                ),
            ));
        }
        Ok(Questions {
            prefix: prefix.to_owned(),
            rule: GcraRule::new(quota),
        })
    }

    pub(super) fn quota(&self) -> Quota {
        self.rule.quota()
    }

    /// What can be said without asking Redis.
    ///
    /// # Errors
    ///
    /// [`Denied::Never`], whatever Redis holds.
    pub(super) fn possible(&self, n: u32) -> Result<(), Denied> {
        self.rule.decide(Nanos::ZERO, Nanos::ZERO, n).map(drop)
    }

    // ANCHOR: call
    /// The call that decides about `n` for `key`. It names the script by its hash; where Redis does
    /// not know it (it was restarted, say), the client sends it once and calls again.
    pub(super) fn ask(&self, key: &str, n: u32) -> ScriptInvocation<'static> {
        let quota = self.quota();
        let mut call = GCRA.key([self.prefix.as_str(), key].concat());
        call.arg(quota.interval_nanos().get())
            .arg(quota.refill_nanos())
            .arg(n);
        call
    }

    /// What the answer means: with how far the TAT was ahead, the rule that every local limiter
    /// follows says the same as the script, and how many remain and when to come back besides.
    pub(super) fn understand(&self, n: u32, answer: Answer) -> Result<Decision, Trouble> {
        let (admitted, ahead) = answer;
        let decision = self.rule.decide(Nanos(ahead), Nanos::ZERO, n);
        if decision.is_ok() != (admitted == 1) {
            return Err(Trouble::Refused); // whoever answered, it was not the script
        }
        Ok(decision.map(|(_, admitted)| admitted))
    }
    // ANCHOR_END: call
}

/// Decides at a time that the caller gives, in µs since 1970: so that tests can compare the script
/// with the local rule. A program that did this in production would trust its machines' clocks.
///
/// # Errors
///
/// What went wrong between here and Redis.
#[doc(hidden)]
pub fn decide_at(
    connection: &mut redis::Connection,
    key: &str,
    quota: Quota,
    micros: u64,
    n: u32,
) -> Result<Decision, Box<dyn std::error::Error>> {
    let questions = Questions::new("", quota)?;
    if let Err(never) = questions.possible(n) {
        return Ok(Err(never));
    }
    let answer = questions.ask(key, n).arg(micros).invoke(connection)?;
    let decision = questions.understand(n, answer);
    decision.map_err(|_| format!("the script and the rule disagree: {answer:?}").into())
}
