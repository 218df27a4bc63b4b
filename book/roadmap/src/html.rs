//! Small things that both the map and the page write.

/// Text as it has to stand in HTML and SVG, between tags and in attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Hours without needless zeros: `3`, `2.5`.
pub fn hours(hours: f64) -> String {
    format!("{}", (hours * 100.0).round() / 100.0)
}
