//! The database: what ties memtables, tables and their versions together.

mod counters;
mod cursor;
mod range;
mod read;
mod run;
mod snapshot;
mod state;
mod tables;
#[cfg(test)]
mod tests;

pub use cursor::DbCursor;
pub use range::Range;
