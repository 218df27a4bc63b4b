use std::time::Duration;

/// How long a client should wait before its next request, by the fields of the last answer.
///
/// `RateLimit` is a list of policies, `"minute";r=3;t=20, "day";r=700;t=50000`: a name in quotes, in
/// which anything may stand and `\` comes before a quote or a backslash, and parameters in any order,
/// of which `r` says how many more may come and `t` in how many seconds there will be as many as can
/// be. While all policies have some left there is nothing to wait for. `Retry-After` is in seconds,
/// and is obeyed as well; both may be missing.
///
/// A policy that does not say `r`, or says it in a way that cannot be read, is as if it were not
/// there. If `r` is 0 and there is no `t` that can be read, a second will have to do.
pub fn pause(rate_limit: Option<&str>, retry_after: Option<&str>) -> Duration {
    todo!("what if a policy is called \"a, \\\"b\\\";r=0;t=9\"?")
}
