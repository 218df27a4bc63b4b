//! How a balanced request can fail.

use std::error;
use std::fmt;

/// How a balanced request can fail.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E> {
    /// There is nobody to send it to: it was not sent, and can be tried again.
    NoEndpoint,
    /// The endpoint's service failed, or the client did.
    Service(E),
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoEndpoint => f.write_str("no endpoint can take the request: none is well"),
            Error::Service(_) => f.write_str("the endpoint failed"),
        }
    }
}

impl<E: error::Error + 'static> error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::NoEndpoint => None,
            Error::Service(error) => Some(error),
        }
    }
}
