//! How the overview looks: in colour with bars of blocks on a terminal, in plain ASCII elsewhere.

use std::io::{self, IsTerminal};

use book_roadmap::{Record, State, Status};

/// The blocks of a bar, in eighths of a column.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// For whom the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A terminal.
    Rich,
    /// A file, a pipe, or somebody who wants no colours.
    Plain,
}

impl Style {
    /// The style of standard output, where `NO_COLOR` has a say.
    pub fn of_stdout() -> Self {
        let asked = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        match io::stdout().is_terminal() && asked {
            true => Self::Rich,
            false => Self::Plain,
        }
    }

    /// `done` of `total` as a bar of 20 columns.
    pub fn bar(self, done: usize, total: usize) -> String {
        const COLUMNS: usize = 20;
        let total = total.max(1);
        match self {
            Self::Plain => {
                let full = COLUMNS * done / total;
                format!("[{}{}]", "#".repeat(full), "-".repeat(COLUMNS - full))
            }
            Self::Rich => {
                let eighths = 8 * COLUMNS * done / total;
                let mut bar = "█".repeat(eighths / 8);
                if let Some(part) = (eighths % 8).checked_sub(1) {
                    bar.push(EIGHTHS[part]);
                }
                let rest = COLUMNS - eighths.div_ceil(8);
                format!("\x1b[32m{bar}\x1b[90m{}\x1b[0m", "░".repeat(rest))
            }
        }
    }

    /// What stands before a module: a sign on a terminal, nothing elsewhere, where words say it.
    pub fn sign(self, state: State, status: Status) -> &'static str {
        match (self, state, status) {
            (Self::Plain, ..) => " ",
            (_, State::Done, _) => "\x1b[32m✓\x1b[0m",
            (_, State::InProgress, _) => "\x1b[33m●\x1b[0m",
            (_, State::Review, _) => "\x1b[36m↻\x1b[0m",
            (_, State::NotStarted, Status::Here) => "○",
            (_, State::NotStarted, Status::Planned) => "\x1b[90m◌\x1b[0m",
        }
    }

    /// A heading.
    pub fn bold(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Rich => format!("\x1b[1m{text}\x1b[0m"),
        }
    }
}

/// How far a module is, in words.
pub fn words(record: &Record) -> &'static str {
    match (record.state, record.verified) {
        (State::NotStarted, _) => "",
        (State::InProgress, _) => "in progress",
        (State::Done, true) => "done",
        (State::Done, false) => "done, not verified",
        (State::Review, _) => "to review",
    }
}

/// Hours without a fraction that says nothing.
pub fn hours(hours: f64) -> String {
    let rounded = (hours * 10.0).round() / 10.0;
    format!("{rounded} h")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_has_twenty_columns_whatever_is_done() {
        for done in 0..=7 {
            let plain = Style::Plain.bar(done, 7);
            assert_eq!(plain.len(), 22, "{plain}");
            let rich = Style::Rich.bar(done, 7);
            let columns = rich.chars().filter(|c| ('▀'..='▟').contains(c)).count();
            assert_eq!(columns, 20, "{rich}");
        }
        assert_eq!(Style::Plain.bar(1, 2), "[##########----------]");
        assert_eq!(Style::Plain.bar(0, 0), "[--------------------]");
        assert!(Style::Rich.bar(1, 3).contains("██████▋"));
        assert!(!Style::Rich.bar(7, 7).contains('░'));
    }
}
