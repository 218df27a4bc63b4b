//! What an answer says about the endpoint that gave it.

/// What an answer says about the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is well.
    Success,
    /// It is not.
    Failure,
    /// Neither: the request was the client's mistake, say.
    Ignore,
}

/// Judges an endpoint by its answers. A closure `Fn(&Result<Res, Err>) -> Outcome` is one.
///
/// For HTTP, statuses from 500 are failures; but not those from 400, which are the client's, or
/// one bad client could have every endpoint ejected.
pub trait Classify<Res, Err> {
    /// What this answer says.
    fn classify(&self, answer: &Result<Res, Err>) -> Outcome;
}

/// Every error is a failure, and every response a success.
#[derive(Clone, Copy, Debug, Default)]
pub struct ErrorsFail;

impl<Res, Err> Classify<Res, Err> for ErrorsFail {
    fn classify(&self, answer: &Result<Res, Err>) -> Outcome {
        match answer {
            Ok(_) => Outcome::Success,
            Err(_) => Outcome::Failure,
        }
    }
}

impl<Res, Err, F: Fn(&Result<Res, Err>) -> Outcome> Classify<Res, Err> for F {
    fn classify(&self, answer: &Result<Res, Err>) -> Outcome {
        self(answer)
    }
}
