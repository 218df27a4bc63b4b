//! Leaving without dropping anything.
//!
//! ```text
//!   SIGTERM ─▶ stop accepting ─▶ answer what comes, "Connection: close" ─▶ all gone ─▶ exit 0
//!                                HTTP/2: GOAWAY                         └▶ drain_timeout: cut
//! ```
//!
//! A kept-alive connection that is idle is the hard case: if it is closed at once, a request that
//! its client has just written is lost. So it stays open for a moment more ([`IDLE_GRACE`]); a
//! request that comes on it is answered, and the answer says that the connection ends.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

/// How long an idle connection stays open after draining has begun.
pub const IDLE_GRACE: Duration = Duration::from_millis(500);

/// A worker's connections and requests, and whether it is leaving.
#[derive(Default)]
pub struct Drain {
    begun: Cell<Option<Instant>>,
    requests: Cell<usize>,
    wakers: RefCell<HashMap<u64, Option<Waker>>>,
    next: Cell<u64>,
}

impl Drain {
    // ANCHOR: drain
    /// Begins to leave: wakes all connections, so that they see it.
    pub fn begin(&self) {
        self.begun.set(Some(Instant::now()));
        for waker in self.wakers.borrow().values().flatten() {
            waker.wake_by_ref();
        }
    }

    /// Whether the worker is leaving.
    pub fn has_begun(&self) -> bool {
        self.begun.get().is_some()
    }

    /// Until when an idle connection stays open, if the worker is leaving.
    pub fn idle_until(&self) -> Option<Instant> {
        self.begun.get().map(|begun| begun + IDLE_GRACE)
    }

    /// Whether nothing is left to wait for.
    pub fn is_done(&self) -> bool {
        self.has_begun() && self.wakers.borrow().is_empty() && self.requests.get() == 0
    }
    // ANCHOR_END: drain

    /// A request has begun.
    pub fn enter(&self) {
        self.requests.set(self.requests.get() + 1);
    }

    /// A request is over.
    pub fn leave(&self) {
        self.requests.set(self.requests.get() - 1);
    }

    /// Requests that have begun and are not over.
    pub fn requests(&self) -> usize {
        self.requests.get()
    }

    /// Connections that are open.
    pub fn connections(&self) -> usize {
        self.wakers.borrow().len()
    }
}

/// A connection that wants to know when draining begins. It counts as open while this lives.
pub struct Watch {
    drain: Rc<Drain>,
    number: u64,
    known: Cell<bool>,
}

impl Drain {
    /// Counts a connection.
    pub fn watch(self: &Rc<Self>) -> Watch {
        let number = self.next.get();
        self.next.set(number + 1);
        self.wakers.borrow_mut().insert(number, None);
        Watch {
            drain: Rc::clone(self),
            number,
            known: Cell::new(false),
        }
    }
}

impl Watch {
    /// Has the task woken when draining begins. It must always be the same task.
    pub fn wake_for_drain(&self, cx: &Context<'_>) {
        if !self.known.replace(true) {
            let waker = Some(cx.waker().clone());
            self.drain.wakers.borrow_mut().insert(self.number, waker);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.drain.wakers.borrow_mut().remove(&self.number);
    }
}
