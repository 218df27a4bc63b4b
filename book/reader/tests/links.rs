//! The real book: it builds, and every link, script and anchor that its pages name is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

#[test]
fn every_internal_link_and_anchor_leads_somewhere() {
    let dest = tempfile::tempdir().unwrap();
    let built = Command::new(env!("CARGO_BIN_EXE_book-reader"))
        .args(["build", "--dest"])
        .arg(dest.path())
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let dest = dest.path().canonicalize().unwrap();

    let pages = pages(&dest);
    assert!(pages.len() >= 3, "{} pages", pages.len());
    let broken: Vec<String> = pages
        .iter()
        .flat_map(|(path, page)| broken_links(&dest, path, page, &pages))
        .collect();
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let page = Page::read(
        "<h2 id=\"here\">x</h2><a href=\"#here\"></a><a href=\"#there\"></a><img src=\"none.png\">",
    );
    let path = folder.path().join("one.html");
    let pages = BTreeMap::from([(path.clone(), page)]);
    assert_eq!(
        broken_links(folder.path(), &path, &pages[&path], &pages),
        ["one.html: #there", "one.html: none.png"]
    );
}

struct Page {
    ids: BTreeSet<String>,
    links: Vec<String>,
}

impl Page {
    fn read(html: &str) -> Self {
        let all = |expression: &str| -> Vec<String> {
            let expression = Regex::new(expression).unwrap();
            expression
                .captures_iter(html)
                .map(|found| found[1].replace("&amp;", "&"))
                .collect()
        };
        Page {
            ids: all(r#"\sid="?([^"\s>]+)"#).into_iter().collect(),
            links: all(r#"\s(?:href|src)="([^"]*)""#),
        }
    }
}

/// 404.html is served for any path and addresses everything from the root, and redirects have no
/// content of their own.
fn pages(dest: &Path) -> BTreeMap<PathBuf, Page> {
    let entries = fs::read_dir(dest)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let html = entries.filter(|path| {
        path.extension().is_some_and(|ext| ext == "html") && !path.ends_with("404.html")
    });
    html.map(|path| (path.clone(), Page::read(&fs::read_to_string(path).unwrap())))
        .collect()
}

fn broken_links(
    dest: &Path,
    path: &Path,
    page: &Page,
    pages: &BTreeMap<PathBuf, Page>,
) -> Vec<String> {
    let external = |link: &&String| {
        link.contains("://") || link.starts_with("data:") || link.starts_with("mailto:")
    };
    let leads_somewhere = |link: &&String| {
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = if file.is_empty() {
            path.to_owned()
        } else {
            path.parent().unwrap_or(dest).join(file)
        };
        let anchored = |page: &Page| anchor.is_empty() || page.ids.contains(anchor);
        match pages.get(&target) {
            Some(page) => anchored(page),
            None => target.exists() && anchor.is_empty(),
        }
    };
    let name = path.strip_prefix(dest).unwrap_or(path).display();
    page.links
        .iter()
        .filter(|link| !external(link) && !leads_somewhere(link))
        .map(|link| format!("{name}: {link}"))
        .collect()
}
