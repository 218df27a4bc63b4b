//! The names of files and directories: those that every caller sees, and those that a crash leaves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::random::{Mood, Random};
use crate::parent;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Dir,
    /// The number of a node.
    File(u64),
}

/// A change of names in one directory, which a crash keeps or loses as a whole.
#[derive(Clone, Debug)]
pub(super) enum NameChange {
    Add(PathBuf, u64),
    Remove(PathBuf),
    Rename {
        from: PathBuf,
        to: PathBuf,
        node: u64,
    },
}

type Tree = BTreeMap<PathBuf, Entry>;

#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) live: Tree,
    durable: Tree,
    /// What waits for a sync of its directory, in order.
    waiting: Vec<NameChange>,
}

impl NameChange {
    fn dir(&self) -> &Path {
        match self {
            NameChange::Add(path, _) | NameChange::Remove(path) => parent(path),
            NameChange::Rename { to, .. } => parent(to),
        }
    }

    fn apply(&self, to: &mut Tree) {
        match self {
            NameChange::Add(path, node) => {
                to.insert(path.clone(), Entry::File(*node));
            }
            NameChange::Remove(path) => {
                to.remove(path);
            }
            NameChange::Rename {
                from,
                to: new,
                node,
            } => {
                // The old name may stand for another file by now, if what waited was reordered.
                if to.get(from) == Some(&Entry::File(*node)) {
                    to.remove(from);
                }
                to.insert(new.clone(), Entry::File(*node));
            }
        }
    }
}

impl Names {
    pub(super) fn get(&self, path: &Path) -> Option<Entry> {
        match path.parent() {
            None => Some(Entry::Dir),
            Some(_) => self.live.get(path).copied(),
        }
    }

    pub(super) fn change(&mut self, change: NameChange) {
        change.apply(&mut self.live);
        self.waiting.push(change);
    }

    /// A directory is durable at once: so says the contract.
    pub(super) fn add_dir(&mut self, path: &Path) {
        self.live.insert(path.to_path_buf(), Entry::Dir);
        self.durable.insert(path.to_path_buf(), Entry::Dir);
    }

    /// Takes the changes that wait in `dir`.
    fn take_waiting(&mut self, dir: &Path) -> Vec<NameChange> {
        self.waiting
            .extract_if(.., |change| change.dir() == dir)
            .collect()
    }

    pub(super) fn sync(&mut self, dir: &Path) {
        for change in self.take_waiting(dir) {
            change.apply(&mut self.durable);
        }
    }

    /// Keeps some of what waited in `dir` and forgets the rest.
    pub(super) fn fail_sync(&mut self, dir: &Path, random: &mut Random) {
        let waiting = self.take_waiting(dir);
        persist_some(&mut self.durable, &waiting, random);
    }

    /// The names that the next start finds.
    pub(super) fn crash(&self, random: &mut Random) -> Names {
        let mut durable = self.durable.clone();
        persist_some(&mut durable, &self.waiting, random);
        Names {
            live: durable.clone(),
            durable,
            waiting: Vec::new(),
        }
    }

    /// Whether a crash may yet give node `node` a name.
    pub(super) fn may_name(&self, node: u64) -> bool {
        let named = |change: &NameChange| matches!(change, NameChange::Add(_, n) | NameChange::Rename { node: n, .. } if *n == node);
        let has = |tree: &Tree| tree.values().any(|entry| *entry == Entry::File(node));
        has(&self.live) || has(&self.durable) || self.waiting.iter().any(named)
    }
}

/// Makes durable what a crash at a bad moment would: any of the changes.
fn persist_some(durable: &mut Tree, waiting: &[NameChange], random: &mut Random) {
    let mood = Mood::draw(random);
    for change in waiting {
        if mood.keeps(random) {
            change.apply(durable);
        }
    }
}
