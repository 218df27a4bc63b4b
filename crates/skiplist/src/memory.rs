//! What an arena is made of: bytes, some of which are atomic words.
//!
//! This module is a seam. `tests/arena_loom.rs` compiles [`crate::arena`] a second time, on a
//! memory of its own, whose words and bytes come from [loom](https://docs.rs/loom): there,
//! every order is tried in which threads can meet, and a byte that is read before the write to it
//! was published fails the test.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;
use std::slice;

pub(crate) use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// A memory begins at a cache line, so that the head's links are in one.
const LINE: usize = 64;
/// What the allocator is asked for: more would make it write all the zeros itself.
const ALIGN: usize = 16;

/// A run of bytes that does not move, and is freed as a whole.
///
/// Threads share it; which bytes are whose, the callers of its unsafe functions know.
pub(crate) struct Memory {
    base: NonNull<u8>,
    len: usize,
    /// What to give back: more than `len` bytes, some of them before the base.
    allocation: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the bytes are owned, and belong to no thread in particular.
unsafe impl Send for Memory {}
// SAFETY: through a shared reference, bytes can only be reached by the unsafe functions below, whose
// callers promise that no two threads do to the same bytes what is a data race.
unsafe impl Sync for Memory {}

impl Memory {
    /// `bytes` zeros, or `None` where the system does not give them.
    ///
    /// The system hands out pages of zeros, and sets each aside when it is first written to.
    pub(crate) fn zeroed(bytes: usize) -> Option<Memory> {
        let layout = Layout::from_size_align(bytes.checked_add(LINE)?, ALIGN).ok()?;
        // SAFETY: the layout's size is not zero.
        let allocation = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        // SAFETY: less than `LINE` bytes on, and so many have been asked for in addition.
        let base = unsafe { allocation.add(allocation.align_offset(LINE)) };
        Some(Memory {
            base,
            len: bytes,
            allocation,
            layout,
        })
    }

    /// The word at `at`.
    ///
    /// # Safety
    ///
    /// `at` is a multiple of four, the word is within the memory, and it is reached by this function
    /// only.
    #[inline]
    pub(crate) unsafe fn word(&self, at: usize) -> &AtomicU32 {
        debug_assert!(at.is_multiple_of(4) && at + 4 <= self.len);
        // SAFETY: within the memory and aligned, says the caller, since the base is; valid as long
        // as `self`; and only ever reached as an atomic.
        unsafe { AtomicU32::from_ptr(self.base.add(at).cast().as_ptr()) }
    }

    /// Lets the processor fetch the bytes at the offset that `at` gives, without waiting for them.
    #[inline]
    pub(crate) fn prefetch(&self, at: impl FnOnce() -> usize) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let address = self.base.as_ptr().wrapping_add(at());
            // SAFETY: a prefetch, of whatever address, changes nothing but how long things take.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = at;
    }

    /// The `len` bytes at `at`.
    ///
    /// # Safety
    ///
    /// They are within the memory, and every write to them happens before this call.
    #[inline]
    pub(crate) unsafe fn bytes(&self, at: usize, len: usize) -> &[u8] {
        debug_assert!(at + len <= self.len);
        // SAFETY: within the memory, initialised by zeroing, and never written to again.
        unsafe { slice::from_raw_parts(self.base.add(at).as_ptr(), len) }
    }

    /// Lets `fill` write the `len` bytes at `at`.
    ///
    /// # Safety
    ///
    /// They are within the memory, and until `fill` returns nobody else reaches them.
    #[inline]
    pub(crate) unsafe fn fill(&self, at: usize, len: usize, fill: impl FnOnce(&mut [u8])) {
        debug_assert!(at + len <= self.len);
        // SAFETY: within the memory, initialised by zeroing, and the caller's alone.
        fill(unsafe { slice::from_raw_parts_mut(self.base.add(at).as_ptr(), len) });
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: allocated by `zeroed` with this layout, and not freed before.
        unsafe { dealloc(self.allocation.as_ptr(), self.layout) };
    }
}
