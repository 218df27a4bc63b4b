//! The figures of the chapter, as the crate draws them: the text pins each tree, the SVG files what
//! a reader sees.

use std::path::Path;
use std::{env, fs};

use bplustree::BPlusTreeMap;
use bplustree::map::draw::Film;

/// A tree in a line for each level: nodes in brackets.
fn tree(map: &BPlusTreeMap<u32, (), 3>) -> Vec<String> {
    let node = |node: &bplustree::map::draw::Node| format!("[{}]", node.keys.join(" "));
    let levels = map.picture().levels;
    levels
        .iter()
        .map(|level| level.iter().map(node).collect::<Vec<_>>().join(" "))
        .collect()
}

fn odd_numbers() -> BPlusTreeMap<u32, (), 3> {
    let mut map = BPlusTreeMap::with_order();
    map.extend([1, 3, 5, 7, 9, 11, 13, 15].map(|key| (key, ())));
    map
}

#[test]
fn insertion_splits_leaves_and_then_the_root() {
    let mut map = BPlusTreeMap::<u32, (), 3>::with_order();
    let mut insert = |key| {
        map.insert(key, ());
        map.check_invariants();
        tree(&map)
    };
    assert_eq!(insert(1), ["[1]"]);
    assert_eq!(insert(3), ["[1 3]"]);
    assert_eq!(insert(5), ["[1 3 5]"]);
    assert_eq!(insert(7), ["[5]", "[1 3] [5 7]"]);
    assert_eq!(insert(9), ["[5]", "[1 3] [5 7 9]"]);
    assert_eq!(insert(11), ["[5 9]", "[1 3] [5 7] [9 11]"]);
    assert_eq!(insert(13), ["[5 9]", "[1 3] [5 7] [9 11 13]"]);
    assert_eq!(insert(15), ["[5 9 13]", "[1 3] [5 7] [9 11] [13 15]"]);
}

#[test]
fn a_root_that_splits_makes_the_tree_higher() {
    let mut map = odd_numbers();
    map.extend([(17, ()), (19, ())]);
    let levels = ["[13]", "[5 9] [17]", "[1 3] [5 7] [9 11] [13 15] [17 19]"];
    assert_eq!(tree(&map), levels);
}

#[test]
fn removal_merges_leaves_or_borrows() {
    let mut map = odd_numbers();
    let mut remove = |key| {
        assert_eq!(map.remove(&key), Some(()));
        map.check_invariants();
        tree(&map)
    };
    assert_eq!(remove(7), ["[9 13]", "[1 3 5] [9 11] [13 15]"]);
    assert_eq!(remove(11), ["[5 13]", "[1 3] [5 9] [13 15]"]);
    assert_eq!(remove(9), ["[13]", "[1 3 5] [13 15]"]);
    assert_eq!(remove(13), ["[5]", "[1 3] [5 15]"]);
    assert_eq!(remove(5), ["[1 3 15]"]);
}

#[test]
fn a_leaf_borrows_from_whichever_neighbour_can_lend() {
    let mut map = odd_numbers();
    map.extend([(17, ())]);
    map.remove(&9);
    assert_eq!(tree(&map), ["[5 9 15]", "[1 3] [5 7] [11 13] [15 17]"]);
    map.extend([(6, ())]);
    map.remove(&11);
    assert_eq!(tree(&map), ["[5 7 15]", "[1 3] [5 6] [7 13] [15 17]"]);
}

#[test]
fn inner_nodes_rotate_and_merge() {
    let mut map = odd_numbers();
    map.extend([(17, ()), (19, ())]);
    map.remove(&19);
    let levels = ["[9]", "[5] [13]", "[1 3] [5 7] [9 11] [13 15 17]"];
    assert_eq!(tree(&map), levels);
}

#[test]
fn bulk_load_fills_the_leaves() {
    let entries = (1..=8).map(|key| (key, ()));
    let map = BPlusTreeMap::from_sorted_iter(entries).unwrap();
    assert_eq!(tree(&map), ["[4 7]", "[1 2 3] [4 5 6] [7 8]"]);
    let entries = (1..=7).map(|key| (key, ()));
    let map = BPlusTreeMap::from_sorted_iter(entries).unwrap();
    assert_eq!(tree(&map), ["[4 6]", "[1 2 3] [4 5] [6 7]"]);
}

fn insertions() -> Film {
    let mut map = BPlusTreeMap::<u32, (), 3>::with_order();
    let mut film = Film::new("Inserting 1, 3, 5, 7, 9, 11, 13, 15 into a B+ tree of order 3");
    for key in [1, 3, 5, 7, 9, 11, 13, 15] {
        map.insert(key, ());
        film.frame(format!("insert {key}"), &map.picture());
    }
    film
}

fn removals() -> Film {
    let mut map = odd_numbers();
    let mut film = Film::new("Removing 7, 11, 9, 13, 5 from a B+ tree of order 3");
    film.frame("before", &map.picture());
    for key in [7, 11, 9, 13, 5] {
        map.remove(&key);
        film.frame(format!("remove {key}"), &map.picture());
    }
    film
}

/// Compares a drawing with the file of that name; writes the file if `UPDATE_FIGURES` is set.
fn compare(name: &str, drawn: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/figures")
        .join(name);
    if env::var_os("UPDATE_FIGURES").is_some() {
        fs::write(&path, drawn).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert!(
        drawn == expected,
        "{name} is drawn differently: look at it, then set UPDATE_FIGURES=1"
    );
}

#[test]
fn the_figures_are_as_they_were() {
    compare("map_insert.svg", &insertions().to_svg());
    compare("map_remove.svg", &removals().to_svg());
    compare("map.dot", &odd_numbers().to_dot());
}

#[test]
fn keys_cannot_break_out_of_a_picture() {
    let mut map = BPlusTreeMap::<&str, (), 3>::with_order();
    map.extend(["<script>", "\n\n", "\"|{}", "&"].map(|key| (key, ())));
    let svg = map.to_svg();
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"));
    assert!(!svg.contains("\n\n"), "Markdown would end the block here");
    assert!(map.to_dot().contains(r#"\"\|\{\}"#));
}

#[test]
fn a_film_is_as_wide_as_its_widest_caption() {
    let mut film = Film::new("one key");
    let map = BPlusTreeMap::from([(1, ())]);
    film.frame("a".repeat(90), &map.picture());
    assert!(film.to_svg().contains("viewBox=\"0 0 720 "));
}

#[test]
fn an_empty_tree_can_be_drawn() {
    let map = BPlusTreeMap::<u32, u32>::new();
    assert!(map.to_svg().ends_with("</svg>\n"));
    assert!(map.to_dot().ends_with("}\n"));
}
