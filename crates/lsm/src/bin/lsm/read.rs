//! `lsm get` and `lsm scan`: what a program would see.

use std::io::Write;
use std::path::Path;

use lsm::{Db, Options};

use crate::failure::Failure;
use crate::text::unescape;

fn open(dir: &Path) -> Result<Db, Failure> {
    Ok(Db::open(dir, Options::new().create_if_missing(false))?)
}

pub fn get(dir: &Path, key: &str, out: &mut impl Write) -> Result<(), Failure> {
    let value = open(dir)?.get(&unescape(key)?)?.ok_or(Failure::NotFound)?;
    Ok(writeln!(out, "{}", value.escape_ascii())?)
}

pub fn scan(
    dir: &Path,
    prefix: &str,
    limit: Option<usize>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let entries = open(dir)?.prefix(&unescape(prefix)?);
    for entry in entries.take(limit.unwrap_or(usize::MAX)) {
        let (key, value) = entry?;
        writeln!(out, "{}\t{}", key.escape_ascii(), value.escape_ascii())?;
    }
    Ok(())
}
