//! Boxes, lines and text, in the colours of the page.

use std::fmt::Write as _;

use crate::Figure;
use crate::theme::SERIES;

/// A drawing that grows.
pub struct Canvas {
    width: i32,
    body: String,
}

/// How a box or line looks.
#[derive(Clone, Copy)]
pub struct Style {
    stroke: Ink,
    width: f64,
    opacity: f64,
    dashes: &'static str,
    fill: Option<(Ink, f64)>,
}

/// A colour.
#[derive(Clone, Copy)]
pub enum Ink {
    /// That of the page's text.
    Text,
    /// That of the page's links: what is news.
    News,
    /// One of the palette.
    Series(usize),
}

/// The side of the point at which a text stands.
#[derive(Clone, Copy)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

impl Style {
    /// A line one unit wide.
    pub const PLAIN: Style = Style {
        stroke: Ink::Text,
        width: 1.0,
        opacity: 0.8,
        dashes: "",
        fill: None,
    };
    /// What is there, but beside the point.
    pub const FAINT: Style = Style {
        opacity: 0.25,
        ..Style::PLAIN
    };
    /// No line: a ground for something else.
    pub const NONE: Style = Style {
        opacity: 0.0,
        ..Style::PLAIN
    };
    /// What is the point.
    pub const NEWS: Style = Style {
        stroke: Ink::News,
        width: 2.0,
        opacity: 1.0,
        ..Style::PLAIN
    };
    /// What is about to go.
    pub const OLD: Style = Style {
        opacity: 0.7,
        dashes: "5 4",
        ..Style::PLAIN
    };

    /// Filled, with a colour as strong as `opacity` says.
    pub fn filled(self, ink: Ink, opacity: f64) -> Style {
        Style {
            fill: Some((ink, opacity)),
            ..self
        }
    }
}

impl Ink {
    fn css(self) -> String {
        match self {
            Ink::Text => "currentColor".to_owned(),
            Ink::News => "var(--links, currentColor)".to_owned(),
            Ink::Series(index) => {
                let colour = SERIES[index];
                format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
            }
        }
    }
}

impl Canvas {
    /// An empty drawing, of so many units from left to right.
    pub fn new(width: i32) -> Self {
        Canvas {
            width,
            body: String::new(),
        }
    }

    /// A box.
    pub fn rect(&mut self, (x, y): (i32, i32), (width, height): (i32, i32), style: Style) {
        self.path(&format!("M{x} {y}h{width}v{height}h-{width}z"), style);
    }

    /// What a path of SVG says.
    pub fn path(&mut self, path: &str, style: Style) {
        let fill = match style.fill {
            Some((ink, opacity)) => format!("fill: {}; fill-opacity: {opacity}", ink.css()),
            None => "fill: none".to_owned(),
        };
        let dashes = match style.dashes {
            "" => String::new(),
            dashes => format!("; stroke-dasharray: {dashes}"),
        };
        let (stroke, width, opacity) = (style.stroke.css(), style.width, style.opacity);
        self.line(&format!(
            "<path d=\"{path}\" style=\"{fill}; stroke: {stroke}; stroke-width: {width}; \
             stroke-opacity: {opacity}{dashes}\"/>"
        ));
    }

    /// A curve from the bottom of one box to the top of another, in a point each.
    pub fn edge(&mut self, (x, y): (i32, i32), (to_x, to_y): (i32, i32), style: Style) {
        let middle = (y + to_y) / 2;
        self.path(
            &format!("M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y}"),
            style,
        );
    }

    /// A line of text whose baseline is at `at`.
    pub fn text(&mut self, at: (i32, i32), anchor: Anchor, size: u32, text: &str) {
        self.styled_text(at, anchor, size, "", text);
    }

    /// A line of text beside the point.
    pub fn faint_text(&mut self, at: (i32, i32), anchor: Anchor, size: u32, text: &str) {
        self.styled(at, anchor, size, 0.65, text);
    }

    /// A line of text that is as strong as `opacity` says.
    pub fn styled(&mut self, at: (i32, i32), anchor: Anchor, size: u32, opacity: f64, text: &str) {
        let style = format!(" fill-opacity=\"{opacity}\"");
        self.styled_text(at, anchor, size, &style, text);
    }

    fn styled_text(
        &mut self,
        (x, y): (i32, i32),
        anchor: Anchor,
        size: u32,
        style: &str,
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.line(&format!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{style}>{text}</text>"
        ));
    }

    fn line(&mut self, line: &str) {
        writeln!(self.body, "{line}").expect("a string grows");
    }

    /// The drawing, of so many units from top to bottom. The title is for those who do not see it.
    pub fn figure(self, name: &str, title: &str, height: i32) -> Figure {
        let width = self.width;
        let contents = format!(
            "<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
             fill=\"currentColor\" font-family=\"monospace\">\n<title>{title}</title>\n{}</svg>\n",
            self.body
        );
        Figure {
            name: name.to_owned(),
            contents,
        }
    }
}
