//! When a page may be written again: never while somebody can come to it, and at once when nobody
//! can.

use std::collections::{BTreeMap, BTreeSet};

#[cfg_attr(feature = "yours", path = "../disk/freelist.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/disk/freelist.rs")]
mod exercise;

use exercise::FreeList;

/// A store whose commits are sets of pages, all of which are remembered.
struct Model {
    list: FreeList,
    /// The pages of each commit.
    commits: Vec<BTreeSet<u32>>,
    /// Those of the transaction under way.
    current: BTreeSet<u32>,
    durable: usize,
    readers: Vec<u64>,
    /// How many pages the file would have at least.
    pages: u32,
}

impl Model {
    fn new() -> Self {
        Model {
            list: FreeList::new(),
            commits: vec![BTreeSet::new()],
            current: BTreeSet::new(),
            durable: 0,
            readers: Vec::new(),
            pages: 0,
        }
    }

    /// Who could come to which pages now.
    fn visitors(&self) -> BTreeMap<String, &BTreeSet<u32>> {
        let newest = self.commits.len() - 1;
        let reader = |commit: &u64| {
            let who = format!("a reader of commit {commit}");
            (who, &self.commits[*commit as usize])
        };
        let durable = format!("whoever opens it after a crash, at commit {}", self.durable);
        let mut visitors: BTreeMap<_, _> = self.readers.iter().map(reader).collect();
        visitors.insert(durable, &self.commits[self.durable]);
        visitors.insert("the newest commit".to_owned(), &self.commits[newest]);
        visitors.insert("the transaction under way".to_owned(), &self.current);
        visitors
    }

    fn take(&mut self) -> u32 {
        let page = self.list.take();
        let visitors = self.visitors();
        for (who, pages) in &visitors {
            assert!(
                !pages.contains(&page),
                "page {page} was given out to be written, and {who} still needs it; commit {} is \
                 under way",
                self.commits.len()
            );
        }
        let needed = |page: &u32| visitors.values().any(|pages| pages.contains(page));
        let lowest = (0..).find(|page| !needed(page)).unwrap_or(u32::MAX);
        assert!(
            page == lowest,
            "page {page} was given out; but page {lowest} is the lowest that nobody needs, neither \
             {:?}. Commit {} is under way",
            visitors.keys().collect::<Vec<_>>(),
            self.commits.len()
        );
        self.current.insert(page);
        self.pages = self.pages.max(page + 1);
        assert_eq!(self.list.pages(), self.pages, "the pages of the file");
        page
    }

    fn free(&mut self, page: u32) {
        self.list.free(page);
        self.current.remove(&page);
    }

    /// Puts a new page in the place of each of these.
    fn rewrite(&mut self, pages: impl IntoIterator<Item = u32>) {
        for page in pages {
            self.take();
            self.free(page);
        }
    }

    fn commit(&mut self, durable: bool) {
        self.list.commit(durable);
        self.commits.push(self.current.clone());
        if durable {
            self.durable = self.commits.len() - 1;
        }
    }

    fn abort(&mut self) {
        self.list.abort();
        self.current = self.commits[self.commits.len() - 1].clone();
    }

    fn begin_read(&mut self) -> u64 {
        let commit = self.list.begin_read();
        assert_eq!(commit as usize, self.commits.len() - 1, "the newest commit");
        self.readers.push(commit);
        commit
    }

    fn end_read(&mut self, commit: u64) {
        let at = self.readers.iter().position(|reader| *reader == commit);
        self.readers.swap_remove(at.expect("he reads"));
        self.list.end_read(commit);
    }

    /// A store of so many pages, in its first commit.
    fn of(pages: u32) -> Self {
        let mut model = Model::new();
        for _ in 0..pages {
            model.take();
        }
        model.commit(true);
        model
    }
}

#[test]
fn a_page_waits_for_its_own_commit() {
    let mut model = Model::of(3);
    model.rewrite([0]);
    assert_eq!(model.pages, 4, "page 0 is needed should this be aborted");
    model.commit(true);
    assert_eq!(model.take(), 0, "after the commit nobody needs page 0");
}

#[test]
fn a_page_waits_for_a_reader_and_for_the_last_of_two() {
    let mut model = Model::of(2);
    let reader = model.begin_read();
    assert_eq!(model.begin_read(), reader);
    model.rewrite([0]);
    model.commit(true);
    model.end_read(reader);
    assert_eq!(model.take(), 3, "one of two readers still sees page 0");
    model.end_read(reader);
    assert_eq!(model.take(), 0, "nobody sees page 0 any more");
}

#[test]
fn a_page_waits_for_a_durable_commit() {
    let mut model = Model::of(2);
    model.rewrite([0]);
    model.commit(false);
    assert_eq!(model.take(), 3, "after a crash, page 0 is needed");
    model.commit(false);
    assert_eq!(model.take(), 4);
    model.commit(true);
    assert_eq!(model.take(), 0, "a crash leads to the newest commit now");
}

#[test]
fn a_page_between_two_durable_commits_waits_for_nobody() {
    let mut model = Model::of(1);
    model.rewrite([0]);
    model.commit(false);
    model.rewrite([1]);
    model.commit(false);
    assert_eq!(
        model.take(),
        1,
        "page 1 was taken and freed since the last durable commit: after a crash, nobody knows it"
    );
}

#[test]
fn a_page_that_its_own_transaction_frees_is_free_at_once() {
    let mut model = Model::of(1);
    model.begin_read();
    let page = model.take();
    model.free(page);
    assert_eq!(model.take(), page, "nobody has ever seen it");
}

#[test]
fn an_aborted_transaction_has_never_been() {
    let mut model = Model::of(3);
    model.rewrite([0, 2]);
    let page = model.take();
    model.free(page);
    model.abort();
    assert_eq!(model.take(), 3, "0 and 2 are needed, 3 to 5 are free");
    model.commit(true);
    model.rewrite([3]);
    model.abort();
    assert_eq!(model.take(), 4, "3 is needed");
}

#[test]
fn a_long_reader_does_not_make_the_file_grow() {
    let mut model = Model::of(10);
    let reader = model.begin_read();
    for round in 0..100 {
        let all: Vec<u32> = model.current.iter().copied().collect();
        model.rewrite(all);
        model.commit(round % 3 == 0);
    }
    assert!(
        model.pages <= 50,
        "10 pages, all rewritten a hundred times, every third time durably. A reader who stays \
         needs 10, a crash 10, the newest commit 10, and its successor 10; the file has {}",
        model.pages
    );
    model.end_read(reader);
}

#[test]
fn agrees_with_remembering_everything() {
    let mut state = 19u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..20 {
        let mut model = Model::of(4);
        for _ in 0..250 {
            match draw(10) {
                0..3 => {
                    model.take();
                }
                3..6 if !model.current.is_empty() => {
                    let at = draw(model.current.len());
                    let page = *model.current.iter().nth(at).expect("one of them");
                    model.free(page);
                }
                6 => model.commit(draw(3) == 0),
                7 if draw(3) == 0 => model.abort(),
                8 if model.readers.len() < 4 => {
                    model.begin_read();
                }
                9 if !model.readers.is_empty() => {
                    let reader = model.readers[draw(model.readers.len())];
                    model.end_read(reader);
                }
                _ => {}
            }
        }
    }
}
