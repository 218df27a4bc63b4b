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

/// The drain of a proxy: it is told what happens, and says what to do.
///
/// - `NotReady` comes first, `StopAccepting` when the notice is over.
/// - From `Leave` on, each answer says that its connection ends.
/// - An idle connection is closed when it has been idle for `grace` after `StopAccepting`: a request
///   may be on its way. Before `StopAccepting` none is closed.
/// - `Exit` comes as soon as nothing is accepted any more and no connection is left; and in any
///   case `most` after `Leave`. Nothing comes after it.
pub struct Drain {
    times: Times,
}

impl Drain {
    pub fn new(times: Times) -> Self {
        todo!("what must be known of each connection?")
    }

    /// What is to be done, in this order, as `event` happens at `now`.
    pub fn on(&mut self, now: Millis, event: Event) -> Vec<Command> {
        todo!("what does the event change, and what is due by now?")
    }

    /// When a `Tick` is wanted, if nothing else happens before; none if never.
    pub fn wake_at(&self) -> Option<Millis> {
        todo!("what is due next?")
    }
}
