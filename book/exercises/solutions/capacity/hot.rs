/// The share of all requests that goes to the key of a rank, of so many keys.
pub fn share(rank: u32, keys: u32, s: f64) -> f64 {
    let all: f64 = (1..=keys).map(|rank| f64::from(rank).powf(-s)).sum();
    f64::from(rank).powf(-s) / all
}

/// How busy the busiest server is (1 is all it can do), if it has the hottest key and, of all other
/// requests, as many as every other server; `load` is the average server's.
pub fn hottest(load: f64, servers: u32, keys: u32, s: f64) -> f64 {
    with_key(load, servers, share(1, keys, s))
}

/// A server with a key of such a share, and its part of the rest.
fn with_key(load: f64, servers: u32, share: f64) -> f64 {
    load * f64::from(servers) * share + load * (1.0 - share)
}

/// How many of the hottest keys to copy to all servers, which then share their requests, so that no
/// server has more than `most`, if it has the hottest key that is not copied. None if the average
/// alone is too much.
///
/// What is copied is spread evenly, as is all the rest but for that one key: so the key of rank
/// n + 1 decides. Its share falls as 1/r, and a few copied keys go a long way.
pub fn copies_needed(load: f64, most: f64, servers: u32, keys: u32, s: f64) -> Option<u32> {
    if load > most {
        return None;
    }
    let all: f64 = (1..=keys).map(|rank| f64::from(rank).powf(-s)).sum();
    let fits = |copied: &u32| {
        let share = match copied {
            copied if *copied < keys => f64::from(copied + 1).powf(-s) / all,
            _ => 0.0,
        };
        with_key(load, servers, share) <= most
    };
    (0..=keys).find(fits)
}
