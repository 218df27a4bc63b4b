//! How wide a text is, and where it is broken so that it fits a box.
//!
//! An SVG does not wrap text, and the program that draws it has no fonts. So this is a table of the
//! widths that fonts give to the characters of ASCII: of Open Sans, which the book's pages bring
//! along, of Arial and of DejaVu Sans, which stand in for it, the widest. A text that fits by this
//! table fits in each of them.

/// In thousandths of the font's size, from the space (32) to the tilde (126).
#[rustfmt::skip]
const WIDTHS: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 552, 838, 318, 361, 318, 367,
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 556,
    1015, 684, 686, 722, 770, 667, 611, 778, 752, 295, 500, 667, 557, 903, 754, 787,
    667, 787, 722, 667, 611, 732, 684, 989, 685, 667, 685, 390, 367, 390, 838, 556,
    577, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 551, 636, 838,
];

/// Anything else: as wide as the font is high, which few letters are.
const OTHER: u16 = 1000;

/// The width of `text` in a font of `size`.
pub fn width(text: &str, size: f64) -> f64 {
    let widths = text.chars().map(|character| {
        let index = (character as usize).checked_sub(32);
        let known = index.and_then(|index| WIDTHS.get(index));
        f64::from(*known.unwrap_or(&OTHER))
    });
    widths.sum::<f64>() * size / 1000.0
}

/// The lines of `text`, none wider than `most`: broken at spaces and behind hyphens and slashes,
/// and within a word only if the word alone is too wide.
pub fn wrap(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && width(&format!("{line}{}", piece.trim_end()), size) > most {
            lines.push(std::mem::take(&mut line));
        }
        for character in piece.chars() {
            if !line.is_empty()
                && character != ' '
                && width(&format!("{line}{character}"), size) > most
            {
                lines.push(std::mem::take(&mut line));
            }
            line.push(character);
        }
    }
    lines.push(line);
    lines
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The parts between which a line may end; each keeps what ends it.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive([' ', '-', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_it_may_be_and_no_letter_is_lost() {
        for text in [
            "Growing past one machine",
            "copy-on-write and read/write/space amplification",
            "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
            "Überläufer und Ähnliches – auf Deutsch",
            "",
        ] {
            for most in [60.0, 100.0, 151.0] {
                let lines = wrap(text, 13.0, most);
                assert!(
                    lines.iter().all(|line| width(line, 13.0) <= most),
                    "{lines:?}"
                );
                let letters = |text: &str| text.replace(' ', "");
                assert_eq!(letters(&lines.concat()), letters(text));
            }
        }
    }

    #[test]
    fn lines_end_at_spaces_and_behind_hyphens() {
        assert_eq!(
            wrap("B+ tree on disk, copy-on-write", 13.0, 130.0),
            ["B+ tree on disk,", "copy-on-write"]
        );
        assert_eq!(wrap("copy-on-write", 13.0, 70.0), ["copy-on-", "write"]);
    }
}
