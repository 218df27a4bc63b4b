use std::collections::VecDeque;

/// The share of requests that find all of `servers` busy, if `offered` erlangs come at random, and
/// the others wait in one line: Erlang C. 1 if `offered` is not below `servers`.
///
/// There may be thousands of servers, and no `f64` holds the factorial of 171.
pub fn waits(servers: u32, offered: f64) -> f64 {
    let busy = offered / f64::from(servers);
    if busy >= 1.0 {
        return 1.0;
    }
    // Erlang B: without any server, all are lost.
    let lost = (1..=servers).fold(1.0, |lost, server| {
        offered * lost / (f64::from(server) + offered * lost)
    });
    lost / (1.0 - busy * (1.0 - lost))
}

/// The fewest servers with which a share `q` of the requests waits for no longer than `time`, if
/// `rate` come in a second, which take `service` seconds each on average.
///
/// Who waits does so for an exponential time, whose mean is 1 / (servers / service - rate).
pub fn fewest(rate: f64, service: f64, q: f64, time: f64) -> u32 {
    let is_enough = |servers: &u32| {
        let spare = f64::from(*servers) / service - rate;
        spare > 0.0 && waits(*servers, rate * service) * (-spare * time).exp() <= 1.0 - q
    };
    let first = (rate * service) as u32;
    (first.max(1)..).find(is_enough).unwrap_or(u32::MAX)
}

/// How many requests are lost, of those that come at these times and take so long, in that order, if
/// there are so many servers, and room for so many to wait. Who comes first is served first; a
/// server that is done in a moment is free in that moment.
pub fn lost(requests: &[(u64, u64)], servers: usize, room: usize) -> usize {
    // When each server is free of all that it has taken on, and who has not begun yet.
    let mut free = vec![0; servers];
    let mut begins: VecDeque<u64> = VecDeque::new();
    let mut lost = 0;
    for &(came, takes) in requests {
        while begins.front().is_some_and(|begin| *begin <= came) {
            begins.pop_front();
        }
        let Some(first) = free.iter_mut().min() else {
            return requests.len();
        };
        if *first > came && begins.len() >= room {
            lost += 1;
            continue;
        }
        let begin = came.max(*first);
        begins.push_back(begin); // in order, as the line is
        *first = begin + takes;
    }
    lost
}
