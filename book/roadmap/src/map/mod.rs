//! The map: all modules of the roadmap in one picture, each a link to its part of the page.
//!
//! A phase is a band, and the bands follow each other from top to bottom. In a band, modules stand
//! in a grid (`grid`) and arrows show what needs what (`route`). Needs from other phases would be
//! lines across everything; so a box that has some carries a mark, and the lines themselves appear
//! when the pointer is on the box or the keyboard's focus in it.
//!
//! What a box is can be seen without colour:
//!
//! | | |
//! |---|---|
//! | core | round corners |
//! | challenge | cut corners |
//! | here | a full line |
//! | planned | a dashed line, and no ground |
//!
//! Colours are the page's business: the drawing has classes, and `book/theme/roadmap.css` says what
//! they look like in each theme. Equal roadmaps give equal drawings, to the byte.

mod grid;
mod route;
mod shape;
mod text;

use std::fmt::Write as _;

use crate::html::{escape, hours};
use crate::model::{Kind, Module, Phase, Roadmap, Status};
use grid::{COLUMNS, Cell};
use route::{Edge, Place, Rooms};
use shape::{across, outline};

const WIDTH: i32 = 860;
/// Left and right of the boxes.
const SIDE: i32 = 22;
/// Between two columns.
const GAP: i32 = 32;
const BOX: i32 = (WIDTH - 2 * SIDE - (COLUMNS as i32 - 1) * GAP) / COLUMNS as i32;
/// Of the titles.
const FONT: i32 = 13;
const LINE: i32 = 17;
/// Between a box's side and its text, which leaves room for the sign of a module's state.
const PADDING: i32 = 15;
/// What a phase's title takes.
const HEADING: i32 = 30;
/// Between two bands.
const APART: i32 = 14;
/// What the legend takes.
const LEGEND: i32 = 34;

/// The map of a roadmap, as an SVG element to be included in a page.
///
/// It has no blank line, at which Markdown would end it.
pub fn svg(roadmap: &Roadmap) -> String {
    let mut map = Map {
        roadmap,
        body: String::new(),
        places: Vec::new(),
    };
    map.legend();
    let mut top = LEGEND;
    for (index, phase) in roadmap.phases.iter().enumerate() {
        top += map.band(index, phase, top) + APART;
    }
    let height = top - APART + 2;
    format!(
        "<svg class=\"figure roadmap-map\" role=\"group\" aria-label=\"The map of the roadmap\" \
         viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         style=\"max-width: 100%; height: auto\" xmlns=\"http://www.w3.org/2000/svg\" \
         font-family=\"inherit\" font-size=\"{FONT}\">\n{}</svg>\n",
        map.body
    )
}

struct Map<'a> {
    roadmap: &'a Roadmap,
    body: String,
    /// What has been drawn, and where.
    places: Vec<(&'a str, Place)>,
}

impl<'a> Map<'a> {
    fn line(&mut self, line: &str) {
        writeln!(self.body, "{line}").expect("a string grows");
    }

    fn legend(&mut self) {
        let samples = [
            ("core here", "core"),
            ("challenge here", "challenge"),
            ("core planned", "planned: not in the book yet"),
        ];
        let mut x = SIDE;
        for (classes, words) in samples {
            let place = Place {
                x,
                y: 5,
                width: 28,
                height: 18,
            };
            let outline = outline(place, classes.starts_with("challenge"), 5);
            self.line(&format!(
                "<g class=\"module {classes}\"><path class=\"box\" d=\"{outline}\"/></g>"
            ));
            self.line(&format!(
                "<text class=\"faint\" x=\"{}\" y=\"18\">{words}</text>",
                x + 36
            ));
            x += 36 + text::width(words, f64::from(FONT)) as i32 + 22;
        }
        self.line(&format!(
            "<circle class=\"more\" cx=\"{}\" cy=\"14\" r=\"3.5\"/>",
            x + 4
        ));
        self.line(&format!(
            "<text class=\"faint\" x=\"{}\" y=\"18\">needs earlier phases too: point at it</text>",
            x + 14
        ));
    }

    /// Draws a phase from `top` down, and returns its height.
    fn band(&mut self, index: usize, phase: &'a Phase, top: i32) -> i32 {
        let modules: Vec<&'a Module> = self.roadmap.modules_of(&phase.id).collect();
        let cells = grid::place(&modules);
        let edges = edges(&modules, &cells);
        let rows = cells.iter().map(|cell| cell.row + 1).max().unwrap_or(0);
        let rooms = Rooms::new(&cells, &edges, rows);
        let titles: Vec<Vec<String>> = modules.iter().map(|module| title_lines(module)).collect();

        let mut y = top + HEADING;
        let mut tops = Vec::new();
        for row in 0..rows {
            // Over the first row there is the heading: room enough, unless arrows run there.
            y += if row == 0 {
                rooms.height(0) - 14
            } else {
                rooms.height(row)
            };
            let in_row = titles
                .iter()
                .zip(&cells)
                .filter(|(_, cell)| cell.row == row);
            let lines = in_row
                .map(|(lines, _)| lines.len())
                .max()
                .unwrap_or(1)
                .max(2);
            let height = lines as i32 * LINE + 14;
            tops.push((y, height));
            y += height;
        }
        let height = y + 16 - top;
        let places: Vec<Place> = cells.iter().map(|cell| placed(*cell, &tops)).collect();

        self.heading(index, phase, &modules, top, height);
        for edge in &edges {
            let path = rooms.path(*edge, &cells, &places, GAP);
            let (from, to) = (&modules[edge.from].id, &modules[edge.to].id);
            self.line(&format!(
                "<path class=\"near\" data-from=\"{from}\" data-to=\"{to}\" d=\"{path}\"/>"
            ));
        }
        for ((module, place), lines) in modules.iter().zip(&places).zip(&titles) {
            self.module(module, *place, lines);
        }
        self.places.extend(
            modules
                .iter()
                .zip(places)
                .map(|(module, place)| (module.id.as_str(), place)),
        );
        height
    }

    fn heading(&mut self, index: usize, phase: &Phase, modules: &[&Module], top: i32, height: i32) {
        let total: f64 = modules.iter().map(|module| module.hours).sum();
        let (id, title, number) = (&phase.id, escape(&phase.title), index + 1);
        let (baseline, right) = (top + 21, WIDTH - SIDE);
        let width = WIDTH - 2;
        self.line(&format!(
            "<rect class=\"band\" x=\"1\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>"
        ));
        self.line(&format!(
            "<a href=\"#phase-{id}\"><text class=\"phase\" x=\"{SIDE}\" y=\"{baseline}\">{number}. {title}</text></a>"
        ));
        let about = format!("{} modules, {} h", modules.len(), hours(total));
        self.line(&format!(
            "<text class=\"faint tally\" data-phase=\"{id}\" x=\"{right}\" y=\"{baseline}\" text-anchor=\"end\">{about}</text>"
        ));
    }

    fn module(&mut self, module: &'a Module, place: Place, lines: &[String]) {
        let (id, classes) = (&module.id, classes(module));
        let far: Vec<(&str, Place)> = module
            .needs
            .iter()
            .filter_map(|need| self.places.iter().find(|(id, _)| id == need).copied())
            .collect();
        self.line(&format!(
            "<g class=\"module {classes}\" data-module=\"{id}\">"
        ));
        let name = escape(&format!("{}, {}", module.title, classes.replace(' ', ", ")));
        self.line(&format!("<a href=\"#module-{id}\" aria-label=\"{name}\">"));
        self.line(&format!("<title>{}</title>", escape(&self.hint(module))));
        let outline = outline(place, module.kind == Kind::Challenge, 9);
        self.line(&format!("<path class=\"box\" d=\"{outline}\"/>"));
        let x = place.x + place.width / 2;
        let first = place.y + place.height / 2 - LINE * (lines.len() as i32 - 1) / 2 + 5;
        let spans: String = lines
            .iter()
            .zip(0..)
            .map(|(line, index)| {
                format!(
                    "<tspan x=\"{x}\" y=\"{}\">{}</tspan>",
                    first + index * LINE,
                    escape(line)
                )
            })
            .collect();
        self.line(&format!("<text text-anchor=\"middle\">{spans}</text>"));
        let (sign_x, sign_y) = (place.x + place.width - 8, place.y + 15);
        self.line(&format!(
            "<text class=\"sign\" x=\"{sign_x}\" y=\"{sign_y}\" text-anchor=\"middle\"></text>"
        ));
        self.line("</a>");
        if !far.is_empty() {
            let (x, y) = (place.x + 14, place.y);
            self.line(&format!(
                "<circle class=\"more\" cx=\"{x}\" cy=\"{y}\" r=\"3.5\"/>"
            ));
        }
        for (from, source) in far {
            let path = across(source, place);
            self.line(&format!(
                "<path class=\"far\" data-from=\"{from}\" data-to=\"{id}\" d=\"{path}\"/>"
            ));
        }
        self.line("</g>");
    }

    /// What the pointer is told.
    fn hint(&self, module: &Module) -> String {
        let title = |id: &String| Some(self.roadmap.module(id)?.title.as_str());
        let needs: Vec<&str> = module.needs.iter().filter_map(title).collect();
        let mut hint = format!(
            "{} ({}, {} h)\n{}",
            module.title,
            classes(module).replace(' ', ", "),
            hours(module.hours),
            module.gives
        );
        if !needs.is_empty() {
            hint += &format!("\nNeeds: {}", needs.join("; "));
        }
        hint
    }
}

/// The arrows of a phase: all of them, but those of a cycle that would point backwards.
fn edges(modules: &[&Module], cells: &[Cell]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (to, module) in modules.iter().enumerate() {
        let needs = grid::within(modules, module).into_iter();
        let forward = needs.filter(|from| grid::follows(cells[*from], cells[to]));
        edges.extend(forward.map(|from| Edge { from, to }));
    }
    edges
}

fn placed(cell: Cell, tops: &[(i32, i32)]) -> Place {
    let (y, height) = tops[cell.row];
    Place {
        x: SIDE + cell.column as i32 * (BOX + GAP),
        y,
        width: BOX,
        height,
    }
}

fn title_lines(module: &Module) -> Vec<String> {
    text::wrap(&module.title, f64::from(FONT), f64::from(BOX - 2 * PADDING))
}

fn classes(module: &Module) -> String {
    let kind = match module.kind {
        Kind::Core => "core",
        Kind::Challenge => "challenge",
    };
    let status = match module.status {
        Status::Here => "here",
        Status::Planned => "planned",
    };
    format!("{kind} {status}")
}
