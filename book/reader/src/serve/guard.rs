//! Who may ask, and who may run code.

use std::fmt::Write;

use axum::http::{HeaderMap, StatusCode, header};

/// The names that this server goes by, and the token of this process.
pub struct Guard {
    hosts: [String; 3],
    token: String,
}

/// Why a request is refused: the status and what to say.
pub type Refusal = (StatusCode, &'static str);

impl Guard {
    /// A guard for the server on `port`, with a new token.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        let mut token = String::with_capacity(2 * random.len());
        for byte in random {
            write!(token, "{byte:02x}").expect("a string grows");
        }
        Ok(Guard {
            hosts: ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}")),
            token,
        })
    }

    /// The token, to be put into HTML pages and nowhere else.
    pub fn token(&self) -> &str {
        &self.token
    }

    // ANCHOR: guard
    /// Lets in what is addressed to this server by one of its own names.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn check_host(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let known = text(headers, header::HOST.as_str())
            .is_some_and(|host| self.hosts.iter().any(|own| own == host));
        if known {
            Ok(())
        } else {
            Err((
                StatusCode::MISDIRECTED_REQUEST,
                "This server is 127.0.0.1 only.\n",
            ))
        }
    }

    /// Lets in what one of this server's own pages sent, as far as the browser says.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn check_origin(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let refusal = Err(FOREIGN);
        let Some(host) = text(headers, header::ORIGIN.as_str())
            .and_then(|origin| origin.strip_prefix("http://"))
        else {
            return refusal;
        };
        let own = self.hosts.iter().any(|own| own == host);
        if own && is_same_site(headers) {
            Ok(())
        } else {
            refusal
        }
    }

    /// Lets in what knows the token.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn check_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let given = text(headers, "x-book-token").unwrap_or_default();
        match equal(given.as_bytes(), self.token.as_bytes()) {
            true => Ok(()),
            false => Err((
                StatusCode::FORBIDDEN,
                "The reader was started anew: reload the page, then try again.\n",
            )),
        }
    }

    /// Lets in what one of this server's own pages sent to have something run or changed.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn check_page(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_origin(headers)?;
        self.check_token(headers)
    }

    /// Lets in what one of this server's own pages asks, to show it. A browser names no origin for
    /// that if the page is ours; if it names one, it has to be.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn check_question(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if headers.contains_key(header::ORIGIN) {
            self.check_origin(headers)?;
        }
        if !is_same_site(headers) {
            return Err(FOREIGN);
        }
        self.check_token(headers)
    }
    // ANCHOR_END: guard
}

const FOREIGN: Refusal = (
    StatusCode::FORBIDDEN,
    "Only the book's own pages may do this.\n",
);

/// Whether the browser says that a page of the server's own asks. One that does not say is taken
/// for old.
fn is_same_site(headers: &HeaderMap) -> bool {
    text(headers, "sec-fetch-site").is_none_or(|site| site == "same-origin")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Compares in a time that does not tell where the first difference is.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .fold(0, |different, (a, b)| different | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_compared_to_the_last_byte() {
        assert!(equal(b"abc", b"abc"));
        for other in ["abd", "xbc", "ab", "abcd", ""] {
            assert!(!equal(b"abc", other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn each_process_has_another_token() {
        assert_ne!(
            Guard::new(1).unwrap().token(),
            Guard::new(1).unwrap().token()
        );
    }
}
