//! A cuckoo filter: nearly full before it refuses, nobody thrown out for good, and removals that
//! leave the others.

#[cfg_attr(feature = "yours", path = "../bloom/cuckoo.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bloom/cuckoo.rs")]
mod exercise;

use exercise::CuckooFilter;

const BUCKETS: usize = 2_048;
const SLOTS: usize = 4 * BUCKETS;

/// A filter with the keys from 0 to the number that is returned, of which the next was refused.
fn full() -> (CuckooFilter, u64) {
    let mut filter = CuckooFilter::new(BUCKETS);
    let refused = (0..SLOTS as u64 + 1).find(|key| !filter.insert(*key));
    let refused = refused.expect("a filter has no room for more keys than slots");
    (filter, refused)
}

fn missing(filter: &CuckooFilter, mut keys: impl Iterator<Item = u64>) -> Option<u64> {
    keys.find(|key| !filter.contains(*key))
}

#[test]
fn it_takes_keys_until_95_percent_of_the_slots_are_full() {
    let (_, len) = full();
    let load = len as f64 / SLOTS as f64;
    assert!(
        load > 0.95,
        "a key was refused when {:.1} % of the slots were full: are there four slots a bucket, two \
         buckets a key, and 500 moves?",
        100.0 * load
    );
}

#[test]
fn nobody_is_lost_on_the_way() {
    let mut filter = CuckooFilter::new(BUCKETS);
    for key in 0..SLOTS as u64 * 9 / 10 {
        assert!(filter.insert(key), "no room for key {key} of {SLOTS} slots");
    }
    let missing = missing(&filter, 0..SLOTS as u64 * 9 / 10);
    assert_eq!(
        missing, None,
        "a key that was inserted is denied: does one who is thrown out go to a bucket in which he \
         is looked for?"
    );
}

#[test]
fn a_refusal_changes_nothing() {
    let (mut filter, len) = full();
    assert_eq!(missing(&filter, 0..len), None, "denied after a refusal");
    for key in len..len + 50 {
        filter.insert(key);
    }
    assert_eq!(
        missing(&filter, 0..len),
        None,
        "denied after many refusals: who had no slot at last was somebody else than the newcomer"
    );
}

#[test]
fn few_strangers_are_believed() {
    let (filter, _) = full();
    let strangers = 1 << 40..(1 << 40) + 30_000_u64;
    let believed = strangers.filter(|key| filter.contains(*key)).count();
    let rate = believed as f64 / 30_000.0;
    assert!(
        rate < 0.035,
        "{:.2} % of strangers are believed, 8 of 255 fingerprints are 3.1 %: do fingerprints have \
         all 255 values, and are they independent of the bucket?",
        100.0 * rate
    );
}

#[test]
fn who_is_removed_is_gone_and_the_others_are_not() {
    let (mut filter, len) = full();
    for key in (0..len).step_by(2) {
        assert!(filter.remove(key), "key {key} was in");
    }
    assert_eq!(
        missing(&filter, (1..len).step_by(2)),
        None,
        "denied when others were removed"
    );
    let still = (0..len)
        .step_by(2)
        .filter(|key| filter.contains(*key))
        .count() as f64;
    assert!(
        still < 0.03 * len as f64,
        "{still} of {} keys that were removed are still believed to be in",
        len / 2
    );
    for key in (0..len).step_by(4) {
        assert!(filter.insert(key), "there is room for key {key} again");
    }
    assert_eq!(
        missing(&filter, (0..len).filter(|key| key % 4 != 2)),
        None,
        "denied after others came back"
    );
}

#[test]
fn a_key_that_is_in_twice_has_to_be_removed_twice() {
    let mut filter = CuckooFilter::new(16);
    for _ in 0..2 {
        assert!(filter.insert(7));
    }
    assert!(filter.remove(7));
    assert!(filter.contains(7), "7 is in once more");
    assert!(filter.remove(7));
    assert!(!filter.contains(7), "7 was removed as often as inserted");
    assert!(!filter.remove(7), "there is no 7 to remove");
}

#[test]
fn a_key_has_room_for_itself_eight_times_and_leaves_others_theirs() {
    let mut filter = CuckooFilter::new(16);
    for key in 0..16 {
        assert!(filter.insert(key));
    }
    let mut times = 0;
    while filter.insert(99) {
        times += 1;
        assert!(times <= 8, "99 has two buckets of four slots");
    }
    assert_eq!(
        missing(&filter, 0..16),
        None,
        "denied since 99 has filled its buckets"
    );
}
