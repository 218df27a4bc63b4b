use std::collections::HashSet;

use bloom::CountingBloomFilter;

/// A key whose removal makes `filter` deny `victim`, although it is in.
///
/// The filter refuses to remove what it knows not to be in. A false positive it does not know: its
/// removal counts down what belongs to others. If one of those counters was the victim's alone, the
/// victim is gone, which a filter should never say of a member. Such strangers are rare, and made
/// up in no time: with filters that anybody may remove from, *no* is no longer certain. So remove
/// only what is known to be in, or choose a secret seed.
pub fn poison(filter: &CountingBloomFilter, members: &HashSet<String>, victim: &str) -> String {
    let mut strangers = (0_u64..).map(|number| format!("stranger {number}"));
    let takes_the_victim_along = |stranger: &String| {
        let mut after = filter.clone();
        after.remove(stranger);
        !after.contains(victim)
    };
    strangers
        .find(|stranger| {
            filter.contains(stranger)
                && !members.contains(stranger)
                && takes_the_victim_along(stranger)
        })
        .expect("there are numbers enough")
}
