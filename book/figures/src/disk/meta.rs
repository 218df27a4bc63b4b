//! The file over several commits: which page is what, and which meta page is the newest.

use bplustree::disk::inspect::{Owner, PageInfo};
use bplustree::disk::{Options, StoreError};

use super::file::{self, Meta};
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "disk-meta.svg";
const TITLE: &str = "The pages of a file after each of five commits: two meta pages take turns, \
                     and pages that were freed are written again one commit later";
const PAGE: usize = 512;
const VALUE: usize = 100;
const COMMITS: [(&str, &[&str]); 5] = [
    (
        "puts a … j",
        &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"],
    ),
    ("changes b", &["b"]),
    ("changes e, j", &["e", "j"]),
    ("changes e", &["e"]),
    ("changes b", &["b"]),
];

/// A page of a file; the file runs from top to bottom.
const CELL: (i32, i32) = (98, 22);
/// From a commit to the next one, and from a page to the next one.
const STEP: (i32, i32) = (104, 27);
const LEFT: i32 = 34;
const TOP: i32 = 46;

/// The file after a commit.
struct State {
    metas: [Meta; 2],
    pages: Vec<PageInfo>,
}

/// The figure.
///
/// # Errors
///
/// [`FigureError::Store`].
pub fn figure() -> Result<Figure, FigureError> {
    let states = states()?;
    let most = states.iter().map(|state| state.pages.len()).max();
    let rows = most.unwrap_or(0) as i32;
    let mut canvas = Canvas::new(LEFT + states.len() as i32 * STEP.0);
    for page in 0..rows {
        let y = TOP + page * STEP.1 + 16;
        canvas.faint_text((LEFT - 10, y), Anchor::End, 12, &page.to_string());
    }
    let mut before: Option<&State> = None;
    for (column, (state, (what, _))) in (0..).zip(states.iter().zip(COMMITS)) {
        let x = LEFT + column * STEP.0;
        let commit = format!("commit {}", column + 1);
        canvas.text((x, 16), Anchor::Start, 13, &commit);
        canvas.faint_text((x, 34), Anchor::Start, 12, what);
        for page in &state.pages {
            draw_page(&mut canvas, page, state, before, x);
        }
        before = Some(state);
    }
    let y = TOP + rows * STEP.1 + 12;
    draw_legend(&mut canvas, y);
    Ok(canvas.figure(NAME, TITLE, y + 48))
}

fn states() -> Result<Vec<State>, StoreError> {
    let (disk, store) = file::store(&Options::new().page_size(PAGE as u32))?;
    let value = "v".repeat(VALUE);
    let state = |(_, keys): (_, &[&'static str])| {
        file::put(&store, keys.iter().map(|key| (*key, value.as_str())))?;
        Ok(State {
            metas: Meta::both(&disk.contents(), PAGE),
            pages: store.pages()?,
        })
    };
    COMMITS.into_iter().map(state).collect()
}

/// What a page can be, and how it is drawn.
const STYLES: [(&str, Style); 4] = [
    ("written by this commit", Style::NEWS),
    ("written earlier", Style::PLAIN),
    ("only the older meta leads there", Style::OLD),
    ("free", Style::FAINT),
];

fn draw_page(canvas: &mut Canvas, page: &PageInfo, state: &State, before: Option<&State>, x: i32) {
    let number = page.number as usize;
    let newest = state.metas.map(|meta| meta.transaction).into_iter().max();
    let was = before.and_then(|before| before.pages.get(number));
    let (kind, label, note) = match state.metas.get(number) {
        Some(meta) => {
            let is_newest = Some(meta.transaction) == newest;
            let note = format!("txn {}", meta.transaction);
            (usize::from(!is_newest), "meta", note)
        }
        None if page.owner != Owner::Nobody => {
            let is_new = Some(page.transaction) == newest;
            let note = format!("txn {}", page.transaction);
            (usize::from(!is_new), file::word(page), note)
        }
        None => match was.filter(|was| was.owner != Owner::Nobody) {
            Some(was) => (2, file::word(was), format!("txn {}", was.transaction)),
            None => (3, "", String::new()),
        },
    };
    let label = match label {
        "free list" => "list",
        label => label,
    };
    let mut style = STYLES[kind].1;
    if kind == 0 {
        style = style.filled(Ink::News, 0.12);
    }
    let y = TOP + number as i32 * STEP.1;
    canvas.rect((x, y), CELL, style);
    canvas.text((x + 5, y + 15), Anchor::Start, 12, label);
    canvas.faint_text((x + CELL.0 - 5, y + 15), Anchor::End, 12, &note);
}

fn draw_legend(canvas: &mut Canvas, y: i32) {
    for (index, (name, style)) in (0..).zip(STYLES) {
        let (x, y) = (LEFT + STEP.0 * 3 * (index % 2), y + 24 * (index / 2));
        let style = match index {
            0 => style.filled(Ink::News, 0.12),
            _ => style,
        };
        canvas.rect((x, y), (24, 14), style);
        canvas.text((x + 34, y + 12), Anchor::Start, 12, name);
    }
}
