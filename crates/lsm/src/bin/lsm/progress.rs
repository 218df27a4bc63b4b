//! A bar on standard error, if that is a terminal: standard output may be piped.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts up to so many bytes; only a number, if nobody knows how many.
pub fn bytes(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (
            ProgressBar::new(total),
            "{bar:40} {percent:>3} %  {binary_bytes} of {binary_total_bytes}  {eta} left",
        ),
        None => (
            ProgressBar::no_length(),
            "{spinner} {binary_bytes}  {binary_bytes_per_sec}",
        ),
    };
    bar.with_style(ProgressStyle::with_template(template).expect("the template is valid"))
}
