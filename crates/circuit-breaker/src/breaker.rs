//! The breaker: the state machine, a clock, and those who listen.

use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, Nanos};

use crate::event::Listeners;
use crate::machine::{Machine, Step};
use crate::permit::Ticket;
use crate::{
    Config, ConfigError, DefaultClock, Error, Event, Open, Outcome, OwnedPermit, Permit, State,
    Stats,
};

/// A circuit breaker. Clones are the same breaker; it is made once for each other side that can
/// fail on its own, and shared by all threads.
///
/// Asking it and telling it take no lock and allocate nothing. See the [crate] for how it decides.
///
/// ```
/// use std::time::Duration;
/// use circuit_breaker::{CircuitBreaker, Config, Error, State, Window};
/// use clock::ManualClock;
///
/// let clock = ManualClock::new();
/// let config = Config {
///     window: Window::Count(4),
///     permitted_half_open_calls: 1,
///     wait_in_open: Duration::from_secs(30),
///     ..Config::default()
/// };
/// let breaker = CircuitBreaker::with_clock(config, clock.clone())?;
///
/// for answer in [Ok(1), Err("timeout"), Ok(2), Err("timeout")] {
///     let _ = breaker.call(|| answer);
/// }
/// assert_eq!(breaker.state(), State::Open); // half of the last four failed
/// let refused = breaker.call(|| -> Result<i32, &str> { unreachable!("it is not called") });
/// assert!(matches!(refused, Err(Error::Open(open)) if open.retry_after.as_secs() == 30));
///
/// clock.advance(Duration::from_secs(30));
/// assert_eq!(breaker.call(|| Ok::<_, &str>(3)), Ok(3)); // a trial
/// assert_eq!(breaker.state(), State::Closed);
/// # Ok::<(), circuit_breaker::ConfigError>(())
/// ```
pub struct CircuitBreaker<C = DefaultClock> {
    shared: Arc<Shared<C>>,
}

struct Shared<C> {
    machine: Machine,
    listeners: Listeners,
    timed: bool,
    clock: C,
    config: Config,
}

impl CircuitBreaker {
    /// A breaker that reads the system's clock.
    ///
    /// # Errors
    ///
    /// The first field of the configuration that makes no sense.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        Self::with_clock(config, DefaultClock::default())
    }
}

impl<C: Clock> CircuitBreaker<C> {
    /// A breaker that reads this clock.
    ///
    /// # Errors
    ///
    /// The first field of the configuration that makes no sense.
    pub fn with_clock(config: Config, clock: C) -> Result<Self, ConfigError> {
        config.validate()?;
        let seed = config
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(0));
        Ok(CircuitBreaker {
            shared: Arc::new(Shared {
                machine: Machine::new(&config, seed, clock.now()),
                listeners: Listeners::default(),
                timed: config.counts_slow_calls(),
                clock,
                config,
            }),
        })
    }

    /// What it was told.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    // ANCHOR: call
    /// Makes the call, if it is permitted; its `Err` is a failure. A panic goes on to the caller,
    /// and counts as [`Config::on_panic`] says.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] if the call was not made, [`Error::Inner`] with what it returned.
    #[inline]
    pub fn call<T, E>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, Error<E>> {
        self.call_if(Outcome::of, call)
    }

    /// Makes the call, if it is permitted; what it counts as is the caller's to say. That a
    /// customer does not exist, for one, is an error, but not the server's failure.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    #[inline]
    pub fn call_if<T, E>(
        &self,
        outcome: impl FnOnce(&Result<T, E>) -> Outcome,
        call: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, Error<E>> {
        let permit = self.try_acquire()?;
        let result = call();
        permit.record(outcome(&result));
        result.map_err(Error::Inner)
    }
    // ANCHOR_END: call

    /// Awaits the future, if that is permitted, which is asked when this is first polled; an `Err`
    /// is a failure. Dropped before its end it counts as [`Config::on_drop`] says.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn call_async<T, E>(
        &self,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Error<E>> {
        self.call_async_if(Outcome::of, future).await
    }

    /// [`call_async`](Self::call_async), where the caller says what a result counts as.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn call_async_if<T, E>(
        &self,
        outcome: impl FnOnce(&Result<T, E>) -> Outcome,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Error<E>> {
        let permit = self.try_acquire()?;
        let result = future.await;
        permit.record(outcome(&result));
        result.map_err(Error::Inner)
    }

    /// Asks for permission to make one call.
    ///
    /// # Errors
    ///
    /// If the call must not be made, and how long to wait before asking again.
    ///
    /// # Complexity
    ///
    /// One load if the circuit is closed, and one of the clock if calls are timed.
    #[inline]
    pub fn try_acquire(&self) -> Result<Permit<'_, C>, Open> {
        match self.shared.machine.try_acquire(self.now(), self.report()) {
            Ok(tag) => Ok(Permit::new(self, self.ticket(tag))),
            Err(open) => {
                self.refused();
                Err(open)
            }
        }
    }

    /// [`try_acquire`](Self::try_acquire), with a permit that borrows nothing.
    ///
    /// # Errors
    ///
    /// As [`try_acquire`](Self::try_acquire).
    pub fn try_acquire_owned(&self) -> Result<OwnedPermit<C>, Open> {
        self.try_acquire().map(Permit::into_owned)
    }

    #[inline]
    fn ticket(&self, tag: u32) -> Ticket {
        let started = match self.watched() {
            true => self.shared.clock.now(),
            false => Nanos::MAX,
        };
        Ticket { tag, started }
    }

    /// Whether it matters how long a call takes.
    #[inline]
    fn watched(&self) -> bool {
        self.shared.timed || !self.shared.listeners.is_empty()
    }

    #[cold]
    fn refused(&self) {
        if self.state() != State::ForcedOpen {
            self.shared.listeners.tell(Event::NotPermitted);
        }
    }

    /// The end of a call.
    #[inline]
    pub(crate) fn settle(&self, ticket: Ticket, outcome: Outcome, elapsed: Option<Duration>) {
        let slow = match self.watched() {
            true => self.watch(ticket, outcome, elapsed),
            false => false,
        };
        let machine = &self.shared.machine;
        let failed = match outcome {
            Outcome::Success => false,
            Outcome::Failure => true,
            Outcome::Ignore => return machine.ignore(ticket.tag),
        };
        machine.record(ticket.tag, failed, slow, self.now(), self.report());
    }

    /// Tells those who listen; whether the call was slow.
    fn watch(&self, ticket: Ticket, outcome: Outcome, elapsed: Option<Duration>) -> bool {
        let measured = || match ticket.started {
            Nanos::MAX => None,
            started => Some(self.shared.clock.now() - started),
        };
        let elapsed = elapsed.or_else(measured);
        if !self.shared.listeners.is_empty() {
            self.tell(outcome, elapsed);
        }
        self.shared.timed && elapsed.is_some_and(|e| e > self.shared.config.slow_call_duration)
    }

    #[cold]
    fn tell(&self, outcome: Outcome, elapsed: Option<Duration>) {
        if self.state() != State::Disabled {
            self.shared.listeners.tell(match outcome {
                Outcome::Success => Event::Success { elapsed },
                Outcome::Failure => Event::Failure { elapsed },
                Outcome::Ignore => Event::Ignored { elapsed },
            });
        }
    }

    #[inline]
    fn now(&self) -> impl Fn() -> Nanos {
        || self.shared.clock.now()
    }

    #[inline]
    fn report(&self) -> impl Fn(Step) {
        |step| {
            self.shared.listeners.tell(match step {
                Step::Transition { from, to } => Event::Transition { from, to },
                Step::FailureRateExceeded(rate) => Event::FailureRateExceeded(rate),
                Step::SlowRateExceeded(rate) => Event::SlowCallRateExceeded(rate),
            });
        }
    }

    /// Calls this for every event from now on, in the thread that caused it, which waits. It may
    /// use the breaker. It must not panic.
    pub fn on_event(&self, listener: impl Fn(&Event) + Send + Sync + 'static) {
        self.shared.listeners.add(Box::new(listener));
    }

    /// What it does with calls. An open breaker whose wait is over stays open until a call comes.
    pub fn state(&self) -> State {
        self.shared.machine.state()
    }

    /// Numbers for a metrics exporter.
    pub fn stats(&self) -> Stats {
        let machine = &self.shared.machine;
        let (state, rates, judged) = machine.counts(self.now());
        Stats {
            state,
            calls: rates.calls,
            failed: rates.failed,
            slow: rates.slow,
            failure_rate: judged.then(|| rates.failure_rate()),
            slow_call_rate: judged.then(|| rates.slow_rate()),
            not_permitted: machine.refused(),
            opened: machine.opened(),
        }
    }
}

/// Changes by hand. Each begins anew, even if the state is the same: what calls under way bring
/// back does not count.
impl<C: Clock> CircuitBreaker<C> {
    /// Closes the circuit, with an empty window.
    pub fn close(&self) {
        self.force(State::Closed, None);
    }

    /// Opens the circuit for the usual wait.
    pub fn open(&self) {
        self.force(State::Open, None);
    }

    /// Opens the circuit for as long as this: what an answer's `Retry-After` asks for.
    pub fn open_for(&self, wait: Duration) {
        self.force(State::Open, Some(wait));
    }

    /// Permits trials now.
    pub fn half_open(&self) {
        self.force(State::HalfOpen, None);
    }

    /// Permits no call until the state is changed by hand again.
    pub fn force_open(&self) {
        self.force(State::ForcedOpen, None);
    }

    /// Permits all calls, and counts nothing.
    pub fn disable(&self) {
        self.force(State::Disabled, None);
    }

    /// Permits all calls, counts them, and reports rates that are too high.
    pub fn metrics_only(&self) {
        self.force(State::MetricsOnly, None);
    }

    /// Closes the circuit, with an empty window, and says so even if it was closed.
    pub fn reset(&self) {
        self.close();
        self.shared.listeners.tell(Event::Reset);
    }

    fn force(&self, state: State, wait: Option<Duration>) {
        self.shared
            .machine
            .force(state, wait, self.now(), self.report());
    }
}

impl<C> Clone for CircuitBreaker<C> {
    fn clone(&self) -> Self {
        CircuitBreaker {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<C> fmt::Debug for CircuitBreaker<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("state", &self.shared.machine.state())
            .finish_non_exhaustive()
    }
}
