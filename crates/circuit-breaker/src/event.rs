//! What a breaker tells those who listen.

use std::sync::OnceLock;
use std::time::Duration;

use crate::State;

/// Something that happened to a breaker.
///
/// `elapsed` is `None` for a call that began before anybody listened, if the breaker does not time
/// its calls anyway.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The state changed. There is exactly one of these a change.
    Transition {
        /// The state before.
        from: State,
        /// The state since.
        to: State,
    },
    /// A call succeeded.
    Success {
        /// How long it took.
        elapsed: Option<Duration>,
    },
    /// A call failed.
    Failure {
        /// How long it took.
        elapsed: Option<Duration>,
    },
    /// A call ended in a way that does not count.
    Ignored {
        /// How long it took.
        elapsed: Option<Duration>,
    },
    /// A call was not permitted. The breaker that is held open by hand does not report these.
    NotPermitted,
    /// The failure rate has reached its threshold; it is this many percent.
    FailureRateExceeded(f32),
    /// The share of slow calls has reached its threshold; it is this many percent.
    SlowCallRateExceeded(f32),
    /// [`reset`](crate::CircuitBreaker::reset) was called.
    Reset,
}

type Listener = Box<dyn Fn(&Event) + Send + Sync>;

// ANCHOR: listeners
/// A list that only ever grows, at its end. Reading it takes no lock: where there is no listener,
/// asking costs one load.
#[derive(Default)]
pub(crate) struct Listeners(OnceLock<Box<Node>>);

struct Node {
    listener: Listener,
    next: Listeners,
}

impl Listeners {
    pub(crate) fn add(&self, listener: Listener) {
        let mut node = Box::new(Node {
            listener,
            next: Listeners::default(),
        });
        let mut end = self;
        // Somebody else may have added one at the same end: then behind that.
        while let Err(mine) = end.0.set(node) {
            node = mine;
            end = &end.0.get().expect("it was full").next;
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }

    pub(crate) fn tell(&self, event: Event) {
        let mut rest = self;
        while let Some(node) = rest.0.get() {
            (node.listener)(&event);
            rest = &node.next;
        }
    }
}
// ANCHOR_END: listeners
