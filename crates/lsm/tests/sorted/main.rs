//! What is sorted: tables, and merges of runs.

mod common;
mod iter;
mod table;
