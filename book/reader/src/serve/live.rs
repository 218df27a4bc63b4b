//! The pages as they are now: built, and built again when a source changes.
//!
//! Each build goes into a new folder, which becomes the one that is served once it is whole. So a
//! reader never sees a page that is half built, and a chapter that is broken leaves the last good
//! pages where they are.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::sync::watch;

use super::Server;
use crate::pages::{self, BookError};

/// Where pages listen for word of a change.
pub const ENDPOINT: &str = "__livereload";

/// The pages that are served now.
pub struct Live {
    pages: RwLock<Arc<TempDir>>,
    /// Counts the builds.
    builds: watch::Sender<u64>,
}

impl Live {
    /// Builds the book of the repository at `root` for the first time.
    ///
    /// # Errors
    ///
    /// When it cannot be built.
    pub fn build(root: &Path) -> Result<Self, BookError> {
        Ok(Live {
            pages: RwLock::new(Arc::new(build(root)?)),
            builds: watch::Sender::new(1),
        })
    }

    /// The folder of the pages; it is there for as long as the caller holds it.
    pub fn pages(&self) -> Arc<TempDir> {
        self.pages
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes when there are new pages.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.builds.subscribe()
    }

    fn rebuild(&self, root: &Path) {
        match build(root) {
            Ok(pages) => {
                *self.pages.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pages);
                self.builds.send_modify(|builds| *builds += 1);
            }
            Err(error) => {
                eprintln!(
                    "error: {}\nThe last good pages stay.",
                    crate::with_causes(&error)
                );
            }
        }
    }
}

fn build(root: &Path) -> Result<TempDir, BookError> {
    let start = Instant::now();
    let folder =
        new_folder(&root.join("target")).map_err(|error| BookError::Mdbook(error.into()))?;
    pages::build(root, folder.path(), Some(ENDPOINT))?;
    println!("Built in {:.1} s.", start.elapsed().as_secs_f32());
    Ok(folder)
}

/// In the repository's own target folder, so that `cargo clean` removes what a reader that was
/// killed has left.
fn new_folder(target: &Path) -> io::Result<TempDir> {
    fs::create_dir_all(target)?;
    TempDir::with_prefix_in("book-pages-", target)
}

/// What a page can be made of: chapters, figures, theme and settings, and the sources that chapters
/// include.
const SOURCES: [&str; 7] = [
    "book.toml",
    "book/src",
    "book/theme",
    "book/exercises",
    "book/reader/src",
    "crates",
    "examples",
];

/// How often the sources are looked at. A few hundred files take a few milliseconds; asking the
/// system for events instead would also tell of every read, such as those of the build itself.
const LOOK: Duration = Duration::from_millis(250);

/// Rebuilds when a source changes, for as long as the server is there.
pub fn watch(root: &Path, server: &Arc<Server>) {
    let (root, server) = (root.to_owned(), Arc::downgrade(server));
    std::thread::spawn(move || {
        let mut built = Fingerprint::of(&root);
        let mut seen = built;
        loop {
            std::thread::sleep(LOOK);
            let Some(server) = server.upgrade() else {
                return;
            };
            let now = Fingerprint::of(&root);
            // An editor writes a file in several steps, and several files one after the other: wait
            // until that is over.
            if now != built && now == seen {
                built = now;
                println!("Something changed. Building the book …");
                server.live.rebuild(&root);
            }
            seen = now;
        }
    });
}

/// A digest of the names, sizes and times of all sources.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fingerprint(u64);

impl Fingerprint {
    fn of(root: &Path) -> Self {
        let mut open: Vec<PathBuf> = SOURCES.iter().map(|source| root.join(source)).collect();
        let mut digest = 0u64;
        while let Some(path) = open.pop() {
            let Ok(about) = path.metadata() else { continue };
            if about.is_dir() {
                let entries = fs::read_dir(&path)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path());
                open.extend(entries.filter(|path| !path.ends_with("target")));
            } else {
                let mut hasher = DefaultHasher::new();
                (path, about.len(), about.modified().ok()).hash(&mut hasher);
                // A sum, because folders do not list their files in any particular order.
                digest = digest.wrapping_add(hasher.finish());
            }
        }
        Fingerprint(digest)
    }
}
