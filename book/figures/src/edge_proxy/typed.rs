//! What was typed and what was seen, as a block of text.

use super::record::{Breaks, Session};
use crate::Figure;

/// A session at a terminal.
pub fn figure(session: &Session) -> Figure {
    let mut text = "```text\n".to_owned();
    for (number, line) in session.lines.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        match &line.command {
            Some(command) => text += &format!("$ {command}\n"),
            None => text += "(in the first terminal)\n",
        }
        if !line.output.is_empty() {
            text += &line.output;
            text.push('\n');
        }
    }
    Figure {
        name: format!("edge-proxy-{}.md", session.name),
        contents: text + "```\n",
    }
}

/// How the record was made.
pub fn about(breaks: &Breaks) -> Figure {
    Figure {
        name: "edge-proxy-about.md".to_owned(),
        contents: format!("`cargo book figures --breaks`, {}.\n", breaks.date),
    }
}
