/// A header, as the client sent it: names are in any case.
pub type Header = (String, String);

/// How the body of a message is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// So many bytes.
    Length(u64),
    /// In chunks.
    Chunked,
}

/// Why a request is refused with 400: two servers could disagree about where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ambiguous;

/// Headers that are about the connection, whether `Connection` lists them or not.
const HOP_BY_HOP: [&str; 7] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Headers that a client cannot have removed by listing them.
const PROTECTED: [&str; 2] = ["host", "content-length"];

/// What is sent on of a request's headers, in their order, and how its body must be framed.
///
/// `Transfer-Encoding` and `Content-Length` are not among what is sent on: whoever writes the
/// request writes them anew, from the framing.
pub fn forward(headers: &[Header]) -> Result<(Vec<Header>, Framing), Ambiguous> {
    let framing = framing(headers)?;
    let listed: Vec<String> = values(headers, "connection")
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !PROTECTED.contains(&name.as_str()))
        .collect();
    let ends_here = |name: &str| {
        let name = name.to_ascii_lowercase();
        HOP_BY_HOP.contains(&name.as_str()) || name == "content-length" || listed.contains(&name)
    };
    let kept = headers.iter().filter(|(name, _)| !ends_here(name));
    Ok((kept.cloned().collect(), framing))
}

fn framing(headers: &[Header]) -> Result<Framing, Ambiguous> {
    let mut encodings = values(headers, "transfer-encoding");
    match (encodings.next(), encodings.next()) {
        (None, _) => {}
        // It counts, and a length beside it does not.
        (Some(one), None) if one.trim().eq_ignore_ascii_case("chunked") => {
            return Ok(Framing::Chunked);
        }
        _ => return Err(Ambiguous),
    }
    let mut lengths = values(headers, "content-length").map(length);
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(Framing::None),
        (Some(one), None) => one.map(Framing::Length),
        _ => Err(Ambiguous),
    }
}

/// Digits and nothing else: `"+5"` is a number to some parsers, and to others it is not.
fn length(value: &str) -> Result<u64, Ambiguous> {
    let digits = value.trim();
    match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => digits.parse().map_err(|_| Ambiguous),
        false => Err(Ambiguous),
    }
}

fn values<'a>(headers: &'a [Header], wanted: &'a str) -> impl Iterator<Item = &'a str> {
    let same = move |(name, _): &&Header| name.eq_ignore_ascii_case(wanted);
    headers.iter().filter(same).map(|(_, value)| value.as_str())
}
