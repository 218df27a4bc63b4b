//! The file as memory: the only `unsafe` code of this crate.
//!
//! `mmap` makes the pages of a file appear as an array. What is hot is read without a system call
//! and without a copy; what is not is fetched by the processor's page fault.
//!
//! # Why it is sound
//!
//! A `&[u8]` promises that nobody changes those bytes while it lives, and here the file below them
//! is written all the time. The promise is kept page by page: [`Map::bytes`] is called by the store
//! only for pages that a live snapshot reaches, and copy-on-write with the free list's release rule
//! (`space.rs`) means that such a page is not written until that snapshot is gone. No reference to
//! the whole map is ever made, only to single pages.
//!
//! That covers this process. Another process that writes to the file, against the advisory lock,
//! breaks the promise, and one that *truncates* it turns the pages past the new end into a bus
//! error: the kernel then kills the reader (SIGBUS), and no check can prevent it, as the file may
//! shrink between check and access. Every program that maps files, LMDB among them, has this limit.
//! The store itself shrinks its file only when it is closed and no snapshot is left.

#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks)]

use std::fs::File;
use std::io;
use std::slice;
use std::sync::Arc;

use memmap2::{MmapOptions, MmapRaw};

/// The bytes of a [`Storage`](super::storage::Storage), to read. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Map(Kind);

#[derive(Clone, Debug)]
enum Kind {
    File(Arc<MmapRaw>),
    Copy(Arc<[u8]>),
}

impl Map {
    /// A map of a copy of the bytes: for a storage that is not a file.
    pub fn of_bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Map(Kind::Copy(bytes.into()))
    }

    /// Maps the whole of `file`, as long as it is now.
    pub(crate) fn of_file(file: &File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        if len == 0 {
            return Ok(Self::of_bytes([])); // which mmap refuses
        }
        let raw = MmapOptions::new().len(len).map_raw_read_only(file)?;
        Ok(Map(Kind::File(Arc::new(raw))))
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::File(raw) => raw.len(),
            Kind::Copy(bytes) => bytes.len(),
        }
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // ANCHOR: map_bytes
    /// `len` bytes from `offset`, or `None` when they are not all there.
    ///
    /// Only for bytes that stay as they are while the slice lives: see the module's documentation.
    #[inline]
    pub(crate) fn bytes(&self, offset: usize, len: usize) -> Option<&[u8]> {
        if offset.checked_add(len)? > self.len() {
            return None;
        }
        match &self.0 {
            Kind::File(raw) => {
                // SAFETY: the range is inside the map, which lives as long as `self`. The bytes are
                // initialised, being a file's, and are not written while the slice lives, because
                // they belong to a page of a live snapshot (see the module's documentation).
                Some(unsafe { slice::from_raw_parts(raw.as_ptr().add(offset), len) })
            }
            Kind::Copy(bytes) => Some(&bytes[offset..offset + len]),
        }
    }
    // ANCHOR_END: map_bytes
}
