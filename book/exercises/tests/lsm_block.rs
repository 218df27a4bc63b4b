//! A block with prefix compression: written as drawn, found quickly, and read without a panic,
//! whatever its bytes are.

use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg_attr(feature = "yours", path = "../lsm/block.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lsm/block.rs")]
mod exercise;

use exercise::{Block, Damaged, Entries, build};

type Entry = (Vec<u8>, Vec<u8>);

/// Random numbers below a bound.
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

fn built(entries: &[Entry], interval: usize) -> Vec<u8> {
    let borrowed: Vec<_> = entries.iter().map(|(k, v)| (&k[..], &v[..])).collect();
    build(&borrowed, interval)
}

/// What an iterator gives, if it ends; no block of this test has so many entries.
fn all(entries: Entries<'_>) -> Vec<Result<Entry, Damaged>> {
    let owned = |entry: Result<(Vec<u8>, &[u8]), Damaged>| entry.map(|(k, v)| (k, v.to_vec()));
    let found: Vec<_> = entries.take(2_000).map(owned).collect();
    assert!(found.len() < 2_000, "the iterator does not end");
    found
}

/// The same, where nothing is damaged.
fn sound(entries: Entries<'_>) -> Vec<Entry> {
    let found: Result<Vec<_>, _> = all(entries).into_iter().collect();
    found.expect("these bytes are as `build` made them")
}

/// `user:0000` and so on, with their numbers as values.
fn users(count: usize) -> Vec<Entry> {
    let key = |number: usize| format!("user:{:04}", 2 * number).into_bytes();
    let value = |number: usize| number.to_string().into_bytes();
    (0..count).map(|n| (key(n), value(n))).collect()
}

#[test]
fn the_bytes_are_laid_out_as_drawn() {
    let entries: [(&[u8], &[u8]); 3] = [(b"apple", b"red"), (b"apply", b""), (b"bat", b"x")];
    let first = b"\x05\0\x03\0applered";
    assert_eq!(
        build(&entries, 2),
        [
            &b"\0\0"[..],
            first,
            b"\x04\0\x01\0\0\0y",
            b"\0\0\x03\0\x01\0batx",
            &0_u32.to_le_bytes(),
            &21_u32.to_le_bytes(),
            &2_u32.to_le_bytes(),
        ]
        .concat(),
        "two restart points, apple at 0 and bat at 21; of apply, only the y is written"
    );
    assert_eq!(build(&[], 16), [0; 4], "no entries, no restart points");
    let restarts = |interval| {
        let bytes = built(&users(10), interval);
        u32::from_le_bytes(*bytes.last_chunk().expect("a count"))
    };
    assert_eq!(
        [1, 2, 3, 9, 10, 11].map(restarts),
        [10, 5, 4, 2, 1, 1],
        "restart points of ten entries, every 1, 2, 3, 9, 10 or 11 of them"
    );
}

#[test]
fn what_keys_have_in_common_is_written_once() {
    let entries = users(1_000);
    let (short, long) = (built(&entries, 16).len(), built(&entries, 1).len());
    assert!(
        short < long * 7 / 10,
        "1 000 keys that differ in their last digits take {short} bytes with an interval of 16, \
         {long} with 1"
    );
}

#[test]
fn every_key_is_found_and_the_next_one_where_there_is_none() {
    for count in [0, 1, 2, 3, 15, 16, 17, 50] {
        for interval in [1, 2, 3, 16] {
            let entries = users(count);
            let bytes = built(&entries, interval);
            let block = Block::open(&bytes).expect("as `build` made it");
            assert_eq!(sound(block.iter()), entries);
            // Before all, each, between each and the next, and behind all.
            let between = (0..=2 * count).map(|number| format!("user:{number:04}"));
            for key in between.chain(["".to_owned(), "user:".to_owned(), "x".to_owned()]) {
                let from = entries.partition_point(|(it, _)| &it[..] < key.as_bytes());
                assert_eq!(
                    sound(block.seek(key.as_bytes())),
                    entries[from..],
                    "seek {key:?} in {count} entries with an interval of {interval}"
                );
            }
        }
    }
}

#[test]
fn keys_may_be_empty_or_the_beginning_of_others() {
    let keys: [&[u8]; 7] = [b"", b"\0", b"\0\0", b"a", b"ab", b"abc", b"\xff\xff"];
    let entries: Vec<Entry> = keys.iter().map(|k| (k.to_vec(), k.to_vec())).collect();
    for interval in 1..=8 {
        let bytes = built(&entries, interval);
        let block = Block::open(&bytes).expect("as `build` made it");
        assert_eq!(sound(block.iter()), entries, "interval {interval}");
        for (from, key) in keys.iter().enumerate() {
            assert_eq!(
                sound(block.seek(key)),
                entries[from..],
                "seek {key:?}, interval {interval}"
            );
        }
    }
}

/// Where the entries begin that restart points lead to, and where all end.
fn restarts(bytes: &[u8]) -> Vec<usize> {
    let number = |at: usize| {
        let bytes = bytes[at..at + 4].try_into().expect("four bytes");
        u32::from_le_bytes(bytes) as usize
    };
    let count = number(bytes.len() - 4);
    let end = bytes.len() - 4 - 4 * count;
    let offsets = (0..count).map(|restart| number(end + 4 * restart));
    offsets.chain([end]).collect()
}

#[test]
fn a_seek_looks_at_few_restart_points_and_at_one_interval() {
    let entries = users(256);
    let intact = built(&entries, 4);
    let offsets = restarts(&intact);
    for (number, (key, value)) in entries.iter().enumerate().step_by(7) {
        let first = |bytes: &[u8]| {
            let block = Block::open(bytes).expect("the end is intact");
            block
                .seek(key)
                .next()
                .map(|entry| entry.map(|(k, v)| (k, v.to_vec())))
        };
        let expected = Some(Ok((key.clone(), value.clone())));
        let mut looked_at = Vec::new();
        for restart in 0..64 {
            let mut bytes = intact.clone();
            bytes[offsets[restart]] = 1; // it shares a byte
            if first(&bytes) != expected {
                looked_at.push(restart);
            }
        }
        assert!(
            looked_at.len() <= 8,
            "to seek entry {number} of 256, these of 64 restart points were looked at: \
             {looked_at:?}. A binary search needs six or seven, and then the one before"
        );
        // Everything but the restart points' own entries, and the interval that has the key, or
        // ends before it.
        let mut bytes = intact.clone();
        for restart in (0..64).filter(|it| *it != number / 4 && it + 1 != number.div_ceil(4)) {
            let header = offsets[restart];
            let len = |at: usize| usize::from(intact[header + at]);
            bytes[header + 6 + len(2) + len(4)..offsets[restart + 1]].fill(0xff);
        }
        assert_eq!(
            first(&bytes),
            expected,
            "seek entry {number}: it should not care about damage in other intervals"
        );
    }
}

#[test]
fn damage_is_told_once_and_what_is_before_it_is_read() {
    let entries = users(12);
    let mut bytes = built(&entries, 4);
    let offsets = restarts(&bytes);
    bytes[offsets[1] + 16] = 200; // the second entry of the second interval shares too much
    let block = Block::open(&bytes).expect("the end is intact");
    let mut expected: Vec<_> = entries[..5].iter().cloned().map(Ok).collect();
    expected.push(Err(Damaged));
    assert_eq!(all(block.iter()), expected, "damage in the sixth of twelve");
    assert_eq!(all(block.seek(&entries[6].0)), [Err(Damaged)]);
    assert_eq!(
        sound(block.seek(&entries[9].0)),
        entries[9..],
        "the third interval is intact"
    );
}

#[test]
fn ends_that_cannot_be_are_refused() {
    let whole = built(&users(3), 2);
    let with_count = |count: u32| {
        let mut bytes = whole.clone();
        let at = bytes.len() - 4;
        bytes[at..].copy_from_slice(&count.to_le_bytes());
        bytes
    };
    for (what, bytes) in [
        ("no bytes", vec![]),
        ("three bytes", vec![0; 3]),
        ("a restart point, and no room for it", vec![1, 0, 0, 0]),
        ("entries without a restart point", with_count(0)),
        (
            "a restart point without entries",
            vec![0, 0, 0, 0, 1, 0, 0, 0],
        ),
        ("two thousand million restart points", with_count(1 << 31)),
        // Four bytes each are 2³², and 2³² is 0 for who counts in 32 bits.
        ("a thousand million restart points", with_count(1 << 30)),
        ("as many as can be said", with_count(u32::MAX)),
    ] {
        assert!(Block::open(&bytes).is_err(), "{what}: that was let in");
    }
    assert!(Block::open(&[0; 4]).is_ok(), "an empty block is one");
}

#[test]
fn entries_that_cannot_be_are_damaged() {
    // One restart point, at `restart`, behind these entries.
    let block = |entries: &[&[u8]], restart: u32| {
        let numbers = [restart.to_le_bytes(), 1_u32.to_le_bytes()].concat();
        [entries.concat(), numbers].concat()
    };
    let (a, b): (&[u8], &[u8]) = (b"\0\0\x01\0\0\0a", b"\0\0\x01\0\0\0b");
    let sound = block(&[a, b], 0);
    assert_eq!(all(Block::open(&sound).expect("sound").iter()).len(), 2);
    for (what, bytes, before) in [
        ("keys that descend", block(&[b, a], 0), 1),
        ("a key twice", block(&[a, a], 0), 1),
        ("a header cut short", block(&[a, &b[..5]], 0), 1),
        ("a key cut short", block(&[a, b"\0\0\x02\0\0\0b"], 0), 1),
        ("a value cut short", block(&[a, b"\0\0\x01\0\x01\0b"], 0), 1),
        ("65 535 of key and value", block(&[a, &[255; 6]], 0), 1),
        ("two shared of one", block(&[a, b"\x02\0\x01\0\0\0b"], 0), 1),
        (
            "a restart that shares",
            block(&[b"\x01\0\x01\0\0\0b"], 0),
            0,
        ),
        ("a restart at the end", block(&[a], 7), 0),
        ("a restart beyond the entries", block(&[a], 8), 0),
        ("a restart beyond everything", block(&[a], u32::MAX), 0),
    ] {
        let block = Block::open(&bytes).expect("there is room for the restart point");
        let found = all(block.iter());
        assert_eq!(
            (found.len(), found.last()),
            (before + 1, Some(&Err(Damaged))),
            "{what}: {before} sound entries, and then Damaged"
        );
        let found = all(block.seek(b"zzz"));
        assert_eq!(found, [Err(Damaged)], "{what}: seek zzz goes through it");
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let mut draw = numbers(5);
    let (mut opened, mut damaged) = (0, 0);
    for round in 0..20_000 {
        let mut bytes = built(&users(draw(40)), 1 + draw(6));
        for _ in 0..=draw(3) {
            let at = draw(bytes.len());
            bytes[at] = [0, 1, 0x7f, 0x80, 0xff, draw(256) as u8][draw(6)];
        }
        bytes.truncate(bytes.len() - [0, 0, 0, draw(bytes.len())][draw(4)]);
        let key = format!("user:{:04}", draw(80));
        let result = catch_unwind(AssertUnwindSafe(|| {
            let block = Block::open(&bytes).ok()?;
            Some([all(block.iter()), all(block.seek(key.as_bytes()))])
        }));
        let Ok(found) = result else {
            panic!("round {round}: reading these bytes panicked (see above): {bytes:?}");
        };
        for entries in found.iter().flatten() {
            let (last, before) = match entries.split_last() {
                Some((last, before)) => (Some(last), before),
                None => (None, &[][..]),
            };
            assert!(
                before.iter().all(Result::is_ok),
                "round {round}: something comes after Damaged"
            );
            let keys = entries.iter().flatten().map(|(key, _)| key);
            assert!(keys.is_sorted(), "round {round}: the keys do not ascend");
            damaged += usize::from(last.is_some_and(Result::is_err));
        }
        if let Some([_, sought]) = &found {
            let keys = sought.iter().flatten().map(|(key, _)| key);
            assert!(
                keys.into_iter().all(|found| &found[..] >= key.as_bytes()),
                "round {round}: seek {key:?} found a lesser key"
            );
            opened += 1;
        }
    }
    assert!(opened > 5_000 && damaged > 1_000, "{opened}, {damaged}");
}
