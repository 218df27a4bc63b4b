//! When clients that failed together come back, with each kind of jitter.

use std::time::Duration;

use resilience::{Backoff, Jitter};

use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "breaker-backoff.svg";
const TITLE: &str = "Forty clients fail at the same moment and try again up to four times: without \
                     jitter they come back together each time, with jitter they are spread";

const CLIENTS: u64 = 40;
const RETRIES: usize = 4;

const LEFT: i32 = 116;
const WIDTH: f64 = 580.0;
const SECONDS: f64 = 1.6;
const ROW: i32 = 58;

/// The figure.
///
/// # Errors
///
/// [`FigureError::Resilience`].
pub fn figure() -> Result<Figure, FigureError> {
    let mut canvas = Canvas::new(720);
    let x = |at: f64| LEFT + (at / SECONDS * WIDTH).round() as i32;
    let kinds = [
        (Jitter::None, "none"),
        (Jitter::Equal, "equal"),
        (Jitter::Decorrelated, "decorrelated"),
        (Jitter::Full, "full"),
    ];
    let mut y = 8;
    for (jitter, name) in kinds {
        canvas.text((LEFT - 12, y + 24), Anchor::End, 13, name);
        canvas.path(&format!("M{LEFT} {}h{WIDTH}", y + 40), Style::FAINT);
        for (retry, at) in arrivals(jitter)? {
            let at = at.as_secs_f64();
            if at <= SECONDS {
                let colour = [1, 3, 4, 2][retry];
                let tick = Style::NONE.filled(Ink::Series(colour), 0.75);
                canvas.rect((x(at) - 1, y + 4), (3, 34), tick);
            }
        }
        y += ROW;
    }
    for tenth in (0..=16).step_by(2) {
        let at = f64::from(tenth) / 10.0;
        let text = match tenth {
            0 => "all fail".to_owned(),
            _ => format!("{at:.1} s"),
        };
        canvas.faint_text((x(at), y), Anchor::Middle, 11, &text);
    }
    for (retry, text) in ["1st retry", "2nd", "3rd", "4th"].into_iter().enumerate() {
        let left = LEFT + [0, 120, 190, 260][retry];
        let ink = Ink::Series([1, 3, 4, 2][retry]);
        canvas.rect((left, y + 16), (14, 12), Style::NONE.filled(ink, 0.9));
        canvas.text((left + 22, y + 27), Anchor::Start, 12, text);
    }
    Ok(canvas.figure(NAME, TITLE, y + 38))
}

/// When each retry of each client is made, and the how many-eth it is.
fn arrivals(jitter: Jitter) -> Result<Vec<(usize, Duration)>, FigureError> {
    let backoff = Backoff {
        initial: Duration::from_millis(100),
        jitter,
        ..Backoff::default()
    };
    backoff.validate()?;
    let client = |seed| {
        let mut at = Duration::ZERO;
        let arrival = move |(retry, delay): (usize, Duration)| {
            at += delay;
            (retry, at)
        };
        backoff
            .delays_seeded(seed)
            .take(RETRIES)
            .enumerate()
            .map(arrival)
    };
    // Seeds far apart, as those of an operating system are.
    let seed = |client: u64| client.wrapping_mul(0xd1b5_4a32_d192_ed03);
    Ok((1..=CLIENTS).map(seed).flat_map(client).collect())
}
