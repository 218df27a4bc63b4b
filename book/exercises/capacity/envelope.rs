// A service on the back of an envelope. The types are the crate's: what has a wrong unit does not
// compile.

use capacity::{Bytes, Count, Rate, Ratio, Time};

/// Requests in the busiest second: so many people, each so often, and the peak so many times the
/// average.
pub fn at_the_peak(people: Count, each: Rate, peak: Ratio) -> Rate {
    todo!("people × each is a rate")
}

/// What is on disk after `keep`: each of `people` writes so often, an object takes `size`, and
/// `copies` bytes are stored for each.
pub fn on_disk(people: Count, each: Rate, size: Bytes, keep: Time, copies: Ratio) -> Bytes {
    todo!("a rate times bytes is a bandwidth, and a bandwidth times a time is bytes")
}

/// After how long a disk of `room` is full, if the writes are as in `on_disk`.
pub fn full_after(room: Bytes, people: Count, each: Rate, size: Bytes, copies: Ratio) -> Time {
    todo!("bytes divided by a bandwidth are a time")
}
