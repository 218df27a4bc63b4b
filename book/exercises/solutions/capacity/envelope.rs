use capacity::{Bytes, Count, Rate, Ratio, Time};

/// Requests in the busiest second: so many people, each so often, and the peak so many times the
/// average.
pub fn at_the_peak(people: Count, each: Rate, peak: Ratio) -> Rate {
    people * each * peak
}

/// What is on disk after `keep`: each of `people` writes so often, an object takes `size`, and
/// `copies` bytes are stored for each.
pub fn on_disk(people: Count, each: Rate, size: Bytes, keep: Time, copies: Ratio) -> Bytes {
    people * each * size * keep * copies
}

/// After how long a disk of `room` is full, if the writes are as in `on_disk`.
pub fn full_after(room: Bytes, people: Count, each: Rate, size: Bytes, copies: Ratio) -> Time {
    room / (people * each * size * copies)
}
