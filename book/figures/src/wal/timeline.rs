//! Threads that append and sync, each for itself and in groups: a simulation, by the rules of the
//! crate's `group.rs`, in which every sync takes equally long.

use crate::Figure;
use crate::canvas::{Anchor, Canvas, Ink, Style};

const NAME: &str = "wal-group.svg";
const TITLE: &str = "Four threads append three records each: with an fsync for each record they \
                     wait for twelve, with group commit for a few, and are done sooner";

const THREADS: usize = 4;
const RECORDS: usize = 3;
/// What a sync takes, and what a thread does between its appends; in units of the drawing.
const SYNC: i32 = 44;
const WORK: [i32; THREADS] = [5, 8, 11, 14];

const LEFT: i32 = 76;
const LANE: i32 = 22;
const GAP: i32 = 8;
const WIDTH: i32 = 720;

/// What a thread does for a time.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Wait,
    Sync,
}

struct Bar {
    thread: usize,
    from: i32,
    to: i32,
    does: Does,
}

/// A thread that has appended a record, and wants it to be durable.
#[derive(Clone, Copy)]
struct Waiting {
    thread: usize,
    since: i32,
}

/// What happened.
struct Run {
    bars: Vec<Bar>,
    syncs: usize,
    end: i32,
}

/// The figure.
pub fn figure() -> Figure {
    let mut canvas = Canvas::new(WIDTH);
    let mut y = 0;
    for (heading, shares) in [("An fsync for each record", false), ("Group commit", true)] {
        let run = simulate(shares);
        let records = THREADS * RECORDS;
        let caption = format!("{heading}: {records} records, {} fsyncs", run.syncs);
        canvas.text((0, y + 16), Anchor::Start, 14, &caption);
        y = draw(&mut canvas, &run, y + 28) + 16;
    }
    for (x, does, text) in [
        (LEFT, Does::Sync, "writes and syncs"),
        (LEFT + 190, Does::Wait, "waits"),
    ] {
        canvas.rect((x, y), (26, 12), style(does));
        canvas.text((x + 34, y + 11), Anchor::Start, 12, text);
    }
    let note = "a tick: a record is durable, append returns";
    canvas.path(&format!("M{} {y}v12", LEFT + 302), Style::NEWS);
    canvas.text((LEFT + 310, y + 11), Anchor::Start, 12, note);
    canvas.figure(NAME, TITLE, y + 20)
}

/// Who finds the device free takes it, for all who wait by then or for itself alone. Threads that
/// are woken at the same time go in the order in which they came.
fn simulate(shares: bool) -> Run {
    let mut left = [RECORDS; THREADS];
    let mut next: Vec<Waiting> = (0..THREADS)
        .map(|thread| Waiting {
            thread,
            since: WORK[thread],
        })
        .collect();
    let mut run = Run {
        bars: Vec::new(),
        syncs: 0,
        end: 0,
    };
    let mut free = 0;
    while !next.is_empty() {
        next.sort_by_key(|waiting| (waiting.since, waiting.thread));
        let leader = next[0];
        let start = free.max(leader.since);
        let group = match shares {
            true => next
                .iter()
                .take_while(|waiting| waiting.since <= start)
                .count(),
            false => 1,
        };
        let end = start + SYNC;
        (run.syncs, run.end, free) = (run.syncs + 1, end, end);
        for (place, Waiting { thread, since }) in next
            .drain(..group)
            .collect::<Vec<_>>()
            .into_iter()
            .enumerate()
        {
            let leads = place == 0;
            let (waits_to, does) = if leads {
                (start, Does::Sync)
            } else {
                (end, Does::Wait)
            };
            run.bars.push(Bar {
                thread,
                from: since,
                to: waits_to,
                does: Does::Wait,
            });
            if leads {
                run.bars.push(Bar {
                    thread,
                    from: start,
                    to: end,
                    does,
                });
            }
            left[thread] -= 1;
            if left[thread] > 0 {
                next.push(Waiting {
                    thread,
                    since: end + WORK[thread],
                });
            }
        }
    }
    run
}

fn style(does: Does) -> Style {
    match does {
        Does::Wait => Style::FAINT.filled(Ink::Series(0), 0.25),
        Does::Sync => Style::PLAIN.filled(Ink::Series(3), 0.7),
    }
}

fn draw(canvas: &mut Canvas, run: &Run, top: i32) -> i32 {
    let lane = |thread: usize| top + thread as i32 * (LANE + GAP);
    for thread in 0..THREADS {
        let y = lane(thread);
        canvas.text(
            (0, y + 16),
            Anchor::Start,
            12,
            &format!("thread {}", thread + 1),
        );
        canvas.path(&format!("M{LEFT} {}H{}", y + LANE, WIDTH), Style::FAINT);
    }
    for bar in run.bars.iter().filter(|bar| bar.to > bar.from) {
        let at = (LEFT + bar.from, lane(bar.thread));
        canvas.rect(at, (bar.to - bar.from, LANE), style(bar.does));
    }
    for thread in 0..THREADS {
        for end in ends(run, thread) {
            canvas.path(
                &format!("M{} {}v{}", LEFT + end, lane(thread) - 3, LANE + 6),
                Style::NEWS,
            );
        }
    }
    lane(THREADS)
}

/// When the records of a thread became durable.
fn ends(run: &Run, thread: usize) -> Vec<i32> {
    let own: Vec<&Bar> = run.bars.iter().filter(|bar| bar.thread == thread).collect();
    let is_last = |pair: &(usize, &&Bar)| {
        let (at, bar) = pair;
        // A leader waits first, and then syncs.
        bar.does == Does::Sync
            || own
                .get(at + 1)
                .is_none_or(|next| next.from != bar.to || next.does == Does::Wait)
    };
    own.iter()
        .enumerate()
        .filter(is_last)
        .map(|(_, bar)| bar.to)
        .collect()
}
