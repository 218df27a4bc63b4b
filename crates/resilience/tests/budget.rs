//! The budget against a list of everything that ever happened, and in two threads at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use clock::ManualClock;
use proptest::prelude::*;
use resilience::{Budget, BudgetConfig};

/// All deposits and withdrawals with the tenth of the ttl that they fell into.
#[derive(Default)]
struct Model {
    deposits: Vec<u64>,
    withdrawals: Vec<u64>,
}

impl Model {
    fn in_window(events: &[u64], slot: u64) -> u64 {
        events.iter().filter(|&&at| at + 10 > slot).count() as u64
    }

    /// The bound as documented, in millionths.
    fn allows(&self, slot: u64, ratio: u64, reserve: u64) -> bool {
        let calls = Self::in_window(&self.deposits, slot);
        let retries = Self::in_window(&self.withdrawals, slot) + 1;
        retries * 1_000_000 <= calls * ratio + reserve * 1_000_000
    }
}

#[derive(Clone, Debug)]
enum Step {
    Deposit,
    Withdraw,
    Advance(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Deposit),
        4 => Just(Step::Withdraw),
        2 => (0..300u64).prop_map(Step::Advance),
        1 => (0..30_000u64).prop_map(Step::Advance),
    ]
}

proptest! {
    #[test]
    fn it_allows_exactly_what_the_bound_allows(
        steps in prop::collection::vec(step(), 1..300),
        ratio in 0..2_000_000u64, per_second in 0..3u32, ttl in 1..10u64,
    ) {
        let clock = ManualClock::new();
        let config = BudgetConfig {
            // Half a millionth more, as what is written in decimals may be a little less in binary.
            retry_ratio: (ratio as f64 + 0.5) / 1e6,
            min_retries_per_second: per_second,
            ttl: Duration::from_secs(ttl),
        };
        let budget = Budget::with_clock(config, clock.clone()).unwrap();
        let (mut model, mut millis) = (Model::default(), 0);
        for step in steps {
            let slot = millis / (ttl * 100);
            match step {
                Step::Deposit => {
                    budget.deposit();
                    model.deposits.push(slot);
                }
                Step::Withdraw => {
                    let expected = model.allows(slot, ratio, u64::from(per_second) * ttl);
                    prop_assert_eq!(budget.withdraw(), expected, "at {} ms", millis);
                    if expected {
                        model.withdrawals.push(slot);
                    }
                }
                Step::Advance(by) => {
                    millis += by;
                    clock.advance(Duration::from_millis(by));
                }
            }
            let (slot, stats) = (millis / (ttl * 100), budget.stats());
            prop_assert_eq!(stats.calls, Model::in_window(&model.deposits, slot));
            prop_assert_eq!(stats.retries, Model::in_window(&model.withdrawals, slot));
        }
    }
}

fn budget(ratio: f64, per_second: u32, clock: &ManualClock) -> Budget<ManualClock> {
    let config = BudgetConfig {
        retry_ratio: ratio,
        min_retries_per_second: per_second,
        ttl: Duration::from_secs(10),
    };
    Budget::with_clock(config, clock.clone()).unwrap()
}

#[test]
fn a_call_stops_paying_after_the_ttl() {
    let clock = ManualClock::new();
    let budget = budget(1.0, 0, &clock);
    budget.deposit();
    budget.deposit();
    clock.advance(Duration::from_millis(9_999));
    assert!(budget.withdraw());
    clock.advance(Duration::from_millis(1));
    assert!(!budget.withdraw());
    assert_eq!(budget.stats().refused, 1);
}

#[test]
fn the_reserve_is_there_without_any_calls_and_comes_back() {
    let clock = ManualClock::new();
    let budget = budget(0.1, 3, &clock);
    let withdraw_all = || {
        std::iter::repeat_with(|| budget.withdraw())
            .take_while(|&ok| ok)
            .count()
    };
    assert_eq!(withdraw_all(), 30);
    assert_eq!(withdraw_all(), 0);
    clock.advance(Duration::from_secs(10));
    assert_eq!(withdraw_all(), 30);
}

#[test]
fn threads_together_never_overdraw() {
    let clock = ManualClock::new();
    let budget = budget(0.1, 1, &clock);
    let (calls, retries) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20_000 {
                    budget.deposit();
                    calls.fetch_add(1, Ordering::SeqCst);
                    let withdrawn = budget.withdraw();
                    retries.fetch_add(u64::from(withdrawn), Ordering::SeqCst);
                }
            });
        }
    });
    let retries = retries.into_inner();
    assert!(retries <= 8_000 + 10, "{retries} retries");
    assert!(retries > 7_900, "{retries} retries");
    assert_eq!(budget.stats().calls, 80_000);
    assert_eq!(budget.stats().retries, retries);
}

#[test]
fn nonsense_is_refused_by_name() {
    let refused = |config| Budget::new(config).unwrap_err().to_string();
    let config = BudgetConfig::default();
    let nan = BudgetConfig {
        retry_ratio: f64::NAN,
        ..config
    };
    assert_eq!(refused(nan), "retry_ratio: NaN is not between 0 and 1000");
    let short = BudgetConfig {
        ttl: Duration::from_millis(10),
        ..config
    };
    assert_eq!(refused(short), "ttl: 10ms is not between 1s and 60s");
}
