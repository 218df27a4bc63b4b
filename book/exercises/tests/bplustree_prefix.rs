//! Signposts as short as can be, and a search that finds what it found with long ones.

use std::collections::BTreeSet;

#[cfg_attr(feature = "yours", path = "../bplustree/prefix.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bplustree/prefix.rs")]
mod exercise;

use exercise::{Signposts, cut, separator};

fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// All byte strings of up to three letters out of three, in order.
fn short_keys() -> Vec<Vec<u8>> {
    let letters = [0, b'a', 255];
    let mut keys = BTreeSet::from([vec![]]);
    for _ in 0..3 {
        let longer: Vec<Vec<u8>> = keys
            .iter()
            .flat_map(|key| letters.map(|letter| [key.as_slice(), &[letter]].concat()))
            .collect();
        keys.extend(longer);
    }
    keys.into_iter().collect()
}

#[test]
fn a_separator_is_the_shortest_that_shows_the_way() {
    for (left, right, shortest) in [
        ("Kongsberg", "Kristiansand", "Kr"),
        ("Oslo", "Stavanger", "S"),
        ("Oslo", "Oslofjord", "Oslof"),
        ("Ålesund", "Åndalsnes", "Ån"),
        ("", "Bergen", "B"),
    ] {
        assert_eq!(
            text(separator(left.as_bytes(), right.as_bytes())),
            text(shortest.as_bytes()),
            "between {left:?} and {right:?}"
        );
    }
    let keys = short_keys();
    for (at, right) in keys.iter().enumerate() {
        for left in &keys[..at] {
            let found = separator(left, right);
            assert!(
                left.as_slice() < found && found <= right.as_slice(),
                "\"{}\" does not show the way between \"{}\" and \"{}\"",
                text(found),
                text(left),
                text(right)
            );
            let shortest = (0..=right.len()).find(|len| right[..*len] > left[..]);
            assert_eq!(
                Some(found.len()),
                shortest,
                "\"{}\" is not the shortest between \"{}\" and \"{}\"",
                text(found),
                text(left),
                text(right)
            );
        }
    }
}

/// Addresses of pages: long, and much alike.
const PAGES: [&str; 10] = [
    "example.org/articles/2024/b-trees",
    "example.org/articles/2024/b-trees/comments",
    "example.org/articles/2024/bitmaps",
    "example.org/articles/2025/checksums",
    "example.org/articles/2025/free-lists",
    "example.org/articles/2025/free-lists/comments",
    "example.org/people/ada",
    "example.org/people/adam",
    "example.org/people/edgar",
    "example.org/people/rudolf",
];

#[test]
fn a_leaf_is_cut_where_the_signpost_is_shortest() {
    let keys = PAGES.map(str::as_bytes);
    for (around, expected) in [(0, 5), (1, 6), (2, 6), (3, 6), (100, 6)] {
        assert_eq!(
            cut(&keys, around),
            expected,
            "of ten keys, up to {around} from the middle: \"example.org/p\" is between the first \
             six and the others"
        );
    }
    assert_eq!(
        cut(&keys[6..], 1),
        2,
        "\"example.org/people/e\" is shorter than \"example.org/people/adam\""
    );
    assert_eq!(cut(&keys[..2], 100), 1, "no part is empty");
}

#[test]
fn no_cut_that_is_allowed_has_a_shorter_signpost() {
    let keys = short_keys();
    let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
    for from in 0..keys.len() - 2 {
        for keys in [&keys[from..], &keys[from..from + 2], &keys[..from + 2]] {
            for around in [0, 1, 2, 5] {
                let at = cut(keys, around);
                let middle = keys.len() / 2;
                let allowed = (1..keys.len()).filter(|at| at.abs_diff(middle) <= around);
                assert!(
                    allowed.clone().any(|allowed| allowed == at),
                    "{at} of {} keys is not within {around} of the middle",
                    keys.len()
                );
                let len = |at: usize| separator(keys[at - 1], keys[at]).len();
                assert_eq!(
                    Some(len(at)),
                    allowed.map(len).min(),
                    "there is a cut with a shorter signpost than that at {at}: {keys:?}"
                );
            }
        }
    }
}

#[test]
fn what_signposts_have_in_common_is_kept_once() {
    let of = |signposts: &[&str]| {
        let bytes: Vec<&[u8]> = signposts.iter().map(|post| post.as_bytes()).collect();
        let node = Signposts::new(&bytes);
        let rests: Vec<String> = node.rests.iter().map(|rest| text(rest)).collect();
        (text(&node.prefix), rests)
    };
    let expected = |prefix: &str, rests: &[&str]| {
        let rests = rests.iter().map(|rest| (*rest).to_owned()).collect();
        (prefix.to_owned(), rests)
    };
    assert_eq!(
        of(&["people/ad", "people/e", "people/ru"]),
        expected("people/", &["ad", "e", "ru"])
    );
    assert_eq!(of(&["a", "ab", "abc"]), expected("a", &["", "b", "bc"]));
    assert_eq!(of(&["ab", "b"]), expected("", &["ab", "b"]));
    assert_eq!(of(&["ab"]), expected("ab", &[""]));
    assert_eq!(of(&[]), expected("", &[]));
}

#[test]
fn a_search_finds_the_child_that_it_found_with_whole_signposts() {
    let keys = short_keys();
    let mut state = 7u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..600 {
        // A few neighbours, so that they often have something in common.
        let from = draw(keys.len());
        let to = (from + draw(12)).min(keys.len());
        let signposts: Vec<&[u8]> = keys[from..to].iter().map(Vec::as_slice).collect();
        let node = Signposts::new(&signposts);
        for key in &keys {
            let expected = signposts.partition_point(|post| *post <= key.as_slice());
            assert_eq!(
                node.child(key),
                expected,
                "round {round}: the child for \"{}\" under {:?}, of which \"{}\" is kept once",
                text(key),
                signposts.iter().map(|post| text(post)).collect::<Vec<_>>(),
                text(&node.prefix)
            );
        }
    }
}
