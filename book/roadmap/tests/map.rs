//! The map, as those see it who have only the drawing: boxes that hold their titles, arrows that
//! go round boxes, links that lead to the page's modules.

use std::collections::BTreeMap;
use std::path::Path;

use book_roadmap::{Kind, Module, Phase, Roadmap, Status, map, page};
use proptest::prelude::*;

/// Left, top, right and bottom.
type Bounds = [i32; 4];

fn real() -> Roadmap {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Roadmap::read(&root.join("book/roadmap.toml")).unwrap()
}

fn fixture() -> Roadmap {
    Roadmap::parse(include_str!("fixtures/small.toml")).unwrap()
}

fn module(id: String, title: &str, needs: Vec<String>) -> Module {
    Module {
        id,
        phase: "phase".to_owned(),
        title: title.to_owned(),
        kind: Kind::Core,
        status: Status::Here,
        hours: 1.0,
        needs,
        gives: "You can.".to_owned(),
        chapter: None,
        crates: Vec::new(),
        examples: Vec::new(),
        exercises: Vec::new(),
        experiment: None,
        measures: Vec::new(),
        readings: Vec::new(),
        questions: Vec::new(),
    }
}

fn one_phase(modules: Vec<Module>) -> Roadmap {
    let phase = Phase {
        id: "phase".to_owned(),
        title: "Phase".to_owned(),
        about: "It is one.".to_owned(),
    };
    Roadmap {
        phases: vec![phase],
        modules,
    }
}

/// The values of an attribute, in the order in which they stand.
fn attributes<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!(" {name}=\"");
    let values = svg.split(&open).skip(1);
    values.map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The commands of a path: a letter and its numbers.
fn commands(path: &str) -> Vec<(char, Vec<i32>)> {
    let mut commands: Vec<(char, String)> = Vec::new();
    for character in path.chars() {
        match commands.last_mut() {
            Some((_, numbers)) if !character.is_ascii_alphabetic() => numbers.push(character),
            _ => commands.push((character, String::new())),
        }
    }
    let parsed = |numbers: &str| {
        numbers
            .split_whitespace()
            .map(|n| n.parse().unwrap())
            .collect()
    };
    commands
        .iter()
        .map(|(letter, numbers)| (*letter, parsed(numbers)))
        .collect()
}

/// The boxes of the modules: paths that begin at the left end of the upper side.
fn boxes(svg: &str) -> BTreeMap<String, Bounds> {
    let mut boxes = BTreeMap::new();
    for part in svg.split(" data-module=\"").skip(1) {
        let id = part.split('"').next().unwrap();
        let path = commands(attributes(part, "d")[0]);
        let number = |letter: char| path.iter().find(|(l, _)| *l == letter).unwrap().1.clone();
        let (start, across, down) = (number('M'), number('h')[0], number('v')[0]);
        // The side, and a corner of nine on each side of it.
        let left = start[0] - 9;
        boxes.insert(
            id.to_owned(),
            [left, start[1], left + across + 18, start[1] + down + 18],
        );
    }
    boxes
}

/// From, to, and the corners.
type Arrow = (String, String, Vec<(i32, i32)>);

/// The arrows within phases.
fn arrows(svg: &str) -> Vec<Arrow> {
    let near = svg.split("<path class=\"near\"").skip(1);
    near.map(|part| {
        let mut points: Vec<(i32, i32)> = Vec::new();
        for (letter, numbers) in commands(attributes(part, "d")[0]) {
            let (x, y) = points.last().copied().unwrap_or_default();
            match (letter, numbers.as_slice()) {
                ('M' | 'L', &[x, y]) | ('Q', &[_, _, x, y]) => points.push((x, y)),
                ('H', &[x]) => points.push((x, y)),
                ('V', &[y]) => points.push((x, y)),
                // The head.
                ('m', _) => break,
                other => panic!("{other:?}"),
            }
        }
        let name = |attribute| attributes(part, attribute)[0].to_owned();
        (name("data-from"), name("data-to"), points)
    })
    .collect()
}

/// Whether a straight line, or the corner between two, goes through the inside of a box.
fn crosses(bounds: Bounds, (x, y): (i32, i32), (to_x, to_y): (i32, i32)) -> bool {
    let [left, top, right, bottom] = bounds;
    x.min(to_x) < right && x.max(to_x) > left && y.min(to_y) < bottom && y.max(to_y) > top
}

fn check(roadmap: &Roadmap) -> Result<(), TestCaseError> {
    let svg = map::svg(roadmap);
    let boxes = boxes(&svg);
    prop_assert_eq!(boxes.len(), roadmap.modules.len());
    for (id, [left, top, right, bottom]) in &boxes {
        prop_assert!(*left >= 0 && *right <= 860, "{id} is outside");
        for (other, bounds) in boxes.iter().filter(|(other, _)| *other != id) {
            prop_assert!(
                !crosses(*bounds, (*left, *top), (*right, *bottom)),
                "{id} is on {other}"
            );
        }
    }
    let arrows = arrows(&svg);
    for (from, to, points) in &arrows {
        for (id, bounds) in &boxes {
            for line in points.windows(2) {
                prop_assert!(
                    !crosses(*bounds, line[0], line[1]),
                    "{from} → {to} crosses {id}"
                );
            }
        }
        let touches = |id: &String, (x, y): (i32, i32)| {
            let [left, top, right, bottom] = boxes[id];
            (left - 1..=right).contains(&x) && (top - 1..=bottom).contains(&y)
        };
        prop_assert!(touches(from, points[0]), "{from} → {to} begins elsewhere");
        prop_assert!(
            touches(to, points[points.len() - 1]),
            "{from} → {to} ends elsewhere"
        );
    }
    let phase = |id: &String| &roadmap.module(id).unwrap().phase;
    let near = roadmap.modules.iter().flat_map(|module| {
        module
            .needs
            .iter()
            .filter(|need| phase(need) == &module.phase)
    });
    prop_assert_eq!(arrows.len(), near.count(), "an arrow for each need");
    Ok(())
}

#[test]
fn the_books_own_map_and_the_fixtures_are_in_order() {
    check(&real()).unwrap();
    check(&fixture()).unwrap();
}

proptest! {
    #[test]
    fn whatever_needs_what_no_arrow_crosses_a_box(
        needs in prop::collection::vec(prop::collection::vec(0usize..12, 0..4), 1..12),
        backwards in any::<bool>(),
    ) {
        let name = |place: usize| format!("m{place}");
        let modules = needs.iter().enumerate().map(|(place, needs)| {
            let mut needs: Vec<usize> = needs.iter().copied().filter(|need| *need < place).collect();
            needs.sort();
            needs.dedup();
            module(name(place), "A module", needs.into_iter().map(name).collect())
        });
        let mut modules: Vec<Module> = modules.collect();
        if backwards {
            // The file may list a module before what it needs.
            modules.reverse();
        }
        check(&one_phase(modules))?;
    }

    #[test]
    fn any_title_stays_in_its_box(title in "[A-Za-z &<>/-]{0,80}|[W]{1,40}") {
        let svg = map::svg(&one_phase(vec![module("it".to_owned(), &title, Vec::new())]));
        let [left, top, right, bottom] = boxes(&svg)["it"];
        let (_, group) = svg.split_once(" data-module=\"it\"").unwrap();
        for span in group.split("<tspan ").skip(1) {
            let span = format!(" {span}");
            let number = |name| attributes(&span, name)[0].parse::<i32>().unwrap();
            let (x, y) = (number("x"), number("y"));
            prop_assert_eq!(x, (left + right) / 2);
            prop_assert!(y - 12 >= top && y + 4 <= bottom, "{} is not in {}..{}", y, top, bottom);
            // In no font is a letter narrower than a fifth of its height.
            let text = span.split_once('>').unwrap().1.split_once("</tspan>").unwrap().0;
            let least = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
            prop_assert!(least.chars().count() as i32 * 13 / 5 <= right - left - 20, "{text}");
        }
    }
}

#[test]
fn modules_that_need_each_other_are_drawn_all_the_same() {
    let modules = ["a", "b", "c"].map(|id| {
        let need = match id {
            "a" => "c",
            "b" => "a",
            _ => "b",
        };
        module(id.to_owned(), id, vec![need.to_owned()])
    });
    assert_eq!(boxes(&map::svg(&one_phase(modules.to_vec()))).len(), 3);
}

#[test]
fn each_box_leads_to_its_module_on_the_page() {
    let roadmap = real();
    let (svg, page) = (
        map::svg(&roadmap),
        page::markdown(&roadmap, &BTreeMap::new()),
    );
    for link in attributes(&svg, "href") {
        let id = link.strip_prefix('#').unwrap();
        assert!(
            page.contains(&format!(" id=\"{id}\"")) || page.contains(&format!("{{#{id}}}")),
            "{link}"
        );
    }
    let links = attributes(&svg, "href").len();
    assert_eq!(links, roadmap.modules.len() + roadmap.phases.len());
}

#[test]
fn what_a_module_is_shows_without_colour() {
    let classes = |id: &str| {
        let svg = map::svg(&fixture());
        let (before, after) = svg.split_once(&format!("\" data-module=\"{id}\"")).unwrap();
        let class = before.rsplit('"').next().unwrap().to_owned();
        (class, attributes(after, "d")[0].contains('q'))
    };
    assert_eq!(classes("lsm"), ("module core here".to_owned(), true));
    assert_eq!(
        classes("choose"),
        ("module challenge here".to_owned(), false)
    );
    assert_eq!(
        classes("columns"),
        ("module challenge planned".to_owned(), false)
    );
    assert_eq!(classes("one"), ("module core planned".to_owned(), true));
}

#[test]
fn needs_of_other_phases_are_drawn_with_the_module_that_has_them() {
    let svg = map::svg(&fixture());
    let (_, two) = svg.split_once(" data-module=\"two\"").unwrap();
    let (two, _) = two.split_once("</g>").unwrap();
    assert_eq!(attributes(two, "data-from"), ["lsm", "capacity"]);
    assert!(two.contains("class=\"more\""));
    let (_, one) = svg.split_once(" data-module=\"one\"").unwrap();
    assert!(!one.split_once("</g>").unwrap().0.contains("class=\"more\""));
}

#[test]
fn equal_roadmaps_give_equal_drawings_without_a_blank_line_or_a_stray_sign() {
    let svg = map::svg(&fixture());
    assert_eq!(svg, map::svg(&fixture()));
    assert!(
        svg.lines().all(|line| !line.trim().is_empty()),
        "Markdown would end the drawing"
    );
    assert!(svg.contains("A phase without an arrow &amp; with &lt;signs&gt;"));
    assert!(!svg.contains("<b>") && !svg.contains("<signs>"));
}
