//! Every call that the store makes of its disk fails once, and the disk is full at every size: the
//! transaction is aborted, and nothing that was committed is lost.

mod common;

use bplustree::disk::sim::{Plan, SimDisk};
use bplustree::disk::{Durability, Options, StoreError};
use common::{Random, contents, run, script, states};

fn options() -> Options {
    Options::new().page_size(512)
}

#[test]
fn after_a_failed_call_the_store_goes_on_or_says_that_it_has_halted() {
    for seed in 0..4 {
        let scripts = script(&mut Random(seed), 12);
        for at in 0.. {
            let disk = SimDisk::new(seed ^ at << 32);
            let store = options().open_storage(disk.clone()).unwrap();
            disk.set_plan(Plan::FailAt(at));
            let (mut done, mut durable) = (Vec::new(), 0);
            for script in &scripts {
                match run(&store, script) {
                    Ok(()) => done.push(script.clone()),
                    Err(StoreError::Io(_)) => {
                        // Readers see what was committed before, whatever becomes of the disk.
                        let states = states(&done);
                        assert!(contents(&store).unwrap() == states[done.len()]);
                        store.verify().unwrap();
                        let halted = matches!(store.write(), Err(StoreError::Halted));
                        if halted {
                            break;
                        }
                        assert!(run(&store, script).is_ok(), "a failed write is not the end");
                        done.push(script.clone());
                    }
                    Err(error) => panic!("seed {seed}, call {at}: {error}"),
                }
                if script.durability == Durability::Durable {
                    durable = done.len();
                }
            }
            let failed = disk.calls() > at;
            let halted = matches!(store.write(), Err(StoreError::Halted));
            drop(store);
            // Every outcome of a halted commit is a prefix; opened again, the store goes on. Also
            // when the system serves from memory what the failed sync has not written.
            let states = states(&done);
            for disk in [disk.crash(), disk.clone()] {
                let store = options().open_storage(disk.clone()).unwrap();
                store.verify().unwrap();
                let found = contents(&store).unwrap();
                if !halted {
                    assert!(found == states[done.len()]);
                } else if !states[durable..].contains(&found) {
                    // The commit whose outcome was unknown is there.
                    assert!(done.len() < scripts.len());
                }
                run(&store, &scripts[0]).unwrap();
                let then = contents(&store).unwrap();
                let after = disk.crash();
                drop(store);
                let store = options().open_storage(after).unwrap();
                store.verify().unwrap();
                if scripts[0].durability == Durability::Durable {
                    assert!(contents(&store).unwrap() == then, "seed {seed}, call {at}");
                }
            }
            if !failed {
                break;
            }
        }
    }
}

/// The place of the lost page holds an older one, which was read, and found sound, before.
#[test]
fn a_write_that_the_disk_loses_is_found_when_its_page_is_read() {
    let scripts = script(&mut Random(6), 14);
    let states = states(&scripts);
    let mut found = 0;
    for at in 0..60 {
        let disk = SimDisk::new(at);
        let store = options().open_storage(disk.clone()).unwrap();
        disk.set_plan(Plan::LoseAt(at));
        for (n, script) in scripts.iter().enumerate() {
            let damage = match run(&store, script) {
                Ok(()) => match contents(&store) {
                    Ok(contents) => {
                        assert!(
                            contents == states[n + 1],
                            "call {at}: an old page was served"
                        );
                        continue;
                    }
                    Err(damage) => damage,
                },
                Err(damage) => damage,
            };
            assert!(matches!(damage, StoreError::Corrupt { .. }), "{damage}");
            found += 1;
            break;
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn a_sync_that_failed_is_not_tried_again() {
    for two_syncs in [false, true] {
        let disk = SimDisk::new(9);
        let store = options()
            .two_syncs(two_syncs)
            .open_storage(disk.clone())
            .unwrap();
        let scripts = script(&mut Random(9), 4);
        run(&store, &scripts[0]).unwrap();
        let before = contents(&store).unwrap();
        // Fails each call of the next commit in turn until it is a sync.
        let mut at = 0;
        while !matches!(store.write(), Err(StoreError::Halted)) {
            disk.set_plan(Plan::FailAt(at));
            let mut tx = store.write().unwrap();
            tx.table("table")
                .unwrap()
                .insert(b"key", vec![1; 5000])
                .unwrap();
            tx.commit_with(Durability::Durable).unwrap_err();
            assert!(contents(&store).unwrap() == before);
            at += 1;
        }
        let syncs = store.stats().syncs;
        disk.set_plan(Plan::Fine);
        assert!(matches!(store.write(), Err(StoreError::Halted)));
        assert!(matches!(store.sync(), Err(StoreError::Halted)));
        drop(store);
        let store = options().open_storage(disk).unwrap();
        assert!(contents(&store).unwrap() == before);
        assert!(syncs > 0);
    }
}

#[test]
fn a_full_disk_aborts_the_transaction_and_loses_nothing() {
    let scripts = script(&mut Random(3), 30);
    for room in (1024..60_000).step_by(1536) {
        let disk = SimDisk::new(room);
        let store = options().open_storage(disk.clone()).unwrap();
        disk.set_plan(Plan::FullAt(room));
        let (mut done, mut full) = (Vec::new(), 0);
        for script in &scripts {
            match run(&store, script) {
                Ok(()) => done.push(script.clone()),
                Err(StoreError::Full) => full += 1,
                Err(error) => panic!("room {room}: {error}"),
            }
            store.verify().unwrap();
            assert!(contents(&store).unwrap() == states(&done)[done.len()]);
        }
        assert!(room > 40_000 || full > 0, "room {room}");
        // With room again, all goes on.
        disk.set_plan(Plan::Fine);
        run(&store, &scripts[0]).unwrap();
        store.close().unwrap();
    }
}

#[test]
fn the_largest_size_is_kept() {
    let disk = SimDisk::new(3);
    let store = options()
        .max_size(20 * 512)
        .open_storage(disk.clone())
        .unwrap();
    let fill = || {
        let mut tx = store.write()?;
        for n in 0..1000u32 {
            tx.table("table")?.insert(n.to_be_bytes(), [7; 20])?;
        }
        tx.commit()
    };
    assert!(matches!(fill(), Err(StoreError::Full)));
    let mut tx = store.write().unwrap();
    tx.table("table").unwrap().insert("a", "b").unwrap();
    tx.commit().unwrap();
    assert_eq!(contents(&store).unwrap().len(), 1);
    assert!(disk.contents().len() <= 20 * 512);
}

#[test]
fn after_an_error_a_transaction_does_not_commit() {
    let store = options()
        .max_size(20 * 512)
        .open_storage(SimDisk::new(3))
        .unwrap();
    let mut tx = store.write().unwrap();
    let mut table = tx.table("table").unwrap();
    assert!(matches!(
        table.insert([0; 95], ""),
        Err(StoreError::KeyTooLarge { len: 95, max: 94 })
    ));
    table
        .insert([0; 94], "the key was too long, not the transaction wrong")
        .unwrap();
    assert!(matches!(
        table.insert("large", [0; 20 * 512]),
        Err(StoreError::Full)
    ));
    assert!(matches!(
        table.insert("small", ""),
        Err(StoreError::Aborted)
    ));
    assert!(matches!(table.get("small"), Err(StoreError::Aborted)));
    assert!(matches!(tx.commit(), Err(StoreError::Aborted)));
    assert!(contents(&store).unwrap().is_empty());
}
