//! What the arena says about its memory, to the byte, and what it does when there is none left.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::collection::vec;
use proptest::prelude::*;
use skiplist::arena::{ArenaError, ArenaSkipList, Bytewise};

const LEAST: usize = ArenaSkipList::MIN_CAPACITY;

fn list(capacity: usize) -> ArenaSkipList {
    ArenaSkipList::with_capacity(capacity).unwrap()
}

#[test]
fn a_capacity_that_cannot_be_is_refused() {
    for asked in [0, 1, LEAST - 1, ArenaSkipList::MAX_CAPACITY + 1, usize::MAX] {
        let (least, most) = (LEAST, u32::MAX as usize);
        let expected = ArenaError::Capacity { asked, least, most };
        assert_eq!(ArenaSkipList::with_capacity(asked).err(), Some(expected));
    }
}

#[test]
fn the_least_arena_has_room_for_nothing() {
    let list = list(LEAST);
    assert_eq!(
        (list.allocated(), list.remaining(), list.len()),
        (LEAST, 0, 0)
    );
    let error = ArenaError::EntryTooLarge {
        needed: 12,
        room: 0,
    };
    assert_eq!(list.insert(b"", b""), Err(error));
    assert_eq!(
        (list.first(), list.last(), list.get(b"")),
        (None, None, None)
    );
    assert_eq!(
        (list.iter().next(), list.cursor().seek_to_last()),
        (None, None)
    );
}

#[test]
fn an_entry_that_fits_exactly_is_taken_whatever_tower_was_drawn() {
    for seed in 0..100 {
        for (key, value) in [("", ""), ("k", ""), ("", "v"), ("key", "value")] {
            let bytes = ArenaSkipList::entry_bytes(key.len(), value.len());
            let small = ArenaSkipList::with_seed(LEAST + bytes - 4, Bytewise, seed).unwrap();
            assert_eq!(
                small.insert(key.as_bytes(), value.as_bytes()),
                Err(ArenaError::EntryTooLarge {
                    needed: bytes,
                    room: bytes - 4
                })
            );
            assert_eq!((small.allocated(), small.len()), (LEAST, 0));
            let exact = ArenaSkipList::with_seed(LEAST + bytes, Bytewise, seed).unwrap();
            assert_eq!(exact.insert(key.as_bytes(), value.as_bytes()), Ok(()));
            assert_eq!(exact.get(key.as_bytes()), Some(value.as_bytes()));
            assert_eq!(exact.remaining(), 0);
        }
    }
}

#[test]
fn lengths_of_all_sizes_are_kept_apart() {
    let list = list(1 << 20);
    let lengths = [0, 1, 7, 8, 9, 255, 256, 65_535, 65_536];
    for key_len in lengths {
        let value = vec![1; lengths[lengths.len() - 1] - key_len];
        list.insert(&vec![0; key_len], &value).unwrap();
    }
    for ((key, value), key_len) in list.iter().zip(lengths) {
        assert_eq!(key, vec![0; key_len]);
        assert_eq!(value, vec![1; lengths[lengths.len() - 1] - key_len]);
    }
    assert_eq!(list.len(), lengths.len());
}

#[test]
fn lengths_beyond_all_bounds_are_refused_without_overflow() {
    let list = list(1 << 12);
    let room = list.remaining();
    for length in [
        room,
        u32::MAX as usize - 3,
        u32::MAX as usize,
        usize::MAX - 8,
        usize::MAX,
    ] {
        let needed = ArenaSkipList::entry_bytes(1, length);
        let outcome = list.insert_with(b"k", length, |_| unreachable!("there is no room"));
        assert_eq!(outcome, Err(ArenaError::EntryTooLarge { needed, room }));
    }
    assert_eq!((list.len(), list.remaining()), (0, room));
}

#[test]
fn a_full_arena_takes_what_still_fits_and_keeps_what_it_has() {
    let list = list(1_000);
    let mut stored = Vec::new();
    let error = loop {
        let key = [stored.len() as u8; 5];
        match list.insert(&key, &[1; 40]) {
            Ok(()) => stored.push(key),
            Err(error) => break error,
        }
    };
    let (needed, left) = (ArenaSkipList::entry_bytes(5, 40), list.remaining());
    assert_eq!(error, ArenaError::Full { needed, left });
    assert_eq!(list.len(), stored.len());
    assert!(list.iter().map(|(key, _)| key).eq(&stored));
    assert!(list.iter().all(|(_, value)| value == [1; 40]));
    if left >= ArenaSkipList::entry_bytes(1, 0) {
        list.insert(b"~", b"").unwrap();
        assert_eq!(list.last(), Some((b"~".as_slice(), b"".as_slice())));
    }
}

#[test]
fn a_key_that_exists_takes_no_memory_and_keeps_its_value() {
    let list = list(1 << 12);
    list.insert(b"key", b"old").unwrap();
    let before = list.allocated();
    assert_eq!(list.insert(b"key", b"new"), Err(ArenaError::Exists));
    let unused = |_: &mut [u8]| unreachable!("the key exists");
    assert_eq!(list.insert_with(b"key", 3, unused), Err(ArenaError::Exists));
    assert_eq!((list.allocated(), list.len()), (before, 1));
    assert_eq!(list.get(b"key"), Some(b"old".as_slice()));
}

#[test]
fn a_fill_that_panics_inserts_nothing_and_breaks_nothing() {
    let list = list(1 << 12);
    list.insert(b"a", b"1").unwrap();
    let insert = || list.insert_with(b"b", 100, |_| panic!("no value"));
    assert!(catch_unwind(AssertUnwindSafe(insert)).is_err());
    assert_eq!((list.get(b"b"), list.len()), (None, 1));
    list.insert(b"b", b"2").unwrap();
    assert_eq!(
        list.iter().map(|(_, value)| value).collect::<Vec<_>>(),
        [b"1", b"2"]
    );
}

#[test]
fn an_unfilled_value_is_zeros() {
    let list = list(1 << 12);
    list.insert_with(b"k", 5, |bytes| bytes[2] = 7).unwrap();
    assert_eq!(list.get(b"k"), Some([0, 0, 7, 0, 0].as_slice()));
}

#[test]
fn a_hundred_thousand_small_entries_take_what_the_documentation_says() {
    let list = list(1 << 22);
    let mut inserter = list.inserter();
    for number in 0..100_000_u64 {
        inserter
            .insert(&number.to_be_bytes(), &number.to_be_bytes())
            .unwrap();
    }
    // Key, value, lengths, and 2 links; a standard deviation of the mean tower is 0.0045 links.
    let each = (list.allocated() - LEAST) as f64 / 100_000.0;
    assert!((each - (8.0 + 8.0 + 8.0 + 8.0)).abs() < 0.08, "{each}");
    assert_eq!(list.memory_used(), (1 << 22) + size_of::<ArenaSkipList>());
}

proptest! {
    #[test]
    fn every_byte_is_accounted_for(
        capacity in LEAST..4_000,
        seed: u64,
        lengths in vec((0..200_usize, 0..200_usize), 0..60),
    ) {
        let list = ArenaSkipList::with_seed(capacity, Bytewise, seed).unwrap();
        let capacity = list.capacity();
        for (i, (key_len, value_len)) in lengths.into_iter().enumerate() {
            let key = [&[i as u8], vec![0; key_len].as_slice()].concat();
            let (before, needed) = (list.allocated(), ArenaSkipList::entry_bytes(key.len(), value_len));
            let (left, room) = (list.remaining(), capacity - LEAST);
            match list.insert(&key, &vec![1; value_len]) {
                Ok(()) => {
                    let links = list.allocated() - before - needed;
                    prop_assert!(needed <= left && links % 4 == 0 && links < LEAST);
                }
                Err(error) => {
                    prop_assert!(needed > left);
                    prop_assert_eq!(list.allocated(), before);
                    prop_assert_eq!(error, if needed > room {
                        ArenaError::EntryTooLarge { needed, room }
                    } else {
                        ArenaError::Full { needed, left }
                    });
                }
            }
            prop_assert!(list.allocated() <= list.capacity());
            prop_assert_eq!(list.remaining(), list.capacity() - list.allocated());
        }
    }
}
