//! Small values that a configuration writes as strings: `"100/s"`, `"header:x-api-key"`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use http::HeaderName;
use serde::{Deserialize, Deserializer};

use super::forms::parsed;

/// What tells one client, session or tenant from another: what a rate limit counts by, and what
/// consistent hashing hashes.
///
/// Written `"client"`, `"path"` or `"header:NAME"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyBy {
    /// The address of the client's connection, without its port.
    #[default]
    Client,
    /// The path of the request, without the query.
    Path,
    /// The value of a request header. Where it is missing, the client's address.
    Header(HeaderName),
}

impl FromStr for KeyBy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.split_once(':')) {
            ("client", _) => Ok(KeyBy::Client),
            ("path", _) => Ok(KeyBy::Path),
            (_, Some(("header", name))) => name
                .trim()
                .parse()
                .map(KeyBy::Header)
                .map_err(|_| format!("{name:?} is not the name of a header")),
            _ => Err(format!(
                "{text:?} is none of \"client\", \"path\" and \"header:NAME\""
            )),
        }
    }
}

impl fmt::Display for KeyBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyBy::Client => f.write_str("client"),
            KeyBy::Path => f.write_str("path"),
            KeyBy::Header(name) => write!(f, "header:{name}"),
        }
    }
}

/// How many in which time.
///
/// Written `"100/s"`, `"1000/min"`, `"5000/h"` or, with any duration, `"5/10s"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// In which time; never zero.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form =
            || format!("{text:?} is not a rate such as \"100/s\", \"1000/min\" or \"5/10s\"");
        let (count, per) = text.split_once('/').ok_or_else(form)?;
        let count = count.trim().parse::<NonZeroU32>().map_err(|_| form())?;
        let per = per.trim();
        let per = if per.starts_with(|first: char| first.is_ascii_digit()) {
            humantime::parse_duration(per)
        } else {
            humantime::parse_duration(&format!("1{per}"))
        };
        match per {
            Ok(per) if !per.is_zero() => Ok(Rate { count, per }),
            _ => Err(form()),
        }
    }
}

/// The name of a host, or all names below one.
///
/// Written `"example.com"` or `"*.example.com"` (which does not match `example.com` itself).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Just this name, in lower case.
    Exact(String),
    /// All names that end in this, in lower case; it begins with a dot.
    Below(String),
}

impl Host {
    /// Whether the name of a host (without a port, in any case) is meant.
    pub fn matches(&self, name: &str) -> bool {
        let ends_in = |suffix: &str| {
            let start = name.len().checked_sub(suffix.len());
            let end = start.and_then(|start| name.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        match self {
            Host::Exact(host) => host.eq_ignore_ascii_case(name),
            Host::Below(suffix) => name.len() > suffix.len() && ends_in(suffix),
        }
    }
}

impl FromStr for Host {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.strip_prefix("*.").unwrap_or(text);
        let label = |label: &str| {
            let valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            !label.is_empty() && label.bytes().all(valid)
        };
        let address = name.starts_with('[') && name.ends_with(']');
        if !address && !name.split('.').all(label) {
            return Err(format!(
                "{text:?} is not the name of a host, such as \"example.com\" or \"*.example.com\", \
                 without scheme and port"
            ));
        }
        let name = name.to_ascii_lowercase();
        Ok(if text.starts_with("*.") {
            Host::Below(format!(".{name}"))
        } else {
            Host::Exact(name)
        })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Exact(host) => f.write_str(host),
            Host::Below(suffix) => write!(f, "*{suffix}"),
        }
    }
}

/// `Deserialize` for what is parsed from a string.
macro_rules! deserialize_from_str {
    ($($type:ty),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                parsed(from)
            }
        }
    )*};
}
deserialize_from_str!(KeyBy, Rate, Host);

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Option<(u32, u64)> {
        let rate = text.parse::<Rate>().ok()?;
        Some((rate.count.get(), rate.per.as_secs()))
    }

    #[test]
    fn a_rate_is_a_count_and_a_unit_or_a_duration() {
        assert_eq!(rate("100/s"), Some((100, 1)));
        assert_eq!(rate("5 / 10s"), Some((5, 10)));
        assert_eq!(rate("1000/min"), Some((1000, 60)));
        assert_eq!(rate("1/h"), Some((1, 3600)));
        for wrong in [
            "",
            "100",
            "/s",
            "0/s",
            "-1/s",
            "1/",
            "1/0s",
            "1/x",
            "9999999999/s",
        ] {
            assert_eq!(rate(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_wildcard_matches_what_is_below_and_not_the_name_itself() {
        let below: Host = "*.Example.com".parse().unwrap();
        assert!(below.matches("a.example.com") && below.matches("a.b.EXAMPLE.com"));
        assert!(!below.matches("example.com") && !below.matches("badexample.com"));
        assert!(!below.matches(".example.com") && !below.matches("ü.com"));
        let exact: Host = "Example.com".parse().unwrap();
        assert!(exact.matches("eXample.com") && !exact.matches("a.example.com"));
        for wrong in ["", "*", "*.", "a..b", "http://a", "a:80", "a b"] {
            assert!(wrong.parse::<Host>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_the_client_the_path_or_a_header() {
        for text in ["client", "path", "header:x-api-key"] {
            assert_eq!(text.parse::<KeyBy>().unwrap().to_string(), text);
        }
        for wrong in ["", "x-api-key", "header:", "header:a b", "cookie:x"] {
            assert!(wrong.parse::<KeyBy>().is_err(), "{wrong}");
        }
    }
}
