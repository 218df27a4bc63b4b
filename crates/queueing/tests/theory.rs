//! The formulas, against tables, against the definitions, and against one another.

use proptest::prelude::*;
use queueing::Error;
use queueing::theory::{
    Mg1, Mm1, Mmc, Mmck, Target, erlang_b, erlang_c, kingman, little, servers_for,
};

fn assert_close(got: f64, expected: f64, relative: f64) {
    let error = (got - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= relative, "{got} instead of {expected}");
}

/// `aᶜ/c! / Σ aᵏ/k!`, as Erlang wrote it: right as long as it does not overflow.
fn erlang_b_by_definition(servers: u32, offered: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for busy in 1..=servers {
        term *= offered / f64::from(busy);
        sum += term;
    }
    term / sum
}

/// How often a birth-and-death process is in each of its states, by the products of its rates.
fn states(offered: f64, servers: u32, room: u32) -> Vec<f64> {
    let mut weights = vec![1.0];
    for inside in 1..=servers + room {
        let last = weights[inside as usize - 1];
        weights.push(last * offered / f64::from(inside.min(servers)));
    }
    let all: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / all).collect()
}

#[test]
fn erlangs_tables_are_reproduced() {
    // Blocking, as in every table of Erlang B.
    for (servers, offered, blocked) in [
        (1, 1.0, 0.5),
        (5, 3.0, 0.1101),
        (10, 5.0, 0.0184),
        (10, 10.0, 0.2146),
        (20, 12.03, 0.01),
        (100, 84.06, 0.01),
    ] {
        let got = erlang_b(servers, offered).unwrap();
        assert!(
            (got - blocked).abs() < 1e-4,
            "{servers}, {offered}: {got} instead of {blocked}"
        );
    }
    // Delay.
    for (servers, offered, delayed) in [
        (1, 0.7, 0.7),
        (2, 1.0, 1.0 / 3.0),
        (5, 4.0, 0.5541),
        (10, 8.0, 0.4092),
        (10, 9.0, 0.6687),
    ] {
        let got = erlang_c(servers, offered).unwrap();
        assert!(
            (got - delayed).abs() < 1e-4,
            "{servers}, {offered}: {got} instead of {delayed}"
        );
    }
}

#[test]
fn the_recurrence_holds_where_factorials_do_not() {
    // A well-known asymptote: with as many servers as erlangs, B ≈ √(2/(πc)).
    let blocked = erlang_b(1_000_000, 1e6).unwrap();
    assert_close(blocked, (2.0 / (std::f64::consts::PI * 1e6)).sqrt(), 1e-3);
    assert!(erlang_b_by_definition(1_000_000, 1e6).is_nan());
}

#[test]
fn a_server_that_is_ninety_per_cent_busy_takes_ten_times_as_long() {
    let queue = Mm1::new(90.0, 0.010).unwrap();
    assert_close(queue.utilisation(), 0.9, 1e-12);
    assert_close(queue.response(), 0.100, 1e-9);
    assert_close(queue.wait(), 0.090, 1e-9);
    assert_close(queue.in_system(), 9.0, 1e-9);
    assert_close(queue.in_queue(), 8.1, 1e-9);
    assert_close(queue.response_quantile(0.99).unwrap(), 0.4605, 1e-4);
    // One in ten does not wait at all.
    assert_eq!(queue.wait_quantile(0.05).unwrap(), 0.0);
    assert_close(queue.wait_quantile(0.99).unwrap(), 0.4500, 1e-4);
}

#[test]
fn one_server_is_one_of_several() {
    for load in [0.1, 0.5, 0.9, 0.99] {
        let (one, c) = (
            Mm1::new(load, 1.0).unwrap(),
            Mmc::new(load, 1.0, 1).unwrap(),
        );
        assert_close(c.response(), one.response(), 1e-9);
        assert_close(c.in_queue(), one.in_queue(), 1e-9);
        for q in [0.01, 0.5, 0.9, 0.99, 0.999_99] {
            let quantile = one.response_quantile(q).unwrap();
            assert_close(c.response_quantile(q).unwrap(), quantile, 1e-9);
            let wait = one.wait_quantile(q).unwrap();
            assert!((c.wait_quantile(q).unwrap() - wait).abs() <= 1e-9 * wait);
        }
        let random = Mg1::new(load, 1.0, 1.0).unwrap();
        assert_close(random.wait(), one.wait(), 1e-9);
        assert_close(kingman(load, 1.0, 1.0, 1.0).unwrap(), one.wait(), 1e-9);
    }
}

#[test]
fn the_tail_has_no_hole_where_its_rates_are_equal() {
    // cμ - λ = μ: the textbook's formula divides by zero here, and by nearly zero beside it.
    let at = |load: f64| Mmc::new(load, 1.0, 3).unwrap().response_longer(4.0);
    for off in [1e-15, 1e-12, 1e-9, 1e-6] {
        assert_close(at(2.0 + off), at(2.0), 10.0 * off + 1e-12);
        assert_close(at(2.0 - off), at(2.0), 10.0 * off + 1e-12);
    }
}

#[test]
fn what_comes_faster_than_it_is_served_has_no_answer() {
    for rate in [100.0, 100.1, 1e9] {
        let error = Mm1::new(rate, 0.010).unwrap_err();
        assert!(matches!(error, Error::Unstable { arrival_rate, .. } if arrival_rate == rate));
        assert!(error.to_string().contains("add servers"), "{error}");
        assert_eq!(Mg1::new(rate, 0.010, 0.0).unwrap_err(), error);
        assert_eq!(kingman(rate, 0.010, 1.0, 1.0).unwrap_err(), error);
    }
    assert!(matches!(
        Mmc::new(800.0, 0.010, 8),
        Err(Error::Unstable { .. })
    ));
    assert!(matches!(erlang_c(8, 8.0), Err(Error::Unstable { .. })));
    assert!(
        Mmck::new(1e9, 0.010, 1, 10).is_ok(),
        "a bound makes it stable"
    );
}

#[test]
fn what_cannot_be_meant_is_named() {
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-200, 1e200] {
        let error = Mm1::new(wrong, 1.0).unwrap_err();
        assert!(error.to_string().contains("arrival rate"), "{error}");
        let error = Mm1::new(1.0, wrong).unwrap_err();
        assert!(error.to_string().contains("service time"), "{error}");
    }
    for wrong in [-0.1, 1.0, 1.1, f64::NAN] {
        let queue = Mmc::new(1.0, 1.0, 2).unwrap();
        let error = queue.response_quantile(wrong).unwrap_err();
        assert!(error.to_string().contains("quantile"), "{error}");
        assert!(queue.wait_quantile(wrong).is_err());
    }
    assert!(Mg1::new(0.5, 1.0, -0.1).is_err());
    assert!(kingman(0.5, 1.0, 1.0, f64::INFINITY).is_err());
    assert_eq!(Mmc::new(1.0, 1.0, 0).unwrap_err(), Error::NoServers);
}

#[test]
fn a_service_is_the_least_that_a_response_takes() {
    let promise = |time| Target::Response {
        quantile: 0.99,
        time,
    };
    assert!(matches!(
        servers_for(1000.0, 0.020, promise(0.092)),
        Err(Error::OutOfReach { target, least }) if target == 0.092 && (least - 0.0921).abs() < 1e-4
    ));
    assert!(servers_for(1000.0, 0.020, promise(0.093)).is_ok());
    let never = Target::Wait {
        quantile: 0.99,
        time: 0.0,
    };
    // Nobody but one in a hundred waits: then Erlang C is at most a hundredth.
    let servers = servers_for(1000.0, 0.020, never).unwrap();
    assert!(erlang_c(servers, 20.0).unwrap() <= 0.01);
    assert!(erlang_c(servers - 1, 20.0).unwrap() > 0.01);
}

fn are_numbers(answers: &[f64]) -> bool {
    let is_one = |answer: &f64| answer.is_finite() && *answer >= 0.0;
    answers.iter().all(is_one)
}

proptest! {
    #[test]
    fn erlang_b_is_its_definition(servers in 1..100u32, offered in 0.01..150.0) {
        let expected = erlang_b_by_definition(servers, offered);
        assert_close(erlang_b(servers, offered).unwrap(), expected, 1e-11);
    }

    #[test]
    fn a_bounded_queue_is_its_states(servers in 1..20u32, room in 0..40u32, offered in 0.01..60.0) {
        let queue = Mmck::new(offered, 1.0, servers, room).unwrap();
        let states = states(offered, servers, room);
        let mean = |value: &dyn Fn(usize) -> usize| -> f64 {
            states.iter().enumerate().map(|(inside, p)| value(inside) as f64 * p).sum()
        };
        let c = servers as usize;
        assert_close(queue.loss(), states[states.len() - 1], 1e-9);
        assert_close(queue.in_system(), mean(&|inside| inside), 1e-9);
        assert_close(queue.utilisation() * c as f64, mean(&|inside| inside.min(c)), 1e-9);
        prop_assert!((queue.in_queue() - mean(&|inside| inside.saturating_sub(c))).abs() < 1e-9);
        // Little's law, for those who were let in.
        assert_close(queue.throughput() * queue.response(), queue.in_system(), 1e-9);
    }

    #[test]
    fn a_bound_that_is_never_reached_is_none(servers in 1..10u32, busy in 0.05..0.8) {
        let offered = busy * f64::from(servers);
        let bounded = Mmck::new(offered, 1.0, servers, 1000).unwrap();
        let endless = Mmc::new(offered, 1.0, servers).unwrap();
        assert_close(bounded.response(), endless.response(), 1e-9);
    }

    #[test]
    fn quantiles_are_where_the_tail_says(
        servers in 1..30u32, busy in 0.01..0.999, q in 0.0..0.9999,
    ) {
        let queue = Mmc::new(busy * f64::from(servers), 1.0, servers).unwrap();
        let response = queue.response_quantile(q).unwrap();
        prop_assert!((queue.response_longer(response) - (1.0 - q)).abs() < 1e-9);
        let wait = queue.wait_quantile(q).unwrap();
        if wait > 0.0 {
            prop_assert!((queue.wait_longer(wait) - (1.0 - q)).abs() < 1e-9);
        } else {
            prop_assert!(queue.waits() <= 1.0 - q);
        }
        prop_assert!(response >= wait);
    }

    /// The mean is the area under the tail.
    #[test]
    fn the_mean_is_the_tails(servers in 1..12u32, busy in 0.05..0.95) {
        let queue = Mmc::new(busy * f64::from(servers), 1.0, servers).unwrap();
        let end = queue.response_quantile(1.0 - 1e-9).unwrap();
        let steps = 20_000;
        let width = end / f64::from(steps);
        let area: f64 = (0..steps)
            .map(|step| width * queue.response_longer(width * (f64::from(step) + 0.5)))
            .sum();
        assert_close(area, queue.response(), 1e-4);
    }

    #[test]
    fn the_fewest_servers_keep_the_promise_and_one_less_does_not(
        offered in 0.1..200.0, q in 0.5..0.9999, times in 1.01..5.0,
    ) {
        let time = -f64::ln(1.0 - q) * times;
        let servers = servers_for(offered, 1.0, Target::Response { quantile: q, time }).unwrap();
        // All are late if the line grows for ever.
        let longer = |servers| {
            Mmc::new(offered, 1.0, servers).map_or(1.0, |queue| queue.response_longer(time))
        };
        prop_assert!(longer(servers) <= 1.0 - q + 1e-12);
        prop_assert!(longer(servers - 1) > 1.0 - q - 1e-12);
    }

    /// Whatever is asked: an error that says why, or a number.
    #[test]
    fn no_answer_is_not_a_number(
        rate in any::<f64>(), time in any::<f64>(), servers in 0..2000u32, room in 0..2000u32,
        q in any::<f64>(), spread in any::<f64>(),
    ) {
        let mut answers = Vec::new();
        if let Ok(queue) = Mm1::new(rate, time) {
            answers.extend([queue.response(), queue.wait(), queue.in_system(), queue.in_queue()]);
            answers.extend(queue.response_quantile(q).ok());
            answers.extend(queue.wait_quantile(q).ok());
        }
        if let Ok(queue) = Mmc::new(rate, time, servers) {
            answers.extend([queue.response(), queue.wait(), queue.in_system(), queue.in_queue()]);
            answers.push(queue.waits());
            answers.extend(queue.response_quantile(q).ok());
            answers.extend(queue.wait_quantile(q).ok());
        }
        if let Ok(queue) = Mmck::new(rate, time, servers, room) {
            answers.extend([queue.response(), queue.wait(), queue.in_system(), queue.in_queue()]);
            answers.push(queue.loss());
        }
        if let Ok(queue) = Mg1::new(rate, time, spread) {
            answers.extend([queue.response(), queue.wait(), queue.in_system(), queue.in_queue()]);
        }
        answers.extend(kingman(rate, time, spread, spread).ok());
        answers.extend(erlang_c(servers, rate).ok());
        prop_assert!(are_numbers(&answers), "{answers:?}");
    }

    /// The same on scales on which there are answers more often.
    #[test]
    fn queues_that_are_nearly_full_have_answers(
        scale in -99..99, servers in 1..50u32,
        short in prop::sample::select(vec![1e-1, 1e-6, 1e-12, 1e-15, 2e-16]),
    ) {
        let time = 10f64.powi(scale);
        let rate = (1.0 - short) * f64::from(servers) / time;
        if let Ok(queue) = Mmc::new(rate, time, servers) {
            let answers = [queue.wait(), queue.in_queue(), queue.response_quantile(0.999).unwrap()];
            prop_assert!(are_numbers(&answers), "{answers:?}");
        }
    }
}

#[test]
fn littles_law_has_three_sides() {
    let inside = little::in_system(1000.0, 0.020);
    assert_close(inside, 20.0, 1e-12);
    assert_close(little::time(inside, 1000.0), 0.020, 1e-12);
    assert_close(little::rate(inside, 0.020), 1000.0, 1e-12);
}
