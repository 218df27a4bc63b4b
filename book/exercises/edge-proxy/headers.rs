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

/// What is sent on of a request's headers, in their order, and how its body must be framed.
///
/// What ends at this hop: `Connection` and what it lists (but never `Host` nor `Content-Length`),
/// `Keep-Alive`, `Proxy-Connection`, `TE`, `Trailer`, `Transfer-Encoding`, `Upgrade`.
///
/// `Transfer-Encoding` and `Content-Length` are not among what is sent on: whoever writes the
/// request writes them anew, from the framing. Chunks count, and a length beside them does not. A
/// transfer encoding other than `chunked`, a length that is not digits only, and more than one of
/// either header are ambiguous.
pub fn forward(headers: &[Header]) -> Result<(Vec<Header>, Framing), Ambiguous> {
    todo!("which headers does a header make disappear?")
}
