/// The share of requests that find all of `servers` busy, if `offered` erlangs come at random, and
/// the others wait in one line: Erlang C. 1 if `offered` is not below `servers`.
///
/// There may be thousands of servers, and no `f64` holds the factorial of 171.
pub fn waits(servers: u32, offered: f64) -> f64 {
    todo!("how often is a system without a line full, if it has one server more?")
}

/// The fewest servers with which a share `q` of the requests waits for no longer than `time`, if
/// `rate` come in a second, which take `service` seconds each on average.
///
/// Who waits does so for an exponential time, whose mean is 1 / (servers / service - rate).
pub fn fewest(rate: f64, service: f64, q: f64, time: f64) -> u32 {
    todo!()
}

/// How many requests are lost, of those that come at these times and take so long, in that order, if
/// there are so many servers, and room for so many to wait. Who comes first is served first; a
/// server that is done in a moment is free in that moment.
pub fn lost(requests: &[(u64, u64)], servers: usize, room: usize) -> usize {
    todo!("when does each of those inside begin, and when is it done?")
}
