//! The roadmap's map, and its modules as a part of the roadmap's page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use book_roadmap::{Roadmap, map, page};

use crate::{Figure, FigureError};

/// Both, from `book/roadmap.toml`.
pub fn figures(root: &Path) -> Result<Vec<Figure>, FigureError> {
    let roadmap = Roadmap::read(&root.join("book/roadmap.toml"))?;
    let summary = root.join("book/src/SUMMARY.md");
    let summary = fs::read_to_string(&summary).map_err(|source| FigureError::Io {
        path: summary,
        source,
    })?;
    let figure = |name: &str, contents| Figure {
        name: name.to_owned(),
        contents,
    };
    Ok(vec![
        figure("roadmap-map.svg", map::svg(&roadmap)),
        figure(
            "roadmap-modules.md",
            page::markdown(&roadmap, &titles(&summary)),
        ),
    ])
}

/// The titles of the chapters that a SUMMARY.md lists, by their files.
fn titles(summary: &str) -> BTreeMap<String, String> {
    let chapter = |line: &str| {
        let (_, link) = line.split_once('[')?;
        let (title, rest) = link.split_once("](")?;
        Some((rest.split_once(')')?.0.to_owned(), title.to_owned()))
    };
    summary.lines().filter_map(chapter).collect()
}
