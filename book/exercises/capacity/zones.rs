// A service is spread over zones, as many servers in each. When zones fail at the peak, those in the
// others share all of the load, and none of them may be busier than `most` (0.6 is 60 %).

/// How many servers to have in all, the fewest with which that is true.
pub fn servers(peak: f64, handles: f64, most: f64, zones: u32, lost: u32) -> u32 {
    todo!("how many does each of the zones that are left need?")
}

/// How busy each server is at the peak when no zone has failed.
pub fn usual(peak: f64, handles: f64, servers: u32) -> f64 {
    todo!("all of them share the load")
}

/// The number of zones, of 2 to `at_most`, with which the fewest servers are needed if one zone may
/// fail; the smallest such number.
pub fn cheapest_zones(peak: f64, handles: f64, most: f64, at_most: u32) -> u32 {
    todo!("more zones need less spare, until rounding up in each of them costs more")
}
