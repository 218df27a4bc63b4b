//! Random commands to a [`SortedSet`], and to a `Vec` that is sorted again after each.

use std::ops::Bound;

use proptest::prelude::*;
use skiplist::SortedSet;
use skiplist::sorted_set::{AddOptions, Added};

#[derive(Clone, Debug)]
enum Op {
    Add(u8, f64, usize, bool),
    Increment(u8, f64),
    Remove(u8),
    PopFirst,
    PopLast,
    RemoveRanks(i64, i64),
    RemoveScores(Bound<f64>, Bound<f64>),
    Clear,
}

/// Few different scores, so that many are equal.
fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-4..5).prop_map(|n| f64::from(n) / 2.0),
        1 => Just(-0.0),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
    ]
}

fn bound() -> impl Strategy<Value = Bound<f64>> {
    prop_oneof![
        Just(Bound::Unbounded),
        score().prop_map(Bound::Included),
        score().prop_map(Bound::Excluded),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let member = 0..40u8;
    prop_oneof![
        20 => (member.clone(), score(), 0..4usize, any::<bool>())
            .prop_map(|(member, score, which, xx)| Op::Add(member, score, which, xx)),
        6 => (member.clone(), score()).prop_map(|(member, by)| Op::Increment(member, by)),
        6 => member.prop_map(Op::Remove),
        2 => Just(Op::PopFirst),
        2 => Just(Op::PopLast),
        1 => (-50..50i64, 0..6i64).prop_map(|(start, len)| Op::RemoveRanks(start, start + len)),
        1 => (bound(), bound()).prop_map(|(start, end)| Op::RemoveScores(start, end)),
        1 => Just(Op::Clear),
    ]
}

/// Members with scores, in order.
#[derive(Default)]
struct Model(Vec<(f64, u8)>);

impl Model {
    fn position(&self, member: u8) -> Option<usize> {
        self.0.iter().position(|entry| entry.1 == member)
    }

    fn add(&mut self, member: u8, score: f64, which: usize, existing_only: bool) -> Added {
        let done = match self.position(member) {
            None if existing_only => return Added::Refused,
            None => {
                self.0.push((score, member));
                Added::New
            }
            Some(position) => {
                let old = self.0[position].0;
                let allowed = [true, false, score > old, score < old][which];
                if !allowed || score == old {
                    return Added::Kept { score: old };
                }
                self.0[position].0 = score;
                Added::Updated { from: old }
            }
        };
        self.0.sort_by(|a, b| a.partial_cmp(b).unwrap());
        done
    }

    /// The places `start` to `stop` of Redis.
    fn places(&self, start: i64, stop: i64) -> Vec<(f64, u8)> {
        let len = self.0.len() as i64;
        let place = |place: i64| if place < 0 { len + place } else { place };
        let wanted = place(start)..=place(stop);
        let placed = self.0.iter().zip(0i64..);
        placed
            .filter(|(_, place)| wanted.contains(place))
            .map(|(entry, _)| *entry)
            .collect()
    }

    fn scores(&self, start: Bound<f64>, end: Bound<f64>) -> Vec<(f64, u8)> {
        let inside = |score: f64| {
            (match start {
                Bound::Unbounded => true,
                Bound::Included(start) => start <= score,
                Bound::Excluded(start) => start < score,
            }) && (match end {
                Bound::Unbounded => true,
                Bound::Included(end) => score <= end,
                Bound::Excluded(end) => score < end,
            })
        };
        self.0
            .iter()
            .copied()
            .filter(|entry| inside(entry.0))
            .collect()
    }

    fn remove(&mut self, gone: &[(f64, u8)]) -> usize {
        self.0.retain(|entry| !gone.contains(entry));
        gone.len()
    }
}

fn apply(set: &mut SortedSet<u8>, model: &mut Model, op: Op) {
    let swap = |(score, member): (f64, u8)| (member, score);
    match op {
        Op::Add(member, score, which, existing_only) => {
            let options = [
                AddOptions::ANY,
                AddOptions::NX,
                AddOptions::GT,
                AddOptions::LT,
            ][which];
            let options = if existing_only {
                options.existing_only()
            } else {
                options
            };
            let expected = model.add(member, score, which, existing_only);
            assert_eq!(set.add(member, score, options), Ok(expected));
        }
        Op::Increment(member, by) => {
            let score = model
                .position(member)
                .map_or(0.0, |position| model.0[position].0);
            let sum = set.increment(member, by);
            assert_eq!(sum.is_err(), (score + by).is_nan());
            if let Ok(sum) = sum {
                assert_eq!(sum, score + by);
                model.add(member, sum, 0, false);
            }
        }
        Op::Remove(member) => {
            let removed = model
                .position(member)
                .map(|position| model.0.remove(position).0);
            assert_eq!(set.remove(&member), removed);
        }
        Op::PopFirst => {
            let first = (!model.0.is_empty()).then(|| swap(model.0.remove(0)));
            assert_eq!(set.pop_first(), first);
        }
        Op::PopLast => assert_eq!(set.pop_last(), model.0.pop().map(swap)),
        Op::RemoveRanks(start, stop) => {
            let gone = model.places(start, stop);
            assert_eq!(
                set.remove_range_by_rank(set.ranks(start, stop)),
                model.remove(&gone)
            );
        }
        Op::RemoveScores(start, end) => {
            let gone = model.scores(start, end);
            assert_eq!(set.remove_range_by_score((start, end)), model.remove(&gone));
        }
        Op::Clear => {
            set.clear();
            model.0.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn does_what_a_sorted_vec_does(
        ops in proptest::collection::vec(
            (op(), 0..40u8, (-50..50i64, -50..50i64), (bound(), bound()), 0..30usize),
            1..150,
        ),
    ) {
        let (mut set, mut model) = (SortedSet::new(), Model::default());
        for (op, member, (start, stop), (from, to), offset) in ops {
            apply(&mut set, &mut model, op);
            set.check_invariants();
            let swap = |(member, score): (&u8, f64)| (score, *member);
            prop_assert!(set.iter().map(swap).eq(model.0.iter().copied()));
            prop_assert_eq!(set.len(), model.0.len());
            let position = model.position(member);
            prop_assert_eq!(set.rank(&member), position);
            prop_assert_eq!(set.rev_rank(&member), position.map(|rank| set.len() - 1 - rank));
            prop_assert_eq!(set.score(&member), position.map(|rank| model.0[rank].0));
            prop_assert_eq!(set.get_by_rank(offset).map(swap), model.0.get(offset).copied());

            prop_assert!(set.range(start, stop).map(swap).eq(model.places(start, stop)));
            let reversed = model.places(-1 - stop, -1 - start).into_iter().rev();
            prop_assert!(set.rev_range(start, stop).map(swap).eq(reversed));
            let scores = model.scores(from, to);
            prop_assert_eq!(set.count_by_score((from, to)), scores.len());
            let limited = set.range_by_score((from, to)).rev().skip(offset).take(5);
            prop_assert!(limited.map(swap).eq(scores.into_iter().rev().skip(offset).take(5)));
        }
        prop_assert!(set.into_iter().map(|(member, score)| (score, member)).eq(model.0));
    }
}
