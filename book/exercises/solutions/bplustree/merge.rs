use std::cmp::Ordering;

use bplustree::BPlusTreeMap;
use bplustree::map::Range;

/// The keys that are in both maps, in order, each with its two values: an *inner join*.
///
/// The cursor that is behind goes on to where the other one is. With one cursor for each of many
/// lists this is *leapfrog*: Veldhuizen, *Leapfrog Triejoin*, ICDT 2014.
pub fn join<'a, K: Ord, A, B>(
    left: &'a BPlusTreeMap<K, A>,
    right: &'a BPlusTreeMap<K, B>,
) -> Vec<(&'a K, &'a A, &'a B)> {
    let (mut left, mut right) = (Cursor::new(left), Cursor::new(right));
    let mut both = Vec::new();
    while let (Some((key, a)), Some((other, b))) = (left.at, right.at) {
        match key.cmp(other) {
            Ordering::Less => left.seek(other),
            Ordering::Greater => right.seek(key),
            Ordering::Equal => {
                both.push((key, a, b));
                left.step();
                right.step();
            }
        }
    }
    both
}

/// The keys of `left` that are not in `right`, in order: an *anti-join*, `WHERE NOT EXISTS`.
///
/// What `left` would leap over is part of the answer, so only `right` leaps.
pub fn missing<'a, K: Ord, A, B>(
    left: &'a BPlusTreeMap<K, A>,
    right: &'a BPlusTreeMap<K, B>,
) -> Vec<&'a K> {
    let mut right = Cursor::new(right);
    let is_missing = |key: &&K| {
        right.seek(key);
        right.at.is_none_or(|(other, _)| other != *key)
    };
    left.keys().filter(is_missing).collect()
}

/// A place in a map, from which it goes on only forwards.
struct Cursor<'a, K, V> {
    map: &'a BPlusTreeMap<K, V>,
    at: Option<(&'a K, &'a V)>,
    rest: Range<'a, K, V>,
}

/// So many entries are walked over before leaping: about what a leap costs, so that neither costs
/// more than twice the better of the two.
const WALK: usize = 16;

impl<'a, K: Ord, V> Cursor<'a, K, V> {
    fn new(map: &'a BPlusTreeMap<K, V>) -> Self {
        let mut rest = map.range::<K, _>(..);
        let at = rest.next();
        Cursor { map, at, rest }
    }

    fn step(&mut self) {
        self.at = self.rest.next();
    }

    /// Goes on to the first key that is not less than `key`.
    fn seek(&mut self, key: &K) {
        for _ in 0..WALK {
            match self.at {
                Some((at, _)) if at < key => self.step(),
                _ => return,
            }
        }
        self.rest = self.map.range(key..);
        self.step();
    }
}
