//! Counters that meet in all orders, again and again.

#[cfg_attr(feature = "yours", path = "../growing/counter.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/growing/counter.rs")]
mod exercise;

use exercise::Counter;

#[test]
fn one_site_counts() {
    let mut counter = Counter::new(1);
    assert_eq!(counter.value(), 0);
    for amount in [5, -7, 1] {
        counter.add(amount);
    }
    assert_eq!(counter.value(), -1);
}

#[test]
fn two_sites_add_up() {
    let (mut dublin, mut tokyo) = (Counter::new(1), Counter::new(2));
    dublin.add(3);
    tokyo.add(4);
    dublin.merge(&tokyo);
    tokyo.merge(&dublin);
    assert_eq!((dublin.value(), tokyo.value()), (7, 7));
}

#[test]
fn what_comes_twice_counts_once() {
    let (mut dublin, mut tokyo) = (Counter::new(1), Counter::new(2));
    tokyo.add(4);
    for _ in 0..3 {
        dublin.merge(&tokyo);
    }
    let itself = dublin.clone();
    dublin.merge(&itself);
    assert_eq!(dublin.value(), 4);
}

#[test]
fn old_news_changes_nothing_even_if_it_is_higher() {
    let (mut dublin, mut tokyo) = (Counter::new(1), Counter::new(2));
    tokyo.add(10);
    let yesterday = tokyo.clone();
    tokyo.add(-4);
    dublin.merge(&tokyo);
    dublin.merge(&yesterday);
    assert_eq!(dublin.value(), 6);
    tokyo.merge(&yesterday);
    assert_eq!(tokyo.value(), 6, "its own old news");
}

#[test]
fn what_others_did_is_not_counted_as_ones_own() {
    let mut sites = [1, 2, 3].map(Counter::new);
    sites[0].add(1);
    let first = sites[0].clone();
    sites[1].merge(&first);
    sites[1].add(1);
    let second = sites[1].clone();
    sites[2].merge(&second);
    sites[2].merge(&first);
    assert_eq!(sites[2].value(), 2);
}

#[test]
fn the_largest_amounts_fit() {
    let mut counter = Counter::new(1);
    counter.add(i64::MIN);
    counter.add(i64::MIN);
    assert_eq!(counter.value(), 2 * i128::from(i64::MIN));
    counter.add(i64::MAX);
    assert_eq!(counter.value(), i128::from(i64::MIN) - 1);
}

#[test]
fn in_the_end_all_sites_know_all_that_was_added() {
    let mut state = 3_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((state >> 33) % below) as usize
    };
    for _ in 0..100 {
        let mut sites: Vec<Counter> = (0..4).map(Counter::new).collect();
        let mut on_the_way: Vec<Counter> = Vec::new();
        let mut total = 0;
        for _ in 0..80 {
            let site = next(4);
            match next(3) {
                0 => {
                    let amount = next(21) as i64 - 10;
                    sites[site].add(amount);
                    total += i128::from(amount);
                }
                1 => on_the_way.push(sites[site].clone()), // arrives some time, or often, or never
                _ if on_the_way.is_empty() => {}
                _ => {
                    let message = on_the_way[next(on_the_way.len() as u64)].clone();
                    sites[site].merge(&message);
                }
            }
        }
        for message in sites.clone() {
            sites.iter_mut().for_each(|site| site.merge(&message));
        }
        assert!(sites.iter().all(|site| site.value() == total));
    }
}
