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
    /// A cell counts more than `i64::MAX`, which the serialised format has no room for.
    CountTooLarge {
        /// The lowest value of that cell.
        value: u64,
        /// Its count.
        count: u64,
    },
    /// The bytes do not begin as a V2 histogram does. Compressed ones have to be inflated first.
    NotAHistogram {
        /// The first four bytes.
        cookie: u32,
    },
    /// The bytes are of a histogram that has been shifted or scales its values, which this crate
    /// cannot represent.
    Unsupported,
    /// There are fewer bytes than there must be: the rest has been lost.
    Truncated {
        /// What there must be.
        expected: usize,
        /// What there is.
        found: usize,
    },
    /// The last number of the bytes lacks its end: they have been damaged.
    CutShort,
    /// The bytes count values above the bound that they state: they have been damaged.
    TooLong {
        /// The cells up to that bound.
        cells: usize,
    },
    /// The cells that the bytes ask for take more memory than the limit given.
    OverLimit {
        /// Bytes that the cells would take.
        needed: usize,
        /// The limit.
        limit: usize,
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
            Self::CountTooLarge { value, count } => write!(
                f,
                "the {count} counted at {value} are more than the format can hold: subtract, or \
                 start anew"
            ),
            Self::NotAHistogram { cookie } => write!(
                f,
                "bytes that begin with {cookie:08x} are not an HdrHistogram V2; if they are \
                 compressed, inflate them first"
            ),
            Self::Unsupported => {
                write!(
                    f,
                    "the histogram has been shifted or scaled: write it without"
                )
            }
            Self::Truncated { expected, found } => {
                write!(
                    f,
                    "{found} bytes of a histogram that has {expected}: the rest is lost"
                )
            }
            Self::CutShort => write!(f, "the last count lacks its end: the bytes are damaged"),
            Self::TooLong { cells } => write!(
                f,
                "counts beyond the {cells} cells of the stated bounds: the bytes are damaged"
            ),
            Self::OverLimit { needed, limit } => {
                write!(
                    f,
                    "the cells would take {needed} bytes, of which {limit} are allowed"
                )
            }
        }
    }
}

impl std::error::Error for HistogramError {}
