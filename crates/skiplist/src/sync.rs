//! What the concurrent map is made of: atomics, memory, and the epochs that say when to free it.
//!
//! This module is a seam. `tests/interleavings.rs` compiles the files of [`crate::concurrent`] a
//! second time, with a `sync` of its own that takes all this from [loom](https://docs.rs/loom),
//! which then tries every order in which threads can come by.

use std::cell::Cell;

pub(crate) use crossbeam_epoch::{Guard, pin};
pub(crate) use std::alloc::{alloc, dealloc};
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};

/// A small number that is this thread's, and few others': threads are numbered as they come.
pub(crate) fn thread_number() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static NUMBER: Cell<Option<usize>> = const { Cell::new(None) });
    NUMBER.with(|number| match number.get() {
        Some(known) => known,
        None => {
            // Relaxed: the numbers have to differ, and order nothing.
            let new = THREADS.fetch_add(1, Ordering::Relaxed);
            number.set(Some(new));
            new
        }
    })
}

/// Asks the processor to fetch the memory at `address`, which need not be valid.
pub(crate) fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 processor has the instruction, and it cannot fault.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    // Elsewhere it needs an unstable intrinsic.
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
