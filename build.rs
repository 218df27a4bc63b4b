//! Turns the snippets of the pages outside the book (this README and each crate's) into tests: see tests/readmes.rs.

fn main() {
    let mut pages = vec!["README.md".into()];
    for entry in std::fs::read_dir("crates").expect("the repository has crates/") {
        let page = entry.expect("crates/ is readable").path().join("README.md");
        if page.exists() {
            pages.push(page);
        }
    }
    pages.sort();
    println!("cargo::rerun-if-changed=crates");
    skeptic::generate_doc_tests(&pages);
}
