//! Any bytes: an error, or a batch and an edit that are written as they were read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lsm::WriteBatch;
use lsm::version::{Version, VersionEdit};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(batch) = WriteBatch::from_bytes(bytes) {
        assert_eq!(batch.iter().count(), batch.len());
        assert_eq!(batch.as_bytes(), bytes);
    }
    if let Ok(edit) = VersionEdit::from_bytes(bytes, 0) {
        assert_eq!(VersionEdit::from_bytes(&edit.to_bytes(), 0).unwrap(), edit);
        let _ = Version::default().apply(&edit, 0);
    }
});
