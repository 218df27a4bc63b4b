//! Clients whose breakers opened at the same moment, and when they try again.

use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Config};
use clock::ManualClock;

use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "breaker-together.svg";
const TITLE: &str = "When a hundred clients make their first trial, whose breakers opened at the \
                     same moment: without jitter all at once, with jitter spread over seconds";

const CLIENTS: u64 = 100;
const WAIT: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(200);
const TICKS: usize = 80;

const LEFT: i32 = 30;
const STEP: i32 = 8;
const HEIGHT: i32 = 76;
const ROW: i32 = HEIGHT + 50;

/// The figure.
///
/// # Errors
///
/// [`FigureError::Breaker`].
pub fn figure() -> Result<Figure, FigureError> {
    let mut canvas = Canvas::new(720);
    let mut y = 0;
    for jitter in [0.0, 0.1, 0.5] {
        let trials = trials(jitter)?;
        let most = trials.iter().max().copied().unwrap_or(0);
        let caption = match jitter {
            0.0 => format!("no jitter: {most} trials in the same fifth of a second"),
            _ => format!("jitter {jitter}: at most {most}"),
        };
        canvas.text((LEFT, y + 16), Anchor::Start, 13, &caption);
        let bottom = y + 24 + HEIGHT;
        for (place, count) in trials.iter().enumerate().filter(|(_, count)| **count > 0) {
            let height = (*count as i32 * HEIGHT / CLIENTS as i32).max(2);
            let at = (LEFT + STEP * place as i32, bottom - height);
            let bar = Style::NONE.filled(Ink::Series(1), 0.95);
            canvas.rect(at, (STEP - 2, height), bar);
        }
        let width = STEP * TICKS as i32;
        canvas.path(&format!("M{LEFT} {bottom}h{width}"), Style::FAINT);
        for tick in (0..=TICKS).step_by(10) {
            let text = format!("{} s", (TICK * tick as u32).as_secs());
            let x = LEFT + STEP * tick as i32;
            canvas.faint_text((x, bottom + 14), Anchor::Middle, 11, &text);
        }
        y += ROW;
    }
    Ok(canvas.figure(NAME, TITLE, y - 4))
}

/// In each tick, how many clients made their first trial.
fn trials(jitter: f32) -> Result<Vec<usize>, FigureError> {
    let clock = ManualClock::new();
    let client = |seed| {
        let config = Config {
            jitter,
            seed: Some(seed),
            wait_in_open: WAIT,
            ..Config::default()
        };
        CircuitBreaker::with_clock(config, clock.clone())
    };
    let mut waiting = (0..CLIENTS).map(client).collect::<Result<Vec<_>, _>>()?;
    waiting.iter().for_each(CircuitBreaker::open);
    let tick = |_| {
        let before = waiting.len();
        waiting.retain(|breaker| breaker.try_acquire().is_err());
        clock.advance(TICK);
        before - waiting.len()
    };
    Ok((0..TICKS).map(tick).collect())
}
