//! The values that tests record.

use proptest::prelude::*;

/// Values of every magnitude, small ones and repeated ones among them. Their last octave is left
/// out: `hdrhistogram` reports the last cell's highest value as one less than it is.
pub fn value() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..20_u64,
        0..5_000_u64,
        (0..63_u32, any::<u64>()).prop_map(|(bits, value)| value & ((1 << bits) - 1)),
    ]
}
