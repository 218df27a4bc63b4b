//! A page of a leaderboard: places that equals share, and the neighbours of a player.

use std::collections::BTreeMap;

#[cfg_attr(feature = "yours", path = "../skiplist/board.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/skiplist/board.rs")]
mod exercise;

use exercise::{Board, Row};

fn board(players: &[(&str, u32)]) -> Board {
    let mut board = Board::default();
    for (player, points) in players {
        board.set(player, *points);
    }
    board
}

fn lines(page: Vec<Row>) -> Vec<String> {
    page.into_iter()
        .map(|row| format!("{}. {} {}", row.place, row.player, row.points))
        .collect()
}

const FIVE: [(&str, u32); 5] = [
    ("eve", 10),
    ("bob", 30),
    ("ann", 50),
    ("dan", 20),
    ("cid", 30),
];

#[test]
fn equals_share_a_place_and_the_next_one_stays_empty() {
    let board = board(&FIVE);
    let places = ["ann", "bob", "cid", "dan", "eve"].map(|player| board.place(player));
    assert_eq!(
        places,
        [Some(1), Some(2), Some(2), Some(4), Some(5)],
        "the places of 50, 30, 30, 20 and 10 points"
    );
    assert_eq!(board.place("fay"), None, "fay does not play");
}

#[test]
fn a_page_has_the_best_first_and_equals_by_name() {
    assert_eq!(
        lines(board(&FIVE).page("cid", 2)),
        [
            "1. ann 50",
            "2. bob 30",
            "2. cid 30",
            "4. dan 20",
            "5. eve 10"
        ]
    );
    assert_eq!(
        lines(board(&FIVE).page("dan", 1)),
        ["2. cid 30", "4. dan 20", "5. eve 10"],
        "a place is that on the board, not on the page"
    );
}

#[test]
fn a_page_at_an_end_is_shorter() {
    let board = board(&FIVE);
    assert_eq!(lines(board.page("ann", 1)), ["1. ann 50", "2. bob 30"]);
    assert_eq!(lines(board.page("eve", 1)), ["4. dan 20", "5. eve 10"]);
    assert_eq!(lines(board.page("eve", 0)), ["5. eve 10"]);
    assert_eq!(board.page("bob", usize::MAX).len(), 5);
    assert_eq!(board.page("fay", 3), [], "fay does not play");
}

#[test]
fn a_player_is_on_the_board_once_with_the_latest_points() {
    let mut board = board(&FIVE);
    board.set("eve", 40);
    board.set("ann", 0);
    assert_eq!(
        lines(board.page("eve", 9)),
        [
            "1. eve 40",
            "2. bob 30",
            "2. cid 30",
            "4. dan 20",
            "5. ann 0"
        ]
    );
}

#[test]
fn agrees_with_sorting_all_players() {
    let mut state = 23u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut board = Board::default();
    let mut model = BTreeMap::new();
    for _ in 0..3_000 {
        let (player, points) = (format!("player {}", draw(1_000)), draw(200) as u32);
        board.set(&player, points);
        model.insert(player, points);
    }
    let mut sorted: Vec<(&String, u32)> = model
        .iter()
        .map(|(player, points)| (player, *points))
        .collect();
    sorted.sort_by_key(|(_, points)| u32::MAX - points);
    let rows: Vec<Row> = sorted
        .iter()
        .map(|(player, points)| Row {
            place: 1 + sorted.partition_point(|(_, others)| others > points),
            player: (*player).clone(),
            points: *points,
        })
        .collect();
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(board.place(&row.player), Some(row.place), "{}", row.player);
        assert_eq!(
            board.page(&row.player, 3),
            rows[at.saturating_sub(3)..rows.len().min(at + 4)],
            "the page of {}",
            row.player
        );
    }
}
