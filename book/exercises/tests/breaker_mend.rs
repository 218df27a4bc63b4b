//! The half-open state under a model checker, which tries the orders in which threads can take
//! their steps, with up to three interruptions.

use std::sync::Arc;

use loom::thread;

#[cfg_attr(feature = "yours", path = "../breaker/mend.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/breaker/mend.rs")]
mod exercise;

use exercise::{HalfOpen, Ticket, Verdict};

/// What threads share: every access is a step that the model checker may put off.
mod memory {
    use loom::sync::atomic::{AtomicU64, Ordering::SeqCst};

    /// 64 bits.
    pub struct Word(AtomicU64);

    impl Word {
        pub fn new(value: u64) -> Self {
            Word(AtomicU64::new(value))
        }

        /// The newest value.
        pub fn load(&self) -> u64 {
            // An exchange that changes nothing is never answered with an older one.
            let (Ok(value) | Err(value)) = self.0.compare_exchange(0, 0, SeqCst, SeqCst);
            value
        }

        /// Replaces `old` by `new`; if it was something else, what it was.
        pub fn swap_if(&self, old: u64, new: u64) -> Result<(), u64> {
            let swapped = self.0.compare_exchange(old, new, SeqCst, SeqCst);
            swapped.map(|_| ())
        }
    }
}

/// Runs it in every order.
fn orders(run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(run);
}

/// Runs both at the same time.
fn both<A: 'static, B>(
    half_open: &Arc<HalfOpen>,
    one: impl FnOnce(&HalfOpen) -> A + 'static,
    other: impl FnOnce(&HalfOpen) -> B,
) -> (A, B) {
    let shared = Arc::clone(half_open);
    let thread = thread::spawn(move || one(&shared));
    let b = other(half_open);
    (thread.join().expect("the other thread is well"), b)
}

fn trial(half_open: &HalfOpen) -> Ticket {
    half_open.try_acquire().expect("a trial is permitted")
}

#[test]
fn by_itself_it_does_what_it_says() {
    orders(|| {
        let half_open = HalfOpen::new(3);
        let [one, two, three] = [(); 3].map(|()| trial(&half_open));
        assert_eq!(half_open.try_acquire(), None);
        half_open.give_back(three);
        assert_eq!(half_open.end(one, true), None);
        assert_eq!(half_open.end(two, false), None);
        let three = trial(&half_open);
        assert_eq!(half_open.end(three, false), Some(Verdict::Close));
        assert_eq!(half_open.try_acquire(), None, "all trials have ended");
        half_open.restart();
        assert_eq!(half_open.end(one, true), None, "its epoch is over");
        half_open.give_back(two);
        let [one, two, three] = [(); 3].map(|()| trial(&half_open));
        assert_eq!(half_open.try_acquire(), None);
        assert_eq!(half_open.end(one, true), None);
        assert_eq!(half_open.end(two, false), None);
        assert_eq!(half_open.end(three, true), Some(Verdict::Open));
    });
}

#[test]
fn never_more_trials_than_permitted() {
    orders(|| {
        let half_open = Arc::new(HalfOpen::new(1));
        let take = |half_open: &HalfOpen| half_open.try_acquire().is_some();
        let taken = both(&half_open, take, take);
        assert!(
            taken.0 != taken.1,
            "one place, and of two threads that asked at the same time, (got it, got it): {taken:?}"
        );
    });
}

#[test]
fn one_thread_is_given_the_verdict_and_it_has_heard_all() {
    orders(|| {
        let half_open = Arc::new(HalfOpen::new(2));
        let (one, two) = (trial(&half_open), trial(&half_open));
        let given = both(
            &half_open,
            move |half_open| half_open.end(one, true),
            |half_open| half_open.end(two, false),
        );
        let right = [(Some(Verdict::Open), None), (None, Some(Verdict::Open))];
        assert!(
            right.contains(&given),
            "one of two trials failed, and the verdicts are {given:?}"
        );
    });
}

#[test]
fn a_place_that_is_given_back_is_taken_once() {
    orders(|| {
        let half_open = Arc::new(HalfOpen::new(1));
        let ticket = trial(&half_open);
        let ((), taken) = both(
            &half_open,
            move |half_open| half_open.give_back(ticket),
            |half_open| half_open.try_acquire().is_some(),
        );
        let left = half_open.try_acquire().is_some();
        assert!(taken != left, "taken meanwhile: {taken}, and after: {left}");
    });
}

#[test]
fn a_late_outcome_does_not_count_in_the_next_epoch() {
    orders(|| {
        let half_open = Arc::new(HalfOpen::new(1));
        let late = trial(&half_open);
        let (of_the_late, of_the_next) = both(
            &half_open,
            move |half_open| half_open.end(late, true),
            |half_open| {
                half_open.restart();
                let next = trial(half_open);
                half_open.end(next, false)
            },
        );
        assert_eq!(
            of_the_next,
            Some(Verdict::Close),
            "the only trial of the next epoch has succeeded"
        );
        assert_ne!(of_the_late, Some(Verdict::Close), "the late one has failed");
    });
}

#[test]
fn a_late_ticket_frees_no_place_in_the_next_epoch() {
    orders(|| {
        let half_open = Arc::new(HalfOpen::new(1));
        let late = trial(&half_open);
        let ((), next) = both(
            &half_open,
            move |half_open| half_open.give_back(late),
            |half_open| {
                half_open.restart();
                half_open.try_acquire()
            },
        );
        assert!(next.is_some(), "nothing has happened in the next epoch");
        assert_eq!(half_open.try_acquire(), None, "and now its place is taken");
    });
}
