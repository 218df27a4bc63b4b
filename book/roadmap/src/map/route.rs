//! How an arrow gets from one box to another without crossing a third.
//!
//! Between the rows and between the columns there is room. An arrow to the right neighbour goes
//! straight; one to the next column bends between the columns; one to the same row, further right,
//! goes over the boxes between; one to the row below goes through the room between the two rows;
//! one that goes further down does so left of its target:
//!
//! ```text
//!    ┌────────────────▾        room 0
//!   [A] ─▸ [B] ┐     [C]       row 0
//!    └─┐       │               room 1
//!      ▾       └───▸ [E]       row 1
//!     [D]
//! ```
//!
//! Arrows of one box through the same room share a track, so that they read as a fork; those of
//! different boxes have tracks of their own.

use super::grid::Cell;

/// Room between rows in which no arrow runs.
const BARE: i32 = 16;
/// Room for an arrow's head beside the tracks.
const HEAD: i32 = 17;
/// The distance of tracks.
const TRACK: i32 = 7;

/// From one module to another: their places in the phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// What is needed.
    pub from: usize,
    /// What needs it.
    pub to: usize,
}

/// Where a box is, in units of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its left side.
    pub x: i32,
    /// Its upper side.
    pub y: i32,
    /// From left to right.
    pub width: i32,
    /// From top to bottom.
    pub height: i32,
}

/// Which way an arrow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Between two columns, perhaps with a bend.
    Across,
    /// Down in one column.
    Down,
    /// Through the room over a row, and down into a box of that row.
    Room(usize),
    /// Through the room over a row, then down beside a column to a box further below.
    Around(usize),
}

/// The tracks of the rooms of one phase.
pub struct Rooms {
    /// For each room, the boxes whose arrows run in it, in the order of their tracks.
    tracks: Vec<Vec<usize>>,
}

impl Rooms {
    /// The rooms between `rows` rows: one over each.
    pub fn new(cells: &[Cell], edges: &[Edge], rows: usize) -> Self {
        let mut tracks = vec![Vec::new(); rows];
        for edge in edges {
            if let Way::Room(room) | Way::Around(room) = way(cells[edge.from], cells[edge.to])
                && let Some(room) = tracks.get_mut(room)
                && !room.contains(&edge.from)
            {
                room.push(edge.from);
            }
        }
        Rooms { tracks }
    }

    /// How high a room is.
    pub fn height(&self, room: usize) -> i32 {
        match self.tracks[room].len() as i32 {
            0 => BARE,
            tracks => HEAD + tracks * TRACK,
        }
    }

    /// How far above the row below a box's track is.
    fn above(&self, room: usize, from: usize) -> i32 {
        let track = self.tracks[room].iter().position(|other| *other == from);
        HEAD - TRACK / 2 + TRACK * track.unwrap_or(0) as i32
    }

    /// The path of an arrow, with its head, among boxes that are at `places`; `gap` is the room
    /// between two columns.
    pub fn path(&self, edge: Edge, cells: &[Cell], places: &[Place], gap: i32) -> String {
        let (from, to) = (places[edge.from], places[edge.to]);
        let (middle, to_middle) = (from.y + from.height / 2, to.y + to.height / 2);
        let right = from.x + from.width;
        // Arrows of several boxes between the same columns are told apart by their distance.
        let beside = to.x - gap / 2 + 4 * (edge.from % 4) as i32 - 8;
        let exit = from.x + from.width * 5 / 8;
        let entry = to.x + to.width * 3 / 8 - 9 * (edge.from % 4) as i32;
        match way(cells[edge.from], cells[edge.to]) {
            Way::Across if middle == to_middle => format!("M{right} {middle}H{}{RIGHT}", to.x - 1),
            Way::Across => bent(
                &[
                    (right, middle),
                    (beside, middle),
                    (beside, to_middle),
                    (to.x - 1, to_middle),
                ],
                RIGHT,
            ),
            Way::Down => {
                let x = from.x + from.width / 2;
                format!("M{x} {}V{}{DOWN}", from.y + from.height, to.y - 1)
            }
            Way::Room(room) if room == cells[edge.from].row => {
                let track = to.y - self.above(room, edge.from);
                bent(
                    &[
                        (exit, from.y),
                        (exit, track),
                        (entry, track),
                        (entry, to.y - 1),
                    ],
                    DOWN,
                )
            }
            Way::Room(room) => {
                let (start, track) = (from.y + from.height, to.y - self.above(room, edge.from));
                bent(
                    &[
                        (exit, start),
                        (exit, track),
                        (entry, track),
                        (entry, to.y - 1),
                    ],
                    DOWN,
                )
            }
            Way::Around(room) => {
                let below = cells.iter().position(|cell| cell.row == room);
                let row = below.map_or(from.y + from.height + self.height(room), |below| {
                    places[below].y
                });
                let (start, track) = (from.y + from.height, row - self.above(room, edge.from));
                bent(
                    &[
                        (exit, start),
                        (exit, track),
                        (beside, track),
                        (beside, to_middle),
                        (to.x - 1, to_middle),
                    ],
                    RIGHT,
                )
            }
        }
    }
}

/// The heads.
const RIGHT: &str = "m-6 -4l6 4l-6 4";
const DOWN: &str = "m-4 -6l4 6l4 -6";

fn way(from: Cell, to: Cell) -> Way {
    if to.column == from.column + 1 {
        Way::Across
    } else if to.row == from.row {
        Way::Room(to.row)
    } else if to.row == from.row + 1 && to.column == from.column {
        Way::Down
    } else if to.row == from.row + 1 {
        Way::Room(to.row)
    } else {
        Way::Around(from.row + 1)
    }
}

/// A line through `points`, each further along one axis than the one before, with round corners.
fn bent(points: &[(i32, i32)], head: &str) -> String {
    let mut path = format!("M{} {}", points[0].0, points[0].1);
    for (index, &(x, y)) in points.iter().enumerate().skip(1) {
        let before = points[index - 1];
        let Some(&after) = points.get(index + 1) else {
            path += &format!("L{x} {y}{head}");
            break;
        };
        let near = toward((x, y), before);
        let far = toward((x, y), after);
        path += &format!("L{} {}Q{x} {y} {} {}", near.0, near.1, far.0, far.1);
    }
    path
}

/// A point a corner's radius from `corner`, or half the way if that is less.
fn toward((x, y): (i32, i32), (to_x, to_y): (i32, i32)) -> (i32, i32) {
    let step = |distance: i32| (distance / 2).clamp(-6, 6);
    (x + step(to_x - x), y + step(to_y - y))
}
