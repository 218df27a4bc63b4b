//! The breaker against one that is so simple that it is unlikely to be wrong: it keeps every
//! outcome in a queue, and counts them again each time.

use std::collections::VecDeque;
use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Config, Outcome, OwnedPermit, State, Window};
use clock::ManualClock;
use proptest::prelude::*;

const TICK: Duration = Duration::from_secs(1);
const SLOW: Duration = Duration::from_millis(200);

struct Model {
    config: Config,
    now: Duration,
    state: State,
    epoch: u64,
    /// When, failed, slow.
    calls: VecDeque<(Duration, bool, bool)>,
    trials: Vec<(bool, bool)>,
    issued: u32,
    until: Duration,
    reopened: u32,
    refused: u64,
}

/// A permit of the model: epoch, and when it was given.
type Ticket = (u64, Duration);

impl Model {
    fn new(config: Config) -> Self {
        Model {
            config,
            now: Duration::ZERO,
            state: State::Closed,
            epoch: 0,
            calls: VecDeque::new(),
            trials: Vec::new(),
            issued: 0,
            until: Duration::ZERO,
            reopened: 0,
            refused: 0,
        }
    }

    fn enter(&mut self, state: State) {
        self.reopened = match (self.state, state) {
            (State::HalfOpen, State::Open) => self.reopened + 1,
            (_, State::Open | State::HalfOpen) => self.reopened,
            _ => 0,
        };
        match state {
            State::Open => {
                let factor = f64::from(self.config.wait_multiplier).powi(self.reopened as i32);
                let wait = self.config.wait_in_open.mul_f64(factor);
                self.until = self.now + wait.min(self.config.max_wait_in_open.unwrap());
            }
            State::HalfOpen => {
                self.until = self.now + self.config.max_wait_in_half_open;
                self.trials.clear();
                self.issued = 0;
            }
            State::Closed | State::MetricsOnly => self.calls.clear(),
            _ => {}
        }
        self.state = state;
        self.epoch += 1;
    }

    fn half_open_is_over(&self) -> bool {
        let max = self.config.max_wait_in_half_open;
        self.state == State::HalfOpen && !max.is_zero() && self.now >= self.until
    }

    fn try_acquire(&mut self) -> Option<Ticket> {
        if self.half_open_is_over() {
            self.enter(State::Open);
        }
        if self.state == State::Open && self.now >= self.until {
            self.enter(State::HalfOpen);
        }
        let permitted = match self.state {
            State::Open | State::ForcedOpen => false,
            State::HalfOpen => self.issued < self.config.permitted_half_open_calls,
            _ => true,
        };
        match permitted {
            true => self.issued += 1,
            false => self.refused += 1,
        }
        permitted.then_some((self.epoch, self.now))
    }

    fn settle(&mut self, (epoch, began): Ticket, outcome: Outcome) {
        if epoch != self.epoch {
            return;
        }
        let failed = match outcome {
            Outcome::Ignore => {
                self.issued -= 1;
                return;
            }
            outcome => outcome == Outcome::Failure,
        };
        let slow =
            self.config.counts_slow_calls() && self.now - began > self.config.slow_call_duration;
        if self.half_open_is_over() {
            self.enter(State::Open);
            return;
        }
        match self.state {
            State::Closed | State::MetricsOnly => self.count(failed, slow),
            State::HalfOpen => self.end_trial(failed, slow),
            _ => {}
        }
    }

    fn count(&mut self, failed: bool, slow: bool) {
        self.calls.push_back((self.now, failed, slow));
        self.forget();
        let enough = match self.config.window {
            Window::Count(size) => self.config.minimum_calls.min(size),
            Window::Time(_) => self.config.minimum_calls,
        };
        let outcomes: Vec<_> = self.calls.iter().map(|(_, f, s)| (*f, *s)).collect();
        let judged = outcomes.len() >= enough as usize && self.too_many(&outcomes);
        if judged && self.state == State::Closed {
            self.enter(State::Open);
        }
    }

    /// Drops what has left the window. Its time moves in ticks of a tenth.
    fn forget(&mut self) {
        match self.config.window {
            Window::Count(size) => {
                while self.calls.len() > size as usize {
                    self.calls.pop_front();
                }
            }
            Window::Time(length) => {
                let tick = |at: Duration| at.as_nanos() / (length.as_nanos() / 10);
                let now = tick(self.now);
                self.calls.retain(|(at, ..)| tick(*at) + 10 > now);
            }
        }
    }

    fn end_trial(&mut self, failed: bool, slow: bool) {
        self.trials.push((failed, slow));
        let config = &self.config;
        if self.trials.len() >= config.minimum_calls.min(config.permitted_half_open_calls) as usize
        {
            let open = self.too_many(&self.trials);
            self.enter(if open { State::Open } else { State::Closed });
        }
    }

    fn too_many(&self, outcomes: &[(bool, bool)]) -> bool {
        let percent = |part: usize| part as f64 * 100.0 / outcomes.len() as f64;
        let failed = outcomes.iter().filter(|(failed, _)| *failed).count();
        let slow = outcomes.iter().filter(|(_, slow)| *slow).count();
        percent(failed) >= self.config.failure_rate_threshold.into()
            || self.config.counts_slow_calls()
                && percent(slow) >= self.config.slow_call_rate_threshold.into()
    }

    fn counts(&mut self) -> (u64, u64, u64) {
        self.forget();
        let outcomes: Vec<_> = match self.state {
            State::HalfOpen => self.trials.clone(),
            _ => self.calls.iter().map(|(_, f, s)| (*f, *s)).collect(),
        };
        let count = |of: fn(&&(bool, bool)) -> bool| outcomes.iter().filter(of).count() as u64;
        (count(|_| true), count(|call| call.0), count(|call| call.1))
    }
}

#[derive(Clone, Debug)]
enum Operation {
    Acquire,
    /// The permit at this place among those that are out.
    Settle(usize, Outcome),
    /// A call that ends at once.
    Call(Outcome),
    /// Tenths of a second.
    Advance(u32),
    Force(State),
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        4 => Just(Outcome::Success),
        4 => Just(Outcome::Failure),
        1 => Just(Outcome::Ignore),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        20 => Just(Operation::Acquire),
        20 => (any::<usize>(), outcome()).prop_map(|(at, outcome)| Operation::Settle(at, outcome)),
        40 => outcome().prop_map(Operation::Call),
        20 => (0u32..30).prop_map(Operation::Advance),
        1 => (0..6usize).prop_map(|at| Operation::Force(State::ALL[at])),
    ]
}

fn config() -> impl Strategy<Value = Config> {
    let window = prop_oneof![
        (1u32..40).prop_map(Window::Count),
        Just(Window::Time(TICK)),
        Just(Window::Time(TICK * 10)),
    ];
    (
        window,
        1u32..20,
        1u32..6,
        1u32..=10,
        1u32..=10,
        0u32..3,
        1u32..3,
    )
        .prop_map(
            |(window, minimum, permitted, failure_rate, slow_rate, half_open, factor)| Config {
                window,
                minimum_calls: minimum,
                permitted_half_open_calls: permitted,
                failure_rate_threshold: failure_rate as f32 * 10.0,
                slow_call_rate_threshold: slow_rate as f32 * 10.0,
                slow_call_duration: SLOW,
                wait_in_open: TICK,
                wait_multiplier: factor as f32,
                max_wait_in_open: Some(TICK * 5),
                max_wait_in_half_open: TICK * half_open,
                ..Config::default()
            },
        )
}

fn force(breaker: &CircuitBreaker<ManualClock>, state: State) {
    match state {
        State::Closed => breaker.close(),
        State::Open => breaker.open(),
        State::HalfOpen => breaker.half_open(),
        State::ForcedOpen => breaker.force_open(),
        State::Disabled => breaker.disable(),
        State::MetricsOnly => breaker.metrics_only(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn does_what_a_queue_of_outcomes_would(
        config in config(),
        operations in prop::collection::vec(operation(), 1..300),
    ) {
        let clock = ManualClock::new();
        let breaker = CircuitBreaker::with_clock(config.clone(), clock.clone()).unwrap();
        let mut model = Model::new(config);
        let mut permits: Vec<(OwnedPermit<ManualClock>, Ticket)> = Vec::new();
        for operation in operations {
            match operation {
                Operation::Acquire => {
                    let (permit, ticket) = (breaker.try_acquire_owned(), model.try_acquire());
                    prop_assert_eq!(permit.is_ok(), ticket.is_some());
                    permits.extend(permit.ok().zip(ticket));
                }
                Operation::Settle(at, outcome) if !permits.is_empty() => {
                    let (permit, ticket) = permits.swap_remove(at % permits.len());
                    permit.record(outcome);
                    model.settle(ticket, outcome);
                }
                Operation::Settle(..) => {}
                Operation::Call(outcome) => {
                    let (permit, ticket) = (breaker.try_acquire(), model.try_acquire());
                    prop_assert_eq!(permit.is_ok(), ticket.is_some());
                    if let (Ok(permit), Some(ticket)) = (permit, ticket) {
                        permit.record(outcome);
                        model.settle(ticket, outcome);
                    }
                }
                Operation::Advance(tenths) => {
                    clock.advance(TICK / 10 * tenths);
                    model.now += TICK / 10 * tenths;
                }
                Operation::Force(state) => {
                    force(&breaker, state);
                    model.enter(state);
                }
            }
            let stats = breaker.stats();
            prop_assert_eq!(stats.state, model.state);
            prop_assert_eq!((stats.calls, stats.failed, stats.slow), model.counts());
            prop_assert_eq!(stats.not_permitted, model.refused);
        }
    }
}
