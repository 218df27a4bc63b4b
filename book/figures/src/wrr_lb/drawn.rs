//! What the crate draws by itself: orders of picks, rings, and Maglev's table.

use wrr_lb::draw::{self, Strips};
use wrr_lb::{Cycle, Maglev, Picker, Request, Ring, WeightedRandom};

use super::named;
use crate::{Figure, FigureError};

/// Five orders of the same shares.
pub fn turns() -> Figure {
    const WEIGHTS: [u32; 3] = [5, 1, 1];
    let cycle = |cycle: Cycle| -> Vec<usize> {
        let picks = cycle.picks().iter().map(|&pick| pick as usize);
        picks.cycle().take(2 * 7).collect()
    };
    let random = WeightedRandom::new(&WEIGHTS, 1);
    let mut strips = Strips::new(
        "Two periods of picks with weights 5, 1, 1: in a row, interleaved, smooth, by deadline, \
         and at random",
    );
    strips.add(
        "in a row",
        "aaaaabcaaaaabc"
            .bytes()
            .map(|letter| usize::from(letter - b'a')),
    );
    strips.add("interleaved", cycle(Cycle::interleaved(&WEIGHTS)));
    strips.add("smooth", cycle(Cycle::smooth(&WEIGHTS)));
    strips.add("by deadline", cycle(Cycle::edf(&WEIGHTS)));
    strips.add(
        "at random",
        (0..14).filter_map(|_| random.pick(Request::default())),
    );
    named("lb-turns.svg", strips.to_svg())
}

const NAMES: [&str; 4] = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80"];

fn ring(points: u32) -> Result<Ring, FigureError> {
    Ok(Ring::new(&NAMES.map(|name| (name, 1)), points)?)
}

/// Four endpoints with a point each.
pub fn one_point() -> Result<Figure, FigureError> {
    let title = "A ring with one point for each of four endpoints: their arcs differ greatly";
    Ok(named("lb-ring-1.svg", draw::ring(title, &ring(1)?, &NAMES)))
}

/// The same with some more.
pub fn many_points() -> Result<Figure, FigureError> {
    let title = "The same ring with forty points each: the arcs of each add up to about a quarter";
    Ok(named(
        "lb-ring-40.svg",
        draw::ring(title, &ring(40)?, &NAMES),
    ))
}

/// A small table, with and without one of its endpoints.
pub fn maglev() -> Result<Figure, FigureError> {
    let all: Vec<(&str, u32)> = NAMES.iter().map(|&name| (name, 1)).collect();
    // A weight of zero is no entry, so that the others keep their letters.
    let mut fewer = all.clone();
    fewer[1].1 = 0;
    let mut strips = Strips::new(
        "Maglev's table of 23 entries for four endpoints, and for three of them: each has as many \
         entries as the others, and most keep theirs",
    );
    for (label, endpoints) in [("four", all), ("without b", fewer)] {
        let maglev = Maglev::new(&endpoints, 23)?;
        strips.add(label, maglev.table().iter().map(|&entry| entry as usize));
    }
    Ok(named("lb-maglev.svg", strips.to_svg()))
}
