//! Nodes in one array, named by their numbers.
//!
//! A tree of pointers must say who owns whom; in a B+ tree a leaf has a parent *and* two
//! neighbours. Here the array owns all nodes, and a link is an [`Id`], the number of a slot in it.
//! It takes half the room of a pointer, can be copied with the array, and a stale one is a wrong
//! answer at worst.
//!
//! # Complexity
//!
//! `insert` and `remove` are O(1) (amortised), since slots that were given back are used again. The
//! array grows by a quarter, so that at most a fifth of it is unused.

/// The number of a slot.
pub(super) type Id = u32;

/// The number of no slot.
pub(super) const NONE: Id = Id::MAX;

#[derive(Clone)]
pub(super) struct Arena<T> {
    slots: Vec<T>,
    free: Vec<Id>,
}

impl<T> Arena<T> {
    pub const fn new() -> Self {
        Arena {
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Bytes that it has taken from the allocator.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<T>() + self.free.capacity() * size_of::<Id>()
    }

    #[inline]
    pub fn get(&self, id: Id) -> Option<&T> {
        self.slots.get(id as usize)
    }

    #[inline]
    pub fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        self.slots.get_mut(id as usize)
    }

    /// Two different nodes at once.
    pub fn pair_mut(&mut self, one: Id, other: Id) -> [&mut T; 2] {
        self.slots
            .get_disjoint_mut([one as usize, other as usize])
            .expect("a node is not its own sibling")
    }

    #[inline]
    pub fn as_slice(&self) -> &[T] {
        &self.slots
    }

    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.slots
    }

    pub fn insert(&mut self, node: T) -> Id {
        if let Some(id) = self.free.pop() {
            self.slots[id as usize] = node;
            return id;
        }
        if self.slots.len() == self.slots.capacity() {
            self.slots.reserve_exact((self.slots.len() / 4).max(1));
        }
        self.slots.push(node);
        let id = self.slots.len() - 1;
        assert!(id < NONE as usize, "more than 2^32 - 1 nodes");
        id as Id
    }
}

impl<T: Default> Arena<T> {
    /// Takes a node out. Its slot will be used again.
    pub fn remove(&mut self, id: Id) -> T {
        let node = std::mem::take(&mut self[id]);
        self.free.push(id);
        node
    }
}

impl<T> std::ops::Index<Id> for Arena<T> {
    type Output = T;

    #[inline]
    fn index(&self, id: Id) -> &T {
        &self.slots[id as usize]
    }
}

impl<T> std::ops::IndexMut<Id> for Arena<T> {
    #[inline]
    fn index_mut(&mut self, id: Id) -> &mut T {
        &mut self.slots[id as usize]
    }
}
