use queueing::theory::Mmc;

/// How many times as much load a server can take that is busy for a share `busy` of the time, until
/// its mean response takes `slower` times as long. One server, arrivals and services at random.
pub fn headroom(busy: f64, slower: f64) -> f64 {
    todo!("W = S / (1 - ρ)")
}

/// How busy one server may be so that a share `q` of the requests is answered within `target`, if
/// a service takes `service` on average. `None` if that cannot be had at any load.
pub fn allowed(service: f64, q: f64, target: f64) -> Option<f64> {
    todo!("response times are exponential, with the mean W")
}

/// The same for so many servers with one line, to within a millionth.
pub fn allowed_with(servers: u32, service: f64, q: f64, target: f64) -> Option<f64> {
    todo!("Mmc knows the quantile at a load, and not the load at a quantile")
}
