//! A link that writes down what is done to it.

use std::cell::RefCell;
use std::fmt;
use std::ptr;

use loom::sync::atomic::{AtomicPtr, Ordering};
use loom::thread;

use crate::list::Node;

/// The address of the next node, with the mark in its lowest bit.
#[derive(Clone, Copy)]
pub(crate) struct Next(*mut Node);

impl Next {
    pub(crate) fn to(node: Option<&'static Node>) -> Self {
        Next(node.map_or(ptr::null_mut(), |node| ptr::from_ref(node).cast_mut()))
    }

    pub(crate) fn is_marked(self) -> bool {
        self.0.addr() & 1 == 1
    }

    pub(crate) fn marked(self) -> Self {
        Next(self.0.map_addr(|address| address | 1))
    }

    pub(crate) fn node(self) -> Option<&'static Node> {
        let node = self.0.map_addr(|address| address & !1);
        // SAFETY: nodes are never freed, and never borrowed mutably.
        unsafe { node.as_ref() }
    }
}

/// A node's own link, or the head's.
pub(crate) struct Link {
    owner: Option<u8>,
    next: AtomicPtr<Node>,
}

impl Link {
    pub(crate) fn of_head() -> Self {
        Link {
            owner: None,
            next: AtomicPtr::new(ptr::null_mut()),
        }
    }

    pub(crate) fn of(owner: u8, next: Option<&'static Node>) -> Self {
        Link {
            owner: Some(owner),
            next: AtomicPtr::new(Next::to(next).0),
        }
    }

    pub(crate) fn read(&self) -> Next {
        // An exchange that changes nothing is a read that loom answers with the newest value. The
        // fault that is to be shown does not need a stale one.
        let nothing = ptr::null_mut();
        // Acquire: pairs with the Release in `swing`.
        let order = Ordering::Acquire;
        let result = self.next.compare_exchange(nothing, nothing, order, order);
        let next = Next(result.unwrap_or_else(|newest| newest));
        step(format_args!("reads  {self} -> {next}"));
        next
    }

    /// Makes a link that is not marked point to `to` instead of `from`; or returns false.
    pub(crate) fn swing(&self, from: Option<&'static Node>, to: Next) -> bool {
        let from = Next::to(from);
        // Release: pairs with the Acquire in `read`.
        let result = self
            .next
            .compare_exchange(from.0, to.0, Ordering::Release, Ordering::Relaxed);
        match result {
            Ok(_) => step(format_args!("swings {self} -> {from} to {to}")),
            Err(_) => step(format_args!("cannot swing {self} -> {from} to {to}")),
        }
        result.is_ok()
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.owner {
            Some(key) => write!(f, "{key}"),
            None => f.write_str("head"),
        }
    }
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node() {
            Some(node) => write!(f, "{}", node.key)?,
            None => f.write_str("end")?,
        }
        f.write_str(if self.is_marked() { "*" } else { "" })
    }
}

thread_local! {
    /// loom's threads take turns on one real thread, so this is one list for all of them.
    static STEPS: RefCell<Vec<String>> = RefCell::default();
    static NAMES: RefCell<Vec<thread::ThreadId>> = RefCell::default();
}

/// Starts to write down. This thread is called main, others T1, T2, … in the order of their first
/// steps.
pub(crate) fn begin() {
    STEPS.with_borrow_mut(Vec::clear);
    NAMES.set(vec![thread::current().id()]);
}

/// What has been done since.
pub(crate) fn steps() -> Vec<String> {
    STEPS.with_borrow(Vec::clone)
}

fn step(what: fmt::Arguments<'_>) {
    let id = thread::current().id();
    let number = NAMES.with_borrow_mut(|names| {
        let known = names.iter().position(|name| *name == id);
        known.unwrap_or_else(|| {
            names.push(id);
            names.len() - 1
        })
    });
    let name = if number == 0 {
        "main".to_owned()
    } else {
        format!("T{number}")
    };
    STEPS.with_borrow_mut(|steps| steps.push(format!("{name:4} {what}")));
}
