//! What a second processor gave, in races of this book that were run with one thread and with two.

use std::fmt::Write as _;
use std::path::Path;

use crate::race::Report;
use crate::{Figure, FigureError};

/// What is done, what the threads share, and where it is recorded: the race, the contestant, and the
/// cases with one thread and with two.
const ROWS: [(&str, &str, &str, &str, [&str; 2]); 6] = [
    (
        "refusing at a rate limiter",
        "read by both",
        "limiter",
        "book::Gcra",
        ["deny/1-thread", "deny/2-threads"],
    ),
    (
        "lookup in a lock-free skip list",
        "read by both",
        "skiplist",
        "book::ArenaSkipList",
        ["get/100k", "get/2-threads"],
    ),
    (
        "insertion into a lock-free skip list",
        "written by both, mostly in different places",
        "skiplist",
        "book::ConcurrentSkipMap",
        ["insert/100k", "insert/2-threads"],
    ),
    (
        "cache in shards, with a lock each",
        "written by both, mostly in different shards",
        "lru",
        "book::ShardedCache<S3FifoCache>",
        ["shared/1-thread", "shared/2-threads"],
    ),
    (
        "admitting at a rate limiter",
        "one word, written by both",
        "limiter",
        "book::Gcra",
        ["admit/1-thread", "admit/2-threads"],
    ),
    (
        "cache with one lock",
        "one lock, taken by both",
        "lru",
        "book::LruCache in a Mutex",
        ["shared/1-thread", "shared/2-threads"],
    ),
];

/// The table; nothing without the records.
///
/// # Errors
///
/// When a record is not of its format.
pub fn table(root: &Path) -> Result<Option<Figure>, FigureError> {
    let mut contents =
        String::from("| | the data is | two threads do, times the work of one |\n|---|---|--:|\n");
    for (what, shared, race, contestant, [one, two]) in ROWS {
        if !Report::exists(root, race) {
            return Ok(None);
        }
        let report = Report::load(root, race)?;
        let times = report
            .time(one, contestant)
            .zip(report.time(two, contestant));
        if let Some((one, two)) = times {
            writeln!(contents, "| {what} | {shared} | {:.2} |", one / two).expect("a string grows");
        }
    }
    Ok(Some(Figure {
        name: "growing-threads.md".to_owned(),
        contents,
    }))
}
