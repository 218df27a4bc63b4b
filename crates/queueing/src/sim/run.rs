//! The event loop.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::arrivals::Source;
use super::config::Config;
use super::lines::{Admission, Choice, Line, Request, choose};
use super::meter::{Meter, Totals};
use super::random::Random;
use super::report::Report;
use super::times::Times;
use crate::error::Error;

/// A request that is being served, and when it is done.
#[derive(Clone, Copy, Debug)]
struct Departure {
    at: f64,
    line: usize,
    request: Request,
}

/// By time; at the same time, who came first.
impl Ord for Departure {
    fn cmp(&self, other: &Self) -> Ordering {
        let number = |departure: &Self| departure.request.number;
        let by_time = self.at.total_cmp(&other.at);
        by_time.then(number(self).cmp(&number(other)))
    }
}

impl PartialOrd for Departure {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Departure {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Departure {}

/// A system in motion.
#[derive(Clone, Debug)]
pub struct Simulation {
    source: Source,
    /// When the next request comes; `None` after the last one.
    next_arrival: Option<f64>,
    /// Its number, and that of the one that is not admitted any more.
    number: u64,
    end: u64,
    service: Times,
    services: Random,
    choice: Choice,
    choices: Random,
    lines: Vec<Line>,
    departures: BinaryHeap<Reverse<Departure>>,
    servers: u32,
    meter: Meter,
}

/// Runs until all requests have come, and all that were not lost have been served.
///
/// # Errors
///
/// As [`Simulation::new`].
///
/// # Complexity
///
/// Requests × log servers. With an endless line and a load above 1 the line, and so the memory,
/// grows with the number of requests.
pub fn simulate(config: &Config) -> Result<Report, Error> {
    Ok(Simulation::new(config)?.finish())
}

impl Simulation {
    /// An empty system.
    ///
    /// # Errors
    ///
    /// [`Error::NotPositive`], [`Error::OutOfRange`], [`Error::NoServers`],
    /// [`Error::TooManyServers`]; what is wrong is named.
    pub fn new(config: &Config) -> Result<Self, Error> {
        config.check()?;
        let stream = |number| Random::new(config.seed, number);
        let mut source = Source::new(config.arrivals, stream(0))?;
        let (lines, servers, choice) = config.lines();
        // Responses are counted in parts of a mean service that are small beside most services.
        let tick = config.service.mean() / 1e5;
        Ok(Simulation {
            next_arrival: Some(source.next(0.0)),
            source,
            number: 0,
            end: config.warm_up + config.requests,
            service: config.service,
            services: stream(1),
            choice,
            choices: stream(2),
            lines: (0..lines)
                .map(|_| Line::new(servers, config.room))
                .collect(),
            departures: BinaryHeap::new(),
            servers: config.servers,
            meter: Meter::new(config.warm_up, config.requests, tick),
        })
    }

    // ANCHOR: step
    /// Goes on to the next event, an arrival or a departure. False, if there is none any more.
    pub fn step(&mut self) -> bool {
        let departure = self.departures.peek().map(|Reverse(next)| next.at);
        match (self.next_arrival, departure) {
            // At the same moment, who is done makes room for who comes.
            (Some(arrival), departure) if departure.is_none_or(|at| arrival < at) => {
                self.meter.advance(arrival);
                self.arrive(arrival);
            }
            (_, Some(at)) => {
                self.meter.advance(at);
                self.depart();
            }
            _ => return false,
        }
        true
    }
    // ANCHOR_END: step

    // ANCHOR: arrive
    fn arrive(&mut self, now: f64) {
        let number = self.number;
        self.meter.arrived(number);
        if number == self.end {
            self.next_arrival = None;
            return;
        }
        self.number += 1;
        self.next_arrival = Some(self.source.next(now));
        let request = Request {
            number,
            came: now,
            takes: self.service.draw(&mut self.services),
        };
        let line = choose(self.choice, &self.lines, number, &mut self.choices);
        match self.lines[line].join(request) {
            Admission::Begun => {
                self.meter.admitted(false);
                self.begin(request, line, now);
            }
            Admission::Waits => self.meter.admitted(true),
            Admission::Lost => self.meter.lost(number),
        }
    }
    // ANCHOR_END: arrive

    fn begin(&mut self, request: Request, line: usize, now: f64) {
        self.departures.push(Reverse(Departure {
            at: now + request.takes,
            line,
            request,
        }));
    }

    fn depart(&mut self) {
        let Some(Reverse(done)) = self.departures.pop() else {
            return;
        };
        self.meter.served(&done.request);
        if let Some(next) = self.lines[done.line].leave() {
            self.meter.begun();
            self.begin(next, done.line, done.at);
        }
    }

    /// What has happened so far.
    pub fn totals(&self) -> Totals {
        self.meter.totals
    }

    /// Goes on to the end, and says what was measured.
    pub fn finish(mut self) -> Report {
        while self.step() {}
        Report::new(&self.meter, self.servers)
    }
}
