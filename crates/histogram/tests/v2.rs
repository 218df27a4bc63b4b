//! The serialised form: read and written by `hdrhistogram` as well, and safe to read from anyone.

mod common;

use common::{Theirs, assert_same, make, record, values};
use hdrhistogram::serialization::{Deserializer, Serializer, V2Serializer};
use histogram::{Histogram, HistogramError};
use proptest::prelude::*;

fn written_by_them(histogram: &Theirs) -> Vec<u8> {
    let mut bytes = Vec::new();
    V2Serializer::new()
        .serialize(histogram, &mut bytes)
        .expect("it is written to memory");
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_write_the_same_bytes_and_read_each_other(make in make(), values in values()) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        record(&mut ours, &mut theirs, &values);
        let bytes = ours.serialize().unwrap();
        prop_assert_eq!(&bytes, &written_by_them(&theirs));

        let read_by_them: Theirs = Deserializer::new().deserialize(&mut &bytes[..]).unwrap();
        // Of zeros alone, theirs is greatest 0 before it is written, and its cell's last value after.
        prop_assert!(read_by_them == theirs || theirs.max() == 0);
        let read = Histogram::deserialize(&bytes).unwrap();
        prop_assert_eq!(&read, &ours);
        assert_same(&read, &theirs);
    }

    #[test]
    fn what_was_read_goes_on_as_if_it_had_not_been_written(
        make in make(),
        before in values(),
        after in values(),
    ) {
        let (mut ours, mut theirs) = (make.ours(), make.theirs());
        record(&mut ours, &mut theirs, &before);
        let mut read = Histogram::deserialize(&ours.serialize().unwrap()).unwrap();
        read.auto(ours.is_auto_resize());
        record(&mut read, &mut theirs, &after);
        assert_same(&read, &theirs);
    }

    #[test]
    fn large_counts_come_back(counts in prop::collection::vec(1..u64::MAX >> 8, 1..20)) {
        let mut histogram = Histogram::new(2).unwrap();
        for (value, &count) in counts.iter().enumerate() {
            histogram.record_n(value as u64 * 3, count).unwrap();
        }
        let read = Histogram::deserialize(&histogram.serialize().unwrap()).unwrap();
        prop_assert_eq!(read, histogram);
    }

    #[test]
    fn any_bytes_are_read_or_refused_within_the_limit(
        payload in prop::collection::vec(any::<u8>(), 0..200),
        header in (0..8_u32, 0..70_u32, 0..65_u32),
        lie in prop_oneof![Just(0), -3..3_i64],
    ) {
        let (figures, low, high) = header;
        let mut bytes = 0x1c84_9313_u32.to_be_bytes().to_vec();
        bytes.extend((payload.len() as i64 + lie).max(0).to_be_bytes()[4..].iter());
        bytes.extend([0; 4]);
        bytes.extend(figures.to_be_bytes());
        bytes.extend(1_u64.checked_shl(low).unwrap_or(0).to_be_bytes());
        bytes.extend(1_u64.checked_shl(high).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend(1.0_f64.to_be_bytes());
        bytes.extend(payload);
        let limit = 100_000;
        if let Ok(mut histogram) = Histogram::deserialize_within(&bytes, limit) {
            prop_assert!(histogram.memory_bytes() <= limit + size_of::<Histogram>());
            // All that it is asked must be answered.
            let _ = (histogram.value_at_quantile(0.99), histogram.mean(), histogram.stdev());
            let _ = histogram.serialize();
            let high = histogram.high();
            histogram.record(high).unwrap();
            prop_assert!(histogram.max() >= high);
        }
    }

    #[test]
    fn noise_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        // The cookie comes up by chance once in four thousand million times.
        prop_assert!(Histogram::deserialize(&bytes).is_err());
    }
}

fn sample() -> Vec<u8> {
    let mut histogram = Histogram::new_with_max(3_600_000_000, 3).unwrap();
    for value in [0, 1, 1, 500, 100_000, 3_600_000_000] {
        histogram.record(value).unwrap();
    }
    histogram.serialize().unwrap()
}

#[test]
fn every_prefix_is_refused() {
    let bytes = sample();
    for end in 0..bytes.len() {
        assert!(matches!(
            Histogram::deserialize(&bytes[..end]),
            Err(HistogramError::Truncated { found, .. }) if found == end
        ));
    }
}

#[test]
fn every_flipped_bit_is_read_or_refused() {
    let bytes = sample();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let _ = Histogram::deserialize(&bytes);
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let change = |at: usize, to: u8| {
        let mut bytes = sample();
        bytes[at] = to;
        Histogram::deserialize(&bytes)
    };
    assert!(matches!(
        change(0, 0),
        Err(HistogramError::NotAHistogram {
            cookie: 0x0084_9313
        })
    ));
    assert!(matches!(change(11, 1), Err(HistogramError::Unsupported)));
    assert!(matches!(change(32, 0), Err(HistogramError::Unsupported)));
    assert!(matches!(
        change(15, 0),
        Err(HistogramError::Figures { given: 0 })
    ));
    assert!(matches!(
        change(23, 0),
        Err(HistogramError::Bounds { low: 0, .. })
    ));
    assert!(matches!(change(28, 0), Err(HistogramError::TooLong { .. })));
    let last = sample().len() - 1;
    assert!(matches!(change(last, 0x82), Err(HistogramError::CutShort)));
}

#[test]
fn a_run_of_zeros_cannot_take_more_memory_than_is_allowed() {
    let mut histogram = Histogram::new_with_max(u64::MAX, 3).unwrap();
    histogram.record(1 << 60).unwrap();
    let bytes = histogram.serialize().unwrap();
    assert!(bytes.len() < 50);
    let refused = Histogram::deserialize_within(&bytes, 4_096);
    assert!(matches!(
        refused,
        Err(HistogramError::OverLimit { limit: 4_096, .. })
    ));
    assert_eq!(Histogram::deserialize(&bytes).unwrap(), histogram);
}

#[test]
fn a_count_beyond_the_format_is_refused() {
    let mut histogram = Histogram::new(1).unwrap();
    histogram.record_n(9, u64::MAX).unwrap();
    assert!(matches!(
        histogram.serialize(),
        Err(HistogramError::CountTooLarge {
            value: 9,
            count: u64::MAX
        })
    ));
}
