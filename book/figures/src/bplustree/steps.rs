//! A tree at work, one split or merge after the other, as it draws itself.

use bplustree::BPlusTreeMap;
use bplustree::map::draw::Film;

use crate::Figure;

type Tree = BPlusTreeMap<u32, (), 3>;

/// A step: what is done to the tree, and what comes of it.
type Step = (&'static [Change], &'static str);

enum Change {
    Insert(u32),
    Remove(u32),
}
use Change::{Insert, Remove};

/// Leaves fill up, and split.
pub fn insert() -> Figure {
    film(
        "bplustree-insert.svg",
        "Inserting 1, 3, 5, 7, 9, 11, 13, 15 into a B+ tree of order 3",
        Tree::with_order(),
        &[
            (
                &[Insert(1), Insert(3), Insert(5)],
                "insert 1, 3, 5: the leaf is full",
            ),
            (
                &[Insert(7)],
                "insert 7: the leaf splits; a copy of 5 goes up",
            ),
            (&[Insert(9)], "insert 9: there is room"),
            (&[Insert(11)], "insert 11: the leaf splits"),
            (
                &[Insert(13), Insert(15)],
                "insert 13, 15: another one splits; the root is full",
            ),
        ],
    )
}

/// The root splits, and goes again.
pub fn root() -> Figure {
    film(
        "bplustree-root.svg",
        "The root of a B+ tree of order 3 splits, and is merged away",
        odd_numbers(15),
        &[
            (&[], "before: the root has as many children as it may"),
            (
                &[Insert(17), Insert(19)],
                "insert 17, 19: a fifth leaf; the root splits: 13 moves up",
            ),
            (
                &[Remove(19)],
                "remove 19: leaves merge; the node above borrows",
            ),
            (
                &[Remove(3)],
                "remove 3: leaves merge, nodes merge, and the root goes",
            ),
        ],
    )
}

/// Leaves borrow and merge, until one is left.
pub fn delete() -> Figure {
    film(
        "bplustree-delete.svg",
        "Removing 7, 11, 9, 13, 5 from a B+ tree of order 3",
        odd_numbers(15),
        &[
            (&[], "before"),
            (
                &[Remove(7)],
                "remove 7: 5 is alone, and joins the leaf to the left",
            ),
            (&[Remove(11)], "remove 11: 9 is alone, and borrows 5"),
            (&[Remove(9)], "remove 9: nobody can lend; a merge"),
            (&[Remove(13)], "remove 13: 15 borrows 5"),
            (
                &[Remove(5)],
                "remove 5: a merge; the root has one child left, and goes",
            ),
        ],
    )
}

/// What inserting 1, 3, 5 … makes.
fn odd_numbers(last: u32) -> Tree {
    let mut tree = Tree::with_order();
    tree.extend((1..=last).step_by(2).map(|key| (key, ())));
    tree
}

/// A frame after each of the steps.
fn film(name: &str, title: &str, mut tree: Tree, steps: &[Step]) -> Figure {
    let mut film = Film::new(title);
    for (changes, caption) in steps {
        for change in *changes {
            match change {
                Insert(key) => tree.insert(*key, ()),
                Remove(key) => tree.remove(key),
            };
        }
        film.frame(*caption, &tree.picture());
    }
    Figure {
        name: name.to_owned(),
        contents: film.to_svg(),
    }
}
