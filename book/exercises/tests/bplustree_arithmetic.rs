//! An index's height and reads on paper, and counted in trees that are built.

use bplustree::BPlusTreeMap;

#[cfg_attr(feature = "yours", path = "../bplustree/arithmetic.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bplustree/arithmetic.rs")]
mod exercise;

use exercise::Index;

/// A thousand million rows in pages of 4 KiB, of which two thirds are full, by a number.
const ORDERS: Index = Index {
    rows: 1_000_000_000,
    room: 2_730,
    key: 8,
    value: 8,
    pointer: 4,
};

#[test]
fn a_node_has_a_pointer_more_than_keys() {
    assert_eq!(ORDERS.per_leaf(), 170, "2 730 bytes, 16 for each entry");
    assert_eq!(
        ORDERS.fanout(),
        228,
        "228 pointers and 227 keys are 2 728 bytes"
    );
    let one_byte_more = Index {
        room: 2_740,
        ..ORDERS
    };
    assert_eq!(
        one_byte_more.fanout(),
        229,
        "229 pointers and 228 keys are 2 740 bytes, exactly"
    );
}

#[test]
fn levels_are_those_of_a_tree_that_is_built() {
    // Nodes of order 4: a full leaf has 4 entries, a full inner node 4 keys and 5 children.
    let small = Index {
        rows: 0,
        room: 36,
        key: 4,
        value: 5,
        pointer: 4,
    };
    for rows in 1..=700 {
        let built = BPlusTreeMap::<u64, (), 4>::from_sorted_iter((0..rows).map(|key| (key, ())));
        let shape = built.expect("the keys ascend").shape();
        let levels = Index { rows, ..small }.levels();
        assert_eq!(
            levels.len(),
            shape.height,
            "the height with {rows} rows, 4 to a leaf and 5 children to an inner node: {levels:?}"
        );
        assert_eq!(
            (levels[0] as usize, levels[1..].iter().sum::<u64>() as usize),
            (shape.leaves, shape.inner_nodes),
            "leaves and inner nodes with {rows} rows: {levels:?}"
        );
    }
}

#[test]
fn a_thousand_million_rows_are_four_levels_and_few_pages_cached_save_reads() {
    assert_eq!(ORDERS.levels(), [5_882_353, 25_800, 114, 1]);
    for (cached, reads) in [
        (0, 4),
        (1, 3),
        (114, 3),
        (115, 2),
        (25_914, 2),
        (25_915, 1),
        (5_908_267, 1),
        (5_908_268, 0),
        (u64::MAX, 0),
    ] {
        assert_eq!(
            ORDERS.reads(cached),
            reads,
            "reads, when {cached} pages are cached: the levels have 1, 114, 25 800 and 5 882 353"
        );
    }
}

#[test]
fn a_key_may_be_so_long_and_no_longer() {
    let of = |key| Index { key, ..ORDERS };
    let mut before = 0;
    for height in 4..=9 {
        let longest = ORDERS.longest_key(height).expect("a short key will do");
        assert!(
            of(longest).levels().len() <= height,
            "with keys of {longest} bytes it has {} levels, not {height}",
            of(longest).levels().len()
        );
        assert!(
            of(longest + 1).levels().len() > height,
            "keys of {} bytes make {height} levels as well",
            longest + 1
        );
        assert!(longest > before, "with a level more, a key may be longer");
        before = longest;
    }
    assert!(
        (8..16).contains(&ORDERS.longest_key(4).unwrap()),
        "a number of 8 bytes makes four levels; a UUID, 16, one more"
    );
}

#[test]
fn no_key_is_short_enough_for_a_tree_that_is_too_low() {
    assert_eq!(ORDERS.longest_key(0), None);
    assert_eq!(
        ORDERS.longest_key(3),
        None,
        "with keys of one byte, {:?}",
        Index { key: 1, ..ORDERS }.levels()
    );
    let few = Index { rows: 1, ..ORDERS };
    let longest = few.longest_key(1).expect("one row fits a page");
    assert!(
        (Index {
            key: longest,
            ..few
        })
        .per_leaf()
            >= 2,
        "however few rows, a page has room for two: a key of {longest} bytes is too long"
    );
}
