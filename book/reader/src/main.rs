//! `cargo book`: the reader.
//!
//! | command | module |
//! |---|---|
//! | `serve` | [`serve`]: the pages, live; with [`run`] behind their Run buttons; progress |
//! | `build` | [`pages`]: the pages, into a folder |
//! | `copy` | [`copy`]: a crate and what it needs, into the reader's own project |
//! | `check` | [`check`]: the exercises |
//! | `roadmap` | [`roadmap`]: what the reader has done of the curriculum, and what is next |
//! | `figures` | the package `book-figures` |

#![forbid(unsafe_code)]

mod check;
mod cli;
mod copy;
mod includes;
mod pages;
mod roadmap;
mod run;
mod serve;
mod today;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::Arguments::parse().dispatch() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", with_causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!("\n  because: {error}");
        cause = error.source();
    }
    text
}
