//! A B+ tree that grows: what a node sends up when it splits, and that it stays a B+ tree.

use std::collections::BTreeSet;

#[cfg_attr(feature = "yours", path = "../bplustree/split.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bplustree/split.rs")]
mod exercise;

use exercise::{Node, ORDER, Split, Tree};

/// The node in one line: keys in brackets, an inner node's signposts among its children.
fn show(node: &Node) -> String {
    match node {
        Node::Leaf(keys) => format!("{keys:?}"),
        Node::Inner {
            signposts,
            children,
        } => {
            let mut shown = String::from("(");
            for (at, child) in children.iter().enumerate() {
                if let Some(signpost) = at.checked_sub(1).map(|before| signposts.get(before)) {
                    shown += &signpost.map_or(" ? ".to_owned(), |post| format!(" {post} "));
                }
                shown += &show(child);
            }
            shown + ")"
        }
    }
}

/// Checks the node and all below, whose keys must be from `from` up to, and not including, `to`;
/// appends the keys, and returns the height.
fn check(node: &Node, is_root: bool, from: u64, to: u64, keys: &mut Vec<u64>) -> usize {
    let shown = show(node);
    let inside = |what: &str, all: &[u64]| {
        assert!(
            all.is_sorted_by(|one, other| one < other),
            "{what} are not in order: {shown}"
        );
        assert!(
            all.iter().all(|one| (from..to).contains(one)),
            "the signposts above {shown} say that all is from {from} up to {to}, exclusive"
        );
    };
    match node {
        Node::Leaf(here) => {
            inside("keys", here);
            assert!(here.len() <= ORDER, "a leaf of more than {ORDER}: {shown}");
            assert!(
                is_root || here.len() >= ORDER.div_ceil(2),
                "a leaf that is less than half full: {shown}"
            );
            keys.extend(here);
            1
        }
        Node::Inner {
            signposts,
            children,
        } => {
            inside("signposts", signposts);
            assert_eq!(
                children.len(),
                signposts.len() + 1,
                "an inner node has one child more than signposts: {shown} (is the middle signpost \
                 of an inner node copied, or moved?)"
            );
            assert!(
                signposts.len() <= ORDER,
                "an inner node of more than {ORDER} signposts: {shown}"
            );
            assert!(
                is_root || signposts.len() >= ORDER / 2,
                "an inner node that is less than half full: {shown}"
            );
            let heights: BTreeSet<usize> = children
                .iter()
                .enumerate()
                .map(|(at, child)| {
                    let from = at.checked_sub(1).map_or(from, |before| signposts[before]);
                    let to = signposts.get(at).copied().unwrap_or(to);
                    check(child, false, from, to, keys)
                })
                .collect();
            assert_eq!(
                heights.len(),
                1,
                "not all leaves are equally far from the root: {shown}"
            );
            heights.first().map_or(0, |height| height + 1)
        }
    }
}

/// Inserts the keys one after the other into a tree, and checks it each time; returns its height.
fn grow(inserted: impl IntoIterator<Item = u64>) -> usize {
    let (mut tree, mut model, mut height) = (Tree::new(), BTreeSet::new(), 0);
    for key in inserted {
        tree.insert(key);
        model.insert(key);
        let mut keys = Vec::new();
        height = check(&tree.root, true, 0, u64::MAX, &mut keys);
        assert!(
            keys.iter().eq(&model),
            "after inserting {key}, the leaves should have {model:?} and have {keys:?}"
        );
    }
    height
}

#[test]
fn a_leaf_with_room_is_not_split() {
    let mut leaf = Node::Leaf(vec![3, 7]);
    for key in [5, 1, 5] {
        assert!(leaf.insert(key).is_none(), "{} had room", show(&leaf));
    }
    assert_eq!(show(&leaf), "[1, 3, 5, 7]", "5 was inserted twice");
}

#[test]
fn a_full_leaf_copies_a_signpost_up() {
    for key in [0, 2, 4, 6, 8] {
        let mut left = Node::Leaf(vec![1, 3, 5, 7]);
        let Some(Split { signpost, right }) = left.insert(key) else {
            panic!("a leaf of four and {key} is five, and was not split");
        };
        let (Node::Leaf(left), Node::Leaf(right)) = (&left, &right) else {
            panic!("a leaf's halves are leaves");
        };
        let mut all = [1, 3, 5, 7, key];
        all.sort_unstable();
        assert_eq!(
            [left.as_slice(), right].concat(),
            all,
            "all keys stay in leaves: {left:?} and {right:?}"
        );
        assert!(
            left.iter().all(|key| *key < signpost) && right.iter().all(|key| *key >= signpost),
            "{signpost} does not show the way between {left:?} and {right:?}"
        );
    }
}

#[test]
fn a_full_leaf_that_has_the_key_is_not_split() {
    let mut leaf = Node::Leaf(vec![1, 3, 5, 7]);
    assert!(leaf.insert(5).is_none(), "5 is there already");
    assert_eq!(show(&leaf), "[1, 3, 5, 7]");
}

#[test]
fn a_key_that_is_a_signpost_goes_to_its_right() {
    let mut node = Node::Inner {
        signposts: vec![5],
        children: vec![Node::Leaf(vec![1, 3]), Node::Leaf(vec![7, 9])],
    };
    assert!(node.insert(5).is_none());
    assert_eq!(
        show(&node),
        "([1, 3] 5 [5, 7, 9])",
        "the child on the right of signpost 5 has the keys from 5 on, 5 included"
    );
}

#[test]
fn a_tree_grows_in_any_order_of_insertions() {
    let height = grow((0..200).map(|key| 2 * key));
    assert!(
        (4..=6).contains(&height),
        "200 ascending keys give {height} levels"
    );
    grow((0..200).rev());
    grow((0..300).map(|key| key * 173 % 300));
    let mut state = 3u64;
    grow((0..400).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % 250
    }));
}
