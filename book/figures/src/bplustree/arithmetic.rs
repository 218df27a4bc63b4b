//! The sums of the chapter, as tables.

use std::fmt::Write as _;

use bplustree::map::arithmetic::{
    least_entries, least_height, most_entries, order_of_page, reads_per_lookup,
};

use crate::Figure;

const ORDERS: [usize; 4] = [3, 64, 200, 400];

/// What trees of one to four levels hold.
pub fn entries() -> Figure {
    let mut table = String::from("| height |");
    for order in ORDERS {
        write!(table, " order {order} |").expect("a string grows");
    }
    table += "\n|--:|";
    table += &"--:|".repeat(ORDERS.len());
    table.push('\n');
    for height in 1..=4 {
        write!(table, "| {height} |").expect("a string grows");
        for order in ORDERS {
            let least = count(least_entries(height, order));
            let most = count(most_entries(height, order));
            write!(table, " {least} – {most} |").expect("a string grows");
        }
        table.push('\n');
    }
    Figure {
        name: "bplustree-arithmetic.md".to_owned(),
        contents: table,
    }
}

const PAGES: [usize; 3] = [4096, 8192, 16384];
const HEADER: usize = 40;
const KEY: usize = 16;
const ITEM: usize = 8;
/// How full insertion in random order leaves the nodes: ln 2.
const FILL: f64 = 0.69;
const CACHE: u64 = 1 << 30;

/// What a look-up reads from the disk.
pub fn reads() -> Figure {
    let mut table = String::from("| rows |");
    for page in PAGES {
        write!(table, " pages of {} KiB |", page >> 10).expect("a string grows");
    }
    table += "\n|--:|";
    table += &"--:|".repeat(PAGES.len());
    table.push('\n');
    for power in 6..=12 {
        let rows = 10u128.pow(power);
        write!(table, "| {} |", count(rows)).expect("a string grows");
        for page in PAGES {
            let Index { height, cached } = Index::of(rows, page);
            let reads = reads_per_lookup(height, cached);
            write!(table, " {reads} of {height} |").expect("a string grows");
        }
        table.push('\n');
    }
    write!(
        table,
        "\nPages that a look-up reads from the disk, of those that it visits: keys of {KEY} bytes \
         with items of {ITEM}, nodes {:.0} % full, and a cache of {} GiB that keeps the levels \
         next to the root.\n",
        100.0 * FILL,
        CACHE >> 30
    )
    .expect("a string grows");
    Figure {
        name: "bplustree-reads.md".to_owned(),
        contents: table,
    }
}

struct Index {
    height: u32,
    /// Levels, from the root down, that the cache has room for.
    cached: u32,
}

impl Index {
    /// An index of so many rows, whose nodes all are as full as [`FILL`] says.
    fn of(rows: u128, page: usize) -> Self {
        let order = (order_of_page(page, HEADER, KEY, ITEM) as f64 * FILL) as usize;
        let height = least_height(rows, order);
        // Counted from the leaves up, because the root has as few children as are left over; then
        // what fits, from the root down.
        let leaves = rows.div_ceil(order as u128);
        let above = |nodes: &u128| Some(nodes.div_ceil(order as u128 + 1));
        let nodes: Vec<u128> = std::iter::successors(Some(leaves), above)
            .take(height as usize)
            .collect();
        let mut room = u128::from(CACHE) / page as u128;
        let cached = nodes.iter().rev().take_while(|nodes| {
            let fits = **nodes <= room;
            room = room.saturating_sub(**nodes);
            fits
        });
        Index {
            height,
            cached: cached.count() as u32,
        }
    }
}

/// A number as one says it: exact as long as it is short.
fn count(number: u128) -> String {
    const NAMES: [&str; 3] = ["million", "billion", "trillion"];
    if number < 1_000_000 {
        let thousands = number / 1000;
        return match thousands {
            0 => number.to_string(),
            _ => format!("{thousands}\u{202f}{:03}", number % 1000),
        };
    }
    let (mut value, mut name) = (number as f64 / 1e6, 0);
    while value >= 1000.0 && name + 1 < NAMES.len() {
        (value, name) = (value / 1000.0, name + 1);
    }
    let digits = match value {
        ..10.0 if value.fract() > 0.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {}", NAMES[name])
}
