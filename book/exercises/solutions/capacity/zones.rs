/// How many servers to have in all, the fewest with which that is true.
pub fn servers(peak: f64, handles: f64, most: f64, zones: u32, lost: u32) -> u32 {
    let busy = peak / (handles * most);
    zones * (busy / f64::from(zones - lost)).ceil() as u32
}

/// How busy each server is at the peak when no zone has failed.
pub fn usual(peak: f64, handles: f64, servers: u32) -> f64 {
    peak / (handles * f64::from(servers))
}

/// The number of zones, of 2 to `at_most`, with which the fewest servers are needed if one zone may
/// fail; the smallest such number.
///
/// The spare is a half of all with two zones, a third with three. A small service pays more for
/// rounding up than it saves.
pub fn cheapest_zones(peak: f64, handles: f64, most: f64, at_most: u32) -> u32 {
    (2..=at_most)
        .min_by_key(|&zones| servers(peak, handles, most, zones, 1))
        .unwrap_or(2)
}
