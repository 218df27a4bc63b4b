//! What cannot be answered, and why.

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A number that must be above zero is not, or is so large or so small that the formulas, which
    /// multiply it and divide by it, would leave what an `f64` can hold.
    NotPositive {
        /// Which number.
        what: &'static str,
        /// What was given.
        value: f64,
    },
    /// A number is outside of the range in which it means something.
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// The least that it may be.
        least: f64,
        /// The most that it may be.
        most: f64,
        /// What was given.
        value: f64,
    },
    /// A queue without servers.
    NoServers,
    /// As many requests come as can be served, or more: the line grows for as long as this goes on,
    /// and there is no average that it would settle at. Add servers, make the service faster, or
    /// admit less.
    Unstable {
        /// Requests that come in a unit of time.
        arrival_rate: f64,
        /// Requests that all servers together can serve in a unit of time.
        capacity: f64,
    },
    /// A response cannot be faster than its service, however many servers there are.
    OutOfReach {
        /// What was wanted.
        target: f64,
        /// What that quantile is when nobody ever waits.
        least: f64,
    },
    /// The load needs more servers than are looked at.
    TooManyServers {
        /// How many are looked at.
        most: u32,
    },
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::NotPositive { what, value } => {
                write!(
                    f,
                    "the {what} must be above 0 (between 1e-100 and 1e100), and is {value}"
                )
            }
            Error::OutOfRange {
                what,
                least,
                most,
                value,
            } => write!(f, "the {what} must be in {least}..={most}, and is {value}"),
            Error::NoServers => f.write_str("a queue needs at least one server"),
            Error::Unstable {
                arrival_rate,
                capacity,
            } => write!(
                f,
                "{arrival_rate} requests come in the time in which {capacity} can be served, so \
                 the line grows for ever: add servers, make the service faster, or admit less"
            ),
            Error::OutOfReach { target, least } => write!(
                f,
                "a response in {target} cannot be had with any number of servers: it takes {least} \
                 if nobody waits"
            ),
            Error::TooManyServers { most } => {
                write!(f, "the load needs more than {most} servers")
            }
        }
    }
}

impl std::error::Error for Error {}

/// `value`, if it is above zero, and neither so small nor so large that products and quotients of
/// it are not numbers.
pub(crate) fn positive(what: &'static str, value: f64) -> Result<f64, Error> {
    if (1e-100..=1e100).contains(&value) {
        Ok(value)
    } else {
        Err(Error::NotPositive { what, value })
    }
}

/// `value`, if it is in `least..=most`.
pub(crate) fn within(what: &'static str, value: f64, least: f64, most: f64) -> Result<f64, Error> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(Error::OutOfRange {
            what,
            least,
            most,
            value,
        })
    }
}
