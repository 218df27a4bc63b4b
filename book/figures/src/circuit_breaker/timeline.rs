//! A breaker in front of a service that fails for a while, second by second.

use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Config, State, Window};
use clock::ManualClock;

use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "breaker-timeline.svg";
const TITLE: &str = "Ten calls a second for a minute; the service fails from second 10 to 30. The \
                     breaker opens soon after it begins, tries a few calls after ever longer waits, \
                     and closes at the first trials after its end";

const SECONDS: u32 = 60;
const FAILS: std::ops::Range<u32> = 10..30;
const CALLS: i32 = 10;

const LEFT: i32 = 64;
const STEP: i32 = 10;
const UNIT: i32 = 9;
const TOP: i32 = 34;
const BOTTOM: i32 = TOP + CALLS * UNIT;
const STATES: i32 = BOTTOM + 34;

/// What became of the calls of one second, and the state in each tenth of it.
#[derive(Default)]
struct Second {
    served: i32,
    failed: i32,
    refused: i32,
    states: Vec<State>,
}

/// The figure.
///
/// # Errors
///
/// [`FigureError::Breaker`].
pub fn figure() -> Result<Figure, FigureError> {
    let seconds = run()?;
    let mut canvas = Canvas::new(720);
    let x = |second: u32| LEFT + STEP * second as i32;
    let (from, to) = (x(FAILS.start), x(FAILS.end));
    let ground = Style::NONE.filled(Ink::Text, 0.07);
    canvas.rect((from, 12), (to - from, STATES + 26 - 12), ground);
    canvas.faint_text(
        ((from + to) / 2, 25),
        Anchor::Middle,
        12,
        "the service fails",
    );
    canvas.faint_text((LEFT - 8, TOP + 12), Anchor::End, 12, "calls");
    for (place, second) in (0..).zip(&seconds) {
        let mut y = BOTTOM;
        for (height, style) in [
            (second.served, served()),
            (second.failed, failed()),
            (second.refused, refused()),
        ] {
            y -= height * UNIT;
            if height > 0 {
                canvas.rect((x(place), y), (STEP - 2, height * UNIT), style);
            }
        }
    }
    canvas.faint_text((LEFT - 8, STATES + 16), Anchor::End, 12, "state");
    let states: Vec<State> = seconds
        .iter()
        .flat_map(|second| second.states.clone())
        .collect();
    let mut begin = 0;
    for run in states.chunk_by(|one, other| one == other) {
        let width = run.len() as i32 * STEP / CALLS;
        let at = (LEFT + begin * STEP / CALLS, STATES);
        canvas.rect(at, (width, 24), state(run[0]));
        if width > 50 {
            canvas.text(
                (at.0 + width / 2, STATES + 16),
                Anchor::Middle,
                12,
                run[0].name(),
            );
        }
        begin += run.len() as i32;
    }
    for second in (0..=SECONDS).step_by(10) {
        let text = format!("{second} s");
        canvas.faint_text((x(second), BOTTOM + 17), Anchor::Middle, 11, &text);
    }
    let y = STATES + 46;
    for (place, style, text) in [
        (0, served(), "served"),
        (1, failed(), "made, and failed"),
        (2, refused(), "refused"),
    ] {
        let left = LEFT + [0, 120, 320][place];
        canvas.rect((left, y), (14, 12), style);
        canvas.text((left + 22, y + 11), Anchor::Start, 12, text);
    }
    Ok(canvas.figure(NAME, TITLE, y + 22))
}

/// As the crate's example `timeline` does.
fn run() -> Result<Vec<Second>, FigureError> {
    let clock = ManualClock::new();
    let config = Config {
        window: Window::Time(Duration::from_secs(5)),
        minimum_calls: 20,
        permitted_half_open_calls: 3,
        wait_in_open: Duration::from_secs(4),
        wait_multiplier: 2.0,
        max_wait_in_open: Some(Duration::from_secs(16)),
        ..Config::default()
    };
    let breaker = CircuitBreaker::with_clock(config, clock.clone())?;
    let second = |number: u32| {
        let mut second = Second::default();
        for _ in 0..CALLS {
            match breaker.try_acquire() {
                Err(_) => second.refused += 1,
                Ok(permit) if FAILS.contains(&number) => {
                    second.failed += 1;
                    permit.failure();
                }
                Ok(permit) => {
                    second.served += 1;
                    permit.success();
                }
            }
            second.states.push(breaker.state());
            clock.advance(Duration::from_secs(1) / CALLS as u32);
        }
        second
    };
    Ok((0..SECONDS).map(second).collect())
}

fn served() -> Style {
    Style::NONE.filled(Ink::Series(3), 0.9)
}

fn failed() -> Style {
    Style::NONE.filled(Ink::Series(4), 0.95)
}

fn refused() -> Style {
    Style::FAINT.filled(Ink::Text, 0.22)
}

fn state(state: State) -> Style {
    match state {
        State::Closed => Style::FAINT.filled(Ink::Series(3), 0.25),
        State::HalfOpen => Style::NONE.filled(Ink::Series(1), 0.9),
        _ => Style::FAINT.filled(Ink::Series(4), 0.25),
    }
}
