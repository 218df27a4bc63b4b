//! Where a race ran, and which versions took part.

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::report::Machine;

/// The arena's lock file: the versions that this program was built from.
const LOCK: &str = include_str!("../../Cargo.lock");

/// Describes this machine. Where the system does not tell its version or load, a substitute stands:
/// its family's name, or zero.
///
/// # Errors
///
/// If the system tells nothing of its processors and memory.
pub fn describe() -> anyhow::Result<Machine> {
    let wanted = RefreshKind::nothing()
        .with_cpu(CpuRefreshKind::nothing())
        .with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(wanted)?;
    let cpu = system.cpus().first();
    let os = System::long_os_version().unwrap_or_else(|_| std::env::consts::OS.to_owned());
    Ok(Machine {
        cpu: cpu.map_or_else(String::new, |cpu| cpu.brand().trim().to_owned()),
        cores: system.cpus().len(),
        memory_bytes: system.total_memory(),
        os: format!("{os}, {}", std::env::consts::ARCH),
        rustc: env!("ARENA_RUSTC").to_owned(),
        load_before: System::load_average().map_or(0.0, |load| load.one),
    })
}

/// The version of `package` in the arena's lock file. Where the book and the registry both have a
/// package of that name, `ours` says which one is meant. Of several versions it is the newest: the
/// arena asks for that, and its peers for the others.
///
/// # Panics
///
/// If the lock file has no such package.
pub fn locked_version(package: &str, ours: bool) -> &'static str {
    // It comes with the compiler, and is in no lock file.
    if package == "std" {
        return env!("CARGO_PKG_RUST_VERSION");
    }
    let name = format!("name = \"{package}\"");
    LOCK.split("[[package]]")
        .filter(|entry| entry.lines().any(|line| line == name))
        .filter(|entry| entry.contains("\nsource = ") != ours)
        // The file is in order.
        .last()
        .and_then(|entry| {
            entry
                .lines()
                .find_map(|line| line.strip_prefix("version = "))
        })
        .map(|version| version.trim_matches('"'))
        .unwrap_or_else(|| panic!("arena/Cargo.lock has no package {package} (ours: {ours})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peer_and_ours_of_one_name_are_told_apart() {
        assert!(locked_version("lru", false).starts_with("0.19."));
        assert_eq!(locked_version("lru", true), "0.1.0");
    }
}
