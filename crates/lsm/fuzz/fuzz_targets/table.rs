//! Any bytes: an error, or a table that can be read both ways without a panic.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use lsm::table::{NoCache, Table};
use lsm::{Cursor, Result, key};

fn read(table: &Arc<Table>) -> Result<()> {
    let mut cursor = table.cursor();
    cursor.seek_to_first()?;
    for _ in 0..1000 {
        let Some(internal_key) = cursor.key().map(<[u8]>::to_vec) else {
            break;
        };
        table.get(key::user_key(&internal_key), key::MAX_SEQUENCE)?;
        cursor.next()?;
    }
    cursor.seek_to_last()?;
    while cursor.key().is_some() {
        cursor.prev()?;
    }
    table.range_tombstones();
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = Table::open(Arc::new(bytes.to_vec()), 1, Arc::new(NoCache)) {
        let table = Arc::new(table);
        let _ = (table.verify(), read(&table));
    }
});
