//! Looks into the file of a [`bplustree::disk::Store`].

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use bplustree::disk::inspect::{Content, Owner, PageInfo};
use bplustree::disk::{Options, Store, StoreError};

const USAGE: &str = "\
usage: bplustree COMMAND FILE

  stats   pages, and what each table takes
  verify  checks every page; names the first that is damaged
  dump    every entry of every table, a line each
  tree    every page, as the trees have them";

/// What ends the program early.
enum Failure {
    Store(StoreError),
    Output(io::Error),
    Usage,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough: `| head`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Output(error)) => fail(&error),
        Err(Failure::Store(error)) => fail(&error),
        Err(Failure::Usage) => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn fail(error: &dyn fmt::Display) -> ExitCode {
    eprintln!("bplustree: {error}");
    ExitCode::FAILURE
}

fn run(arguments: &[std::ffi::OsString]) -> Result<(), Failure> {
    let [command, file] = arguments else {
        return Err(Failure::Usage);
    };
    let command = match command.to_str() {
        Some("stats") => stats,
        Some("verify") => verify,
        Some("dump") => dump,
        Some("tree") => tree,
        _ => return Err(Failure::Usage),
    };
    let store = Options::new().read_only(true).open(file)?;
    let mut out = BufWriter::new(io::stdout().lock());
    command(&store, &mut out)?;
    Ok(out.flush()?)
}

fn stats(store: &Store, out: &mut dyn Write) -> Result<(), Failure> {
    let stats = store.stats();
    writeln!(out, "page size    {}", stats.page_size)?;
    writeln!(out, "transaction  {}", stats.transaction)?;
    writeln!(
        out,
        "pages        {}, of which {} are free",
        stats.pages, stats.free_pages
    )?;
    if let Some(discarded) = stats.discarded {
        writeln!(
            out,
            "transaction {discarded} was found unfinished, and taken back"
        )?;
    }
    let tx = store.read();
    for name in tx.tables()? {
        let table = tx.table(&name)?.stats()?;
        writeln!(
            out,
            "table {name:?}: {} entries, height {}, {} leaves, {} branches, {} overflow pages, \
             {:.0} % full",
            table.entries,
            table.height,
            table.leaves,
            table.branches,
            table.overflow_pages,
            100.0 * table.fill()
        )?;
    }
    Ok(())
}

fn verify(store: &Store, out: &mut dyn Write) -> Result<(), Failure> {
    let verified = store.verify()?;
    writeln!(
        out,
        "sound: {} tables with {} entries in {} pages, and {} free pages",
        verified.tables, verified.entries, verified.used_pages, verified.unused_pages
    )?;
    Ok(())
}

fn dump(store: &Store, out: &mut dyn Write) -> Result<(), Failure> {
    let tx = store.read();
    for name in tx.tables()? {
        for entry in tx.table(&name)?.iter()? {
            let (key, value) = entry?;
            writeln!(out, "{name}\t{}\t{}", text(key), text(value))?;
        }
    }
    Ok(())
}

fn tree(store: &Store, out: &mut dyn Write) -> Result<(), Failure> {
    let pages = store.pages()?;
    let page_size = store.stats().page_size as usize;
    // Roots are the pages that no branch of theirs leads to.
    let children = pages.iter().flat_map(|page| match &page.content {
        Content::Branch(children) => children.iter().map(|(_, child)| *child).collect(),
        _ => Vec::new(),
    });
    let is_child: BTreeMap<_, _> = children.map(|child| (child, ())).collect();
    for page in &pages {
        let is_tree = matches!(page.content, Content::Leaf(_) | Content::Branch(_));
        if is_tree && !is_child.contains_key(&page.number) {
            writeln!(out, "{}", title(&page.owner))?;
            branch(&pages, page, page_size, 1, "", out)?;
        }
    }
    let unused = pages.iter().filter(|page| page.owner == Owner::Nobody);
    let unused: Vec<_> = unused.map(|page| page.number.to_string()).collect();
    writeln!(
        out,
        "free: {}",
        if unused.is_empty() {
            "none".into()
        } else {
            unused.join(" ")
        }
    )?;
    Ok(())
}

/// The bytes as text if they are, and on one line.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.escape_debug().to_string(),
        Err(_) => bytes.escape_ascii().to_string(),
    }
}

fn title(owner: &Owner) -> String {
    match owner {
        Owner::Tables => "tree of tables".into(),
        Owner::FreeList => "tree of free pages".into(),
        Owner::Table(name) => format!("table {name:?}"),
        _ => "page".into(),
    }
}

/// Writes a line for a page, and then its children.
fn branch(
    pages: &[PageInfo],
    page: &PageInfo,
    page_size: usize,
    depth: usize,
    low: &str,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let indent = "  ".repeat(depth);
    write!(
        out,
        "{indent}{low}page {}, transaction {}, ",
        page.number, page.transaction
    )?;
    let full = 100 * page.used_bytes / page_size;
    match &page.content {
        Content::Branch(children) => {
            writeln!(out, "branch of {} children, {full} % full", children.len())?;
            for (key, child) in children {
                let low = match key.is_empty() {
                    true => String::new(),
                    false => format!("{} … ", text(key)),
                };
                if let Some(child) = pages.get(*child as usize) {
                    branch(pages, child, page_size, depth + 1, &low, out)?;
                }
            }
        }
        Content::Leaf(entries) => {
            let end = |entry: Option<&(Vec<u8>, usize)>| {
                entry.map(|(key, _)| text(key)).unwrap_or_default()
            };
            let (first, last) = (end(entries.first()), end(entries.last()));
            writeln!(
                out,
                "leaf of {} entries, {full} % full: {first} … {last}",
                entries.len()
            )?;
        }
        _ => writeln!(out)?,
    }
    Ok(())
}
