//! Any bytes: an error, or a store that can be read and written without a panic.
#![no_main]

use bplustree::disk::sim::SimDisk;
use bplustree::disk::{Options, Store, StoreError};
use libfuzzer_sys::fuzz_target;

fn read(store: &Store) -> Result<(), StoreError> {
    let tx = store.read();
    for name in tx.tables()? {
        let table = tx.table(&name)?;
        for entry in table.iter()?.take(1000) {
            table.get(entry?.0)?;
        }
        table.iter()?.rev().take(1000).for_each(drop);
    }
    Ok(())
}

fn write(store: &Store) -> Result<(), StoreError> {
    let mut tx = store.write()?;
    for name in store.read().tables()? {
        let mut table = tx.table(&name)?;
        for n in 0..50u8 {
            table.insert([n, n], vec![n; usize::from(n) * 10])?;
            table.remove([n])?;
        }
    }
    tx.commit()
}

fuzz_target!(|bytes: &[u8]| {
    let disk = SimDisk::with_contents(bytes.to_vec(), 0);
    if let Ok(store) = Options::new().max_size(1 << 20).open_storage(disk) {
        let _ = store.verify();
        let _ = (read(&store), write(&store), store.verify());
    }
});
