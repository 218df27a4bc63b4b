use std::collections::HashSet;

use bloom::CountingBloomFilter;

/// A key whose removal makes `filter` deny `victim`, although it is in.
///
/// The key must not be one of `members`, which are all that was inserted, `victim` among them, each
/// once. The filter lets itself be asked and cloned, but its counters cannot be seen.
pub fn poison(filter: &CountingBloomFilter, members: &HashSet<String>, victim: &str) -> String {
    todo!(
        "what does the filter believe of a key that it lets be removed, and of how many strangers?"
    )
}
