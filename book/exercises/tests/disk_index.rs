//! A secondary index that agrees with its table: after every change, in every snapshot, and after a
//! crash at any call to the disk.

use std::collections::BTreeMap;

use bplustree::disk::sim::{Plan, SimDisk};
use bplustree::disk::{Options, ReadTx, StoreError};

#[cfg_attr(feature = "yours", path = "../disk/index.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/disk/index.rs")]
mod exercise;

use exercise::Customers;

const NUMBERS: [u64; 6] = [1, 2, 255, 256, 257, u64::MAX];
/// Some begin with another, and some have letters that sort before or after most.
const TOWNS: [&str; 7] = [
    "",
    "Oslo",
    "Oslofjord",
    "Oslo\u{1}",
    "Os",
    "Ål",
    "\u{10ffff}",
];

type Model = BTreeMap<u64, &'static str>;

#[derive(Clone, Copy, Debug)]
enum Change {
    Put(u64, &'static str),
    Remove(u64),
    Rename(&'static str, &'static str),
}

use Change::{Put, Remove, Rename};

impl Change {
    fn make(self, customers: &Customers) -> Result<(), StoreError> {
        match self {
            Put(number, town) => customers.put(number, town),
            Remove(number) => customers.remove(number).map(|_| ()),
            Rename(from, to) => customers.rename(from, to).map(|_| ()),
        }
    }

    fn model(self, model: &mut Model) {
        match self {
            Put(number, town) => {
                model.insert(number, town);
            }
            Remove(number) => {
                model.remove(&number);
            }
            Rename(from, to) => {
                let of_from = model.values_mut().filter(|town| **town == from);
                of_from.for_each(|town| *town = to);
            }
        }
    }
}

fn open(disk: &SimDisk) -> Customers {
    let store = Options::new().page_size(512).open_storage(disk.clone());
    Customers {
        store: store.expect("a sound disk holds a sound store"),
    }
}

/// What the table has as of a snapshot; the index must have the same, or it says what is wrong.
fn found(customers: &Customers, snapshot: &ReadTx) -> Result<Model, String> {
    let mut model = Model::new();
    for number in NUMBERS {
        let town = customers.town(snapshot, number).expect("a sound table");
        if let Some(town) = town {
            let known = TOWNS.iter().find(|known| **known == town);
            model.insert(number, known.ok_or(format!("{town:?} was never a town"))?);
        }
    }
    for town in TOWNS {
        let of_index = customers.in_town(snapshot, town).expect("a sound index");
        let here = model.iter().filter(|(_, its)| **its == town);
        let of_table: Vec<u64> = here.map(|(number, _)| *number).collect();
        if of_index != of_table {
            return Err(format!(
                "in {town:?} are customers {of_table:?} by the table, {of_index:?} by the index"
            ));
        }
    }
    // A stray entry may be of a customer whom the table has elsewhere, which was seen above, or of
    // no town that was asked for, which is seen here.
    let index = snapshot.table("by town").expect("a sound file");
    match index.len() as usize == model.len() {
        true => Ok(model),
        false => Err(format!(
            "{} entries in the index `by town`, {} customers",
            index.len(),
            model.len()
        )),
    }
}

fn changes(count: usize) -> Vec<Change> {
    let mut state = 41u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut change = || {
        let (number, one, other) = (
            NUMBERS[draw(NUMBERS.len())],
            TOWNS[draw(TOWNS.len())],
            TOWNS[draw(TOWNS.len())],
        );
        match draw(6) {
            0 => Remove(number),
            1 => Rename(one, other),
            _ => Put(number, one),
        }
    };
    (0..count).map(|_| change()).collect()
}

#[test]
fn a_town_has_its_customers_in_order_and_no_others() {
    let customers = open(&SimDisk::new(1));
    for (number, town) in [
        (256, "Oslo"),
        (2, "Oslo"),
        (3, "Oslofjord"),
        (255, "Oslo"),
        (4, "Os"),
        (5, "Oslo\u{1}"),
        (6, "Oslo Øst"),
    ] {
        customers.put(number, town).unwrap();
    }
    let now = customers.store.read();
    assert_eq!(
        customers.in_town(&now, "Oslo").unwrap(),
        [2, 255, 256],
        "2, 255 and 256 live in Oslo; 3 to 6 in places that begin like it"
    );
    assert_eq!(customers.town(&now, 3).unwrap(), Some("Oslofjord"));
    assert_eq!(customers.town(&now, 9).unwrap(), None);
    assert_eq!(
        customers.in_town(&now, "Osl").unwrap(),
        [],
        "nobody lives in Osl"
    );
}

#[test]
fn whoever_moves_is_not_found_where_he_was() {
    let customers = open(&SimDisk::new(1));
    customers.put(1, "Oslo").unwrap();
    customers.put(1, "Ål").unwrap();
    let now = customers.store.read();
    assert_eq!(customers.in_town(&now, "Oslo").unwrap(), [], "1 has moved");
    assert_eq!(customers.in_town(&now, "Ål").unwrap(), [1]);
    assert!(customers.remove(1).unwrap());
    assert!(!customers.remove(1).unwrap(), "1 is gone already");
    let now = customers.store.read();
    assert_eq!(customers.in_town(&now, "Ål").unwrap(), [], "1 is gone");
}

#[test]
fn a_town_that_is_renamed_takes_all_along() {
    let customers = open(&SimDisk::new(1));
    for (number, town) in [(1, "Os"), (2, "Oslo"), (255, "Os")] {
        customers.put(number, town).unwrap();
    }
    assert_eq!(customers.rename("Os", "Oslo").unwrap(), 2);
    assert_eq!(customers.rename("Oslo", "Oslo").unwrap(), 3);
    assert_eq!(customers.rename("Ål", "Oslo").unwrap(), 0);
    let now = customers.store.read();
    assert_eq!(customers.in_town(&now, "Oslo").unwrap(), [1, 2, 255]);
    assert_eq!(customers.in_town(&now, "Os").unwrap(), []);
}

#[test]
fn table_and_index_agree_in_every_snapshot() {
    let customers = open(&SimDisk::new(1));
    let mut model = Model::new();
    let mut snapshots = vec![(customers.store.read(), model.clone())];
    for change in changes(150) {
        change.make(&customers).unwrap();
        change.model(&mut model);
        let now = customers.store.read();
        assert_eq!(
            found(&customers, &now),
            Ok(model.clone()),
            "after {change:?}"
        );
        let commits = now.transaction() - snapshots[snapshots.len() - 1].0.transaction();
        assert!(
            commits <= 1,
            "{change:?} made {commits} commits: between two, a reader sees one without the other"
        );
        snapshots.push((now, model.clone()));
    }
    for (snapshot, model) in snapshots {
        assert_eq!(
            found(&customers, &snapshot),
            Ok(model),
            "as of transaction {}, asked again after all changes",
            snapshot.transaction()
        );
    }
}

#[test]
fn table_and_index_agree_after_a_crash_at_any_call() {
    let changes = changes(14);
    // What there is after so many changes.
    let mut states = vec![Model::new()];
    for change in &changes {
        let mut model = states[states.len() - 1].clone();
        change.model(&mut model);
        states.push(model);
    }
    for call in 0.. {
        let disk = SimDisk::new(call);
        let customers = open(&disk);
        disk.set_plan(Plan::PowerOffAt(call));
        let done = changes
            .iter()
            .take_while(|change| change.make(&customers).is_ok())
            .count();
        if done == changes.len() {
            assert!(call > 30, "{call} calls to the disk cannot be all");
            break;
        }
        let customers = open(&disk.crash());
        let after = found(&customers, &customers.store.read());
        assert!(
            (done..=done + 1).any(|done| after.as_ref() == Ok(&states[done])),
            "the power failed at call {call}, during {:?}. Afterwards: {after:?}. Before that \
             change it was {:?}",
            changes[done],
            states[done]
        );
    }
}

#[test]
fn a_change_that_fails_changes_neither() {
    let disk = SimDisk::new(3);
    let customers = open(&disk);
    customers.put(1, "Oslo").unwrap();
    let too_long = "x".repeat(100_000);
    let model = found(&customers, &customers.store.read());
    assert!(
        customers.put(1, &too_long).is_err(),
        "no key of the index has 100 000 bytes"
    );
    assert_eq!(
        found(&customers, &customers.store.read()),
        model,
        "customer 1 could not move to a town with so long a name"
    );
    customers.put(2, "Os").expect("the next change is as good");
}
