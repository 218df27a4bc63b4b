//! What can be wrong, and what to do about it.

use std::fmt;

/// Why a histogram could not be made, filled, combined or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistogramError {
    /// The number of significant figures is not one of 1 to 5.
    Figures {
        /// What was asked for.
        given: u32,
    },
    /// The lowest discernible value is 0, or the highest trackable one is less than twice it.
    Bounds {
        /// The lowest discernible value.
        low: u64,
        /// The highest trackable value.
        high: u64,
    },
    /// So many figures of so large a lowest value do not fit 63 bits: ask for less of one of them.
    Precision {
        /// The lowest discernible value.
        low: u64,
        /// The significant figures.
        figures: u8,
    },
    /// A value lies above the bound of a histogram that does not grow: raise the bound, let it
    /// grow ([`Histogram::auto`](crate::Histogram::auto)), or take the bound instead
    /// ([`saturating_record`](crate::Histogram::saturating_record)).
    AboveBound {
        /// The value.
        value: u64,
        /// The highest value that has a cell.
        bound: u64,
    },
    /// A subtraction would leave a cell with less than nothing: what is subtracted was never added.
    Underflow {
        /// The lowest value of that cell.
        value: u64,
        /// What the cell counts.
        count: u64,
        /// What was to be taken from it.
        taken: u64,
    },
}

impl fmt::Display for HistogramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Figures { given } => {
                write!(
                    f,
                    "{given} significant figures: a histogram keeps 1 to 5 of them"
                )
            }
            Self::Bounds { low, high } => write!(
                f,
                "bounds {low} to {high}: the lowest must be at least 1 and the highest at least \
                 twice the lowest"
            ),
            Self::Precision { low, figures } => write!(
                f,
                "{figures} significant figures of values from {low} on do not fit 63 bits: ask \
                 for fewer figures or a smaller lowest value"
            ),
            Self::AboveBound { value, bound } => write!(
                f,
                "the value {value} is above {bound}, the most that this histogram has a cell for: \
                 raise its bound, or let it grow"
            ),
            Self::Underflow {
                value,
                count,
                taken,
            } => write!(
                f,
                "{taken} cannot be taken from the {count} counted at {value}: what is subtracted \
                 was never added"
            ),
        }
    }
}

impl std::error::Error for HistogramError {}
