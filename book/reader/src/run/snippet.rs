//! From what stands on the page to a program, as rustdoc does it for `cargo test --doc`.
//!
//! mdBook has already put a `main` around a snippet that has none. What it does not do is what
//! rustdoc does with a snippet that uses `?` and says so in a last line `Ok::<(), E>(())`: there,
//! `main` must give back that result.

/// The program for a snippet.
pub fn program(code: &str) -> String {
    if !code.contains("fn main(") {
        return wrapped("", code);
    }
    match code.split_once(MDBOOK_MAIN) {
        Some((before, body)) if gives_result(body) => {
            let body = body.trim_end().trim_end_matches('}');
            wrapped(before, body)
        }
        _ => code.to_owned(),
    }
}

/// How mdBook begins the `main` that it puts around a snippet.
const MDBOOK_MAIN: &str = "fn main() {\n";

/// All that is added before the body stands on the body's first line, so that the compiler's line
/// numbers are the editor's.
fn wrapped(before: &str, body: &str) -> String {
    if gives_result(body) {
        format!(
            "{before}fn main() {{ fn _inner() -> Result<(), impl core::fmt::Debug> {{ {body}\n}}\n_inner().unwrap()\n}}\n"
        )
    } else {
        format!("#![allow(unused)] {before}fn main() {{ {body}\n}}\n")
    }
}

/// Whether the last line is `Ok::<(), E>(())`, rustdoc's sign.
fn gives_result(body: &str) -> bool {
    let last = body
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty() && *line != "}");
    last.is_some_and(|line| line.starts_with("Ok::<") && line.ends_with("(())"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_with_its_own_main_is_left_alone() {
        let code = "fn main() { println!(\"hello\"); }";
        assert_eq!(program(code), code);
        let by_mdbook = "#![allow(unused)]\nfn main() {\nprintln!(\"hello\");\n}";
        assert_eq!(program(by_mdbook), by_mdbook);
    }

    #[test]
    fn statements_get_a_main_and_keep_their_lines() {
        let program = program("let n = 1;\nprintln!(\"{n}\");\n");
        assert!(program.contains("fn main() { let n = 1;"), "{program}");
        assert_eq!(program.lines().nth(1), Some("println!(\"{n}\");"));
    }

    #[test]
    fn a_question_mark_works_as_in_rustdoc() {
        let code = "#![allow(unused)]\nfn main() {\nlet n: u8 = \"7\".parse()?;\nOk::<(), std::num::ParseIntError>(())\n}";
        let program = program(code);
        assert!(
            program.starts_with("#![allow(unused)]\nfn main() { fn _inner() -> Result"),
            "{program}"
        );
        assert_eq!(
            program.matches('{').count(),
            program.matches('}').count(),
            "{program}"
        );
    }
}
