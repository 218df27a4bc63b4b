//! How many keys move when an endpoint leaves or joins.

use wrr_lb::{Maglev, Picker, Rendezvous, Request, Ring};

use super::named;
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const KEYS: u64 = 100_000;
const ENDPOINTS: usize = 100;
const POINTS: u32 = 150;
const TITLE: &str = "Of the keys of a hundred endpoints, how many move when one leaves and when one \
                     joins: nearly all by the remainder, about one in a hundred by the others";

/// The remainder of the key's hash, as one would do it first.
struct Modulo(u64);

impl Picker for Modulo {
    fn pick(&self, request: Request) -> Option<usize> {
        request.key.map(|key| (key % self.0) as usize)
    }
}

type Endpoints<'a> = &'a [(&'a str, u32)];
type Build = fn(Endpoints<'_>) -> Result<Box<dyn Picker>, FigureError>;

const COMPARED: [(&str, Build); 4] = [
    ("hash mod n", |endpoints| {
        Ok(Box::new(Modulo(endpoints.len() as u64)))
    }),
    ("ring, 150 points", |endpoints| {
        Ok(Box::new(Ring::new(endpoints, POINTS)?))
    }),
    ("Maglev, 65 537", |endpoints| {
        Ok(Box::new(Maglev::new(endpoints, Maglev::DEFAULT_SIZE)?))
    }),
    ("rendezvous", |endpoints| {
        Ok(Box::new(Rendezvous::new(endpoints)))
    }),
];

/// What was counted of an algorithm.
struct Counted {
    name: &'static str,
    /// The standard deviation of the endpoints' shares, in per cent of their mean.
    deviation: f64,
    /// The fullest endpoint's share, as a multiple of the mean.
    fullest: f64,
    left: Moved,
    joined: Moved,
}

/// In per cent of all keys.
struct Moved {
    all: f64,
    /// Between two endpoints that were there before and after.
    needless: f64,
}

/// The owner of each key, with endpoints of these numbers.
fn owners(build: Build, numbers: &[usize]) -> Result<Vec<usize>, FigureError> {
    let names: Vec<String> = numbers
        .iter()
        .map(|number| format!("10.0.0.{number}:80"))
        .collect();
    let endpoints: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let picker = build(&endpoints)?;
    let owner = |key| picker.pick(Request::keyed(&key)).map(|at| numbers[at]);
    Ok((0..KEYS).filter_map(owner).collect())
}

fn moved(before: &[usize], after: &[usize], who: usize) -> Moved {
    let moves = before
        .iter()
        .zip(after)
        .filter(|(before, after)| before != after);
    let needless = moves.clone().filter(|&(&a, &b)| a != who && b != who);
    let percent = |count: usize| 100.0 * count as f64 / KEYS as f64;
    Moved {
        all: percent(moves.count()),
        needless: percent(needless.count()),
    }
}

fn count((name, build): (&'static str, Build)) -> Result<Counted, FigureError> {
    let all: Vec<usize> = (0..ENDPOINTS).collect();
    let without: Vec<usize> = (0..ENDPOINTS).filter(|&number| number != 42).collect();
    let with: Vec<usize> = (0..=ENDPOINTS).collect();
    let before = owners(build, &all)?;
    let mut shares = [0.0; ENDPOINTS];
    for &owner in &before {
        shares[owner] += ENDPOINTS as f64 / KEYS as f64;
    }
    let variance = shares
        .iter()
        .map(|share: &f64| (share - 1.0) * (share - 1.0))
        .sum::<f64>();
    Ok(Counted {
        name,
        deviation: 100.0 * (variance / ENDPOINTS as f64).sqrt(),
        fullest: shares.iter().copied().fold(0.0, f64::max),
        left: moved(&before, &owners(build, &without)?, 42),
        joined: moved(&before, &owners(build, &with)?, ENDPOINTS),
    })
}

/// Bars, and a table.
pub fn figures() -> Result<Vec<Figure>, FigureError> {
    let counted: Result<Vec<Counted>, FigureError> = COMPARED.into_iter().map(count).collect();
    let counted = counted?;
    Ok(vec![bars(&counted), named("lb-moves.md", table(&counted))])
}

fn bars(counted: &[Counted]) -> Figure {
    const LEFT: i32 = 170;
    const LONGEST: f64 = 450.0;
    let mut canvas = Canvas::new(720);
    let mut y = 8;
    for counted in counted {
        canvas.text((LEFT - 12, y + 22), Anchor::End, 13, counted.name);
        for (moved, colour, what) in [(&counted.left, 4, "leaves"), (&counted.joined, 1, "joins")] {
            let width = (moved.all / 100.0 * LONGEST) as i32;
            let ink = Ink::Series(colour);
            canvas.rect((LEFT, y), (width.max(1), 14), Style::NONE.filled(ink, 0.85));
            let label = format!("{:.1} % when one {what}", moved.all);
            match moved.all > 60.0 {
                true => canvas.text((LEFT + 8, y + 11), Anchor::Start, 12, &label),
                false => canvas.text((LEFT + width + 8, y + 11), Anchor::Start, 12, &label),
            }
            y += 17;
        }
        y += 12;
    }
    canvas.figure("lb-moves.svg", TITLE, y)
}

fn table(counted: &[Counted]) -> String {
    let mut table = String::from(
        "| | deviation, % | fullest, × mean | moved, % | needlessly, % |\n|---|--:|--:|--:|--:|\n",
    );
    for row in counted {
        table += &format!(
            "| {} | {:.1} | {:.2} | {:.2} | {:.2} |\n",
            row.name, row.deviation, row.fullest, row.left.all, row.left.needless,
        );
    }
    table
}
