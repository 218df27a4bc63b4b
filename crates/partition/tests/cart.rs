//! The laws of merging.

use partition::Cart;
use proptest::prelude::*;

/// Three replicas of a cart, to each of which something is done, and which now and then meet.
fn replicas() -> impl Strategy<Value = [Cart; 3]> {
    let step = (0_usize..3, 0_usize..3, 0_u8..6);
    proptest::collection::vec(step, 0..40).prop_map(|steps| {
        let mut carts = [Cart::default(), Cart::default(), Cart::default()];
        for (tag, (at, other, what)) in steps.into_iter().enumerate() {
            match what {
                0..3 => carts[at].add(["tea", "kettle", "cup"][what as usize], tag),
                3 => carts[at].remove("tea"),
                4 => carts[at].remove("kettle"),
                _ => {
                    let other = carts[other].clone();
                    carts[at].merge(&other);
                }
            }
        }
        carts
    })
}

fn merged(a: &Cart, b: &Cart) -> Cart {
    let mut both = a.clone();
    both.merge(b);
    both
}

proptest! {
    #[test]
    fn merging_does_not_care_about_order_or_repetition([a, b, c] in replicas()) {
        prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
        prop_assert_eq!(merged(&merged(&a, &b), &b), merged(&a, &b));
    }

    #[test]
    fn who_has_merged_knows_all_that_the_other_knows([a, b, _c] in replicas()) {
        let both = merged(&a, &b);
        prop_assert!(!a.knows_more_than(&both) && !b.knows_more_than(&both));
        prop_assert_eq!(both.knows_more_than(&a), both != a);
    }
}

#[test]
fn what_is_removed_stays_away_until_it_is_added_again() {
    let mut cart = Cart::default();
    cart.add("tea", 1);
    let yesterday = cart.clone();
    cart.remove("tea");
    cart.merge(&yesterday);
    assert!(cart.items().is_empty());
    cart.add("tea", 2);
    cart.merge(&yesterday);
    assert!(cart.items().contains("tea"));
}
