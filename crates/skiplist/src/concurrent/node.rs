//! A node: an entry and its tower of links, in one allocation.
//!
//! ```text
//!            ┌───────┬─────┬────────┬────────┬─────────┬─────────┬─ ─ ─ ─
//!  Node ───> │ value │ key │ owners │ height │ link 0  │ link 1  │ ...
//!            └───────┴─────┴────────┴────────┴─────────┴─────────┴─ ─ ─ ─
//!                                              height links, and no more
//! ```
//!
//! The key stands next to the lowest links, because a search reads the two together.
//!
//! A [`Link`] is the address of the next node. Addresses of nodes are even, so the lowest bit is
//! free: set, it is the **mark**, and says that the node *that the link belongs to* is removed on
//! this level. Mark and address are one word, so that whoever wants to change the address finds
//! out in the same instruction that the node is gone.
//!
//! # Invariants
//!
//! 1. A marked link never changes again.
//! 2. The links of a tower are marked from the top down; so one that is not marked on a level is
//!    not marked on any level below.
//! 3. A node is retired once, after it has been unlinked on every level, when nobody is left who
//!    could link it again.
//!
//! # Why a reference under a guard is valid
//!
//! All that this module hands out is a [`NodeRef`] with the lifetime of a [`Guard`]. It comes from
//! a link on some level of a tower that was itself linked on that level at some moment since the
//! guard was pinned; hence so was the node. Its memory is retired after it is unlinked, that is,
//! after the pin; and what is retired after a pin is not freed before that guard is dropped.
//!
//! # Memory order
//!
//! One rule: an address is **stored with Release and loaded with Acquire**. The store that pairs
//! with a load is the one that put the address there, or, as a compare-and-exchange passes on what
//! it finds, one before it. Thus whoever reaches a node sees its key, its value and its links.

use std::alloc::{Layout, handle_alloc_error};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ptr::{self, NonNull};
use std::slice;

use crate::height::MAX_HEIGHT;
use crate::sync::{AtomicPtr, AtomicU8, Guard, Ordering, alloc, dealloc, prefetch};

// ANCHOR: node
/// An entry. Behind the last field, in the same allocation, are the other links of its tower.
#[repr(C)]
pub(super) struct Node<K, V> {
    /// How many of its inserter and its remover have not finished with it.
    owners: AtomicU8,
    height: u8,
    value: V,
    key: K,
    tower: [Link<K, V>; 0],
}
// ANCHOR_END: node

impl<K, V> Node<K, V> {
    fn layout(height: usize) -> Layout {
        let links = Layout::array::<Link<K, V>>(height).expect("a tower is at most 16 links");
        let (layout, tower) = Layout::new::<Self>()
            .extend(links)
            .expect("an entry that exists leaves room for its tower");
        debug_assert_eq!(tower, mem::offset_of!(Self, tower));
        layout.pad_to_align()
    }

    /// The first of the links of the tower at `node`.
    ///
    /// # Safety
    ///
    /// `node` points to a node and may be used for its whole allocation.
    unsafe fn tower(node: *const Self) -> *const Link<K, V> {
        // SAFETY: the caller's promise.
        unsafe { (&raw const (*node).tower).cast() }
    }

    /// Drops the links and gives back the memory, but not the key and the value.
    ///
    /// # Safety
    ///
    /// `node` points to a live node that nobody else will use any more.
    unsafe fn free(node: *mut Self) {
        // SAFETY: the caller's promise; the memory was allocated with this layout.
        unsafe {
            let height = usize::from((*node).height);
            let tower = Self::tower(node).cast_mut();
            ptr::drop_in_place(ptr::slice_from_raw_parts_mut(tower, height));
            dealloc(node.cast(), Self::layout(height));
        }
    }

    /// Drops the whole node.
    ///
    /// # Safety
    ///
    /// As for [`Node::free`].
    unsafe fn destroy(node: *mut Self) {
        // SAFETY: the caller's promise. Should the key's drop panic, the memory is leaked.
        unsafe {
            ptr::drop_in_place(&raw mut (*node).key);
            ptr::drop_in_place(&raw mut (*node).value);
            Self::free(node);
        }
    }

    /// Takes the entry out of `node`, and what comes after it on level 0.
    ///
    /// # Safety
    ///
    /// As for [`Node::free`].
    pub(super) unsafe fn take(node: NonNull<Self>) -> (K, V, Option<NonNull<Self>>) {
        let node = node.as_ptr();
        // SAFETY: the caller's promise; `free` does not drop what was read here.
        unsafe {
            let entry = (
                ptr::read(&raw const (*node).key),
                ptr::read(&raw const (*node).value),
            );
            let next = (*Self::tower(node)).next_alone();
            Self::free(node);
            (entry.0, entry.1, next)
        }
    }
}

/// The address of the next node, and the mark.
pub(super) struct Link<K, V>(AtomicPtr<Node<K, V>>);

// ANCHOR: mark
/// What a link said when it was read.
pub(super) struct Next<'g, K, V> {
    address: *mut Node<K, V>,
    guard: PhantomData<&'g Guard>,
}

/// The bit that says that the owner of the link is removed.
const MARK: usize = 1;

impl<'g, K, V> Next<'g, K, V> {
    pub(super) fn to(node: Option<NodeRef<'g, K, V>>) -> Self {
        Next {
            address: address_of(node),
            guard: PhantomData,
        }
    }

    pub(super) fn is_marked(self) -> bool {
        self.address.addr() & MARK != 0
    }

    /// The next node, whether the link is marked or not.
    pub(super) fn node(self) -> Option<NodeRef<'g, K, V>> {
        NodeRef::new(self.without_mark().address)
    }

    pub(super) fn without_mark(self) -> Self {
        Next {
            address: self.address.map_addr(|address| address & !MARK),
            guard: PhantomData,
        }
    }
}
// ANCHOR_END: mark

impl<K, V> Link<K, V> {
    pub(super) fn null() -> Self {
        Link(AtomicPtr::new(ptr::null_mut()))
    }

    /// What the link says.
    pub(super) fn load<'g>(&self, _: &'g Guard) -> Next<'g, K, V> {
        Next {
            // Acquire: pairs with the Release of `swing` and `seal` that put the address here.
            address: self.0.load(Ordering::Acquire),
            guard: PhantomData,
        }
    }

    /// Has the next node fetched while something else is looked at.
    pub(super) fn prefetch(&self) {
        // Relaxed: the address is not followed.
        let node = self.0.load(Ordering::Relaxed);
        prefetch(node.wrapping_byte_add(mem::offset_of!(Node<K, V>, key)));
    }

    /// What the link says to one who has the map alone.
    pub(super) fn next_alone(&self) -> Option<NonNull<Node<K, V>>> {
        // Relaxed: whoever has the map alone has been told so by something that synchronised.
        let address = self.0.load(Ordering::Relaxed);
        NonNull::new(address.map_addr(|address| address & !MARK))
    }

    /// Sets the link of a node that no other thread knows.
    pub(super) fn set(&self, next: Option<NodeRef<'_, K, V>>) {
        // Relaxed: the node will be published with Release.
        self.0.store(address_of(next), Ordering::Relaxed);
    }

    // ANCHOR: swing
    /// Makes a link that is not marked point to `to` instead of `from`; or returns false.
    pub(super) fn swing(
        &self,
        from: Option<NodeRef<'_, K, V>>,
        to: Option<NodeRef<'_, K, V>>,
    ) -> bool {
        self.exchange(address_of(from), address_of(to))
    }

    /// Marks the link and makes it point to `to`; or returns false, when it is marked or does not
    /// point to `from`.
    pub(super) fn seal(
        &self,
        from: Option<NodeRef<'_, K, V>>,
        to: Option<NodeRef<'_, K, V>>,
    ) -> bool {
        let marked = address_of(to).map_addr(|address| address | MARK);
        self.exchange(address_of(from), marked)
    }
    // ANCHOR_END: swing

    fn exchange(&self, from: *mut Node<K, V>, to: *mut Node<K, V>) -> bool {
        self.0
            // Release: pairs with the Acquire of `load`. Relaxed: what was found is not followed.
            .compare_exchange(from, to, Ordering::Release, Ordering::Relaxed)
            .is_ok()
    }
}

fn address_of<K, V>(node: Option<NodeRef<'_, K, V>>) -> *mut Node<K, V> {
    node.map_or(ptr::null_mut(), |node| node.node.as_ptr())
}

/// A node that lives as long as the guard.
pub(super) struct NodeRef<'g, K, V> {
    node: NonNull<Node<K, V>>,
    guard: PhantomData<&'g Node<K, V>>,
}

impl<'g, K, V> NodeRef<'g, K, V> {
    fn new(address: *mut Node<K, V>) -> Option<Self> {
        NonNull::new(address).map(|node| NodeRef {
            node,
            guard: PhantomData,
        })
    }

    /// # Safety
    ///
    /// The node was reached under a guard that lives at least as long as `'g`.
    pub(super) unsafe fn from_raw(node: NonNull<Node<K, V>>) -> Self {
        NodeRef {
            node,
            guard: PhantomData,
        }
    }

    pub(super) fn as_raw(self) -> NonNull<Node<K, V>> {
        self.node
    }

    pub(super) fn key(self) -> &'g K {
        // SAFETY: see "why a reference under a guard is valid".
        unsafe { &(*self.node.as_ptr()).key }
    }

    pub(super) fn value(self) -> &'g V {
        // SAFETY: as in `key`.
        unsafe { &(*self.node.as_ptr()).value }
    }

    pub(super) fn height(self) -> usize {
        // SAFETY: as in `key`.
        usize::from(unsafe { (*self.node.as_ptr()).height })
    }

    pub(super) fn tower(self) -> Tower<'g, K, V> {
        Tower {
            // SAFETY: as in `key`.
            links: unsafe { Node::tower(self.node.as_ptr()) },
            guard: PhantomData,
        }
    }

    /// The link on level 0, which every tower has.
    pub(super) fn base(self) -> &'g Link<K, V> {
        // SAFETY: as in `key`; a height is at least 1.
        unsafe { &*Node::tower(self.node.as_ptr()) }
    }

    /// All links, from level 0 up.
    pub(super) fn links(self) -> &'g [Link<K, V>] {
        // SAFETY: as in `key`; there are as many links as the tower is high.
        unsafe { slice::from_raw_parts(Node::tower(self.node.as_ptr()), self.height()) }
    }

    /// Whether the entry has been removed from the map, or replaced.
    pub(super) fn is_removed(self, guard: &Guard) -> bool {
        self.base().load(guard).is_marked()
    }

    // ANCHOR: release
    /// Called once by its inserter, when it has built the tower, and once by its remover, when it
    /// has marked it. Who comes second has the node alone, and has to unlink and retire it.
    pub(super) fn release(self) -> bool {
        // SAFETY: as in `key`.
        let owners = unsafe { &(*self.node.as_ptr()).owners };
        // Release pairs with the Acquire of the other's `fetch_sub`: the second one sees all that
        // the first one linked or marked.
        owners.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Has the node freed when all who may have met it have unpinned.
    ///
    /// # Safety
    ///
    /// The node is not linked on any level any more and will not be; this is called once. The key
    /// and the value may be dropped by another thread at any later time.
    pub(super) unsafe fn retire(self, guard: &Guard) {
        let node = self.node.as_ptr();
        // SAFETY: who pins from now on does not reach the node; who has reached it is pinned.
        unsafe { guard.defer_unchecked(move || Node::destroy(node)) };
    }
    // ANCHOR_END: release
}

/// The tower of a node or of the head: where a search stands.
pub(super) struct Tower<'g, K, V> {
    links: *const Link<K, V>,
    guard: PhantomData<&'g Link<K, V>>,
}

impl<'g, K, V> Tower<'g, K, V> {
    pub(super) fn of_head(head: &'g [Link<K, V>; MAX_HEIGHT]) -> Self {
        Tower {
            links: head.as_ptr(),
            guard: PhantomData,
        }
    }

    /// # Safety
    ///
    /// The tower is higher than `level`.
    pub(super) unsafe fn link(self, level: usize) -> &'g Link<K, V> {
        // SAFETY: the caller's promise.
        unsafe { &*self.links.add(level) }
    }

    // ANCHOR: prefetch
    /// Has the nodes fetched that a search looks at if it goes down one or two levels from here:
    /// while it waits for the node on its right, it can wait for all of them.
    ///
    /// # Safety
    ///
    /// The tower is higher than `level`.
    pub(super) unsafe fn prefetch_below(self, level: usize) {
        for down in [1, 2] {
            if level >= down {
                // SAFETY: the caller's promise.
                unsafe { self.link(level - down) }.prefetch();
            }
        }
    }
    // ANCHOR_END: prefetch
}

/// A node that is not in the map yet; dropped with the key and the value if it never is.
pub(super) struct Draft<K, V> {
    node: NonNull<Node<K, V>>,
}

impl<K, V> Draft<K, V> {
    pub(super) fn new(key: K, value: V, height: usize) -> Self {
        debug_assert!((1..=MAX_HEIGHT).contains(&height));
        let layout = Node::<K, V>::layout(height);
        // SAFETY: a node is not of size zero: it has a height.
        let memory = unsafe { alloc(layout) };
        let Some(node) = NonNull::new(memory.cast::<Node<K, V>>()) else {
            handle_alloc_error(layout)
        };
        // A tower of one link is complete with it, and has no inserter to wait for.
        let owners = if height == 1 { 1 } else { 2 };
        let header = Node {
            value,
            key,
            owners: AtomicU8::new(owners),
            height: height as u8,
            tower: [],
        };
        // SAFETY: the layout has room for the node, and behind it for `height` links.
        unsafe {
            node.write(header);
            let tower = Node::tower(node.as_ptr()).cast_mut();
            for level in 0..height {
                tower.add(level).write(Link::null());
            }
        }
        Draft { node }
    }

    pub(super) fn node(&self) -> NodeRef<'_, K, V> {
        NodeRef {
            node: self.node,
            guard: PhantomData,
        }
    }

    /// The node, now that it is linked and belongs to the map.
    pub(super) fn linked<'g>(self, _: &'g Guard) -> NodeRef<'g, K, V> {
        NodeRef {
            node: ManuallyDrop::new(self).node,
            guard: PhantomData,
        }
    }
}

impl<K, V> Drop for Draft<K, V> {
    fn drop(&mut self) {
        // SAFETY: a draft is its node's only owner.
        unsafe { Node::destroy(self.node.as_ptr()) };
    }
}

/// Drops a chain of nodes with all that is in them.
///
/// # Safety
///
/// Nobody else will use a node of the chain any more.
pub(super) unsafe fn destroy_chain<K, V>(mut first: Option<NonNull<Node<K, V>>>) {
    while let Some(node) = first {
        // SAFETY: the caller's promise.
        unsafe {
            first = (*Node::tower(node.as_ptr())).next_alone();
            Node::destroy(node.as_ptr());
        }
    }
}

impl<K, V> Copy for Next<'_, K, V> {}
impl<K, V> Clone for Next<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for NodeRef<'_, K, V> {}
impl<K, V> Clone for NodeRef<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

/// Two references are equal when they are to the same node.
impl<K, V> PartialEq for NodeRef<'_, K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<K, V> Copy for Tower<'_, K, V> {}
impl<K, V> Clone for Tower<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}
