//! Bytes that are not what was written: an error that says where, or right records; never a panic.

use crate::common::*;
use proptest::prelude::*;
use vfs::{FileSystem, SimFs};
use wal::{Error, Lsn, Salvaged, Wal};

/// A log of 30 durable records in several segments.
fn written() -> SimFs {
    let fs = SimFs::new(1);
    fill(&open(&fs, small()).unwrap(), 0..30);
    fs
}

fn flip(fs: &SimFs, number: u64, offset: u64) {
    let file = fs.open(&segment(number)).unwrap();
    let mut byte = [0];
    file.read_exact_at(offset, &mut byte).unwrap();
    file.write_at(offset, &[byte[0] ^ 0x10]).unwrap();
}

fn read(fs: &SimFs) -> Result<Vec<Vec<u8>>, Error> {
    records(&open(fs, small())?)
}

fn salvage(fs: &SimFs) -> Vec<Salvaged> {
    let salvage = Wal::salvage_in(std::sync::Arc::new(fs.clone()), DIR).unwrap();
    salvage.map(Result::unwrap).collect()
}

#[test]
fn a_segment_is_what_the_documentation_says() {
    let fs = SimFs::new(1);
    let wal = open_os(&fs);
    wal.append_batch(&[b"ab", b"c"]).unwrap();
    wal.append(b"").unwrap();
    drop(wal);
    drop(open_os(&fs));
    let bytes = fs.contents(&segment(1)).unwrap();
    let number = |at: usize, len: usize| {
        let bytes = bytes[at..at + len].iter().rev();
        bytes.fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    assert_eq!(&bytes[..8], b"OneCWAL\n");
    assert_eq!([number(8, 4), number(16, 8), number(24, 8)], [1, 1, 1]);
    assert_eq!(number(32, 4), u64::from(crc32c::crc32c(&bytes[..32])));
    // Length, LSN, pending, kind.
    let frames = [
        (36, 2, 1, 0, 2),
        (59, 1, 2, 1, 1),
        (81, 0, 3, 2, 1),
        (102, 0, 4, 0, 3),
    ];
    for (at, len, lsn, pending, kind) in frames {
        let found = [number(at + 4, 4), number(at + 8, 8), number(at + 16, 4)];
        assert_eq!((found, bytes[at + 20]), ([len, lsn, pending], kind));
        let payload = &bytes[at + 21..at + 21 + len as usize];
        let crc = crc32c::crc32c_append(crc32c::crc32c(payload), &bytes[at + 4..at + 21]);
        assert_eq!(number(at, 4) ^ number(12, 4), u64::from(crc));
    }
    assert_eq!(
        (&bytes[57..59], bytes[80], bytes.len()),
        (&b"ab"[..], b'c', 123)
    );
}

#[test]
fn a_flip_in_a_full_segment_is_an_error_that_says_where() {
    let len = written().contents(&segment(2)).unwrap().len() as u64;
    let mut errors = 0;
    for offset in 0..len {
        let fs = written();
        flip(&fs, 2, offset);
        match read(&fs) {
            Ok(found) => assert_eq!(found, (0..30).map(record).collect::<Vec<_>>()),
            Err(Error::Corrupt {
                segment: 2,
                offset: at,
                ..
            }) => {
                assert!(at <= offset, "{at} {offset}");
                errors += 1;
            }
            Err(Error::Version { segment: 2, .. }) => errors += 1,
            Err(other) => panic!("{offset}: {other}"),
        }
    }
    assert!(
        errors > 200,
        "only behind the seal it does not matter: {errors} of {len}"
    );
}

#[test]
fn a_flip_in_the_last_segment_is_damage_if_a_later_record_vouches_for_it() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small()).unwrap();
    fill(&wal, 0..4);
    drop(wal);
    let mut at = 36;
    for n in 0..4 {
        let found = fs.crash();
        flip(&found, 1, at + 22);
        match read(&found) {
            Err(Error::Corrupt {
                segment: 1, offset, ..
            }) => assert_eq!((offset, n < 3), (at, true)),
            Ok(left) => assert_eq!((left.len(), n), (3, 3), "no one vouches for the last one"),
            Err(other) => panic!("{other}"),
        }
        at += 21 + record(n).len() as u64;
    }
    // Sealed by an opening, the last one has a witness too.
    drop(open(&fs, small()).unwrap());
    flip(&fs, 1, at - 1);
    assert!(matches!(read(&fs), Err(Error::Corrupt { segment: 1, .. })));
}

#[test]
fn what_was_never_durable_is_torn_not_damaged() {
    let fs = SimFs::new(1);
    let wal = open_os(&fs);
    fill(&wal, 0..4);
    drop(wal);
    flip(&fs, 1, 40);
    let wal = open_os(&fs);
    assert_eq!((wal.last_lsn(), wal.torn().unwrap().offset), (Lsn(0), 36));
}

#[test]
fn a_missing_segment_is_named() {
    let fs = written();
    fs.remove(&segment(2)).unwrap();
    assert!(matches!(read(&fs), Err(Error::Missing { segment: 2 })));
    let found = salvage(&fs);
    let (segment, offset, bytes) = (2, 0, None);
    assert!(found.contains(&Salvaged::Damage {
        segment,
        offset,
        bytes
    }));
    assert!(found.contains(&Salvaged::Record(Lsn(30), record(29))));
}

#[test]
fn salvage_finds_all_but_what_is_damaged_and_changes_nothing() {
    let fs = written();
    flip(&fs, 2, 60);
    let before = fs.contents(&segment(2)).unwrap();
    let found = salvage(&fs);
    let damage = |item: &&Salvaged| {
        matches!(
            item,
            Salvaged::Damage {
                segment: 2,
                bytes: Some(_),
                ..
            }
        )
    };
    assert_eq!(found.iter().filter(damage).count(), 1, "{found:?}");
    let mut kept = 0;
    for item in &found {
        if let Salvaged::Record(lsn, bytes) = item {
            assert_eq!(*bytes, record(lsn.0 - 1));
            kept += 1;
        }
    }
    assert_eq!((kept, found.len()), (29, 30));
    assert_eq!(fs.contents(&segment(2)).unwrap(), before);
    assert_eq!(salvage(&written()).len(), 30, "what is whole is read whole");
}

#[test]
fn salvage_takes_no_older_record_out_of_the_payload_of_a_damaged_one() {
    let fs = SimFs::new(1);
    let wal = open(&fs, small()).unwrap();
    wal.append(b"old").unwrap();
    // A record may be anything, and so a frame of this very segment.
    let frame = fs.contents(&segment(1)).unwrap()[36..60].to_vec();
    wal.append(&frame).unwrap();
    wal.append(b"new").unwrap();
    drop(wal);
    flip(&fs, 1, 60);
    let (old, new) = (b"old".to_vec(), b"new".to_vec());
    let (segment, offset, bytes) = (1, 60, Some(21 + 24));
    let expected = [
        Salvaged::Record(Lsn(1), old),
        Salvaged::Damage {
            segment,
            offset,
            bytes,
        },
        Salvaged::Record(Lsn(3), new),
    ];
    assert_eq!(salvage(&fs), expected);
}

/// What may happen to the bytes of a segment.
#[derive(Clone, Debug)]
enum Damage {
    /// Bytes are others.
    Write(u64, Vec<u8>),
    /// Bytes of a segment, frames perhaps, are elsewhere too.
    Copy((u64, u64), u64, usize),
    /// A number of the header, or of a frame's, is a bit more or less.
    Add(u64, u8),
    Cut(u64),
}

fn damage() -> impl Strategy<Value = (u64, Damage)> {
    let offset = || 0..256_u64;
    let bytes = proptest::collection::vec(any::<u8>(), 1..30);
    let what = prop_oneof![
        3 => (offset(), bytes).prop_map(|(at, bytes)| Damage::Write(at, bytes)),
        3 => ((0..6_u64, offset()), offset(), 1..120_usize)
            .prop_map(|(from, to, len)| Damage::Copy(from, to, len)),
        3 => (offset(), prop_oneof![Just(1), Just(255), Just(21)])
            .prop_map(|(at, by)| Damage::Add(at, by)),
        1 => offset().prop_map(Damage::Cut),
    ];
    (0..6_u64, what)
}

fn harm(fs: &SimFs, number: u64, damage: Damage) {
    let files = wal_files(fs).len() as u64;
    let open = |number: u64| fs.open(&segment(1 + number % files)).unwrap();
    let file = open(number);
    match damage {
        Damage::Write(at, bytes) => file.write_at(at, &bytes).unwrap(),
        Damage::Copy((from, at), to, len) => {
            let mut bytes = vec![0; len];
            let read = open(from).read_at(at, &mut bytes).unwrap();
            file.write_at(to, &bytes[..read]).unwrap();
        }
        Damage::Add(at, by) => {
            let mut byte = [0];
            file.read_at(at, &mut byte).unwrap();
            file.write_at(at, &[byte[0].wrapping_add(by)]).unwrap();
        }
        Damage::Cut(len) => file.set_len(len).unwrap(),
    }
}

proptest! {
    #[test]
    fn no_damage_makes_a_reader_panic_or_see_what_was_not_appended(
        damages in proptest::collection::vec(damage(), 1..4),
        from in 0..32_u64,
    ) {
        let fs = written();
        for (number, damage) in damages {
            harm(&fs, number, damage);
        }
        let mut last = 0;
        for item in salvage(&fs) {
            if let Salvaged::Record(lsn, bytes) = item {
                prop_assert!(lsn.0 > last, "{:?} after {}", lsn, last);
                prop_assert_eq!(bytes, record(lsn.0 - 1));
                last = lsn.0;
            }
        }
        if let Ok(wal) = open(&fs, small()) {
            // Up to an error, it is what was appended.
            let mut expected = from.max(wal.first_lsn().0)..;
            for (lsn, bytes) in wal.iter_from(Lsn(from)).unwrap().map_while(Result::ok) {
                prop_assert_eq!(Some(lsn.0), expected.next());
                prop_assert_eq!(bytes, record(lsn.0 - 1));
            }
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..600),
        good_header in any::<bool>(),
        few in any::<bool>(),
    ) {
        if few {
            // Small numbers look like lengths and kinds.
            bytes.iter_mut().for_each(|byte| *byte %= 4);
        }
        let fs = SimFs::new(1);
        fs.create_dir_all(dir()).unwrap();
        let file = fs.create(&segment(1)).unwrap();
        file.write_at(0, &bytes).unwrap();
        if good_header {
            file.write_at(0, &written().contents(&segment(1)).unwrap()[..36]).unwrap();
        }
        let _ = salvage(&fs);
        let _ = read(&fs);
    }
}
