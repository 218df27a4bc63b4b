//! Drains, step by step, and with clients whose requests take time to arrive.

#[cfg_attr(feature = "yours", path = "../edge-proxy/drain.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/edge-proxy/drain.rs")]
mod exercise;

use std::collections::BTreeMap;

use exercise::{Command, Conn, Drain, Event, Millis, Times};

const TIMES: Times = Times {
    notice: 100,
    grace: 500,
    most: 10_000,
};

fn answer(conn: Conn, close: bool) -> Command {
    Command::Answer { conn, close }
}

/// Ticks whenever it is wanted, up to and including `until`.
fn ticks(drain: &mut Drain, until: Millis) -> Vec<(Millis, Command)> {
    let mut done = Vec::new();
    let mut last = 0;
    while let Some(at) = drain.wake_at().filter(|at| *at <= until) {
        let commands = drain.on(at, Event::Tick);
        assert!(
            at > last || !commands.is_empty(),
            "woken at {at} again, for nothing"
        );
        last = at;
        done.extend(commands.into_iter().map(|command| (at, command)));
    }
    done
}

#[test]
fn nothing_ends_before_it_is_told_to_leave() {
    let mut drain = Drain::new(TIMES);
    assert_eq!(drain.wake_at(), None);
    assert_eq!(drain.on(0, Event::Accepted(1)), []);
    assert_eq!(drain.on(5, Event::Request(1)), []);
    assert_eq!(drain.on(9, Event::Done(1)), [answer(1, false)]);
    assert_eq!(drain.on(10, Event::Gone(1)), []);
    assert_eq!(drain.wake_at(), None);
}

#[test]
fn alone_it_says_so_waits_for_the_notice_and_goes() {
    let mut drain = Drain::new(TIMES);
    assert_eq!(drain.on(1000, Event::Leave), [Command::NotReady]);
    let gone = [
        (1100, Command::StopAccepting),
        (1100, Command::Exit { lost: 0 }),
    ];
    assert_eq!(ticks(&mut drain, 20_000), gone);
    assert_eq!(drain.wake_at(), None, "it is over");
}

#[test]
fn who_comes_during_the_notice_is_served_and_told() {
    let mut drain = Drain::new(TIMES);
    drain.on(0, Event::Leave);
    drain.on(50, Event::Accepted(1));
    drain.on(51, Event::Request(1));
    assert_eq!(drain.on(60, Event::Done(1)), [answer(1, true)]);
    let gone = [
        (100, Command::StopAccepting),
        (100, Command::Exit { lost: 0 }),
    ];
    assert_eq!(ticks(&mut drain, 20_000), gone);
}

#[test]
fn an_idle_connection_has_its_grace_and_a_request_on_it_is_answered() {
    let mut drain = Drain::new(TIMES);
    drain.on(0, Event::Accepted(1));
    drain.on(0, Event::Accepted(2));
    drain.on(0, Event::Leave);
    assert_eq!(ticks(&mut drain, 599), [(100, Command::StopAccepting)]);
    assert_eq!(drain.on(599, Event::Request(2)), []);
    assert_eq!(ticks(&mut drain, 699), [(600, Command::Close(1))]);
    let last = [answer(2, true), Command::Exit { lost: 0 }];
    assert_eq!(drain.on(700, Event::Done(2)), last);
}

#[test]
fn who_was_accepted_at_the_last_moment_has_a_grace_too() {
    let mut drain = Drain::new(TIMES);
    drain.on(0, Event::Accepted(1));
    drain.on(0, Event::Leave);
    assert_eq!(drain.on(100, Event::Tick), [Command::StopAccepting]);
    assert_eq!(drain.on(101, Event::Accepted(2)), []);
    let gone = [
        (600, Command::Close(1)),
        (601, Command::Close(2)),
        (601, Command::Exit { lost: 0 }),
    ];
    assert_eq!(ticks(&mut drain, 20_000), gone);
}

#[test]
fn it_does_not_wait_when_nobody_is_left() {
    let mut drain = Drain::new(TIMES);
    drain.on(0, Event::Accepted(1));
    drain.on(0, Event::Leave);
    ticks(&mut drain, 100);
    assert_eq!(drain.on(200, Event::Gone(1)), [Command::Exit { lost: 0 }]);
}

#[test]
fn what_never_ends_is_cut_off_and_counted() {
    let mut drain = Drain::new(TIMES);
    for conn in 1..=3 {
        drain.on(0, Event::Accepted(conn));
        drain.on(0, Event::Request(conn));
    }
    drain.on(1000, Event::Leave);
    assert_eq!(drain.on(2000, Event::Gone(3)), [Command::StopAccepting]);
    // To be told twice changes nothing.
    assert_eq!(drain.on(5000, Event::Leave), []);
    assert_eq!(
        ticks(&mut drain, 20_000),
        [(11_000, Command::Exit { lost: 2 })]
    );
    assert_eq!(
        drain.on(12_000, Event::Done(1)),
        [],
        "nothing comes after the end"
    );
}

/// Numbers that look random: xorshift.
fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

/// Clients that write whenever they like, to a proxy that hears it some time later.
#[test]
fn no_request_is_lost_that_was_written_before_its_client_could_know() {
    const WIRE: Millis = 200;
    for seed in 1..200 {
        let mut random = numbers(seed);
        let mut drain = Drain::new(TIMES);
        let mut events: BTreeMap<Millis, Vec<Event>> = BTreeMap::new();
        let mut at = |at, event| events.entry(at).or_default().push(event);
        let leave = 1000 + random(1000);
        at(leave, Event::Leave);
        for conn in 0..20 {
            let opened = random(leave + 60);
            at(opened, Event::Accepted(conn));
            // It is idle for a time that it does not know; what it writes arrives after the wire's.
            let written = opened + random(2000);
            if written < leave + TIMES.notice + TIMES.grace - WIRE {
                let arrives = written + 1 + random(WIRE - 1);
                at(arrives, Event::Request(conn));
                at(arrives + 1 + random(1000), Event::Done(conn));
            }
        }
        let (mut open, mut asked, mut answered, mut end) = (Vec::new(), 0, 0, None);
        while end.is_none() {
            let next = events.first_key_value().map(|(at, _)| *at);
            let now = next
                .into_iter()
                .chain(drain.wake_at())
                .min()
                .expect("it never ends");
            let mut batch = match next == Some(now) {
                true => events.remove(&now).unwrap(),
                false => vec![Event::Tick],
            };
            batch.sort_by_key(|event| matches!(event, Event::Leave));
            for event in batch {
                match event {
                    Event::Accepted(conn) => open.push(conn),
                    Event::Request(conn) => {
                        assert!(
                            open.contains(&conn),
                            "seed {seed}: a request was lost at {now}"
                        );
                        asked += 1;
                    }
                    _ => {}
                }
                for command in drain.on(now, event) {
                    assert!(end.is_none(), "seed {seed}: {command:?} after the end");
                    match command {
                        Command::Answer { conn, close } => {
                            answered += 1;
                            assert_eq!(close, now > leave, "seed {seed}: {conn} at {now}");
                            open.retain(|other| !close || *other != conn);
                        }
                        Command::Close(conn) => open.retain(|other| *other != conn),
                        Command::Exit { lost } => {
                            assert_eq!(lost, 0, "seed {seed}");
                            end = Some(now);
                        }
                        Command::NotReady | Command::StopAccepting => {}
                    }
                }
            }
        }
        assert_eq!(answered, asked, "seed {seed}");
        assert!(
            open.is_empty() && events.is_empty(),
            "seed {seed}: {events:?}"
        );
        assert!(end < Some(leave + 3000), "seed {seed}: it took too long");
    }
}
