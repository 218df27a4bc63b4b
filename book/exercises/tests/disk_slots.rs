//! A slotted page: it keeps its records, uses all of its bytes, and survives any that it is given.

use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg_attr(feature = "yours", path = "../disk/slots.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/disk/slots.rs")]
mod exercise;

use exercise::{Page, SIZE};

/// Random numbers below a bound.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

/// Number `at`, as the page has it in two bytes.
fn number(bytes: &[u8; SIZE], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn reopened(page: &Page) -> Page {
    Page::from_bytes(*page.bytes()).expect("a page that was made by `insert` and `remove` is sound")
}

#[test]
fn a_record_is_found_by_its_slot() {
    let mut page = Page::new();
    assert_eq!(page.get(0), None, "the page is empty");
    assert_eq!(page.insert(b"pear"), Some(0));
    assert_eq!(page.insert(b""), Some(1));
    assert_eq!(page.insert(b"quince"), Some(2));
    let page = reopened(&page);
    assert_eq!(page.get(0), Some(b"pear".as_slice()));
    assert_eq!(
        page.get(1),
        Some(b"".as_slice()),
        "an empty record is a record"
    );
    assert_eq!(page.get(2), Some(b"quince".as_slice()));
    assert_eq!(page.get(3), None, "there are three slots");
    assert_eq!(page.get(usize::MAX), None);
}

#[test]
fn the_bytes_are_laid_out_as_drawn() {
    let mut page = Page::new();
    let empty = *page.bytes();
    assert_eq!((number(&empty, 0), number(&empty, 2)), (0, SIZE));
    page.insert(b"pear");
    page.insert(b"fig");
    page.remove(0);
    let bytes = page.bytes();
    assert_eq!(number(bytes, 0), 2, "slots");
    assert_eq!(number(bytes, 2), SIZE - 7, "the floor, below pear and fig");
    assert_eq!((number(bytes, 4), number(bytes, 6)), (0, 0), "slot 0, free");
    assert_eq!(
        (number(bytes, 8), number(bytes, 10)),
        (SIZE - 7, 3),
        "slot 1"
    );
    assert_eq!(&bytes[SIZE - 7..SIZE - 4], b"fig");
}

#[test]
fn a_free_slot_is_used_again_and_the_others_keep_theirs() {
    let mut page = Page::new();
    for record in ["a", "b", "c", "d"] {
        page.insert(record.as_bytes());
    }
    assert!(page.remove(1) && page.remove(2));
    assert!(!page.remove(1), "it was removed before");
    assert!(!page.remove(9), "there is no such slot");
    assert_eq!(page.get(1), None);
    assert_eq!(
        page.get(3),
        Some(b"d".as_slice()),
        "slot 3 keeps its number"
    );
    assert_eq!(page.insert(b"e"), Some(1), "the first free slot");
    assert_eq!(page.insert(b"f"), Some(2));
    assert_eq!(page.insert(b"g"), Some(4), "no other slot is free");
}

#[test]
fn every_byte_is_used() {
    let mut page = Page::new();
    assert_eq!(page.insert(&[7; SIZE]), None, "header and slot need room");
    assert_eq!(page.insert(&[7; SIZE - 7]), None, "one byte too much");
    assert_eq!(page.insert(&[7; SIZE - 8]), Some(0), "just enough room");
    assert_eq!(page.insert(b""), None, "there is no room for a slot");
    page.remove(0);
    for slot in 0..1023 {
        assert_eq!(
            page.insert(b""),
            Some(slot),
            "a slot takes four bytes, an empty record none"
        );
    }
    assert_eq!(page.insert(b""), None, "1 023 slots and a header are 4 096");
}

#[test]
fn what_removed_records_leave_is_put_together() {
    let mut page = Page::new();
    // 40 records of 98 and their slots are 4 080 bytes, with the header 4 084.
    for record in 0..40 {
        assert_eq!(page.insert(&[record; 98]), Some(usize::from(record)));
    }
    for slot in (0..40).step_by(2) {
        page.remove(slot);
    }
    for slot in (0..20).step_by(2) {
        assert_eq!(
            page.insert(&[100 + slot as u8; 196]),
            Some(slot),
            "there is room for a record of 196, but only in pieces of 98"
        );
    }
    assert_eq!(page.insert(&[0; 13]), None, "12 bytes are left");
    assert_eq!(page.insert(&[0; 12]), Some(20));
    let page = reopened(&page);
    for slot in 0..40 {
        let expected = match slot {
            0..20 if slot % 2 == 0 => Some(vec![100 + slot as u8; 196]),
            20 => Some(vec![0; 12]),
            _ if slot % 2 == 0 => None,
            _ => Some(vec![slot as u8; 98]),
        };
        assert_eq!(page.get(slot), expected.as_deref(), "slot {slot}");
    }
}

/// Does random things to a page, and compares all records with the model's after each.
fn exercise_page(page: &mut Page, draw: &mut impl FnMut(usize) -> usize, steps: usize) {
    // All that a page can have; of free slots, it does not matter how many there are.
    let mut model: Vec<Option<Vec<u8>>> = (0..1024)
        .map(|slot| page.get(slot).map(<[u8]>::to_vec))
        .collect();
    for step in 0..steps {
        if draw(3) > 0 {
            let len = [draw(10), draw(100), draw(900)][draw(3)];
            let record = vec![step as u8; len];
            if let Some(slot) = page.insert(&record) {
                let before = model[slot].replace(record);
                assert_eq!(before, None, "slot {slot} had a record already");
            }
        } else {
            let slot = draw(30);
            let was_there = model[slot].take().is_some();
            assert_eq!(
                page.remove(slot),
                was_there,
                "whether slot {slot} was there"
            );
        }
        // All of them at the end, and before that those that are likely to have changed.
        let looked_at = if step + 1 < steps { 40 } else { model.len() };
        for (slot, record) in model[..looked_at].iter().enumerate() {
            assert_eq!(
                page.get(slot),
                record.as_deref(),
                "slot {slot} after step {step}"
            );
        }
    }
}

#[test]
fn agrees_with_a_list_of_records() {
    let mut draw = numbers(11);
    for _ in 0..10 {
        let mut page = Page::new();
        exercise_page(&mut page, &mut draw, 150);
        exercise_page(&mut reopened(&page), &mut draw, 20);
    }
}

#[test]
fn bytes_that_are_no_page_are_refused() {
    let page = |numbers: &[(usize, u16)]| {
        let mut bytes = [0; SIZE];
        bytes[2..4].copy_from_slice(&(SIZE as u16).to_le_bytes());
        for (at, number) in numbers {
            bytes[*at..at + 2].copy_from_slice(&number.to_le_bytes());
        }
        Page::from_bytes(bytes).is_some()
    };
    assert!(page(&[]), "an empty page is one");
    assert!(page(&[(0, 1)]), "one free slot");
    assert!(page(&[(0, 1), (2, 4000), (4, 4000), (6, 96)]), "a record");
    let one_slot = |floor, at, len| vec![(0, 1), (2, floor), (4, at), (6, len)];
    for (what, numbers) in [
        ("a floor beyond the end", vec![(2, 4097)]),
        ("a floor in the header", vec![(2, 0)]),
        ("a floor in the directory", vec![(0, 2), (2, 11)]),
        ("a directory beyond the end", vec![(0, 1024)]),
        ("a directory of 65 535 slots", vec![(0, 65_535)]),
        ("a record below the floor", one_slot(4000, 3999, 5)),
        ("a record beyond the end", one_slot(4000, 4090, 7)),
        ("a record of 65 535 bytes", one_slot(4000, 4000, 65_535)),
        ("a length without a record", one_slot(4000, 0, 5)),
    ] {
        assert!(!page(&numbers), "{what} was let in");
    }
    assert!(
        !page(&[(0, 2), (2, 4000), (4, 4000), (6, 96), (8, 4000), (10, 96)]),
        "two records that share their bytes were let in: there is not room for both"
    );
}

#[test]
fn no_bytes_make_it_panic() {
    let mut draw = numbers(5);
    let mut let_in = 0;
    for round in 0..3_000 {
        let mut page = Page::new();
        for record in 0..draw(12) {
            page.insert(&vec![record as u8; draw(400)]);
        }
        let mut bytes = *page.bytes();
        for _ in 0..=draw(3) {
            // Header and first slots, where it hurts.
            bytes[draw(40)] = [0, 1, 15, 16, 255, draw(256) as u8][draw(6)];
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            let Some(mut page) = Page::from_bytes(bytes) else {
                return false;
            };
            exercise_page(&mut page, &mut draw, 6);
            true
        }));
        match result {
            Ok(sound) => let_in += usize::from(sound),
            Err(_) => panic!(
                "round {round}: these bytes were let in, and then a call panicked or changed \
                 another record (see above); the first 40 are {:?}",
                &bytes[..40]
            ),
        }
    }
    assert!(
        let_in > 300,
        "of 3 000 pages, only {let_in} were let in: is one refused that could be served?"
    );
}
