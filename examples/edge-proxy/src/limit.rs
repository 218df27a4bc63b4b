//! How many requests each client may make.
//!
//! Who a client is depends on the route: an address, an API key in a header, or nobody in
//! particular but a path. The key is hashed where it lies and never copied. Of an IPv6 address only
//! the first 64 bits count, since whoever has one such address has all the others, too.
//!
//! The answer tells the client where it stands, so that a well-behaved one slows down before it is
//! refused (draft-ietf-httpapi-ratelimit-headers):
//!
//! ```text
//!   RateLimit-Policy: "default";q=10;w=1     10 requests in 1 s
//!   RateLimit: "default";r=3;t=1             3 are left; all 10 again in 1 s
//! ```

use std::net::IpAddr;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use rate_limiter::{Decision, Keyed, Quota};

use crate::config::KeyBy;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// A route's limit.
pub struct Limit {
    by: KeyBy,
    limiter: Keyed<[u8]>,
    policy: HeaderValue,
}

impl Limit {
    /// So many requests for each key.
    pub fn new(by: KeyBy, quota: Quota) -> Self {
        let window = quota.refill().as_secs_f64().ceil().max(1.0);
        let policy = format!("\"default\";q={};w={window}", quota.burst());
        Limit {
            by,
            limiter: Keyed::new(quota),
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("")),
        }
    }

    /// Counts a request.
    pub fn check(&self, head: &Parts, client: IpAddr) -> Decision {
        with_key(&self.by, head, client, |key| self.limiter.check_key(key))
    }

    // ANCHOR: tell
    /// Tells the client where it stands.
    pub fn tell(&self, decision: &Decision, headers: &mut HeaderMap) {
        let (remaining, reset) = match decision {
            Ok(admitted) => (admitted.remaining(), Some(admitted.reset_after())),
            Err(denied) => (0, denied.retry_after()),
        };
        let seconds = reset.map(|reset| reset.as_secs() + u64::from(reset.subsec_nanos() > 0));
        let reset = seconds.map(|seconds| format!(";t={seconds}"));
        let state = format!("\"default\";r={remaining}{}", reset.unwrap_or_default());
        headers.insert(RATE_LIMIT_POLICY, self.policy.clone());
        // Digits and quotes are a header value.
        if let Ok(state) = HeaderValue::try_from(state) {
            headers.insert(RATE_LIMIT, state);
        }
    }
    // ANCHOR_END: tell
}

// ANCHOR: key
/// Gives what tells this request's client from others to `use_key`. A header that is missing is
/// replaced by the address.
pub fn with_key<T>(
    by: &KeyBy,
    head: &Parts,
    client: IpAddr,
    use_key: impl FnOnce(&[u8]) -> T,
) -> T {
    let header = match by {
        KeyBy::Path => return use_key(head.uri.path().as_bytes()),
        KeyBy::Header(name) => head.headers.get(name),
        KeyBy::Client => None,
    };
    match (header, client) {
        (Some(value), _) => use_key(value.as_bytes()),
        (None, IpAddr::V4(address)) => use_key(&address.octets()),
        (None, IpAddr::V6(address)) => use_key(&address.octets()[..8]),
    }
}
// ANCHOR_END: key

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use http::Request;

    use super::*;

    fn head(key: Option<&str>) -> Parts {
        let mut request = Request::get("/x?y");
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn each_key_has_its_own_share_and_who_has_none_goes_by_the_address() {
        let quota = Quota::per_hour(NonZeroU32::new(2).unwrap());
        let limit = Limit::new("header:x-api-key".parse().unwrap(), quota);
        let (a, b) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let admitted = |key, client| limit.check(&head(key), client).is_ok();
        assert!(admitted(Some("k"), a) && admitted(Some("k"), b) && !admitted(Some("k"), a));
        assert!(admitted(None, a) && admitted(None, a) && !admitted(None, a));
        assert!(admitted(None, b) && admitted(Some("l"), a));
    }

    #[test]
    fn an_ipv6_client_cannot_change_its_address_to_get_more() {
        let limit = Limit::new(KeyBy::Client, Quota::per_hour(NonZeroU32::MIN));
        assert!(
            limit
                .check(&head(None), "2001:db8::1".parse().unwrap())
                .is_ok()
        );
        assert!(
            limit
                .check(&head(None), "2001:db8::2".parse().unwrap())
                .is_err()
        );
        assert!(
            limit
                .check(&head(None), "2001:db8:0:1::1".parse().unwrap())
                .is_ok()
        );
    }

    #[test]
    fn the_client_is_told_where_it_stands() {
        let quota = Quota::per_minute(NonZeroU32::new(2).unwrap());
        let limit = Limit::new(KeyBy::Client, quota);
        let mut told = HeaderMap::new();
        let mut ask = || {
            let decision = limit.check(&head(None), IpAddr::from([10, 0, 0, 1]));
            limit.tell(&decision, &mut told);
            told["ratelimit"].to_str().unwrap().to_owned()
        };
        assert_eq!(ask(), "\"default\";r=1;t=30");
        assert_eq!(ask(), "\"default\";r=0;t=60");
        assert_eq!(ask(), "\"default\";r=0;t=30");
        assert_eq!(told["ratelimit-policy"], "\"default\";q=2;w=60");
    }
}
