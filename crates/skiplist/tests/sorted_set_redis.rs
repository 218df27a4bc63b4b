//! What Redis's documentation shows of each command, and what its source says about corner cases.

use std::ops::Bound::{Excluded, Included, Unbounded};

use skiplist::SortedSet;
use skiplist::sorted_set::{AddOptions, Added, ScoreError};

fn set<const N: usize>(members: [(&'static str, f64); N]) -> SortedSet<&'static str> {
    members.try_into().unwrap()
}

fn one_two_three() -> SortedSet<&'static str> {
    set([("one", 1.0), ("two", 2.0), ("three", 3.0)])
}

fn members<'a>(entries: impl Iterator<Item = (&'a &'static str, f64)>) -> Vec<&'static str> {
    entries.map(|(member, _)| *member).collect()
}

#[test]
fn zadd_adds_updates_and_orders_equal_scores_by_member() {
    let mut set = SortedSet::new();
    assert_eq!(set.add("one", 1.0, AddOptions::ANY), Ok(Added::New));
    assert_eq!(set.add("uno", 1.0, AddOptions::ANY), Ok(Added::New));
    assert_eq!(set.insert("two", 2.0), Ok(None));
    assert_eq!(set.insert("three", 3.0), Ok(None));
    let all = [("one", 1.0), ("uno", 1.0), ("two", 2.0), ("three", 3.0)];
    assert!(
        set.range(0, -1)
            .map(|(member, score)| (*member, score))
            .eq(all)
    );
    assert_eq!(set.insert("one", 5.0), Ok(Some(1.0)));
    assert_eq!(members(set.iter()), ["uno", "two", "three", "one"]);
}

#[test]
fn zadd_does_what_its_options_allow() {
    let mut set = set([("a", 1.0)]);
    let mut add = |member, score, options| set.add(member, score, options).unwrap();
    assert_eq!(add("a", 2.0, AddOptions::NX), Added::Kept { score: 1.0 });
    assert_eq!(add("b", 2.0, AddOptions::NX), Added::New);
    assert_eq!(add("c", 2.0, AddOptions::XX), Added::Refused);
    assert_eq!(add("a", 3.0, AddOptions::XX), Added::Updated { from: 1.0 });
    assert_eq!(add("a", 2.0, AddOptions::GT), Added::Kept { score: 3.0 });
    assert_eq!(add("a", 4.0, AddOptions::GT), Added::Updated { from: 3.0 });
    assert_eq!(add("a", 5.0, AddOptions::LT), Added::Kept { score: 4.0 });
    assert_eq!(add("a", 1.0, AddOptions::LT), Added::Updated { from: 4.0 });
    assert_eq!(add("d", 1.0, AddOptions::LT), Added::New);
    assert_eq!(add("e", 1.0, AddOptions::GT), Added::New);
    assert_eq!(
        add("f", 1.0, AddOptions::GT.existing_only()),
        Added::Refused
    );
    assert_eq!(add("a", 1.0, AddOptions::ANY), Added::Kept { score: 1.0 });
    assert_eq!(members(set.iter()), ["a", "d", "e", "b"]);
    set.check_invariants();
    let counted = [
        Added::New,
        Added::Updated { from: 1.0 },
        Added::Kept { score: 1.0 },
        Added::Refused,
    ];
    assert_eq!(counted.map(Added::is_new), [true, false, false, false]);
    assert_eq!(counted.map(Added::is_change), [true, true, false, false]);
}

#[test]
fn nan_is_an_error_and_changes_nothing() {
    let mut set = set([("low", f64::NEG_INFINITY), ("high", f64::INFINITY)]);
    assert_eq!(set.insert("low", f64::NAN), Err(ScoreError::NotANumber));
    assert_eq!(set.increment("new", f64::NAN), Err(ScoreError::NotANumber));
    let opposite = set.increment("low", f64::INFINITY).unwrap_err();
    assert!(matches!(opposite, ScoreError::SumNotANumber { .. }));
    assert!(opposite.to_string().contains("-inf and inf add up to NaN"));
    assert_eq!(set.increment("high", 1.0), Ok(f64::INFINITY));
    assert_eq!((set.len(), set.score("low")), (2, Some(f64::NEG_INFINITY)));
    assert!(SortedSet::<_>::try_from([("x", f64::NAN)]).is_err());
    assert_eq!(set.count_by_score(f64::NAN..), 0);
    assert_eq!(set.count_by_score(..=f64::NAN), 0);
    assert_eq!(set.count_by_score(f64::NEG_INFINITY..=f64::INFINITY), 2);
    set.check_invariants();
}

#[test]
fn zero_and_minus_zero_are_one_score() {
    let mut set = set([("b", 0.0), ("a", -0.0), ("c", -0.0)]);
    assert_eq!(members(set.iter()), ["a", "b", "c"]);
    assert_eq!(set.count_by_score(0.0..=0.0), 3);
    assert_eq!(set.count_by_score((Excluded(-0.0), Unbounded)), 0);
    assert_eq!(
        set.add("b", -0.0, AddOptions::ANY),
        Ok(Added::Kept { score: 0.0 })
    );
}

#[test]
fn zincrby_moves_a_member() {
    let mut set = set([("one", 1.0), ("two", 2.0)]);
    assert_eq!(set.increment("one", 2.0), Ok(3.0));
    assert_eq!(members(set.iter()), ["two", "one"]);
    assert_eq!(set.increment("new", -1.5), Ok(-1.5));
    assert_eq!(members(set.iter()), ["new", "two", "one"]);
}

#[test]
fn zrem_zscore_and_zcard() {
    let mut set = one_two_three();
    assert_eq!((set.remove("two"), set.remove("two")), (Some(2.0), None));
    assert_eq!(
        (set.score("one"), set.score("two"), set.len()),
        (Some(1.0), None, 2)
    );
    assert!(set.contains("three") && !set.contains("two"));
}

#[test]
fn zrank_and_zrevrank() {
    let set = one_two_three();
    assert_eq!((set.rank("three"), set.rank("four")), (Some(2), None));
    assert_eq!((set.rev_rank("one"), set.rev_rank("four")), (Some(2), None));
}

#[test]
fn zrange_and_zrevrange_count_negative_places_from_the_end() {
    let set = one_two_three();
    assert_eq!(members(set.range(0, -1)), ["one", "two", "three"]);
    assert_eq!(members(set.range(2, 3)), ["three"]);
    assert_eq!(members(set.range(-2, -1)), ["two", "three"]);
    assert_eq!(members(set.range(-100, 0)), ["one"]);
    assert_eq!(members(set.range(1, 0)), [""; 0]);
    assert_eq!(members(set.range(5, 9)), [""; 0]);
    assert_eq!(members(set.range(0, -5)), [""; 0]);
    assert_eq!(
        members(set.range(i64::MIN, i64::MAX)),
        ["one", "two", "three"]
    );
    assert_eq!(members(set.rev_range(0, -1)), ["three", "two", "one"]);
    assert_eq!(members(set.rev_range(2, 3)), ["one"]);
    assert_eq!(members(set.rev_range(-2, -1)), ["two", "one"]);
    assert_eq!(SortedSet::<&str>::new().range(0, -1).len(), 0);
}

#[test]
fn zrangebyscore_and_zcount_with_either_kind_of_bound() {
    let set = one_two_three();
    assert_eq!(members(set.range_by_score(..)), ["one", "two", "three"]);
    assert_eq!(members(set.range_by_score(1.0..=2.0)), ["one", "two"]);
    assert_eq!(
        members(set.range_by_score((Excluded(1.0), Included(2.0)))),
        ["two"]
    );
    assert_eq!(
        members(set.range_by_score((Excluded(1.0), Excluded(2.0)))),
        [""; 0]
    );
    assert_eq!(
        members(set.range_by_score((Included(2.5), Included(1.0)))),
        [""; 0]
    );
    assert_eq!(
        members(set.range_by_score(..).rev().skip(1).take(1)),
        ["two"]
    );
    assert_eq!(set.count_by_score((Excluded(1.0), Included(3.0))), 2);
}

#[test]
fn zremrangebyrank_zremrangebyscore_zpopmin_and_zpopmax() {
    let mut set = one_two_three();
    assert_eq!(set.remove_range_by_rank(set.ranks(0, 1)), 2);
    assert_eq!(members(set.iter()), ["three"]);
    let mut set = one_two_three();
    assert_eq!(set.remove_range_by_score(..2.0), 1);
    assert_eq!(members(set.iter()), ["two", "three"]);
    let mut set = one_two_three();
    assert_eq!(set.pop_first(), Some(("one", 1.0)));
    assert_eq!(set.pop_last(), Some(("three", 3.0)));
    assert_eq!(
        (set.first(), set.last()),
        (Some((&"two", 2.0)), Some((&"two", 2.0)))
    );
    assert_eq!(
        (set.remove_by_rank(1), set.remove_by_rank(0)),
        (None, Some(("two", 2.0)))
    );
    assert_eq!((set.pop_first(), set.pop_last()), (None, None));
    set.check_invariants();
}
