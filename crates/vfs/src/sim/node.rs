//! The bytes of one file: those that every reader sees, and those that a crash leaves.

use std::collections::BTreeMap;

use super::random::{Mood, Random};

/// What a disk writes whole, in bytes.
pub const SECTOR: usize = 512;

/// A file, whatever its names.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) live: Vec<u8>,
    durable: Vec<u8>,
    /// What waits for a sync, in order.
    waiting: Vec<Change>,
    /// How many handles are open.
    pub(super) handles: usize,
}

#[derive(Clone, Debug)]
enum Change {
    /// Bytes that are inside one sector.
    Write {
        offset: usize,
        bytes: Vec<u8>,
    },
    SetLen(usize),
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Change::SetLen(len) => resize(to, *len),
            Change::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if to.len() < end {
                    resize(to, end);
                }
                to[*offset..end].copy_from_slice(bytes);
            }
        }
    }

    fn sector(&self) -> usize {
        match self {
            Change::Write { offset, .. } => offset / SECTOR,
            Change::SetLen(_) => usize::MAX,
        }
    }
}

/// `Vec::resize` sets byte after byte, which takes long in a build for tests.
fn resize(bytes: &mut Vec<u8>, len: usize) {
    bytes.truncate(len);
    bytes.extend_from_slice(&vec![0; len - bytes.len()]);
}

impl Node {
    /// Writes `bytes`, in pieces that are each inside one sector.
    pub(super) fn write(&mut self, mut offset: usize, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at((SECTOR - offset % SECTOR).min(bytes.len()));
            self.change(Change::Write {
                offset,
                bytes: piece.to_vec(),
            });
            (offset, bytes) = (offset + piece.len(), rest);
        }
    }

    pub(super) fn set_len(&mut self, len: usize) {
        self.change(Change::SetLen(len));
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.live);
        self.waiting.push(change);
    }

    pub(super) fn sync(&mut self) {
        for change in self.waiting.drain(..) {
            change.apply(&mut self.durable);
        }
    }

    /// Keeps some of what waited and *forgets* the rest, which stays live and is never written, as
    /// Linux does after an error.
    pub(super) fn fail_sync(&mut self, random: &mut Random) {
        let waiting = std::mem::take(&mut self.waiting);
        persist_some(&mut self.durable, &waiting, random);
    }

    /// The file as the next start finds it.
    pub(super) fn crash(&self, random: &mut Random) -> Node {
        let mut durable = self.durable.clone();
        persist_some(&mut durable, &self.waiting, random);
        Node {
            live: durable.clone(),
            durable,
            ..Node::default()
        }
    }
}

// ANCHOR: persist_some
/// Makes durable what a crash at a bad moment would: for every sector, any one of the versions that
/// it had since the last sync.
fn persist_some(durable: &mut Vec<u8>, waiting: &[Change], random: &mut Random) {
    let mut moods = BTreeMap::new();
    for change in waiting {
        // Their order stays: any may be the last that survives.
        let neighbourhood = change.sector() / 8;
        let mood = *moods
            .entry(neighbourhood)
            .or_insert_with(|| Mood::draw(random));
        if mood.keeps(random) {
            change.apply(durable);
        }
    }
}
// ANCHOR_END: persist_some
