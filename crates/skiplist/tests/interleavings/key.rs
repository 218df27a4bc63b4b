//! Keys that know whether they are alive.
//!
//! Every key is in a ledger from its birth to its drop. One that is compared or read and is not in
//! it has been used after it was freed; one that is dropped and is not in it, dropped twice; one
//! that is in it in the end, leaked.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeSet;

#[derive(Default)]
struct Ledger {
    born: usize,
    alive: BTreeSet<usize>,
}

thread_local!(static LEDGER: RefCell<Ledger> = RefCell::default());

pub(crate) fn begin() {
    LEDGER.with(RefCell::take);
}

pub(crate) fn end() {
    let alive = LEDGER.with(RefCell::take).alive;
    assert!(alive.is_empty(), "keys were leaked: {alive:?}");
}

pub(crate) struct Key {
    number: u8,
    id: usize,
}

impl Key {
    pub(crate) fn new(number: u8) -> Self {
        LEDGER.with_borrow_mut(|ledger| {
            ledger.born += 1;
            ledger.alive.insert(ledger.born);
            Key {
                number,
                id: ledger.born,
            }
        })
    }

    pub(crate) fn number(&self) -> u8 {
        let alive = LEDGER.with_borrow(|ledger| ledger.alive.contains(&self.id));
        assert!(alive, "a key was used after it was freed");
        self.number
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        let was_alive = LEDGER.with_borrow_mut(|ledger| ledger.alive.remove(&self.id));
        assert!(
            was_alive || std::thread::panicking(),
            "a key was dropped twice"
        );
    }
}

impl Borrow<u8> for Key {
    fn borrow(&self) -> &u8 {
        self.number();
        &self.number
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}
