//! Where requests wait, and which line they join.

use std::collections::VecDeque;

use super::random::Random;

/// One line for all servers, or one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lines {
    /// Whichever server is free next takes the request that came first.
    One,
    /// Each server has its own line, and a request that has joined one stays there.
    Each(Choice),
}

/// Which of several lines a request joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Choice {
    /// Any.
    Random,
    /// One after the other.
    Turns,
    /// The shorter of two different ones that are picked at random.
    TwoChoices,
    /// The shortest of all; of several, the first.
    Shortest,
}

/// A request that is in the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    /// Its number, in order of arrival.
    pub(crate) number: u64,
    /// When it came.
    pub(crate) came: f64,
    /// How long its service takes.
    pub(crate) takes: f64,
}

/// A line with the servers that take from it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    waiting: VecDeque<Request>,
    idle: u32,
    servers: u32,
    room: usize,
}

/// What became of a request that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// A server was idle, and has begun.
    Begun,
    /// It waits.
    Waits,
    /// There was no room.
    Lost,
}

impl Line {
    pub(crate) fn new(servers: u32, room: Option<u32>) -> Self {
        Line {
            waiting: VecDeque::new(),
            idle: servers,
            servers,
            room: room.map_or(usize::MAX, |room| room as usize),
        }
    }

    // ANCHOR: line
    /// A request comes.
    pub(crate) fn join(&mut self, request: Request) -> Admission {
        if self.idle > 0 {
            self.idle -= 1;
            Admission::Begun
        } else if self.waiting.len() < self.room {
            self.waiting.push_back(request);
            Admission::Waits
        } else {
            Admission::Lost
        }
    }

    /// A server is done with a request, and begins the one that it returns.
    pub(crate) fn leave(&mut self) -> Option<Request> {
        let next = self.waiting.pop_front();
        if next.is_none() {
            self.idle += 1;
        }
        next
    }
    // ANCHOR_END: line

    /// How many wait or are served.
    fn len(&self) -> usize {
        self.waiting.len() + (self.servers - self.idle) as usize
    }
}

/// Which line joins the request with this number?
// ANCHOR: choose
pub(crate) fn choose(choice: Choice, lines: &[Line], number: u64, random: &mut Random) -> usize {
    let all = lines.len();
    match choice {
        _ if all == 1 => 0,
        Choice::Random => random.below(all),
        Choice::Turns => (number % all as u64) as usize,
        Choice::TwoChoices => {
            let one = random.below(all);
            let other = (one + 1 + random.below(all - 1)) % all;
            if lines[other].len() < lines[one].len() {
                other
            } else {
                one
            }
        }
        Choice::Shortest => (0..all)
            .min_by_key(|&line| lines[line].len())
            .unwrap_or_default(),
    }
}
// ANCHOR_END: choose
