//! Walking over a histogram: cell by cell, or in steps of value or of quantile.
//!
//! # The idea
//!
//! One walk goes from cell to cell and keeps the running count; a *picker* says where it stops to
//! report. A picker may stop several times in one cell, since a step may be narrower than a cell.
//! When the last cell with a count has been reported, the picker says whether there is more.
//!
//! | iterator | stops |
//! |---|---|
//! | [`iter_recorded`](Histogram::iter_recorded) | at every cell with a count |
//! | [`iter_all`](Histogram::iter_all) | at every cell |
//! | [`iter_linear`](Histogram::iter_linear) | after so many units of value |
//! | [`iter_log`](Histogram::iter_log) | after steps that grow by a factor |
//! | [`iter_quantiles`](Histogram::iter_quantiles) | so many times in each halving of what is above |
//!
//! # Complexity
//!
//! Constant for each cell passed and each stop made.

use crate::Histogram;

/// What an iterator reports at each stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IterationValue {
    value_iterated_to: u64,
    quantile: f64,
    quantile_iterated_to: f64,
    count_at_value: u64,
    count_since_last_iteration: u64,
}

impl IterationValue {
    /// The highest value of the step, or of the cell.
    pub fn value_iterated_to(&self) -> u64 {
        self.value_iterated_to
    }

    /// The share of all values that lie in this cell or below it.
    pub fn quantile(&self) -> f64 {
        self.quantile
    }

    /// A hundred times the [`quantile`](Self::quantile).
    pub fn percentile(&self) -> f64 {
        self.quantile * 100.0
    }

    /// The quantile that the iterator stepped to, no more than [`quantile`](Self::quantile): a
    /// cell is passed as a whole.
    pub fn quantile_iterated_to(&self) -> f64 {
        self.quantile_iterated_to
    }

    /// The count of this cell.
    pub fn count_at_value(&self) -> u64 {
        self.count_at_value
    }

    /// The counts of all cells since the previous stop.
    pub fn count_since_last_iteration(&self) -> u64 {
        self.count_since_last_iteration
    }
}

/// Where a walk stops.
trait Picker {
    /// Whether to stop at this cell, `count` values in it and `seen` up to its end.
    fn pick(&mut self, histogram: &Histogram, index: usize, seen: u64, count: u64) -> Option<Stop>;

    /// Whether to go on although no values are left.
    fn more(&mut self, histogram: &Histogram, index: usize) -> bool;
}

/// What a picker knows better than the walk.
#[derive(Default)]
struct Stop {
    value: Option<u64>,
    quantile: Option<f64>,
}

struct Walk<'a, P> {
    histogram: &'a Histogram,
    picker: P,
    index: usize,
    /// Whether the cell's count is in the sums.
    counted: bool,
    /// The values up to the end of the cell.
    seen: u64,
    /// The values since the last stop.
    since: u64,
    picked: Option<usize>,
    /// The last cell with a count.
    last: usize,
}

impl<P: Picker> Iterator for Walk<'_, P> {
    type Item = IterationValue;

    // ANCHOR: walk
    fn next(&mut self) -> Option<IterationValue> {
        while self.index < self.histogram.distinct_values() {
            let count = self.histogram.counts.get(self.index);
            if self.picked >= Some(self.last) {
                if !self.picker.more(self.histogram, self.index) {
                    break;
                }
            } else if !self.counted {
                self.seen = self.seen.saturating_add(count);
                self.since = self.since.saturating_add(count);
                self.counted = true;
            }
            if let Some(stop) = self
                .picker
                .pick(self.histogram, self.index, self.seen, count)
            {
                return Some(self.report(stop, count));
            }
            self.index += 1;
            self.counted = false;
        }
        // It has ended, and stays so.
        self.index = usize::MAX;
        None
    }
    // ANCHOR_END: walk
}

impl<P> Walk<'_, P> {
    /// Stays at this cell: the picker may want to stop here again.
    fn report(&mut self, stop: Stop, count: u64) -> IterationValue {
        let quantile = match self.histogram.total {
            0 => 1.0,
            total => self.seen as f64 / total as f64,
        };
        let since = std::mem::take(&mut self.since);
        self.picked = Some(self.index);
        IterationValue {
            value_iterated_to: stop
                .value
                .unwrap_or_else(|| self.histogram.layout.last_of(self.index)),
            quantile,
            quantile_iterated_to: stop.quantile.unwrap_or(quantile),
            count_at_value: count,
            count_since_last_iteration: since,
        }
    }
}

/// Once at every cell, or at every cell with a count.
struct Cells {
    empty_too: bool,
    visited: Option<usize>,
}

impl Picker for Cells {
    fn pick(&mut self, _: &Histogram, index: usize, _: u64, count: u64) -> Option<Stop> {
        if self.visited == Some(index) || (count == 0 && !self.empty_too) {
            return None;
        }
        self.visited = Some(index);
        Some(Stop::default())
    }

    fn more(&mut self, _: &Histogram, _: usize) -> bool {
        self.empty_too
    }
}

/// At the end of every step, all equally wide or each wider than the one before by a factor.
struct Steps {
    /// Where the present step ends, as a value not in it any more.
    end: u64,
    width: Width,
}

enum Width {
    Equal(u64),
    /// The end of the step before it was rounded, and the factor.
    Growing(f64, f64),
}

impl Steps {
    /// The last value of the present step.
    fn last(&self) -> u64 {
        self.end.saturating_sub(1)
    }
}

impl Picker for Steps {
    fn pick(&mut self, histogram: &Histogram, index: usize, _: u64, _: u64) -> Option<Stop> {
        let last = self.last();
        let reached = histogram.layout.value_of(index) >= histogram.lowest_equivalent(last);
        if !reached && index + 1 != histogram.distinct_values() {
            return None;
        }
        match &mut self.width {
            Width::Equal(step) => self.end = self.end.saturating_add(*step),
            Width::Growing(end, factor) => {
                *end *= *factor;
                self.end = *end as u64;
            }
        }
        Some(Stop {
            value: Some(last),
            quantile: None,
        })
    }

    /// Until the step is over in which the last value lies.
    fn more(&mut self, histogram: &Histogram, index: usize) -> bool {
        match self.width {
            Width::Equal(_) => self.last() < histogram.layout.value_of(index + 1),
            Width::Growing(..) => {
                histogram.lowest_equivalent(self.end) < histogram.layout.value_of(index)
            }
        }
    }
}

/// So many times in the first half of all values, as often in the next quarter, and so on.
struct Quantiles {
    ticks_per_half_distance: u64,
    next: f64,
    ended: bool,
}

impl Picker for Quantiles {
    fn pick(&mut self, histogram: &Histogram, _: usize, seen: u64, count: u64) -> Option<Stop> {
        let quantile = seen as f64 / histogram.total as f64;
        if count == 0 || self.ended || quantile < self.next {
            return None;
        }
        let stop = Stop {
            value: None,
            quantile: Some(self.next),
        };
        if self.next >= 1.0 {
            self.ended = true;
            return Some(stop);
        }
        self.next = self.after_next();
        Some(stop)
    }

    /// The last value's cell has been reported at some quantile below 1: report it at 1 as well.
    fn more(&mut self, _: &Histogram, _: usize) -> bool {
        self.next = 1.0;
        !self.ended
    }
}

impl Quantiles {
    // ANCHOR: halvings
    /// The next quantile to stop at: ticks are as far apart as they were, until what is above
    /// has halved.
    fn after_next(&self) -> f64 {
        let halvings = (1.0 / (1.0 - self.next)).log2() as i32;
        let ticks = self.ticks_per_half_distance as f64 * 2_f64.powi(halvings + 1);
        let after = self.next + 1.0 / ticks;
        // So close to 1 that a tick is less than the float can tell.
        if after > self.next { after } else { 1.0 }
    }
    // ANCHOR_END: halvings
}

impl Histogram {
    /// Stops at every cell with a count, in order of value.
    pub fn iter_recorded(&self) -> impl Iterator<Item = IterationValue> + use<'_> {
        self.walk(Cells {
            empty_too: false,
            visited: None,
        })
    }

    /// Stops at every cell there is.
    pub fn iter_all(&self) -> impl Iterator<Item = IterationValue> + use<'_> {
        self.walk(Cells {
            empty_too: true,
            visited: None,
        })
    }

    /// Stops after every `step` units of value, until the highest value has been passed.
    ///
    /// Counts are those of whole cells, so where steps are narrower than cells some have all of a
    /// cell's count and the next ones none. A step of 0 is taken for 1.
    pub fn iter_linear(&self, step: u64) -> impl Iterator<Item = IterationValue> + use<'_> {
        let step = step.max(1);
        self.walk(Steps {
            end: step,
            width: Width::Equal(step),
        })
    }

    /// Stops after `start` units of value, then after `start * factor`, and so on, until the
    /// highest value has been passed.
    ///
    /// A start of 0 is taken for 1, and a factor that is not above 1, with which it would never
    /// get there, for 2.
    pub fn iter_log(
        &self,
        start: u64,
        factor: f64,
    ) -> impl Iterator<Item = IterationValue> + use<'_> {
        let start = start.max(1);
        let factor = if factor > 1.0 { factor } else { 2.0 };
        self.walk(Steps {
            end: start,
            width: Width::Growing(start as f64, factor),
        })
    }

    /// Stops so many times on the way to the median, as often from there to 75 %, from there to
    /// 87.5 %, and so on: the points of a plot whose axis counts nines. 0 is taken for 1.
    pub fn iter_quantiles(
        &self,
        ticks_per_half_distance: u32,
    ) -> impl Iterator<Item = IterationValue> + use<'_> {
        let ticks_per_half_distance = u64::from(ticks_per_half_distance.max(1));
        self.walk(Quantiles {
            ticks_per_half_distance,
            next: 0.0,
            ended: false,
        })
    }

    fn walk<P: Picker>(&self, picker: P) -> Walk<'_, P> {
        Walk {
            histogram: self,
            picker,
            index: 0,
            counted: false,
            seen: 0,
            since: 0,
            picked: None,
            last: self.occupied.cells().end.saturating_sub(1),
        }
    }
}
