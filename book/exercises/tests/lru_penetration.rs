//! A key that is not there costs one look-up in the database while the answer is fresh, and
//! strangers do not push out friends.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::time::Duration;

#[cfg_attr(feature = "yours", path = "../lru/penetration.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/lru/penetration.rs")]
mod exercise;

use exercise::{ABSENT_FOR, Catalogue};

const CAPACITY: NonZeroUsize = NonZeroUsize::new(10).unwrap();
const START: Duration = Duration::from_secs(100);

/// A database of products that counts how often it is asked.
#[derive(Default)]
struct Database {
    products: RefCell<HashMap<u64, String>>,
    queries: Cell<u32>,
}

impl Database {
    fn with(ids: impl IntoIterator<Item = u64>) -> Self {
        let database = Database::default();
        database
            .products
            .borrow_mut()
            .extend(ids.into_iter().map(|id| (id, format!("product {id}"))));
        database
    }

    fn query(&self, id: u64) -> Option<String> {
        self.queries.set(self.queries.get() + 1);
        self.products.borrow().get(&id).cloned()
    }
}

#[test]
fn what_is_absent_is_asked_for_once_while_the_answer_is_fresh() {
    let database = Database::with([1]);
    let mut catalogue = Catalogue::new(CAPACITY, |id| database.query(id));
    for _ in 0..1_000 {
        assert_eq!(catalogue.look_up(404, START), None);
    }
    assert_eq!(database.queries.get(), 1);
}

#[test]
fn a_product_that_comes_to_be_is_found_once_the_answer_is_stale() {
    let database = Database::with([1]);
    let mut catalogue = Catalogue::new(CAPACITY, |id| database.query(id));
    assert_eq!(catalogue.look_up(404, START), None);
    database
        .products
        .borrow_mut()
        .insert(404, "a late arrival".into());
    assert_eq!(
        catalogue.look_up(404, START + ABSENT_FOR / 2),
        None,
        "the old answer may still be believed"
    );
    assert_eq!(
        catalogue.look_up(404, START + ABSENT_FOR).as_deref(),
        Some("a late arrival")
    );
}

#[test]
fn a_flood_of_made_up_ids_does_not_push_the_products_out() {
    let database = Database::with(0..10);
    let mut catalogue = Catalogue::new(CAPACITY, |id| database.query(id));
    for id in 0..10 {
        assert!(catalogue.look_up(id, START).is_some());
    }
    for id in 1_000..2_000 {
        assert_eq!(catalogue.look_up(id, START), None);
    }
    let before = database.queries.get();
    for id in 0..10 {
        assert!(catalogue.look_up(id, START).is_some());
    }
    assert_eq!(
        database.queries.get(),
        before,
        "the products had to be fetched again"
    );
}
