//! The form on disk: what it is, and that nothing else is taken for it.

use bloom::{BlockedBloomFilter, BlockedBloomRef, BloomError, BloomFilter, BloomRef};
use proptest::{collection::vec, prelude::*};

fn classic() -> BloomFilter {
    let filter = BloomFilter::with_bits_and_hashes(100, 3).unwrap();
    let mut filter = filter.with_seed(7);
    filter.extend(["a", "b", "c"]);
    filter
}

fn blocked() -> BlockedBloomFilter {
    let mut filter = BlockedBloomFilter::with_bits(1_000).unwrap().with_seed(7);
    filter.extend(["a", "b", "c"]);
    filter
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_bytes_of_a_classic_filter_are_what_they_were() {
    assert_eq!(
        hex(&classic().to_bytes()),
        concat!(
            "626c6f6f6d000101", // magic, version, kind
            "10172d8203000000", // checksum, hashes
            "0700000000000000", // seed
            "1000000000000000", // length
            "0000000000000000000000000000000000000000000000000000000000000000", // no parameters
            "0a000000090000004040000800018000", // bits
        )
    );
}

#[test]
fn the_bytes_of_a_blocked_filter_are_what_they_were() {
    let bytes = hex(&blocked().to_bytes());
    let (header, blocks) = bytes.split_at(2 * 64);
    assert_eq!(
        header,
        concat!(
            "626c6f6f6d000102", // magic, version, kind
            "f0b0f92c00000000", // checksum, no hashes
            "0700000000000000", // seed
            "8000000000000000", // length
            "0000000000000000000000000000000000000000000000000000000000000000", // no parameters
        )
    );
    let blocks: Vec<&str> = (0..4)
        .map(|half| &blocks[64 * half..64 * (half + 1)])
        .collect();
    assert_eq!(
        blocks,
        [
            "0100000000400000000000000000000000000000000000200000008000000000",
            "0000000000000000000080000010000004000000000000000000000000000010",
            "2000000000000040000000000800100002000000100040004000200000020040",
            "0000000400000100001000080000000000080000000000000000000000000000",
        ]
    );
}

/// What all readers say of some bytes, which must be the same.
fn read(
    bytes: &[u8],
) -> (
    Result<BloomFilter, BloomError>,
    Result<BlockedBloomFilter, BloomError>,
) {
    let (classic, blocked) = (
        BloomFilter::from_bytes(bytes),
        BlockedBloomFilter::from_bytes(bytes),
    );
    let classic_ref = BloomRef::from_bytes(bytes).map(|filter| filter.to_owned());
    let blocked_ref = BlockedBloomRef::from_bytes(bytes).map(|filter| filter.to_owned());
    assert_eq!(classic, classic_ref);
    assert_eq!(blocked, blocked_ref);
    // Without the checksum answers may be wrong, but there must be some.
    if let Ok(filter) = BloomRef::from_verified_bytes(bytes) {
        filter.contains("a");
    }
    if let Ok(filter) = BlockedBloomRef::from_verified_bytes(bytes) {
        filter.contains("a");
    }
    (classic, blocked)
}

#[test]
fn every_flipped_bit_is_an_error() {
    for bytes in [classic().to_bytes(), blocked().to_bytes()] {
        for bit in 0..8 * bytes.len() {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let (classic, blocked) = read(&damaged);
            assert!(classic.is_err() && blocked.is_err(), "bit {bit}");
        }
    }
}

#[test]
fn every_length_but_the_right_one_is_an_error_that_names_both() {
    let bytes = classic().to_bytes();
    let expected = bytes.len() as u64;
    for length in 0..bytes.len() {
        let (got, header) = (length as u64, 64);
        let expected = if length < 64 { header } else { expected };
        let error = BloomError::Truncated { expected, got };
        assert_eq!(read(&bytes[..length]).0, Err(error));
    }
    let longer = [&bytes[..], &[0]].concat();
    let error = BloomError::TrailingBytes {
        expected,
        got: expected + 1,
    };
    assert_eq!(read(&longer).0, Err(error));
}

/// Gives changed bytes the checksum that belongs to them, as an attacker would.
fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes[..8]), &bytes[12..]);
    bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn what_is_wrong_is_named() {
    let changed = |offset: usize, with: &[u8]| {
        let mut bytes = classic().to_bytes();
        bytes[offset..offset + with.len()].copy_from_slice(with);
        read(&with_checksum(bytes)).0.unwrap_err()
    };
    assert_eq!(changed(0, b"B"), BloomError::NotAFilter);
    assert_eq!(
        changed(6, &[2]),
        BloomError::UnsupportedVersion { version: 2 }
    );
    assert_eq!(
        changed(7, &[2]),
        BloomError::WrongKind {
            expected: 1,
            found: 2
        }
    );
    for hashes in [0_u32, 65, u32::MAX] {
        let (name, value) = ("number of hashes", hashes.into());
        let error = BloomError::InvalidParameter { name, value };
        assert_eq!(changed(12, &hashes.to_le_bytes()), error);
    }
    let huge = BloomError::Truncated {
        expected: u64::MAX,
        got: 80,
    };
    assert_eq!(changed(24, &u64::MAX.to_le_bytes()), huge);
    let (name, value) = ("unused parameter", 1);
    assert_eq!(
        changed(56, &[1]),
        BloomError::InvalidParameter { name, value }
    );

    let empty = {
        let mut bytes = classic().to_bytes()[..64].to_vec();
        bytes[24] = 0;
        read(&with_checksum(bytes)).0.unwrap_err()
    };
    let (name, value) = ("length of the bits in bytes", 0);
    assert_eq!(empty, BloomError::InvalidParameter { name, value });

    let mut damaged = classic().to_bytes();
    damaged[70] ^= 1;
    let error = read(&damaged).0.unwrap_err();
    assert!(
        matches!(error, BloomError::ChecksumMismatch { .. }),
        "{error}"
    );
    assert!(
        BloomRef::from_verified_bytes(&damaged).is_ok(),
        "does not read the bits"
    );
    assert!(read(b"").0.is_err());
}

#[test]
fn errors_say_what_to_do() {
    let (expected, got) = (80, 70);
    assert_eq!(
        BloomError::Truncated { expected, got }.to_string(),
        "the filter has 80 bytes, of which 70 are there: read all of it"
    );
}

proptest! {
    #[test]
    fn random_bytes_are_an_error(bytes in vec(any::<u8>(), 0..300)) {
        let (classic, blocked) = read(&bytes);
        prop_assert!(classic.is_err() && blocked.is_err());
    }

    #[test]
    fn a_filter_with_forged_bytes_is_an_error_or_a_filter(
        which in any::<bool>(), changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(), cut in any::<bool>()
    ) {
        let mut bytes = if which { classic().to_bytes() } else { blocked().to_bytes() };
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        if cut {
            bytes.truncate(64.max(length.index(bytes.len())));
        }
        let bytes = with_checksum(bytes);
        let (classic, blocked) = read(&bytes);
        if let Ok(filter) = classic {
            prop_assert_eq!(filter.to_bytes(), &bytes[..]);
        }
        if let Ok(filter) = blocked {
            prop_assert_eq!(filter.to_bytes(), bytes);
        }
    }
}
