//! Colours that follow the page's theme.
//!
//! A plotting library wants red, green and blue; a page wants `var(--fg)`, which mdBook defines
//! anew in each of its themes. So charts are drawn in stand-in colours that nobody would choose,
//! and these are replaced in the finished SVG.

use plotters::style::RGBColor;

/// Text and axes.
pub const FOREGROUND: RGBColor = RGBColor(1, 2, 3);
/// Grid lines.
pub const FAINT: RGBColor = RGBColor(4, 5, 6);

/// One hue a series, of middling lightness so that it stands out from white and from navy; from the
/// Okabe–Ito palette, which readers with any common kind of colour vision can tell apart.
pub const SERIES: [RGBColor; 6] = [
    RGBColor(0x8c, 0x8c, 0x8c),
    RGBColor(0x2f, 0x8f, 0xd8),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x00, 0xa0, 0x78),
    RGBColor(0xd9, 0x62, 0x1c),
    RGBColor(0xb8, 0x9a, 0x1e),
];

/// Makes a plotter's SVG fit to be included in a page: theme colours, fluid width, a title for
/// those who do not see it, and no blank line, at which Markdown would end the HTML block.
pub fn for_page(svg: &str, title: &str) -> String {
    let (head, body) = svg
        .split_once('>')
        .expect("a plotter's SVG begins with its element");
    let size = |name| attribute(head, name).expect("a plotter's SVG has a size");
    let (width, height) = (size("width"), size("height"));
    let body = body
        .replace("#010203", "var(--fg, #333)")
        .replace("#040506", "var(--table-border-color, #ccc)")
        .replace("font-family=\"sans-serif\"", "font-family=\"inherit\"");
    let lines = body
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    let body: String = lines.map(|line| format!("{line}\n")).collect();
    format!(
        "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\">\n<title>{title}</title>\n{}\n",
        body.trim()
    )
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
