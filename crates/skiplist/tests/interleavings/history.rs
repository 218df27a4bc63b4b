//! What threads called and got, and whether one thread could have got the same.

use std::collections::BTreeMap;
use std::ops::Bound::Excluded;

use crate::Map;
use crate::key::Key;

/// A call, with key and value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call {
    Insert(u8, u8),
    GetOrInsert(u8, u8),
    Remove(u8),
    Get(u8),
    After(u8),
    Before(u8),
}
use Call::*;

/// What it returned: a value, or the neighbour's key.
type Answer = Option<u8>;

impl Call {
    pub(crate) fn make(self, map: &Map) -> Answer {
        match self {
            Insert(key, value) => Some(*map.insert(Key::new(key), value).value()),
            GetOrInsert(key, value) => Some(*map.get_or_insert(Key::new(key), value).value()),
            Remove(key) => map.remove(&key).map(|entry| *entry.value()),
            Get(key) => map.get(&key).map(|entry| *entry.value()),
            After(key) => map
                .lower_bound(Excluded(&key))
                .map(|entry| entry.key().number()),
            Before(key) => map
                .upper_bound(Excluded(&key))
                .map(|entry| entry.key().number()),
        }
    }

    fn make_alone(self, map: &mut BTreeMap<u8, u8>) -> Answer {
        match self {
            Insert(key, value) => {
                map.insert(key, value);
                Some(value)
            }
            GetOrInsert(key, value) => Some(*map.entry(key).or_insert(value)),
            Remove(key) => map.remove(&key),
            Get(key) => map.get(&key).copied(),
            After(key) => map.range(key + 1..).next().map(|(key, _)| *key),
            Before(key) => map.range(..key).next_back().map(|(key, _)| *key),
        }
    }
}

/// What a thread called, and what it got.
type Thread<'a> = (&'a [Call], &'a [Answer]);

/// Panics unless the answers are those of some order of all the calls, one after the other, that
/// ends with the entries `left`.
pub(crate) fn require_an_order(keys: &[u8], threads: [(&[Call], &[Answer]); 2], left: &[(u8, u8)]) {
    let map = keys.iter().map(|key| (*key, 0)).collect();
    assert!(
        an_order_exists(map, threads, left),
        "no order explains {threads:?}, {left:?}"
    );
}

fn an_order_exists(map: BTreeMap<u8, u8>, threads: [Thread<'_>; 2], left: &[(u8, u8)]) -> bool {
    if threads.iter().all(|(calls, _)| calls.is_empty()) {
        return map.into_iter().eq(left.iter().copied());
    }
    (0..2).any(|next| {
        let (mut map, mut threads) = (map.clone(), threads);
        let ([call, calls @ ..], [answer, answers @ ..]) = threads[next] else {
            return false;
        };
        threads[next] = (calls, answers);
        call.make_alone(&mut map) == *answer && an_order_exists(map, threads, left)
    })
}
