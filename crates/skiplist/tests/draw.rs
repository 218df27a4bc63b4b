//! What a list draws.

use skiplist::SkipList;
use skiplist::draw::Film;

/// A list whose second tower reaches the second level.
fn two_levels() -> SkipList<&'static str, ()> {
    let list = |seed| {
        let mut list = SkipList::with_seed(seed);
        list.extend([("a", ()), ("b", ())]);
        list
    };
    let rows = |list: &SkipList<_, _>| {
        let mut film = Film::new("");
        film.frame("", list);
        film.to_svg().matches("<path").count()
    };
    // Two boxes of the head, three of the entries, an arrow from each, and the end.
    (0..).map(list).find(|list| rows(list) == 11).unwrap()
}

#[test]
fn a_small_list_is_drawn_like_this() {
    let mut film = Film::new("small");
    film.rank("rank 1", &two_levels(), 1);
    let svg = film.to_svg();
    let drawn: Vec<&str> = svg.lines().filter_map(essence).collect();
    assert_eq!(drawn, PICTURE);
}

/// What a line of the picture draws, or what is written there.
fn essence(line: &str) -> Option<&str> {
    let drawn = line
        .strip_prefix("<path d=\"")
        .and_then(|rest| rest.split_once('"'));
    let written = line
        .split_once('>')
        .and_then(|(_, rest)| rest.split_once('<'));
    drawn.or(written).map(|(essence, _)| essence)
}

#[rustfmt::skip]
const PICTURE: [&str; 23] = [
    "small", "rank 1:  1 + 1 = 2",
    "M10 56h38v26h-38z", "M48 69H77m-4 -4l4 4l-4 4", "1",
    "M10 30h38v26h-38z", "M48 43H139m-4 -4l4 4l-4 4", "2", "head",
    "M80 56h30v26h-30z", "M110 69H139m-4 -4l4 4l-4 4", "1", "a",
    "M142 56h30v26h-30z", "M172 69H201m-4 -4l4 4l-4 4", "1",
    "M142 30h30v26h-30z", "M172 43H201m-4 -4l4 4l-4 4", "1", "b",
    "M204 30V82", "end",
    // The way: down from the head, and right.
    "M29 43L29 69L95 69L157 69",
];

#[test]
fn a_search_is_drawn_to_where_a_key_is_or_would_be() {
    let list: SkipList<_, _> = (0..20).map(|key| (key * 10, ())).collect();
    for (key, captions) in [(70, "= 8<"), (75, "= 8<"), (-1, "to -1<"), (500, "= 20<")] {
        let mut film = Film::new("search");
        film.search(format!("to {key}"), &list, &key);
        assert!(film.to_svg().contains(captions), "{key}: {}", film.to_svg());
    }
}

#[test]
fn a_new_key_stands_out() {
    let mut list: SkipList<_, _> = [(1, ()), (3, ())].into();
    let mut film = Film::new("insert");
    film.frame("before", &list);
    assert!(!film.to_svg().contains("--links"));
    list.insert(2, ());
    film.frame("insert 2", &list);
    assert!(film.to_svg().contains("--links"));
}

#[test]
fn keys_cannot_break_out_of_the_picture() {
    let list: SkipList<_, _> = [("<script>", ()), ("\n\n", ())].into();
    let mut film = Film::new("\"<title>\"");
    film.search("</text>", &list, "x");
    let svg = film.to_svg();
    assert!(
        !svg.contains("<script>") && svg.contains("&lt;script&gt;") && svg.contains("&lt;/text")
    );
    assert!(!svg.contains("\n\n"), "Markdown would end the block here");
}
