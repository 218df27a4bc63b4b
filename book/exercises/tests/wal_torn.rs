//! A log of frames, cut and damaged at every byte.

#[cfg_attr(feature = "yours", path = "../wal/torn.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/wal/torn.rs")]
mod exercise;

use exercise::{HEADER, append, checksum, read};

const RECORDS: [&[u8]; 5] = [b"x = 1", b"", b"a longer record", &[0; 9], b"y = 2"];

/// The log of all records, and where each of them begins, and the last one ends.
fn log() -> (Vec<u8>, Vec<usize>) {
    let (mut log, mut borders) = (Vec::new(), vec![0]);
    for record in RECORDS {
        append(&mut log, record);
        borders.push(log.len());
    }
    (log, borders)
}

#[test]
fn what_was_appended_is_read() {
    let (log, borders) = log();
    let found = read(&log);
    assert_eq!(found.records, RECORDS);
    assert_eq!(found.end, log.len());
    for (pair, record) in borders.windows(2).zip(RECORDS) {
        assert_eq!(
            pair[1] - pair[0],
            HEADER + record.len(),
            "a header is {HEADER} bytes"
        );
        let len = &log[pair[0] + 4..pair[0] + 8];
        assert_eq!(
            len,
            (record.len() as u32).to_le_bytes(),
            "the length is little-endian"
        );
    }
    assert_eq!(read(&[]).records.len(), 0, "an empty log");
}

#[test]
fn a_log_that_is_cut_anywhere_ends_with_the_last_whole_record() {
    let (log, borders) = log();
    for cut in 0..=log.len() {
        let whole = borders.iter().filter(|border| **border <= cut).count() - 1;
        for zeros in [0, 1, 40] {
            let mut torn = log[..cut].to_vec();
            torn.extend(vec![0; zeros]);
            let found = read(&torn);
            // Zeros may be what the record had there.
            let more = found.records.len().max(whole);
            assert_eq!(
                found.records,
                RECORDS[..more],
                "cut at byte {cut}, and {zeros} zeros behind"
            );
            assert_eq!(
                found.end, borders[more],
                "cut at byte {cut}: where is the end?"
            );
            assert!(more == whole || log[cut..borders[more]].iter().all(|byte| *byte == 0));
        }
    }
}

#[test]
fn no_byte_can_change_unseen() {
    let (log, borders) = log();
    for at in 0..log.len() {
        for bit in 0..8 {
            let mut damaged = log.clone();
            damaged[at] ^= 1 << bit;
            let whole = borders.iter().filter(|border| **border <= at).count() - 1;
            assert_eq!(
                read(&damaged).records,
                RECORDS[..whole],
                "bit {bit} of byte {at} was flipped; the records before it are whole, and no other"
            );
        }
    }
}

#[test]
fn a_length_beyond_the_end_is_no_reason_to_panic() {
    for len in [1_u32, 100, u32::MAX - 8, u32::MAX] {
        let mut log = Vec::new();
        append(&mut log, b"fine");
        let end = log.len();
        let body = [&len.to_le_bytes()[..], b"?"].concat();
        // Even with a checksum that is right for what is there.
        log.extend_from_slice(&checksum(&body).to_le_bytes());
        log.extend_from_slice(&body);
        let found = read(&log);
        let whole = usize::from(len == 1);
        assert_eq!(
            found.records.len(),
            1 + whole,
            "a frame that says it has {len} bytes"
        );
        assert!(whole == 1 || found.end == end);
    }
}

#[test]
fn a_record_with_a_wrong_length_is_not_read() {
    // The checksum of the record alone would be right for both.
    let mut log = Vec::new();
    append(&mut log, b"");
    append(&mut log, b"");
    let mut longer = log.clone();
    longer[4] = HEADER as u8;
    assert_eq!(
        read(&longer).records.len(),
        0,
        "the first record had no bytes, and now has a frame"
    );
}
