use std::time::Duration;

/// What has to do if a policy does not say when.
const GUESS: u64 = 1;

/// How long a client should wait before its next request, by the fields of the last answer.
///
/// A client that goes on while there is some left, and then waits until all is there again, is never
/// denied, if it is alone: whatever the algorithm behind the field is, at `t` it is as if nobody had
/// asked. In the long run it gets what the quota allows, but for the part of a second by which `t` is
/// rounded up.
pub fn pause(rate_limit: Option<&str>, retry_after: Option<&str>) -> Duration {
    let told = retry_after.and_then(|text| text.trim().parse().ok());
    let policies = split(rate_limit.unwrap_or_default(), ',');
    let waits = policies.into_iter().filter_map(wait).chain(told);
    Duration::from_secs(waits.max().unwrap_or(0))
}

/// How long one of the policies makes wait, if it says so.
fn wait(policy: &str) -> Option<u64> {
    let parts = split(policy, ';');
    let value = |name: &str| {
        let mut pairs = parts.iter().skip(1).filter_map(|part| part.split_once('='));
        let (_, text) = pairs.find(|(key, _)| key.trim() == name)?;
        text.trim().parse::<u64>().ok()
    };
    (value("r")? == 0).then(|| value("t").unwrap_or(GUESS))
}

/// The parts between separators that are not inside of quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
