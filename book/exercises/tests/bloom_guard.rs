//! A filter before the cache: no product is denied, and few strangers get through to the database.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::num::NonZeroUsize;

#[cfg_attr(feature = "yours", path = "../bloom/guard.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/bloom/guard.rs")]
mod exercise;

use exercise::Catalogue;

const CAPACITY: NonZeroUsize = NonZeroUsize::new(100).unwrap();
const STRANGERS: f64 = 0.01;

/// A database of products that counts how often it is asked.
#[derive(Default)]
struct Database {
    products: RefCell<HashMap<u64, String>>,
    queries: Cell<u32>,
}

impl Database {
    fn with(ids: &[u64]) -> Self {
        let database = Database::default();
        ids.iter().for_each(|id| database.add(*id));
        database
    }

    fn add(&self, id: u64) {
        let product = format!("product {id}");
        self.products.borrow_mut().insert(id, product);
    }

    fn query(&self, id: u64) -> Option<String> {
        self.queries.set(self.queries.get() + 1);
        self.products.borrow().get(&id).cloned()
    }

    /// The queries that `work` leads to.
    fn queries_of(&self, work: impl FnOnce()) -> u32 {
        let before = self.queries.get();
        work();
        self.queries.get() - before
    }
}

fn ids(numbers: std::ops::Range<u64>) -> Vec<u64> {
    numbers.map(|number| number * 7_919).collect()
}

#[test]
fn no_product_is_denied() {
    let products = ids(0..2_000);
    let database = Database::with(&products);
    let mut catalogue =
        Catalogue::new(CAPACITY, &products, STRANGERS, |id| database.query(id)).unwrap();
    for id in products {
        assert_eq!(
            catalogue.look_up(id),
            Some(format!("product {id}")),
            "{id} exists"
        );
    }
}

#[test]
fn few_strangers_get_through_even_when_the_catalogue_has_doubled() {
    let products = ids(0..1_000);
    let database = Database::with(&products);
    let mut catalogue =
        Catalogue::new(CAPACITY, &products, STRANGERS, |id| database.query(id)).unwrap();
    for id in ids(1_000..2_000) {
        database.add(id);
        catalogue.add_product(id);
    }
    let queries = database.queries_of(|| {
        for id in ids(10_000..30_000) {
            assert_eq!(catalogue.look_up(id), None, "{id} does not exist");
        }
    });
    assert!(
        queries < 260,
        "{queries} of 20 000 strangers got through, about 200 are one in a hundred: is there room \
         for the products that are still to come?"
    );
}

#[test]
fn a_new_product_is_found_at_once() {
    let database = Database::with(&[1, 2, 3]);
    let mut catalogue =
        Catalogue::new(CAPACITY, &[1, 2, 3], STRANGERS, |id| database.query(id)).unwrap();
    assert_eq!(catalogue.look_up(4), None);
    database.add(4);
    catalogue.add_product(4);
    assert_eq!(
        catalogue.look_up(4).as_deref(),
        Some("product 4"),
        "4 was added, although it had been asked for before"
    );
}

#[test]
fn what_is_in_the_cache_costs_no_query() {
    let products = ids(0..50);
    let database = Database::with(&products);
    let mut catalogue =
        Catalogue::new(CAPACITY, &products, STRANGERS, |id| database.query(id)).unwrap();
    let queries = database.queries_of(|| {
        for _ in 0..10 {
            for id in &products {
                catalogue.look_up(*id);
            }
        }
    });
    assert_eq!(queries, 50, "50 products were asked for, ten times each");
}

#[test]
fn a_share_that_cannot_be_is_an_error() {
    let database = Database::default();
    assert!(
        Catalogue::new(CAPACITY, &[], 1.5, |id| database.query(id)).is_err(),
        "one and a half of all strangers"
    );
}
