//! Never more than its limit, first come first served, and every place given back.

use std::collections::VecDeque;
use std::future::{Future, pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use resilience::{Bulkhead, BulkheadConfig, BulkheadPermit, Rejected};

fn bulkhead(max_concurrent: u32, max_waiting: u32, max_wait: Duration) -> Bulkhead {
    let config = BulkheadConfig {
        max_concurrent,
        max_waiting,
        max_wait,
    };
    Bulkhead::new(config).unwrap()
}

const LONG: Duration = Duration::from_secs(600);

type Waiting<'a> = Pin<Box<dyn Future<Output = Result<BulkheadPermit, Rejected>> + 'a>>;

/// A caller that waits for ever.
fn waiting(bulkhead: &Bulkhead) -> Waiting<'_> {
    Box::pin(bulkhead.acquire_async(|_| pending()))
}

fn poll(waiting: &mut Waiting) -> Poll<Result<BulkheadPermit, Rejected>> {
    waiting
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
}

#[derive(Clone, Debug)]
enum Step {
    Try,
    Wait,
    Release(usize),
    Cancel(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Try),
        Just(Step::Wait),
        any::<usize>().prop_map(Step::Release),
        any::<usize>().prop_map(Step::Cancel),
    ]
}

proptest! {
    #[test]
    fn it_does_as_a_count_and_a_queue_would(
        places in 1..4u32, queue in 0..4u32, steps in prop::collection::vec(step(), 1..100),
    ) {
        let bulkhead = bulkhead(places, queue, LONG);
        let mut held = Vec::new();
        let mut line: VecDeque<Waiting> = VecDeque::new();
        for step in steps {
            match step {
                Step::Try => match bulkhead.try_acquire() {
                    Ok(permit) => {
                        prop_assert!(held.len() < places as usize && line.is_empty());
                        held.push(permit);
                    }
                    Err(_) => prop_assert_eq!(held.len(), places as usize),
                },
                Step::Wait => {
                    let mut caller = waiting(&bulkhead);
                    match poll(&mut caller) {
                        Poll::Ready(Ok(permit)) => {
                            prop_assert!(held.len() < places as usize && line.is_empty());
                            held.push(permit);
                        }
                        Poll::Ready(Err(_)) => prop_assert_eq!(line.len(), queue as usize),
                        Poll::Pending => {
                            prop_assert!(line.len() < queue as usize);
                            prop_assert_eq!(held.len(), places as usize);
                            line.push_back(caller);
                        }
                    }
                }
                Step::Release(which) if !held.is_empty() => {
                    drop(held.swap_remove(which % held.len()));
                    if let Some(mut first) = line.pop_front() {
                        let Poll::Ready(Ok(permit)) = poll(&mut first) else {
                            panic!("the first in line was passed over");
                        };
                        held.push(permit);
                    }
                    prop_assert!(line.iter_mut().all(|caller| poll(caller).is_pending()));
                }
                Step::Cancel(which) if !line.is_empty() => {
                    line.remove(which % line.len());
                }
                _ => {}
            }
            let stats = bulkhead.stats();
            prop_assert_eq!(stats.active, held.len() as u64);
            prop_assert_eq!(stats.waiting, line.len() as u64);
        }
    }
}

#[test]
fn threads_are_never_more_inside_than_it_has_places() {
    let bulkhead = bulkhead(3, 100, LONG);
    let (inside, most) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    let _permit = bulkhead.acquire().unwrap();
                    most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                    thread::yield_now();
                    inside.fetch_sub(1, SeqCst);
                }
            });
        }
    });
    assert!((2..=3).contains(&most.into_inner()));
    let stats = bulkhead.stats();
    assert_eq!(
        (stats.active, stats.waiting, stats.admitted),
        (0, 0, 16_000)
    );
}

#[test]
fn who_waits_too_long_is_told_so_and_leaves_the_line() {
    let bulkhead = bulkhead(1, 1, Duration::from_millis(1));
    let _permit = bulkhead.try_acquire().unwrap();
    let waited = Rejected::Waited(Duration::from_millis(1));
    assert_eq!(bulkhead.acquire().unwrap_err(), waited);
    let at_once = bulkhead.acquire_async(|_| ready(()));
    assert_eq!(futures_executor::block_on(at_once).unwrap_err(), waited);
    let stats = bulkhead.stats();
    assert_eq!((stats.waiting, stats.waited, stats.full), (0, 2, 0));
}

#[test]
fn a_full_line_turns_the_next_away_at_once() {
    let bulkhead = bulkhead(1, 1, LONG);
    let _permit = bulkhead.try_acquire().unwrap();
    let mut first = waiting(&bulkhead);
    assert!(poll(&mut first).is_pending());
    assert_eq!(bulkhead.acquire().unwrap_err(), Rejected::Full);
    drop(first);
    assert!(poll(&mut waiting(&bulkhead)).is_pending());
}

#[test]
fn a_panic_inside_gives_the_place_back() {
    let bulkhead = bulkhead(1, 0, LONG);
    let panic = || bulkhead.call(|| panic!("on purpose"));
    assert!(catch_unwind(AssertUnwindSafe(panic)).is_err());
    assert_eq!(bulkhead.call(|| 42), Ok(42));
}

#[test]
fn nonsense_is_refused_by_name() {
    let config = BulkheadConfig {
        max_concurrent: 0,
        ..BulkheadConfig::default()
    };
    assert_eq!(Bulkhead::new(config).unwrap_err().field(), "max_concurrent");
}
