use std::collections::BTreeMap;

/// A connection, by its number.
pub type Conn = u32;
/// Milliseconds.
pub type Millis = u64;

/// How long a drain takes its time.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// From saying that no new clients are wanted to accepting none: whoever sends them notices.
    pub notice: Millis,
    /// How long an idle connection stays open when no new ones are accepted any more.
    pub grace: Millis,
    /// For the whole drain, from its beginning.
    pub most: Millis,
}

/// What happens to the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is told to leave.
    Leave,
    /// A connection was accepted. This also happens for a moment after `StopAccepting`: to those
    /// whose handshake was complete.
    Accepted(Conn),
    /// A request has come on an idle connection.
    Request(Conn),
    /// Its answer is ready.
    Done(Conn),
    /// The client has closed the connection. It may have had a request under way.
    Gone(Conn),
    /// The time that `wake_at` named has come.
    Tick,
}

/// What the proxy is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Answer 503 to health checks.
    NotReady,
    /// Close the listening socket.
    StopAccepting,
    /// Send the answer; with `close`, say that the connection ends with it, and close it.
    Answer { conn: Conn, close: bool },
    /// Close an idle connection.
    Close(Conn),
    /// End the process, with so many requests unanswered.
    Exit { lost: usize },
}

enum State {
    Idle { since: Millis },
    Busy,
}

/// The drain of a proxy: it is told what happens, and says what to do.
pub struct Drain {
    times: Times,
    begun: Option<Millis>,
    stopped: Option<Millis>,
    exited: bool,
    conns: BTreeMap<Conn, State>,
}

impl Drain {
    pub fn new(times: Times) -> Self {
        Drain {
            times,
            begun: None,
            stopped: None,
            exited: false,
            conns: BTreeMap::new(),
        }
    }

    /// What is to be done, in this order, as `event` happens at `now`.
    pub fn on(&mut self, now: Millis, event: Event) -> Vec<Command> {
        let mut commands = Vec::new();
        if self.exited {
            return commands;
        }
        match event {
            Event::Leave if self.begun.is_none() => {
                self.begun = Some(now);
                commands.push(Command::NotReady);
            }
            Event::Leave | Event::Tick => {}
            Event::Accepted(conn) => drop(self.conns.insert(conn, State::Idle { since: now })),
            Event::Request(conn) => drop(self.conns.insert(conn, State::Busy)),
            Event::Gone(conn) => drop(self.conns.remove(&conn)),
            Event::Done(conn) => {
                let close = self.begun.is_some();
                commands.push(Command::Answer { conn, close });
                match close {
                    true => self.conns.remove(&conn),
                    false => self.conns.insert(conn, State::Idle { since: now }),
                };
            }
        }
        self.advance(now, &mut commands);
        commands
    }

    /// What is due by `now`.
    fn advance(&mut self, now: Millis, commands: &mut Vec<Command>) {
        let Some(begun) = self.begun.filter(|_| !self.exited) else {
            return;
        };
        if self.stopped.is_none() && now >= begun + self.times.notice {
            self.stopped = Some(now);
            commands.push(Command::StopAccepting);
        }
        let late: Vec<Conn> = self
            .ends()
            .filter(|(_, end)| *end <= now)
            .map(|(conn, _)| conn)
            .collect();
        for conn in late {
            self.conns.remove(&conn);
            commands.push(Command::Close(conn));
        }
        let all_gone = self.stopped.is_some() && self.conns.is_empty();
        if all_gone || now >= begun + self.times.most {
            self.exited = true;
            let busy = self
                .conns
                .values()
                .filter(|state| matches!(state, State::Busy));
            commands.push(Command::Exit { lost: busy.count() });
        }
    }

    /// When each idle connection is closed, once nothing is accepted any more.
    fn ends(&self) -> impl Iterator<Item = (Conn, Millis)> {
        let end = |(conn, state): (&Conn, &State)| match state {
            State::Idle { since } => Some((*conn, self.stopped?.max(*since) + self.times.grace)),
            State::Busy => None,
        };
        self.conns.iter().filter_map(end)
    }

    /// When a `Tick` is wanted, if nothing else happens before; none if never.
    pub fn wake_at(&self) -> Option<Millis> {
        let begun = self.begun.filter(|_| !self.exited)?;
        let next = match self.stopped {
            None => Some(begun + self.times.notice),
            Some(_) => self.ends().map(|(_, end)| end).min(),
        };
        Some(next.unwrap_or(Millis::MAX).min(begun + self.times.most))
    }
}
