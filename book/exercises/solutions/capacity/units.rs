const BITS: f64 = 8.0;
const GIGA: f64 = 1e9;
const GIBI: f64 = 1024.0 * 1024.0 * 1024.0;

/// How long it takes to send so many tebibytes over a link of so many gigabits a second, of which
/// a share (0.8, say) is for data. In seconds.
///
/// Eight bits a byte, a tenth more bytes in a tebibyte than in a terabyte, and a share of the link:
/// ten or eleven times as long as the colleague said.
pub fn seconds_to_send(tebibytes: f64, gigabits_per_second: f64, share: f64) -> f64 {
    let bits = tebibytes * 1024.0 * GIBI * BITS;
    bits / (gigabits_per_second * GIGA * share)
}

/// Gigabytes that a disk sold as so many terabytes is shown with by a program that counts in
/// gibibytes and calls them GB.
pub fn shown_as_gb(terabytes: f64) -> f64 {
    terabytes * 1e12 / GIBI
}

/// Requests a second that fill the link, if each answer takes so many kilobytes.
pub fn requests_that_fill(gigabits_per_second: f64, kilobytes: f64) -> f64 {
    gigabits_per_second * GIGA / (kilobytes * 1e3 * BITS)
}
