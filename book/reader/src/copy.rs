//! `cargo book copy`: a crate, and the sibling crates that it needs, into the reader's own project.
//!
//! A crate in `crates/` inherits nothing from the workspace and names its siblings by relative
//! path. So a copy is a copy: folders side by side there are folders side by side here, and the
//! paths between them hold.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why a crate could not be copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// There is no such crate.
    #[error("there is no crate '{name}'; there are: {}", there_are.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What could be.
        there_are: Vec<String>,
    },
    /// Something is there already.
    #[error("{} is there already: remove it first, or copy into another folder", .0.display())]
    Exists(PathBuf),
    /// A file could not be read or written.
    #[error("cannot copy {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A crate's `Cargo.toml` cannot be understood.
    #[error("cannot understand {}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
}

/// What was copied, and where to.
pub struct Copied {
    name: String,
    into: PathBuf,
    siblings: Vec<String>,
}

impl Copied {
    /// What to do now.
    pub fn advice(&self) -> String {
        let Copied {
            name,
            into,
            siblings,
        } = self;
        let with = match siblings.is_empty() {
            true => String::new(),
            false => format!(", with {}, which it needs", siblings.join(", ")),
        };
        let (manifest, path) = match project_around(into) {
            Some((project, inside)) => (project.join("Cargo.toml").display().to_string(), inside),
            None => (
                "your Cargo.toml, with the path as seen from there".to_owned(),
                into.clone(),
            ),
        };
        let path = path.join(name);
        format!(
            "Copied {name}{with}. Add to {manifest}:\n\n\
             [dependencies]\n{name} = {{ path = \"{}\" }}\n",
            path.display()
        )
    }
}

/// The innermost folder around `folder` that is a package, and the way from it to `folder`.
fn project_around(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let folder = folder.canonicalize().ok()?;
    let is_package = |folder: &Path| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        manifest
            .parse::<toml::Table>()
            .is_ok_and(|table| table.contains_key("package"))
    };
    let project = folder.ancestors().find(|ancestor| is_package(ancestor))?;
    Some((
        project.to_owned(),
        folder.strip_prefix(project).ok()?.to_owned(),
    ))
}

/// Copies the crate `name` of the repository at `root`, and the siblings that it needs, into the
/// folder `into`.
///
/// # Errors
///
/// See [`CopyError`]. Nothing is written if any of the folders is there already.
pub fn copy(root: &Path, name: &str, into: &Path) -> Result<Copied, CopyError> {
    let crates = root.join("crates");
    let names = needed(&crates, name)?;
    if let Some(there) = names
        .iter()
        .map(|name| into.join(name))
        .find(|path| path.exists())
    {
        return Err(CopyError::Exists(there));
    }
    for name in &names {
        copy_folder(&crates.join(name), &into.join(name))?;
    }
    let siblings = names.into_iter().filter(|other| other != name).collect();
    Ok(Copied {
        name: name.to_owned(),
        into: into.to_owned(),
        siblings,
    })
}

/// The crate and all that it needs, however indirectly, and be it for its tests.
fn needed(crates: &Path, name: &str) -> Result<BTreeSet<String>, CopyError> {
    let there_are = crate_names(crates)?;
    if !there_are.iter().any(|there| there == name) {
        return Err(CopyError::Unknown {
            name: name.to_owned(),
            there_are,
        });
    }
    let mut needed = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        open.extend(siblings(&crates.join(&name).join("Cargo.toml"))?);
        needed.insert(name);
        open.retain(|name| !needed.contains(name));
    }
    Ok(needed)
}

fn crate_names(crates: &Path) -> Result<Vec<String>, CopyError> {
    let failed = |source| CopyError::Io {
        path: crates.to_owned(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(crates).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.join("Cargo.toml").is_file() {
            names.extend(
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}

/// The names in the paths `../NAME` of all dependency tables.
fn siblings(manifest: &Path) -> Result<Vec<String>, CopyError> {
    let text = fs::read_to_string(manifest).map_err(|source| CopyError::Io {
        path: manifest.to_owned(),
        source,
    })?;
    let table: toml::Table = text.parse().map_err(|source| CopyError::Manifest {
        path: manifest.to_owned(),
        source,
    })?;
    let mut paths = Vec::new();
    collect_paths(&table, &mut paths);
    Ok(paths
        .iter()
        .filter_map(|path| path.strip_prefix("../"))
        .map(|name| name.trim_end_matches('/').to_owned())
        .collect())
}

/// Dependency tables can be nested, as in `[target.'cfg(loom)'.dev-dependencies]`: every `path` in
/// one counts.
fn collect_paths(table: &toml::Table, paths: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            toml::Value::String(path) if key == "path" => paths.push(path.clone()),
            toml::Value::Table(inner) => collect_paths(inner, paths),
            _ => {}
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), CopyError> {
    let failed = |source| CopyError::Io {
        path: from.to_owned(),
        source,
    };
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        if path.is_dir() {
            // A crate that was built by itself has its own target folder.
            if name != "target" {
                copy_folder(&path, &to.join(name))?;
            }
        } else {
            fs::copy(&path, to.join(name)).map_err(|source| CopyError::Io {
                path: path.clone(),
                source,
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository in which `lsm` needs `wal`, and `wal` needs `disk` for its tests.
    fn repository() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let add = |name: &str, dependencies: &str| {
            let folder = root.path().join("crates").join(name);
            fs::create_dir_all(folder.join("src")).unwrap();
            fs::create_dir_all(folder.join("target")).unwrap();
            fs::write(folder.join("src/lib.rs"), "").unwrap();
            fs::write(folder.join("Cargo.toml"), dependencies).unwrap();
        };
        add(
            "lsm",
            "[dependencies]\nwal = { path = \"../wal\" }\nserde = \"1\"\n",
        );
        add(
            "wal",
            "[target.'cfg(unix)'.dev-dependencies]\ndisk = { path = \"../disk\" }\n",
        );
        add("disk", "[lib]\npath = \"src/lib.rs\"\n");
        add("lru", "");
        root
    }

    #[test]
    fn copies_what_is_needed_and_nothing_else() {
        let (root, into) = (repository(), tempfile::tempdir().unwrap());
        let copied = copy(root.path(), "lsm", into.path()).unwrap();
        for name in ["lsm", "wal", "disk"] {
            assert!(
                into.path().join(name).join("src/lib.rs").is_file(),
                "{name}"
            );
            assert!(!into.path().join(name).join("target").exists(), "{name}");
        }
        assert!(!into.path().join("lru").exists());
        assert!(copied.advice().contains("[dependencies]\nlsm = { path = "));
        assert!(copied.advice().contains("with disk, wal"));
    }

    #[test]
    fn advises_for_the_project_that_it_is_copied_into() {
        let (root, project) = (repository(), tempfile::tempdir().unwrap());
        let manifest = project.path().canonicalize().unwrap().join("Cargo.toml");
        fs::write(&manifest, "[package]\nname = \"mine\"\n").unwrap();
        let advice = copy(root.path(), "lru", &project.path().join("vendored/crates"))
            .unwrap()
            .advice();
        assert!(
            advice.contains(&format!("Add to {}:", manifest.display())),
            "{advice}"
        );
        assert!(
            advice.contains("lru = { path = \"vendored/crates/lru\" }"),
            "{advice}"
        );
    }

    #[test]
    fn overwrites_nothing() {
        let (root, into) = (repository(), tempfile::tempdir().unwrap());
        fs::create_dir(into.path().join("disk")).unwrap();
        assert!(
            matches!(copy(root.path(), "lsm", into.path()), Err(CopyError::Exists(path)) if path.ends_with("disk"))
        );
        assert!(!into.path().join("lsm").exists(), "nothing may be written");
    }

    #[test]
    fn a_name_that_is_of_no_crate_gives_those_that_are() {
        let (root, into) = (repository(), tempfile::tempdir().unwrap());
        let Err(error) = copy(root.path(), "lfu", into.path()) else {
            panic!("there is no crate lfu")
        };
        assert!(
            error.to_string().contains("there are: disk, lru, lsm, wal"),
            "{error}"
        );
    }
}
