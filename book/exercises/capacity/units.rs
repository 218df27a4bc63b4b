// A colleague has planned a backup: 40 TiB over a link of 10 Gbit/s, "40 000 / 10, so 4 000 seconds".
// The program below does the same; mend it. Everything here is a bare number, as in many programs,
// and its name is all that says what it counts.

/// How long it takes to send so many tebibytes over a link of so many gigabits a second, of which
/// a share (0.8, say) is for data. In seconds.
pub fn seconds_to_send(tebibytes: f64, gigabits_per_second: f64, share: f64) -> f64 {
    1000.0 * tebibytes / gigabits_per_second
}

/// Gigabytes that a disk sold as so many terabytes is shown with by a program that counts in
/// gibibytes and calls them GB.
pub fn shown_as_gb(terabytes: f64) -> f64 {
    1024.0 * terabytes
}

/// Requests a second that fill the link, if each answer takes so many kilobytes.
pub fn requests_that_fill(gigabits_per_second: f64, kilobytes: f64) -> f64 {
    1_000_000.0 * gigabits_per_second / kilobytes
}
