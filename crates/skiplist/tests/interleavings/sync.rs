//! The crate's `sync`, from loom; memory that tells when it is used after it was freed; and epochs
//! that free as early as is allowed.
//!
//! What is retired is freed at the first moment at which no thread is pinned. That is a legal
//! schedule of real epochs, and the most dangerous one. The bookkeeping is not loom's, so that it
//! adds no switches: loom's threads take turns on one real thread.

use std::alloc::Layout;
use std::cell::RefCell;

use loom::sync::atomic::fence;
pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};
use loom::thread::{self, ThreadId};

#[derive(Default)]
struct State {
    threads: Vec<ThreadId>,
    pinned: usize,
    retired: Vec<Box<dyn FnOnce()>>,
    live: Vec<(*mut u8, Layout)>,
    freed: Vec<(*mut u8, Layout)>,
}

thread_local!(static STATE: RefCell<State> = RefCell::default());

fn with<T>(f: impl FnOnce(&mut State) -> T) -> T {
    STATE.with(|state| f(&mut state.borrow_mut()))
}

/// Starts an order with nothing in memory.
pub(crate) fn begin() {
    // A failed order leaves things behind; they are not worth freeing.
    STATE.with(|state| std::mem::forget(state.take()));
}

/// Requires that all that was allocated has been freed.
pub(crate) fn end() {
    let state = STATE.with(RefCell::take);
    assert_eq!(state.pinned, 0, "a guard was leaked");
    assert_eq!(state.live, [], "memory was leaked");
    for (memory, layout) in state.freed {
        // SAFETY: `alloc` got it with this layout, and it is in `freed` once.
        unsafe { std::alloc::dealloc(memory, layout) };
    }
}

pub(crate) fn thread_number() -> usize {
    let id = thread::current().id();
    with(|state| {
        let known = state.threads.iter().position(|other| *other == id);
        known.unwrap_or_else(|| {
            state.threads.push(id);
            state.threads.len() - 1
        })
    })
}

/// # Safety
///
/// As for [`std::alloc::alloc`].
pub(crate) unsafe fn alloc(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    let memory = unsafe { std::alloc::alloc(layout) };
    with(|state| state.live.push((memory, layout)));
    memory
}

/// Keeps the memory until the order has been tried, so that a late access is found by the test and
/// does no harm.
///
/// # Safety
///
/// As for [`std::alloc::dealloc`].
pub(crate) unsafe fn dealloc(memory: *mut u8, layout: Layout) {
    with(|state| {
        let index = state
            .live
            .iter()
            .position(|block| *block == (memory, layout));
        let block = state
            .live
            .swap_remove(index.expect("memory was freed twice"));
        state.freed.push(block);
    });
}

pub(crate) fn prefetch<T>(_: *const T) {}

pub(crate) struct Guard(());

pub(crate) fn pin() -> Guard {
    with(|state| state.pinned += 1);
    // As crossbeam-epoch has it: who pins after something was freed sees that it was unlinked.
    fence(Ordering::SeqCst);
    Guard(())
}

impl Guard {
    /// # Safety
    ///
    /// As for crossbeam-epoch's.
    pub(crate) unsafe fn defer_unchecked<F: FnOnce() -> R, R>(&self, f: F) {
        let f: Box<dyn FnOnce()> = Box::new(move || drop(f()));
        // SAFETY: it is run before the order ends, and all keys live longer than that.
        let f = unsafe { std::mem::transmute::<Box<dyn FnOnce() + '_>, Box<dyn FnOnce()>>(f) };
        with(|state| state.retired.push(f));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Pairs with the fence in `pin`, and with this one in the other threads.
        fence(Ordering::SeqCst);
        let retired = with(|state| {
            state.pinned -= 1;
            if state.pinned == 0 {
                std::mem::take(&mut state.retired)
            } else {
                Vec::new()
            }
        });
        retired.into_iter().for_each(|free| free());
    }
}
