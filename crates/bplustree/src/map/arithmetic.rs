//! How much a tree holds, how high it gets, and what a look-up costs: the sums that one does before
//! building anything.
//!
//! A tree of *height* h has h levels, the leaves included. Nodes have up to *order* m keys: a leaf
//! has ⌈m/2⌉ to m entries, an inner node ⌊m/2⌋ + 1 to m + 1 children, and the root two at least.
//!
//! ```text
//! most   (m + 1)ʰ⁻¹ · m
//! least  2 · (⌊m/2⌋ + 1)ʰ⁻² · ⌈m/2⌉        for h ≥ 2; 1 for h = 1
//! ```
//!
//! Numbers that are greater than a `u128` are given as `u128::MAX`.
//!
//! ```
//! use bplustree::map::arithmetic::*;
//!
//! // Three levels of nodes of up to 200 keys: eight million entries, three steps away.
//! assert_eq!(most_entries(3, 200), 201 * 201 * 200);
//! assert_eq!(least_entries(3, 200), 2 * 101 * 100);
//! assert_eq!(least_height(8_000_000, 200), 3);
//! // But if all nodes are only half full, it takes a fourth.
//! assert_eq!(greatest_height(8_000_000, 200), 4);
//! ```

/// The most entries that a tree of `height` levels holds.
pub fn most_entries(height: u32, order: usize) -> u128 {
    let order = order as u128;
    match height {
        0 => 0,
        _ => power(order + 1, height - 1).saturating_mul(order),
    }
}

/// The fewest entries that a tree of `height` levels holds.
pub fn least_entries(height: u32, order: usize) -> u128 {
    let order = order as u128;
    match height {
        0 => 0,
        1 => 1,
        _ => power(order / 2 + 1, height - 2).saturating_mul(2 * order.div_ceil(2)),
    }
}

/// The height of the lowest tree that holds `entries`: all nodes are full, as after a bulk load.
///
/// # Panics
///
/// When the order is zero.
pub fn least_height(entries: u128, order: usize) -> u32 {
    (0..)
        .find(|&height| most_entries(height, order) >= entries)
        .unwrap_or(u32::MAX)
}

/// The height of the highest tree that holds `entries`: all nodes are half full.
///
/// # Panics
///
/// When the order is less than two: then no height is the greatest.
pub fn greatest_height(entries: u128, order: usize) -> u32 {
    assert!(
        order >= 2,
        "nodes of fewer than two keys need not have two children"
    );
    let is_too_high = |&height: &u32| least_entries(height, order) > entries;
    (1..)
        .find(is_too_high)
        .map_or(u32::MAX, |height| height - 1)
}

/// The order of nodes that fit in a page of `page` bytes, of which `header` are used otherwise: how
/// many keys of `key` bytes, each with an item of `item` bytes (a value, or the number of a child),
/// it holds.
///
/// ```
/// use bplustree::map::arithmetic::order_of_page;
///
/// assert_eq!(order_of_page(4096, 16, 8, 8), 255);
/// ```
pub fn order_of_page(page: usize, header: usize, key: usize, item: usize) -> usize {
    page.saturating_sub(header) / (key + item).max(1)
}

/// Pages that a look-up reads from the disk, if the `cached_levels` next to the root are in memory.
///
/// ```
/// use bplustree::map::arithmetic::{greatest_height, reads_per_lookup};
///
/// // A thousand million rows, 200 to a page: five levels at worst, and the upper ones are small.
/// let height = greatest_height(1_000_000_000, 200);
/// assert_eq!((height, reads_per_lookup(height, 3)), (5, 2));
/// ```
pub fn reads_per_lookup(height: u32, cached_levels: u32) -> u32 {
    height.saturating_sub(cached_levels)
}

/// How many levels, from the root down, fit in `cache` bytes, if nodes are pages of `page` bytes
/// and as full as `fill` says (from 0 to 1; insertion in random order gives 0.69).
///
/// ```
/// use bplustree::map::arithmetic::levels_in_cache;
///
/// // 1 + 139 + 139² pages of 4 KiB are 76 MiB.
/// assert_eq!(levels_in_cache(100 << 20, 4096, 200, 0.69), 3);
/// assert_eq!(levels_in_cache(64 << 20, 4096, 200, 0.69), 2);
/// ```
pub fn levels_in_cache(cache: u64, page: usize, order: usize, fill: f64) -> u32 {
    let children = (order as f64 * fill + 1.0).floor().max(2.0);
    let (mut levels, mut pages, mut level) = (0, 0.0, 1.0);
    loop {
        pages += level;
        if pages * page.max(1) as f64 > cache as f64 {
            return levels;
        }
        levels += 1;
        level *= children;
    }
}

fn power(base: u128, exponent: u32) -> u128 {
    base.saturating_pow(exponent)
}
