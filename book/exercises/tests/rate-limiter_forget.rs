//! A map of limits that forgets, against one that does not.

use std::collections::HashMap;
use std::time::Duration;

#[cfg_attr(feature = "yours", path = "../rate-limiter/forget.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/rate-limiter/forget.rs")]
mod exercise;

use exercise::Keyed;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Never forgets.
struct Model {
    interval: Duration,
    burst: u32,
    tats: HashMap<u64, Duration>,
}

impl Model {
    fn check(&mut self, key: u64, now: Duration) -> bool {
        let tat = self.tats.entry(key).or_default();
        let next = now.max(*tat) + self.interval;
        let admitted = next - now <= self.interval * self.burst;
        if admitted {
            *tat = next;
        }
        admitted
    }

    fn busy(&self, now: Duration) -> usize {
        self.tats.values().filter(|&&tat| tat > now).count()
    }
}

#[test]
fn who_has_used_up_a_burst_is_not_forgotten_however_many_others_come() {
    let mut keyed = Keyed::new(ms(1_000), 5);
    for _ in 0..5 {
        assert!(keyed.check(1, ms(0)));
    }
    for stranger in 2..100_000 {
        assert!(
            keyed.check(stranger, ms(0)),
            "a stranger has a limit of his own"
        );
    }
    assert!(
        !keyed.check(1, ms(999)),
        "forgotten, and so admitted once more"
    );
    assert!(keyed.check(1, ms(1_000)));
    assert!(!keyed.check(1, ms(1_500)));
}

#[test]
fn a_crowd_that_has_gone_leaves_nothing_behind() {
    let mut keyed = Keyed::new(ms(10), 1);
    for key in 0..100_000 {
        keyed.check(key, ms(0));
    }
    assert_eq!(keyed.remembered(), 100_000, "all of them are busy");
    keyed.check(0, ms(10));
    assert!(
        keyed.remembered() <= 2 + 16,
        "{} after a pause",
        keyed.remembered()
    );
}

#[test]
fn strangers_are_forgotten_as_fast_as_they_come_at_a_constant_price() {
    let mut keyed = Keyed::new(ms(20), 3);
    for step in 0..200_000_u64 {
        assert!(keyed.check(step, ms(step)));
        assert!(
            keyed.remembered() <= 2 * 20 + 16,
            "{} at {step}",
            keyed.remembered()
        );
    }
    // A thousand who stay, among those who go.
    for step in 200_000..300_000_u64 {
        keyed.check(step % 4_000 * 1_000_000, ms(200_000 + step / 1_000));
    }
    assert!(
        keyed.swept() < 10 * 300_000,
        "{} were looked at in 300 000 calls",
        keyed.swept()
    );
}

#[test]
fn nobody_can_tell_that_it_forgets() {
    for seed in 1..30_u64 {
        let mut state = seed;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let (interval, burst) = (ms(1 + random(50)), 1 + random(5) as u32);
        let mut keyed = Keyed::new(interval, burst);
        let mut model = Model {
            interval,
            burst,
            tats: HashMap::new(),
        };
        let (mut now, keys) = (ms(0), 1 + random(200));
        for _ in 0..2_000 {
            now += ms(random(8) * random(8));
            let key = random(keys);
            let expected = model.check(key, now);
            assert_eq!(
                keyed.check(key, now),
                expected,
                "key {key} at {now:?}, seed {seed}"
            );
            let most = 2 * model.busy(now) + 16;
            assert!(
                keyed.remembered() <= most,
                "{} of {most}, seed {seed}",
                keyed.remembered()
            );
        }
    }
}
