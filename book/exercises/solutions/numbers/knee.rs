use queueing::theory::Mmc;

/// How many times as much load a server can take that is busy for a share `busy` of the time, until
/// its mean response takes `slower` times as long. One server, arrivals and services at random.
pub fn headroom(busy: f64, slower: f64) -> f64 {
    // What is left of the server is what becomes smaller by that factor.
    (1.0 - (1.0 - busy) / slower) / busy
}

/// How busy one server may be so that a share `q` of the requests is answered within `target`, if
/// a service takes `service` on average. `None` if that cannot be had at any load.
pub fn allowed(service: f64, q: f64, target: f64) -> Option<f64> {
    let mean = target / -(1.0 - q).ln();
    let busy = 1.0 - service / mean;
    (busy > 0.0).then_some(busy)
}

/// The same for so many servers with one line, to within a millionth.
pub fn allowed_with(servers: u32, service: f64, q: f64, target: f64) -> Option<f64> {
    let is_kept = |busy: f64| {
        let queue = Mmc::new(busy * f64::from(servers) / service, service, servers);
        let quantile = queue.and_then(|queue| queue.response_quantile(q));
        quantile.is_ok_and(|quantile| quantile <= target)
    };
    // More load never makes it faster, so the greatest is found by halving.
    let (mut low, mut high) = (1e-9, 1.0);
    if !is_kept(low) {
        return None;
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if is_kept(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}
