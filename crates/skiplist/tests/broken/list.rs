//! A sorted set without a lock, as one linked list: level 0 of the skip list, and no more.
//!
//! `List<true>` marks the link of a node before it unlinks the node. `List<false>` does not, and
//! loses what another thread inserts behind that node at the time.
//!
//! Nodes are not freed; when that may be done is another question.

use crate::link::{Link, Next};

pub(crate) struct Node {
    pub(crate) key: u8,
    pub(crate) link: Link,
}

pub(crate) struct List<const MARKS: bool> {
    head: Link,
}

impl<const MARKS: bool> List<MARKS> {
    pub(crate) fn new() -> Self {
        List {
            head: Link::of_head(),
        }
    }

    // ANCHOR: insert
    /// Inserts `key`; or returns false, when it is there.
    pub(crate) fn insert(&self, key: u8) -> bool {
        loop {
            let (left, right) = self.find(key);
            if right.is_some_and(|node| node.key == key) {
                return false;
            }
            let node: &'static Node = Box::leak(Box::new(Node {
                key,
                link: Link::of(key, right),
            }));
            if left.swing(right, Next::to(Some(node))) {
                return true;
            }
        }
    }
    // ANCHOR_END: insert

    // ANCHOR: remove
    /// Removes `key`; or returns false, when it is not there.
    pub(crate) fn remove(&self, key: u8) -> bool {
        loop {
            let (left, right) = self.find(key);
            let Some(node) = right.filter(|node| node.key == key) else {
                return false;
            };
            let next = node.link.read();
            if MARKS && (next.is_marked() || !node.link.swing(next.node(), next.marked())) {
                continue; // Somebody was here first: look again.
            }
            if left.swing(right, next) || MARKS {
                return true; // With a mark it is removed; the next search unlinks it.
            }
        }
    }
    // ANCHOR_END: remove

    /// Whether `key` is there.
    pub(crate) fn contains(&self, key: u8) -> bool {
        self.find(key).1.is_some_and(|node| node.key == key)
    }

    /// The last link before `key` and the node behind it; unlinks marked nodes on the way.
    fn find(&self, key: u8) -> (&Link, Option<&'static Node>) {
        'again: loop {
            let mut left = &self.head;
            let mut right = left.read().node();
            while let Some(node) = right
                && node.key <= key
            {
                let next = node.link.read();
                if next.is_marked() {
                    if !left.swing(right, Next::to(next.node())) {
                        continue 'again;
                    }
                } else if node.key == key {
                    break;
                } else {
                    left = &node.link;
                }
                right = next.node();
            }
            return (left, right);
        }
    }
}
