//! What to tell an HTTP client: how much there is, how much is left, when to come back.
//!
//! A client that knows its limits does not have to run into them. There are two ways to tell, and
//! both are in use:
//!
//! | | limit | state | denied |
//! |---|---|---|---|
//! | IETF draft | `RateLimit-Policy: "default";q=100;w=60` | `RateLimit: "default";r=50;t=30` | `Retry-After: 30` |
//! | older | `X-RateLimit-Limit: 100` | `X-RateLimit-Remaining: 50`, `X-RateLimit-Reset: 30` | `Retry-After: 30` |
//!
//! The draft's fields are [structured](https://www.rfc-editor.org/rfc/rfc9651): a policy's name is a
//! string, and `q` (quota), `w` (window), `r` (remaining) and `t` (time to reset) are integers.
//! Times are whole seconds, **rounded up**, since a client that comes back too early comes twice.
//!
//! `q` and `w` are the quota's count and time, and a window of parts of a second is left out,
//! because the draft cannot say it. A burst is named in a parameter of its own, `burst`, if it is
//! not the count; the draft allows such parameters, and clients ignore those they do not know.
//!
//! The older fields have never been specified. `X-RateLimit-Reset` is the number of seconds here,
//! as it is for those who follow the draft; some services send the time of day instead.
//!
//! Source: draft-ietf-httpapi-ratelimit-headers, from -08 on, where names are strings.

use std::fmt::Write;
use std::time::Duration;

use crate::{Decision, Denied, Quota};

/// The fields for a decision.
///
/// ```
/// use std::num::NonZeroU32;
/// use clock::ManualClock;
/// use rate_limiter::{Gcra, Quota, headers::Headers};
///
/// let quota = Quota::per_minute(NonZeroU32::new(100).unwrap());
/// let limiter = Gcra::with_clock(quota, ManualClock::new());
/// let headers = Headers::new(&limiter.check(), &quota).named("default");
/// let fields: Vec<_> = headers.fields().collect();
/// assert_eq!(fields[0], ("ratelimit-policy", r#""default";q=100;w=60"#.to_string()));
/// assert_eq!(fields[1], ("ratelimit", r#""default";r=99;t=1"#.to_string()));
/// ```
#[derive(Clone, Debug)]
pub struct Headers {
    name: String,
    quota: Quota,
    remaining: u32,
    reset: Option<u64>,
    retry: Option<u64>,
}

impl Headers {
    /// The fields for a decision under a quota. The policy is called `default`.
    ///
    /// Who was denied has nothing left until he may come back. Who may never come is not told when.
    pub fn new(decision: &Decision, quota: &Quota) -> Self {
        let (remaining, reset, retry) = match decision {
            Ok(yes) => (yes.remaining(), Some(yes.reset_after()), None),
            Err(Denied::RetryAfter(wait)) => (0, Some(*wait), Some(*wait)),
            Err(Denied::Never { .. }) => (0, None, None),
        };
        Headers {
            name: "default".into(),
            quota: *quota,
            remaining,
            reset: reset.map(whole_seconds),
            // 0 would be an invitation to come at once.
            retry: retry.map(|wait| whole_seconds(wait).max(1)),
        }
    }

    /// The same for a policy of another name. What is not visible ASCII in it becomes `_`.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        let visible = |c: char| if matches!(c, ' '..='~') { c } else { '_' };
        let name = name.chars().map(visible).collect();
        Headers { name, ..self }
    }

    /// `RateLimit-Policy`, `RateLimit`, and `Retry-After` if it was denied for now. Names are in
    /// lower case, as HTTP/2 has them.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, String)> {
        [
            Some(("ratelimit-policy", self.policy())),
            Some(("ratelimit", self.state())),
            self.retry.map(|wait| ("retry-after", wait.to_string())),
        ]
        .into_iter()
        .flatten()
    }

    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset`, and `Retry-After` if it was denied for now.
    pub fn older_fields(&self) -> impl Iterator<Item = (&'static str, String)> {
        let limit = self.quota.count().to_string();
        [
            Some(("x-ratelimit-limit", limit)),
            Some(("x-ratelimit-remaining", self.remaining.to_string())),
            self.reset
                .map(|wait| ("x-ratelimit-reset", wait.to_string())),
            self.retry.map(|wait| ("retry-after", wait.to_string())),
        ]
        .into_iter()
        .flatten()
    }

    // ANCHOR: policy
    /// The value of `RateLimit-Policy`.
    pub fn policy(&self) -> String {
        let mut value = format!("{};q={}", quoted(&self.name), self.quota.count());
        let per = self.quota.per();
        if per.subsec_nanos() == 0 {
            write!(value, ";w={}", per.as_secs()).expect("a string grows");
        }
        if self.quota.burst() != self.quota.count() {
            write!(value, ";burst={}", self.quota.burst()).expect("a string grows");
        }
        value
    }

    /// The value of `RateLimit`.
    pub fn state(&self) -> String {
        let reset = self
            .reset
            .map(|wait| format!(";t={wait}"))
            .unwrap_or_default();
        format!("{};r={}{reset}", quoted(&self.name), self.remaining)
    }
    // ANCHOR_END: policy
}

/// Seconds, rounded up.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0))
}

/// A string as structured fields have it: in quotes, which are escaped inside.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
