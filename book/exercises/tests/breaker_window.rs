//! A window of the last calls, against a queue that remembers each of them.

use std::collections::VecDeque;

#[cfg_attr(feature = "yours", path = "../breaker/window.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/breaker/window.rs")]
mod exercise;

use exercise::Window;

#[test]
fn a_failure_leaves_when_as_many_calls_have_come_after_it_as_fit() {
    let mut window = Window::new(3);
    window.record(true);
    for _ in 0..2 {
        window.record(false);
        assert_eq!(window.failed(), 1, "it is still one of the last three");
    }
    window.record(false);
    assert_eq!((window.calls(), window.failed()), (3, 0));
}

#[test]
fn too_few_calls_are_not_judged() {
    let mut window = Window::new(4);
    assert_eq!(window.failure_rate(0), None, "nothing of nothing");
    window.record(true);
    assert_eq!(window.failure_rate(2), None, "one call says nothing");
    assert_eq!(window.failure_rate(1), Some(100.0));
    window.record(false);
    assert_eq!(window.failure_rate(2), Some(50.0));
    assert_eq!(window.failure_rate(100), None);
    window.record(false);
    window.record(false);
    assert_eq!(
        window.failure_rate(100),
        Some(25.0),
        "there will never be a hundred"
    );
}

#[test]
fn a_call_takes_a_bit() {
    for (size, words) in [(1, 1), (64, 1), (65, 2), (1_000, 16)] {
        let mut window = Window::new(size);
        for call in 0..3 * size {
            window.record(call % 2 == 0);
        }
        assert_eq!(window.words().len(), words, "{size} calls");
    }
}

#[test]
fn it_says_what_a_queue_of_all_calls_would() {
    for size in [1, 2, 63, 64, 65, 130] {
        let mut state = u64::from(size);
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let (mut window, mut queue) = (Window::new(size), VecDeque::new());
        for call in 0..2_000 {
            if random(300) == 0 {
                window.clear();
                queue.clear();
            }
            let failed = random(10) < 1 + call / 500; // it becomes worse
            window.record(failed);
            queue.push_back(failed);
            if queue.len() > size as usize {
                queue.pop_front();
            }
            let expected = queue.iter().filter(|failed| **failed).count();
            assert_eq!(
                (window.calls() as usize, window.failed() as usize),
                (queue.len(), expected),
                "calls and failures after call {call} in a window of {size}"
            );
        }
    }
}
