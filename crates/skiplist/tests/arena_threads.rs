//! The arena's list and real threads: what readers see while writers write.
//!
//! `tests/arena_loom.rs` tries all orders of a few operations; here are some orders of many.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use skiplist::arena::{ArenaError, ArenaSkipList};

/// Numbers below `n`, each once, in an order that jumps about.
fn scattered(n: u32) -> impl Iterator<Item = u32> {
    // Odd, and n is a power of two: the multiples visit every number.
    assert!(n.is_power_of_two());
    (0..n).map(move |i| i.wrapping_mul(0x9e37_79b1) % n)
}

/// Sets its flag when it is dropped: a writer that fails does not leave its readers waiting.
struct Finally<'a>(&'a AtomicBool);

impl Drop for Finally<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[test]
fn an_iterator_sees_all_that_was_there_throughout_in_order() {
    const N: u32 = 1 << 12;
    let list = ArenaSkipList::with_capacity(1 << 18).unwrap();
    for even in scattered(N).map(|number| 2 * number) {
        list.insert(&even.to_be_bytes(), &even.to_le_bytes())
            .unwrap();
    }
    let (done, begin) = (AtomicBool::new(false), Barrier::new(2));
    thread::scope(|threads| {
        threads.spawn(|| {
            let _finally = Finally(&done);
            begin.wait();
            for odd in scattered(N).map(|number| 2 * number + 1) {
                list.insert(&odd.to_be_bytes(), &odd.to_le_bytes()).unwrap();
            }
        });
        begin.wait();
        while !done.load(Ordering::Acquire) {
            check_forwards(&list, N);
            check_backwards(&list, N);
        }
    });
    assert_eq!(list.iter().count(), 2 * N as usize);
    assert_eq!(list.len(), 2 * N as usize);
}

/// Whether an iterator sees all even numbers, in order, and of the odd ones only whole entries.
fn check_forwards(list: &ArenaSkipList, n: u32) {
    let mut evens = 0;
    let mut last = None;
    for (key, value) in list {
        let number = u32::from_be_bytes(key.try_into().unwrap());
        assert_eq!(value, number.to_le_bytes());
        assert!(last < Some(number), "{number} after {last:?}");
        last = Some(number);
        evens += u32::from(number.is_multiple_of(2));
    }
    assert_eq!(evens, n);
}

/// The same from the back, for part of the list: a step back is a search.
fn check_backwards(list: &ArenaSkipList, n: u32) {
    let middle = n.to_be_bytes();
    let mut evens = 0;
    let mut last = None;
    for (key, _) in list.range(middle.as_slice()..).rev() {
        let number = u32::from_be_bytes(key.try_into().unwrap());
        assert!(
            last.is_none_or(|last| number < last),
            "{number} before {last:?}"
        );
        last = Some(number);
        evens += u32::from(number.is_multiple_of(2));
    }
    assert_eq!(evens, n / 2);
}

#[test]
fn what_was_inserted_is_found_by_whoever_learns_of_it() {
    const N: u32 = 1 << 14;
    let list = ArenaSkipList::with_capacity(1 << 20).unwrap();
    let inserted = AtomicUsize::new(0);
    thread::scope(|threads| {
        threads.spawn(|| {
            for (i, number) in scattered(N).enumerate() {
                list.insert(&number.to_be_bytes(), &number.to_le_bytes())
                    .unwrap();
                inserted.store(i + 1, Ordering::Release);
            }
        });
        let mut seen = 0;
        while seen < N as usize {
            seen = inserted.load(Ordering::Acquire);
            for number in scattered(N).take(seen).skip(seen.saturating_sub(50)) {
                let value = list.get(&number.to_be_bytes());
                assert_eq!(value, Some(number.to_le_bytes().as_slice()));
            }
            std::hint::spin_loop();
        }
    });
}

#[test]
fn of_two_writers_of_a_key_exactly_one_wins() {
    const N: u32 = 1 << 12;
    let list = ArenaSkipList::with_capacity(1 << 20).unwrap();
    let begin = Barrier::new(2);
    let won: Vec<BTreeSet<u32>> = thread::scope(|threads| {
        let writers = [0_u8, 1].map(|writer| {
            let (list, begin) = (&list, &begin);
            threads.spawn(move || {
                begin.wait();
                let wins = |number: &u32| match list.insert(&number.to_be_bytes(), &[writer]) {
                    Ok(()) => true,
                    Err(ArenaError::Exists) => false,
                    Err(error) => panic!("{error}"),
                };
                // In order, so that the two run neck and neck.
                (0..N).filter(wins).collect()
            })
        });
        writers.map(|writer| writer.join().unwrap()).into()
    });
    assert!(won[0].is_disjoint(&won[1]));
    assert_eq!(won[0].len() + won[1].len(), N as usize);
    assert_eq!(list.len(), N as usize);
    for (number, (key, value)) in (0..N).zip(&list) {
        assert_eq!(key, number.to_be_bytes());
        assert!(won[usize::from(value[0])].contains(&number));
    }
}

#[test]
fn inserters_of_two_threads_interleave() {
    const N: u32 = 1 << 13;
    let list = ArenaSkipList::with_capacity(1 << 20).unwrap();
    let begin = Barrier::new(2);
    thread::scope(|threads| {
        for parity in 0..2 {
            let (list, begin) = (&list, &begin);
            threads.spawn(move || {
                begin.wait();
                let mut inserter = list.inserter();
                for number in 0..N {
                    let key = (2 * number + parity).to_be_bytes();
                    inserter.insert(&key, b"").unwrap();
                }
            });
        }
    });
    let keys = list
        .iter()
        .map(|(key, _)| u32::from_be_bytes(key.try_into().unwrap()));
    assert!(keys.eq(0..2 * N));
    list.check_invariants();
}

#[test]
fn two_writers_fill_the_arena_and_no_more() {
    let list = ArenaSkipList::with_capacity(100_000).unwrap();
    let begin = Barrier::new(2);
    let inserted: Vec<u32> = thread::scope(|threads| {
        let writers = [0, 1].map(|parity| {
            let (list, begin) = (&list, &begin);
            threads.spawn(move || {
                begin.wait();
                let keys = (0_u32..).map(|number| 2 * number + parity);
                let fits = |key: &u32| list.insert(&key.to_be_bytes(), &[7; 9]).is_ok();
                keys.take_while(fits).collect::<Vec<_>>()
            })
        });
        writers.map(|writer| writer.join().unwrap()).concat()
    });
    assert!(list.allocated() <= list.capacity());
    assert!(list.remaining() < ArenaSkipList::entry_bytes(4, 9));
    assert_eq!(list.len(), inserted.len());
    let sorted: BTreeSet<[u8; 4]> = inserted.iter().map(|key| key.to_be_bytes()).collect();
    assert!(
        list.iter()
            .map(|(key, _)| key)
            .eq(sorted.iter().map(|key| key.as_slice()))
    );
}
