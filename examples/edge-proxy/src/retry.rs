//! Whether a request may be sent again.
//!
//! Sending a request twice is harmless if the first was never executed, or if executing it twice is
//! the same as once. The proxy knows the first only where nothing was written; of the second, it
//! has the word of the method.
//!
//! | failed | any method | GET HEAD OPTIONS TRACE PUT DELETE |
//! |---|---|---|
//! | connecting | again | again |
//! | before anything was written | again | again |
//! | after that, without a whole answer head | no: it may have been executed | again, if the body is at hand |
//! | 502, 503, 504 from the upstream | no | again, if the body is at hand |
//! | the client's own body | no | no |
//!
//! And only while there are attempts and time left, and the retry budget of the upstream allows it:
//! when everything fails, retries would multiply the load on what is already failing.

use http::StatusCode;

use crate::failure::Failure;

// ANCHOR: may_retry
/// Whether a request that failed may be sent again, given whether any of it was written and
/// whether its method is idempotent.
pub fn may_retry(failure: Failure, wrote: bool, idempotent: bool) -> bool {
    match failure {
        Failure::Client(_) => false,
        Failure::Refused | Failure::ConnectTimeout => true,
        Failure::Stale | Failure::CutOff | Failure::Timeout | Failure::Protocol => {
            idempotent || !wrote
        }
    }
}
// ANCHOR_END: may_retry

/// Whether an answer says that another server might do better.
pub fn is_worth_retrying(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::BodyError;

    #[test]
    fn what_was_written_is_only_sent_again_if_its_method_is_idempotent() {
        for failure in [
            Failure::Stale,
            Failure::CutOff,
            Failure::Timeout,
            Failure::Protocol,
        ] {
            assert!(may_retry(failure, true, true), "{failure:?}");
            assert!(!may_retry(failure, true, false), "{failure:?}");
            assert!(may_retry(failure, false, false), "{failure:?}");
        }
    }

    #[test]
    fn what_was_never_connected_is_sent_again_whatever_it_is() {
        for failure in [Failure::Refused, Failure::ConnectTimeout] {
            assert!(may_retry(failure, false, false), "{failure:?}");
        }
    }

    #[test]
    fn what_the_client_spoilt_is_never_sent_again() {
        assert!(!may_retry(Failure::Client(BodyError::CutOff), false, true));
    }
}
