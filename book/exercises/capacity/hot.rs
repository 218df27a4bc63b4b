// Not all keys are asked for alike. Often the key of rank r (1, 2, 3, …) is asked for in proportion
// to 1/r^s: Zipf's law, with s near 1. Keys lie on servers by their hash, each key on one of them.

/// The share of all requests that goes to the key of a rank, of so many keys.
pub fn share(rank: u32, keys: u32, s: f64) -> f64 {
    todo!("1/rank^s, divided by the sum of that over all ranks")
}

/// How busy the busiest server is (1 is all it can do), if it has the hottest key and, of all other
/// requests, as many as every other server; `load` is the average server's.
pub fn hottest(load: f64, servers: u32, keys: u32, s: f64) -> f64 {
    todo!("load × servers is all there is, in servers; how much of it is for the hottest key?")
}

/// How many of the hottest keys to copy to all servers, which then share their requests, so that no
/// server has more than `most`, if it has the hottest key that is not copied. None if the average
/// alone is too much.
pub fn copies_needed(load: f64, most: f64, servers: u32, keys: u32, s: f64) -> Option<u32> {
    todo!("with the first n copied, which key is the hottest that lies on one server?")
}
