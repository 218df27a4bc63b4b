//! Which of two meta pages is believed, whatever was interrupted.

#[cfg_attr(feature = "yours", path = "../disk/meta.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/disk/meta.rs")]
mod exercise;

use exercise::{Meta, SIZE, Unreadable, checksum, choose, next};

const ZEROS: [u8; SIZE] = [0; SIZE];

fn meta(transaction: u64, root: u64) -> Meta {
    Meta { transaction, root }
}

#[test]
fn a_meta_is_read_as_it_was_written() {
    for meta in [meta(1, 2), meta(u64::MAX, 0), meta(0x0102_0304, 77 << 40)] {
        let bytes = meta.to_bytes();
        assert_eq!(bytes[..8], meta.transaction.to_le_bytes(), "of {meta:?}");
        assert_eq!(bytes[8..16], meta.root.to_le_bytes(), "of {meta:?}");
        assert_eq!(bytes[16..], checksum(&bytes[..16]).to_le_bytes());
        assert_eq!(Meta::from_bytes(&bytes), Some(meta));
    }
    assert_eq!(Meta::from_bytes(&ZEROS), None, "zeros were never written");
}

#[test]
fn no_byte_can_change_unseen() {
    let whole = meta(1_000, 70_000).to_bytes();
    for at in 0..SIZE {
        for flipped in 1..=255 {
            let mut bytes = whole;
            bytes[at] ^= flipped;
            assert_eq!(
                Meta::from_bytes(&bytes),
                None,
                "byte {at} was {} and is {}, and nobody noticed",
                whole[at],
                bytes[at]
            );
        }
    }
}

#[test]
fn the_newer_one_is_believed_wherever_it_is() {
    let (old, new) = (meta(255, 9), meta(256, 8));
    assert_eq!(
        choose(&[new.to_bytes(), old.to_bytes()]),
        Ok((0, new)),
        "256 is newer than 255, though its first byte is less"
    );
    assert_eq!(choose(&[old.to_bytes(), new.to_bytes()]), Ok((1, new)));
}

#[test]
fn a_broken_one_is_not_believed_however_new() {
    let (old, new) = (meta(7, 9), meta(8, 10));
    let mut broken = new.to_bytes();
    broken[9] ^= 1;
    assert_eq!(choose(&[old.to_bytes(), broken]), Ok((0, old)));
    assert_eq!(choose(&[broken, old.to_bytes()]), Ok((1, old)));
    assert_eq!(
        choose(&[old.to_bytes(), ZEROS]),
        Ok((0, old)),
        "after the first commit, the other page was never written"
    );
    assert_eq!(choose(&[ZEROS, old.to_bytes()]), Ok((1, old)));
}

#[test]
fn a_file_without_a_meta_says_why() {
    let mut broken = meta(8, 10).to_bytes();
    broken[20] ^= 1;
    assert_eq!(choose(&[ZEROS, ZEROS]), Err(Unreadable::Empty));
    for pages in [[broken, broken], [broken, ZEROS], [ZEROS, broken]] {
        assert_eq!(
            choose(&pages),
            Err(Unreadable::Damaged),
            "neither page is whole, and one was written: to begin anew would bury what it had"
        );
        assert_eq!(
            next(&pages),
            Err(Unreadable::Damaged),
            "a file without a whole meta is for somebody to repair, not to write to"
        );
    }
}

#[test]
fn two_that_are_equal_must_agree() {
    let (one, other) = (meta(8, 10), meta(8, 11));
    let (_, chosen) = choose(&[one.to_bytes(), one.to_bytes()]).expect("they say the same");
    assert_eq!(chosen, one);
    for pages in [
        [one.to_bytes(), other.to_bytes()],
        [other.to_bytes(), one.to_bytes()],
    ] {
        assert_eq!(
            choose(&pages),
            Err(Unreadable::Ambiguous),
            "both are commit 8, with the roots 10 and 11"
        );
        assert_eq!(next(&pages), Err(Unreadable::Ambiguous));
    }
}

#[test]
fn a_write_that_is_torn_anywhere_loses_no_commit() {
    let mut pages = [ZEROS; 2];
    let mut committed: Option<Meta> = None;
    for transaction in 1..=600 {
        let new = meta(transaction, transaction * 0x1_0001 % 5_003);
        let (bytes, to) = (new.to_bytes(), next(&pages).expect("a store that is sound"));
        for cut in 0..=SIZE {
            // A disk may write the front of it first, or the back.
            for front_first in [true, false] {
                let mut torn = pages;
                let written = if front_first { 0..cut } else { cut..SIZE };
                torn[to][written.clone()].copy_from_slice(&bytes[written.clone()]);
                let found = match choose(&torn) {
                    Ok((page, found)) => {
                        assert_eq!(Meta::from_bytes(&torn[page]), Some(found));
                        Some(found)
                    }
                    Err(Unreadable::Empty | Unreadable::Damaged) => None,
                    Err(error) => panic!("{error:?}, of commit {transaction} and the one before"),
                };
                assert!(
                    found == committed || found == Some(new),
                    "commit {transaction} was interrupted when bytes {written:?} of page {to} were \
                     written: {found:?} is found, which is neither {new:?} nor the one before, \
                     {committed:?}"
                );
            }
        }
        pages[to] = bytes;
        assert_eq!(
            choose(&pages),
            Ok((to, new)),
            "after commit {transaction} was written to page {to}"
        );
        committed = Some(new);
    }
}
