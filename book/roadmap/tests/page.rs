//! The modules' part of the page: complete, and nothing in it that Markdown would take for HTML.

use std::collections::BTreeMap;

use book_roadmap::{Roadmap, page};

fn markdown() -> String {
    let roadmap = Roadmap::parse(include_str!("fixtures/small.toml")).unwrap();
    let titles = BTreeMap::from([("lru.md".to_owned(), "What to forget".to_owned())]);
    page::markdown(&roadmap, &titles)
}

/// What stands between a module's beginning and the next one's.
fn module(id: &str) -> String {
    let page = markdown();
    let (_, rest) = page.split_once(&format!("id=\"module-{id}\"")).unwrap();
    rest.split("class=\"module").next().unwrap().to_owned()
}

#[test]
fn a_module_shows_all_that_the_roadmap_says_of_it() {
    let latency = module("latency");
    for part in [
        "<span class=\"title\">Latency numbers of your own machine</span>",
        "<span class=\"badge hours\">2.5 h</span>",
        "<span class=\"gives\">You know what a cache miss and an fsync cost where you work.</span>",
        "[Growing past one machine](#module-growing)",
        "[What to forget: the problem](lru.md#the-problem), with the crates `lru` and `bloom`",
        "cargo run --example cache_trace -- --help\ncargo book check lru_clock\ncargo book check lru_fifo\n",
        "**Experiment.** Run it twice",
        "| one fsync of 4 kB \\| median | µs | `latency.fsync` |",
        "- [The Tail at Scale](<https://doi.org/10.1145/2408776.2408794>), Dean and Barroso, 2013 (paper).\\\n  What does a hedged request cost?",
        "- *Systems Performance, chapter 2*, Gregg, 2020 (book).",
        "<summary>Check yourself: 2 questions</summary>",
        "1. Why not?",
    ] {
        assert!(latency.contains(part), "{part}\n\nis not in\n\n{latency}");
    }
    assert!(latency.contains("data-exercises=\"2\""));
}

#[test]
fn what_is_planned_or_a_challenge_says_so() {
    let sketches = module("sketches");
    assert!(sketches.contains("badge challenge") && sketches.contains("badge planned"));
    assert!(sketches.contains("Not in the book yet"));
    assert!(!module("percentiles").contains("badge planned"));
}

#[test]
fn signs_of_html_are_text_and_code_is_code() {
    let one = module("one");
    assert!(
        one.contains("A &lt; B &amp; &quot;C&quot;, and <code>a&lt;b&gt;</code>."),
        "{one}"
    );
    assert!(markdown().contains("with &lt;signs> {#phase-end}"));
    assert!(markdown().contains("Nothing here needs anything here: `Vec<u8>`."));
}

#[test]
fn each_phase_has_its_places_for_what_the_script_adds() {
    let page = markdown();
    for phase in ["foundations", "storage", "end"] {
        assert!(page.contains(&format!(
            "<div class=\"phase-progress\" data-phase=\"{phase}\"></div>"
        )));
        assert!(page.contains(&format!(
            "<div class=\"own-modules\" data-phase=\"{phase}\"></div>"
        )));
    }
    assert_eq!(
        page.matches("<details").count(),
        page.matches("</details>").count()
    );
}
