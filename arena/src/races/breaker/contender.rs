//! What a breaker must be able to do to take part, and the check that it does.

use std::time::{Duration, Instant};

use crate::harness::Identity;

/// Calls that a window holds, for those that count calls.
pub const WINDOW: u32 = 100;

/// How far back a window goes, for those that go by time.
pub const SPAN: Duration = Duration::from_secs(1);

/// How long a circuit stays open: longer than any turn.
pub const WAIT: Duration = Duration::from_secs(3600);

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Succeeded,
    Failed,
    Refused,
}

/// A breaker that opens when half of the calls fail.
pub trait Breaker: Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// A closed one.
    fn closed() -> Self;

    /// Calls a function that does nothing, and fails if it is to.
    fn call(&self, fails: bool) -> Answer;
}

/// A breaker whose circuit is closed or open, of a kind that goes from one to the other as it should.
pub fn prepared<B: Breaker>(open: bool) -> B {
    let breaker = B::closed();
    let name = B::WHO.name;
    for number in 0..4 * WINDOW {
        let fails = number % 4 == 3;
        let expected = if fails {
            Answer::Failed
        } else {
            Answer::Succeeded
        };
        let answer = breaker.call(fails);
        assert_eq!(answer, expected, "{name}, of which a quarter fails");
    }
    if !open {
        return B::closed();
    }
    // An exponential mean forgets the calls before only as time goes by.
    let begin = Instant::now();
    while breaker.call(true) != Answer::Refused {
        assert!(begin.elapsed() < 10 * SPAN, "{name} does not open");
    }
    assert_eq!(breaker.call(false), Answer::Refused, "{name} when open");
    breaker
}
