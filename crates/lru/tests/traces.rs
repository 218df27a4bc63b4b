//! Hit counts on recorded traces: LRU's as published with LIRS (Jiang & Zhang 2002), ARC's and
//! LRU's on OLTP as published by Megiddo & Modha (2003), the others as simulated from the papers.
//! Exact, because a policy that is nearly right is another policy.
//!
//! Only web07 may be copied, and lies in `tests/data`. The others are looked for where this
//! repository's authors keep them; a test whose trace is not there says so and passes.

use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use lru::{ArcCache, Cache, LruCache};
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;

/// A capacity, and the hits that LRU and ARC must have there.
type Row = (usize, u64, u64);

#[test]
fn web07() {
    let keys = big_endian(&unxz(&here("tests/data/web07.trace.xz")));
    assert_eq!(keys.len(), 76_118);
    let rows = [
        (500, 34_693, 36_724),
        (1_000, 38_368, 40_373),
        (2_000, 42_245, 44_042),
        (4_000, 46_297, 47_677),
    ];
    check(&keys, &rows);
}

#[test]
fn gli() {
    let rows = [
        (500, 57, 83),
        (1_000, 674, 1_282),
        (1_500, 2_199, 3_034),
        (2_000, 3_453, 3_453),
    ];
    check_shared("gli.trace.gz", 6_015, &rows);
}

#[test]
fn multi1() {
    let rows = [
        (500, 7_375, 7_833),
        (1_000, 7_648, 7_889),
        (1_500, 7_700, 11_229),
    ];
    check_shared("multi1.trace.gz", 15_858, &rows);
}

#[test]
fn sprite() {
    let rows = [
        (100, 28_917, 34_385),
        (400, 94_834, 93_823),
        (800, 118_650, 117_493),
    ];
    check_shared("sprite.trace.gz", 133_996, &rows);
}

#[test]
fn two_pools() {
    check_shared(
        "2_pools.trace.gz",
        100_000,
        &[(100, 21_946, 46_878), (400, 49_153, 51_359)],
    );
}

#[test]
fn cs() {
    check_shared("cs.trace.gz", 6_781, &[(500, 124, 124)]);
}

#[test]
fn a_loop_over_one_key_too_many_never_hits() {
    check_shared("loop.trace.gz", 505_500, &[(1_000, 0, 0)]);
}

/// In per cent. ARC at 1 000 was published as 38.93; a target that is a fraction gives 38.95.
#[test]
fn oltp() {
    let Some(path) = shared("OLTP.lis.zst") else {
        return;
    };
    let mut text = String::new();
    let mut decoder = StreamingDecoder::new(open(&path)).expect("a zstd file");
    decoder
        .read_to_string(&mut text)
        .expect("zstd-compressed text");
    let keys: Vec<u64> = text.lines().flat_map(consecutive_pages).collect();
    assert_eq!(keys.len(), 914_145);
    let rows = [
        (1_000, "32.83", "38.95"),
        (2_000, "42.47", "46.08"),
        (5_000, "53.65", "55.25"),
        (10_000, "60.70", "61.87"),
        (15_000, "64.63", "65.40"),
    ];
    for (size, lru, arc) in rows {
        let per_cent = |hits: u64| format!("{:.2}", 100.0 * hits as f64 / keys.len() as f64);
        let capacity = NonZeroUsize::new(size).unwrap();
        assert_eq!(
            per_cent(hits(LruCache::new(capacity), &keys)),
            lru,
            "LRU at {size}"
        );
        assert_eq!(
            per_cent(hits(ArcCache::new(capacity), &keys)),
            arc,
            "ARC at {size}"
        );
    }
}

fn check_shared(name: &str, requests: usize, rows: &[Row]) {
    let Some(path) = shared(name) else { return };
    let mut text = String::new();
    GzDecoder::new(open(&path))
        .read_to_string(&mut text)
        .expect("gzip-compressed text");
    let keys: Vec<u64> = text
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .collect();
    assert_eq!(keys.len(), requests);
    check(&keys, rows);
}

fn check(keys: &[u64], rows: &[Row]) {
    for &(size, lru, arc) in rows {
        let capacity = NonZeroUsize::new(size).unwrap();
        assert_eq!(hits(LruCache::new(capacity), keys), lru, "LRU at {size}");
        assert_eq!(hits(ArcCache::new(capacity), keys), arc, "ARC at {size}");
    }
}

fn hits<C: Cache<u64, ()>>(mut cache: C, keys: &[u64]) -> u64 {
    for key in keys {
        if cache.get(key).is_none() {
            cache.put(*key, ());
        }
    }
    cache.stats().hits
}

fn consecutive_pages(line: &str) -> impl Iterator<Item = u64> + use<> {
    let mut numbers = line
        .split_whitespace()
        .map(|word| word.parse().expect("a line of numbers"));
    let first: u64 = numbers.next().expect("a first page");
    let count: u64 = numbers.next().expect("a count");
    first..first + count
}

fn big_endian(bytes: &[u8]) -> Vec<u64> {
    let keys = bytes.as_chunks::<4>().0.iter();
    keys.map(|&key| u32::from_be_bytes(key).into()).collect()
}

fn unxz(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    XzReader::new(open(path), false)
        .read_to_end(&mut bytes)
        .expect("an xz file");
    bytes
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A trace that may not be copied, if it is there.
fn shared(name: &str) -> Option<PathBuf> {
    let path = here("../../../shared/data/cache-traces").join(name);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

fn open(path: &Path) -> File {
    File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
