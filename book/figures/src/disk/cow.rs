//! Copy on write: the tree of pages before a commit, and after it.

use bplustree::disk::inspect::{Content, PageInfo};
use bplustree::disk::sim::SimDisk;
use bplustree::disk::{Options, PageNo, Store, StoreError};

use super::file::{self, Meta};
use crate::canvas::{Anchor, Canvas, Ink, Style};
use crate::{Figure, FigureError};

const NAME: &str = "disk-cow.svg";
const TITLE: &str = "A tree of pages before and after a commit that changes one key: the path to \
                     it is copied, all else is shared";
const PAGE: usize = 512;
/// What makes four entries a leaf.
const VALUE: usize = 100;
const BEFORE: [&str; 14] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n",
];
const CHANGED: &str = "g";

const BOX: (i32, i32) = (100, 40);
/// From a box to the next one.
const STEP: i32 = 116;
const LEVEL: i32 = 78;
const WIDTH: i32 = 600;
const LEFT: i32 = 16;
const TOP: i32 = 40;
const FRAME: i32 = TOP + 3 * LEVEL + BOX.1 + 24;

/// A commit, as the file has it.
struct Commit {
    metas: [Meta; 2],
    pages: Vec<PageInfo>,
}

/// The figure.
///
/// # Errors
///
/// [`FigureError::Store`].
pub fn figure() -> Result<Figure, FigureError> {
    let (before, after) = commits()?;
    let places = Places::of(&before, &after);
    let mut canvas = Canvas::new(WIDTH);

    let caption = "The store was closed: both meta pages lead to commit 1.";
    canvas.text((0, 20), Anchor::Start, 14, caption);
    places.draw(&mut canvas, &before, None, 0);

    canvas.path(&format!("M0 {FRAME}H{WIDTH}"), Style::FAINT);
    let caption = format!(
        "Commit 2 changes {CHANGED}: page 1 leads to copies; {} leaves are shared.",
        places.shared(&after)
    );
    canvas.text((0, FRAME + 20), Anchor::Start, 14, &caption);
    places.draw(&mut canvas, &after, Some(&before), FRAME);

    let bottom = 2 * FRAME;
    let freed = places.old.iter().map(u32::to_string).collect::<Vec<_>>();
    let (last, others) = freed
        .split_last()
        .map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
    let note = format!(
        "Pages {} and {last} are freed, but kept: page 0 and readers lead there.",
        others.join(", ")
    );
    canvas.text((0, bottom + 4), Anchor::Start, 13, &note);
    Ok(canvas.figure(NAME, TITLE, bottom + 16))
}

/// A file that was closed after its first commit, and then has a second.
fn commits() -> Result<(Commit, Commit), StoreError> {
    let options = Options::new().page_size(PAGE as u32);
    let (disk, store) = file::store(&options)?;
    let value = "v".repeat(VALUE);
    file::put(&store, BEFORE.map(|key| (key, value.as_str())))?;
    store.close()?;
    let disk = SimDisk::with_contents(disk.contents(), 1);
    let store = options.open_storage(disk.clone())?;
    let before = Commit::of(&store, &disk)?;
    file::put(&store, [(CHANGED, value.as_str())])?;
    let after = Commit::of(&store, &disk)?;
    Ok((before, after))
}

impl Commit {
    fn of(store: &Store, disk: &SimDisk) -> Result<Self, StoreError> {
        Ok(Commit {
            metas: Meta::both(&disk.contents(), PAGE),
            pages: store.pages()?,
        })
    }

    fn newest(&self) -> Meta {
        let [one, other] = self.metas;
        if one.transaction > other.transaction {
            one
        } else {
            other
        }
    }

    fn children(&self) -> Vec<PageNo> {
        match file::root(&self.pages).map(|root| &root.content) {
            Some(Content::Branch(children)) => children.iter().map(|(_, child)| *child).collect(),
            _ => Vec::new(),
        }
    }

    /// The pages by the level on which they are drawn.
    fn levels(&self) -> [Vec<PageNo>; 3] {
        let meta = self.newest();
        let tops = [meta.tables, meta.free]
            .into_iter()
            .filter(|page| *page != 0);
        let root = file::root(&self.pages).map(|root| root.number);
        [tops.collect(), root.into_iter().collect(), self.children()]
    }
}

/// Where every page is drawn: a page that is copied beside its copy.
struct Places {
    /// Page, left end of its box, and level.
    at: Vec<(PageNo, i32, i32)>,
    /// The pages that were copied.
    old: Vec<PageNo>,
}

impl Places {
    fn of(before: &Commit, after: &Commit) -> Self {
        let is_new = |page: &PageNo| {
            after
                .pages
                .get(*page as usize)
                .is_some_and(|page| page.transaction == 2)
        };
        let mut places = Places {
            at: vec![(0, 0, 0), (1, 0, 0)],
            old: Vec::new(),
        };
        let levels = before.levels().into_iter().zip(after.levels());
        for (level, (before, after)) in (1..).zip(levels) {
            let mut slot = 0;
            for (index, page) in before.iter().enumerate() {
                let copy = after.get(index).filter(|copy| is_new(copy));
                for page in [Some(page), copy].into_iter().flatten() {
                    places.at.push((*page, slot, level));
                    slot += 1;
                }
                places.old.extend(copy.map(|_| *page));
            }
            for page in after.iter().skip(before.len()) {
                places.at.push((*page, slot, level));
                slot += 1;
            }
        }
        places.old.sort_unstable();
        places.spread();
        places
    }

    /// From slots to units: what is above stands over the middle of the leaves.
    fn spread(&mut self) {
        for (page, x, level) in &mut self.at {
            *x = LEFT
                + match *level {
                    0 => STEP + *page as i32 * STEP * 3 / 2,
                    1 | 2 => STEP + *x * STEP * 5 / 4,
                    _ => *x * STEP,
                };
        }
    }

    fn find(&self, page: PageNo) -> Option<(i32, i32)> {
        let place = self.at.iter().find(|(number, ..)| *number == page)?;
        Some((place.1, TOP + place.2 * LEVEL))
    }

    fn shared(&self, commit: &Commit) -> usize {
        let leaves = commit.children();
        leaves.len()
            - leaves
                .iter()
                .filter(|leaf| commit.pages[**leaf as usize].transaction == 2)
                .count()
    }

    fn draw(&self, canvas: &mut Canvas, commit: &Commit, before: Option<&Commit>, top: i32) {
        if let Some(before) = before {
            self.draw_edges(canvas, before, &commit.metas, top, Style::OLD);
        }
        let style = match before {
            Some(_) => Style::NEWS,
            None => Style::PLAIN,
        };
        self.draw_edges(canvas, commit, &commit.metas, top, style);
        for &(page, x, level) in &self.at {
            let y = top + TOP + level * LEVEL;
            let shown = match before {
                Some(before) if self.old.contains(&page) => before,
                _ => commit,
            };
            let Some(info) = shown.pages.get(page as usize) else {
                continue;
            };
            let is_new = before.is_some() && (info.transaction == 2 || page == 1);
            let style = match is_new {
                true => Style::NEWS.filled(Ink::News, 0.12),
                false if before.is_some() && self.old.contains(&page) => Style::OLD,
                false => Style::PLAIN,
            };
            canvas.rect((x, y), BOX, style);
            let middle = x + BOX.0 / 2;
            canvas.text((middle, y + 17), Anchor::Middle, 13, &label(info, shown));
            canvas.faint_text(
                (middle, y + 33),
                Anchor::Middle,
                12,
                &format!("page {page}"),
            );
        }
    }

    /// The edges of the tree of a commit, and from those of the meta pages that lead to it.
    fn draw_edges(
        &self,
        canvas: &mut Canvas,
        commit: &Commit,
        metas: &[Meta; 2],
        top: i32,
        style: Style,
    ) {
        let newest = commit.newest();
        let [tables, roots, leaves] = commit.levels();
        let metas = (0..)
            .zip(metas)
            .filter(|(_, meta)| meta.transaction == newest.transaction);
        let mut edges: Vec<(PageNo, PageNo)> = Vec::new();
        for (page, _) in metas {
            edges.extend(tables.iter().map(|child| (page, *child)));
        }
        for root in roots {
            edges.push((newest.tables, root));
            edges.extend(leaves.iter().map(|leaf| (root, *leaf)));
        }
        for (parent, child) in edges {
            if let Some((from, to)) = self.find(parent).zip(self.find(child)) {
                let half = BOX.0 / 2;
                canvas.edge(
                    (from.0 + half, top + from.1 + BOX.1),
                    (to.0 + half, top + to.1),
                    style,
                );
            }
        }
    }
}

/// What is in a page.
fn label(page: &PageInfo, commit: &Commit) -> String {
    match &page.content {
        Content::Branch(children) => {
            let keys = children.iter().map(|(key, _)| String::from_utf8_lossy(key));
            format!("root:{}", keys.collect::<Vec<_>>().join(" "))
        }
        Content::Leaf(entries) if file::word(page) == "leaf" => {
            let keys = entries.iter().map(|(key, _)| String::from_utf8_lossy(key));
            keys.collect::<Vec<_>>().join(" ")
        }
        _ => match commit.metas.get(page.number as usize) {
            Some(meta) => format!("commit {}", meta.transaction),
            None => file::word(page).to_owned(),
        },
    }
}
