//! What is known of the machine, and where from.
//!
//! Linux tells in `/proc` and `/sys`. Elsewhere less is known: then the caches are taken to have
//! typical sizes, and the report says that they were not known. A virtual machine may be told sizes
//! that are not those of the processor below, so the ladder of the report, which is measured, is the
//! better witness.

use std::fs;
use std::thread;

use serde::Serialize;

/// The machine.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// What the processor calls itself.
    pub cpu: Option<String>,
    /// Processors that this process may use.
    pub cores: usize,
    /// Data caches, the first level first.
    pub caches: Vec<Cache>,
    /// Main memory, in bytes.
    pub memory_bytes: Option<usize>,
    /// Whether it runs on another one; nothing if that is not known.
    pub is_virtual: Option<bool>,
    /// The operating system.
    pub system: String,
}

/// A cache for data.
#[derive(Debug, Serialize)]
pub struct Cache {
    /// Its level, from 1.
    pub level: u8,
    /// Its size.
    pub bytes: usize,
}

impl Machine {
    /// What the system tells of it.
    pub fn look() -> Self {
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Machine {
            cpu: field(&processor, "model name").map(str::to_owned),
            cores: thread::available_parallelism().map_or(1, usize::from),
            caches: caches(),
            memory_bytes: field(&memory, "MemTotal").and_then(bytes),
            is_virtual: field(&processor, "flags")
                .map(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
            system: format!("{} {}", std::env::consts::OS, kernel.trim())
                .trim()
                .to_owned(),
        }
    }
}

/// The data caches of the first processor.
fn caches() -> Vec<Cache> {
    let read = |index: u32, name: &str| {
        let path = format!("/sys/devices/system/cpu/cpu0/cache/index{index}/{name}");
        fs::read_to_string(path)
            .ok()
            .map(|text| text.trim().to_owned())
    };
    let cache = |index| {
        let holds_data = read(index, "type")? != "Instruction";
        let level = read(index, "level")?.parse().ok()?;
        let bytes = bytes(&read(index, "size")?)?;
        holds_data.then_some(Cache { level, bytes })
    };
    let mut caches: Vec<Cache> = (0..8).filter_map(cache).collect();
    caches.sort_by_key(|cache| cache.level);
    caches
}

/// The value of the first line `name : value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        (found.trim() == name).then(|| value.trim())
    })
}

/// A size as Linux writes it: `48K`, `32M`, `16384 kB`.
fn bytes(size: &str) -> Option<usize> {
    let digits = size.len() - size.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: usize = size[..digits].parse().ok()?;
    let unit = match size[digits..].trim() {
        "" => 1,
        "K" | "kB" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_linux_writes_them() {
        assert_eq!(bytes("48K"), Some(48 << 10));
        assert_eq!(bytes("32M"), Some(32 << 20));
        assert_eq!(bytes("16384 kB"), Some(16 << 20));
        for nonsense in [
            "",
            "K",
            "12 parsecs",
            "99999999999999999999K",
            "18446744073709551615G",
        ] {
            assert_eq!(bytes(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let text = "model\t\t: 2\nmodel name\t: Abacus 9\n";
        assert_eq!(field(text, "model name"), Some("Abacus 9"));
        assert_eq!(field(text, "flags"), None);
    }
}
