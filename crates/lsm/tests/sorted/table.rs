//! Tables: the model, the bytes, and what happens when they are damaged.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::common::{Move, Pair, backwards, forwards, put, version, walk};
use lsm::key::{self, Kind};
use lsm::table::{
    Compression, NoCache, ReadAt, SharedBlockCache, Table, TableBuilder, TableOptions,
};
use lsm::{Cursor, LsmError};
use proptest::prelude::*;

fn small() -> TableOptions {
    TableOptions {
        block_size: 64,
        restart_interval: 3,
        ..TableOptions::default()
    }
}

/// The bytes of a table with these entries, which must be sorted.
fn written(options: TableOptions, entries: &[Pair]) -> Vec<u8> {
    let mut builder = TableBuilder::new(options, Vec::new());
    for (key, value) in entries {
        builder.add(key, value).unwrap();
    }
    builder.finish().unwrap().sink
}

fn open(bytes: Vec<u8>) -> lsm::Result<Arc<Table>> {
    Ok(Arc::new(Table::open(
        Arc::new(bytes),
        7,
        Arc::new(NoCache),
    )?))
}

/// Entries with different user keys, ten bytes of value each.
fn many(count: u32) -> Vec<Pair> {
    let value = |i: u32| format!("value {i:04}").into_bytes();
    (0..count)
        .map(|i| (put(format!("key {i:05}").as_bytes(), 1), value(i)))
        .collect()
}

fn sorted(versions: BTreeMap<(Vec<u8>, u64), (Kind, Vec<u8>)>) -> Vec<Pair> {
    let mut entries: Vec<Pair> = versions
        .into_iter()
        .map(|((user_key, sequence), (kind, value))| (version(&user_key, sequence, kind), value))
        .collect();
    entries.sort_by(|(a, _), (b, _)| key::compare(a, b));
    entries
}

fn user_keys() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(
        prop_oneof![Just(0), Just(b'a'), Just(b'b'), Just(0xff)],
        0..6,
    )
}

fn contents() -> impl Strategy<Value = Vec<Pair>> {
    let kind = prop_oneof![3 => Just(Kind::Put), 1 => Just(Kind::Delete)];
    let value = prop::collection::vec(any::<u8>(), 0..40);
    prop::collection::btree_map((user_keys(), 0..20_u64), (kind, value), 0..150).prop_map(sorted)
}

fn options() -> impl Strategy<Value = TableOptions> {
    let compression = prop_oneof![Just(Compression::None), Just(Compression::Lz4)];
    (1..300_usize, 1..6_usize, compression, 0..12_u32).prop_map(
        |(block_size, restart_interval, compression, filter_bits_per_key)| TableOptions {
            block_size,
            restart_interval,
            compression,
            filter_bits_per_key,
        },
    )
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let target = || (user_keys(), 0..20_u64).prop_map(|(user_key, seq)| put(&user_key, seq));
    let step = prop_oneof![
        1 => Just(Move::First),
        1 => Just(Move::Last),
        2 => target().prop_map(Move::Seek),
        2 => target().prop_map(Move::SeekBefore),
        4 => Just(Move::Next),
        4 => Just(Move::Prev),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    #[test]
    fn a_table_gives_back_what_was_written_both_ways(
        entries in contents(), options in options(), moves in moves(),
    ) {
        let table = open(written(options, &entries)).unwrap();
        let mut cursor = table.cursor();
        prop_assert_eq!(&forwards(&mut cursor).unwrap(), &entries);
        let mut backwards = backwards(&mut cursor).unwrap();
        backwards.reverse();
        prop_assert_eq!(&backwards, &entries);
        walk(&mut table.cursor(), &entries, &moves);
        table.verify().unwrap();
    }

    #[test]
    fn get_finds_the_newest_version_that_a_snapshot_sees(
        entries in contents(), options in options(),
        asked in prop::collection::vec((user_keys(), 0..21_u64), 0..60),
    ) {
        let table = open(written(options, &entries)).unwrap();
        for (user_key, snapshot) in asked {
            let found = table.get(&user_key, snapshot).unwrap();
            let expected = entries.iter().find(|(internal_key, _)| {
                let version = key::parse(internal_key).unwrap();
                version.user_key == user_key && version.sequence <= snapshot
            });
            let found = found.map(|f| (version(&user_key, f.sequence, f.kind), f.value.to_vec()));
            prop_assert_eq!(found.as_ref(), expected);
        }
    }

    #[test]
    fn damaged_bytes_are_named_or_harmless(
        entries in contents(), options in options(),
        place in any::<prop::sample::Index>(), flip in 1..=255_u8,
    ) {
        let mut bytes = written(options, &entries);
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let outcome = open(bytes).and_then(|table| table.verify());
        let named = match outcome {
            Err(LsmError::CorruptTable { table, offset, .. }) => table == 7 && offset <= place as u64,
            Err(LsmError::NotATable { table }) => table == 7,
            _ => false,
        };
        prop_assert!(named, "a flip of {:#x} at {} went unseen", flip, place);
    }

    #[test]
    fn bytes_that_pass_the_checksum_but_make_no_sense_never_panic(
        entries in contents(), damage in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<u8>()), 1..8), moves in moves(),
    ) {
        let options = TableOptions { compression: Compression::None, ..small() };
        let bytes = reseal(written(options, &entries), &damage);
        let Ok(table) = open(bytes) else { return Ok(()) };
        let _ = table.verify();
        let mut cursor = table.cursor();
        for step in &moves {
            let _ = match step {
                Move::First => cursor.seek_to_first(),
                Move::Last => cursor.seek_to_last(),
                Move::Seek(key) => cursor.seek(key),
                Move::SeekBefore(key) => cursor.seek_before(key),
                Move::Next => cursor.next(),
                Move::Prev => cursor.prev(),
            };
        }
        for (key, _) in &entries {
            let _ = table.get(key::user_key(key), 10);
        }
    }
}

/// Changes bytes of data blocks and of the index, and makes their checksums right again.
fn reseal(mut bytes: Vec<u8>, damage: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let footer = bytes.len() - 64;
    let number = |bytes: &[u8], at: usize, len: usize| {
        let mut number = [0; 8];
        number[..len].copy_from_slice(&bytes[at..at + len]);
        u64::from_le_bytes(number) as usize
    };
    let index = (number(&bytes, footer, 8), number(&bytes, footer + 8, 4));
    // Without a filter to skip, data blocks come first: find them by the index, or take the index.
    let mut blocks = vec![index];
    let table = open(bytes.clone()).unwrap();
    let first_len = match table.properties().data_blocks {
        0 => None,
        1 => Some(table.properties().data_bytes as usize - 5),
        _ => None,
    };
    blocks.extend(first_len.map(|len| (0, len)));
    for (place, byte) in damage {
        let (offset, len) = blocks[place.index(blocks.len())];
        bytes[offset + place.index(len)] = *byte;
    }
    for (offset, len) in blocks {
        let crc = crc32c::crc32c(&bytes[offset..=offset + len]);
        bytes[offset + len + 1..][..4].copy_from_slice(&crc.to_le_bytes());
    }
    bytes
}

#[test]
fn the_bytes_of_a_block_are_those_of_the_table() {
    let entries = [
        (put(b"ab", 1), b"x".to_vec()),
        (put(b"ac", 1), b"yz".to_vec()),
    ];
    let options = TableOptions {
        compression: Compression::None,
        ..TableOptions::default()
    };
    let bytes = written(options, &entries);
    let trailer = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xfe];
    let mut expected = vec![0, 10, 1, b'a', b'b'];
    expected.extend(trailer);
    expected.extend([b'x', 1, 9, 2, b'c']);
    expected.extend(trailer);
    expected.extend([b'y', b'z']);
    expected.extend([0, 0, 0, 0, 1, 0, 0, 0]); // one restart point, at 0
    expected.push(0); // not compressed
    assert_eq!(bytes[..expected.len()], expected);
    let crc = u32::from_le_bytes(bytes[expected.len()..][..4].try_into().unwrap());
    assert_eq!(crc, crc32c::crc32c(&expected));
    assert_eq!(bytes[bytes.len() - 8..], *b"ssTable\n");
    assert_eq!(bytes[bytes.len() - 16..][..4], [1, 0, 0, 0], "the version");
}

#[test]
fn the_bytes_of_a_table_do_not_change_between_versions() {
    // If this fails, the format has changed: raise the version, and keep reading the old one.
    // Not compressed: LZ4 may find better matches one day.
    let options = TableOptions {
        compression: Compression::None,
        ..small()
    };
    let bytes = written(options, &many(100));
    assert_eq!((bytes.len(), crc32c::crc32c(&bytes)), (4606, 1_973_001_699));
}

#[test]
fn a_key_that_shares_more_than_there_is_is_found_out() {
    let entries = [
        (put(b"ab", 1), b"x".to_vec()),
        (put(b"ac", 1), b"yz".to_vec()),
    ];
    let options = TableOptions {
        compression: Compression::None,
        ..TableOptions::default()
    };
    let mut bytes = written(options, &entries);
    assert_eq!(bytes[14], 1, "what the second key shares");
    bytes[14] = 100;
    let len = open(bytes.clone()).unwrap().properties().data_bytes as usize;
    let crc = crc32c::crc32c(&bytes[..len - 4]);
    bytes[len - 4..len].copy_from_slice(&crc.to_le_bytes());
    let error = open(bytes).unwrap().verify().unwrap_err();
    assert!(
        error.to_string().contains("shares more than there is"),
        "{error}"
    );
}

#[test]
fn a_table_that_is_cut_short_anywhere_is_refused() {
    let bytes = written(small(), &many(50));
    for len in 0..bytes.len() {
        let error = open(bytes[..len].to_vec()).unwrap_err();
        assert!(
            matches!(error, LsmError::NotATable { table: 7 }),
            "{len} bytes: {error}"
        );
    }
}

#[test]
fn a_table_of_another_version_says_so() {
    let mut bytes = written(small(), &many(3));
    let footer = bytes.len() - 64;
    bytes[footer + 48] = 2;
    let crc = crc32c::crc32c(&bytes[footer..footer + 52]);
    bytes[footer + 52..footer + 56].copy_from_slice(&crc.to_le_bytes());
    let error = open(bytes).unwrap_err();
    assert!(
        matches!(error, LsmError::TableVersion { table: 7, found: 2 }),
        "{error}"
    );
}

#[test]
fn a_damaged_block_does_not_hide_the_others() {
    let entries = many(100);
    let mut bytes = written(small(), &entries);
    bytes[3] ^= 1;
    let table = open(bytes).unwrap();
    let damaged = table.get(b"key 00000", 1).unwrap_err();
    assert!(
        matches!(
            damaged,
            LsmError::CorruptTable {
                table: 7,
                offset: 0,
                ..
            }
        ),
        "{damaged}"
    );
    assert_eq!(
        &*table.get(b"key 00099", 1).unwrap().unwrap().value,
        b"value 0099"
    );
    let mut cursor = table.cursor();
    cursor.seek(&entries[50].0).unwrap();
    assert_eq!(cursor.key(), Some(&*entries[50].0));
}

#[test]
fn keys_that_do_not_ascend_are_refused() {
    for second in [put(b"b", 2), put(b"b", 3), put(b"a", 1), b"short".to_vec()] {
        let mut builder = TableBuilder::new(small(), Vec::new());
        builder.add(&put(b"b", 2), b"").unwrap();
        let outcome = builder.add(&second, b"");
        assert!(matches!(outcome, Err(LsmError::NotSorted)), "{second:?}");
    }
}

#[test]
fn a_filter_keeps_nearly_all_reads_of_missing_keys_from_the_disk() {
    struct Counted(Vec<u8>, std::sync::atomic::AtomicUsize);
    impl ReadAt for Counted {
        fn len(&self) -> std::io::Result<u64> {
            ReadAt::len(&self.0)
        }
        fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<()> {
            self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            self.0.read_exact_at(offset, buf)
        }
    }
    let reads_of_missing_keys = |filter_bits_per_key| {
        let options = TableOptions {
            filter_bits_per_key,
            ..TableOptions::default()
        };
        let source = Arc::new(Counted(written(options, &many(2_000)), 0.into()));
        let table = Table::open(source.clone(), 1, Arc::new(NoCache)).unwrap();
        let before = source.1.load(std::sync::atomic::Ordering::Relaxed);
        for i in 0..1_000 {
            assert!(
                table
                    .get(format!("key {i:05}?").as_bytes(), 9)
                    .unwrap()
                    .is_none()
            );
        }
        source.1.load(std::sync::atomic::Ordering::Relaxed) - before
    };
    assert_eq!(reads_of_missing_keys(0), 1_000);
    assert!(reads_of_missing_keys(10) < 30);
}

#[test]
fn a_shared_cache_reads_each_block_once() {
    let cache = Arc::new(SharedBlockCache::new(NonZeroUsize::new(1 << 20).unwrap()));
    let bytes = Arc::new(written(TableOptions::default(), &many(2_000)));
    let table = Arc::new(Table::open(bytes, 1, cache.clone()).unwrap());
    for _ in 0..3 {
        assert_eq!(forwards(&mut table.cursor()).unwrap().len(), 2_000);
    }
    let blocks = table.properties().data_blocks;
    let stats = cache.stats();
    assert_eq!((stats.misses, stats.hits), (blocks, 2 * blocks));
}

#[test]
fn compression_makes_text_smaller_and_leaves_noise_alone() {
    let len = |compression, entries: &[Pair]| {
        let options = TableOptions {
            compression,
            ..TableOptions::default()
        };
        let table = open(written(options, entries)).unwrap();
        table.properties().data_bytes
    };
    let text = many(2_000);
    assert!(len(Compression::Lz4, &text) * 3 < len(Compression::None, &text) * 2);
    let mut state = 1_u64;
    let mut noise = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    let noise: Vec<Pair> = text
        .into_iter()
        .map(|(key, _)| (key, (0..200).map(|_| noise()).collect()))
        .collect();
    assert_eq!(
        len(Compression::Lz4, &noise),
        len(Compression::None, &noise)
    );
}

#[test]
fn range_tombstones_come_back_in_order_and_widen_the_bounds() {
    let mut builder = TableBuilder::new(small(), Vec::new());
    builder.add(&put(b"f", 4), b"").unwrap();
    builder.add_range_tombstone(b"g", b"k", 9);
    builder.add_range_tombstone(b"c", b"e", 2);
    builder.add_range_tombstone(b"z", b"a", 5); // empty
    let written = builder.finish().unwrap();
    let (bytes, properties) = (written.sink, written.properties);
    assert_eq!(written.file_len, bytes.len() as u64);
    let table = open(bytes).unwrap();
    assert_eq!(table.properties(), &properties);
    let seen: Vec<_> = table.range_tombstones().iter().collect();
    assert_eq!(
        seen,
        [
            (b"c".as_slice(), b"e".as_slice(), 2),
            (b"g".as_slice(), b"k".as_slice(), 9)
        ]
    );
    assert_eq!(key::user_key(&properties.smallest), b"c");
    assert!(
        key::compare(
            &properties.largest,
            &version(b"k", key::MAX_SEQUENCE, Kind::DeleteRange)
        )
        .is_lt()
    );
    assert!(key::compare(&properties.largest, &put(b"j", 0)).is_gt());
    assert_eq!((properties.min_sequence, properties.max_sequence), (2, 9));
    assert_eq!((properties.entries, properties.range_deletions), (1, 2));
}

#[test]
fn an_empty_table_has_nothing_both_ways() {
    let table = open(written(small(), &[])).unwrap();
    walk(
        &mut table.cursor(),
        &[],
        &[Move::First, Move::Last, Move::Next, Move::Prev],
    );
    walk(
        &mut table.cursor(),
        &[],
        &[Move::Seek(put(b"a", 1)), Move::SeekBefore(put(b"a", 1))],
    );
    assert!(table.get(b"a", 1).unwrap().is_none());
    table.verify().unwrap();
}
