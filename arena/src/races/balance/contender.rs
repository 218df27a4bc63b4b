//! What a chooser must be able to do to take part, and the checks that it does.

use std::collections::HashMap;

use super::tolerance;
use crate::harness::Identity;

/// What can be chosen.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its address.
    pub name: String,
    /// Its share.
    pub weight: u32,
}

/// How a chooser goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// By weight, and shares are exact.
    InTurn,
    /// By weight, and shares are about right.
    AtRandom,
    /// By how busy they are, which here nobody is: shares are about even.
    ByLoad,
    /// The same key goes to the same endpoint, and shares are about even.
    ByKey,
}

/// Something that chooses endpoints.
pub trait Chooser: Sync + 'static {
    /// Who it is.
    const WHO: Identity;

    /// How it goes about it.
    const CHOICE: Choice;

    /// One that chooses among these.
    fn of(endpoints: &[Endpoint]) -> Self;

    /// A number that stands for the endpoint that is chosen, perhaps for this key.
    fn pick(&self, key: u64) -> usize;
}

/// So many endpoints, with the weights that choosers of this kind are raced with.
pub fn endpoints(choice: Choice, size: usize) -> Vec<Endpoint> {
    let endpoint = |number: usize| {
        let [.., a, b, c] = number.to_be_bytes();
        let weight = match choice {
            Choice::InTurn | Choice::AtRandom => 1 + number as u32 % 10,
            Choice::ByLoad | Choice::ByKey => 1,
        };
        Endpoint {
            name: format!("10.{a}.{b}.{c}:80"),
            weight,
        }
    };
    (0..size).map(endpoint).collect()
}

/// Checks that `C` gives each its share, and a key to the same one each time.
pub fn check<C: Chooser>() {
    let name = C::WHO.name;
    let endpoints = endpoints(C::CHOICE, 10);
    let sum: u32 = endpoints.iter().map(|endpoint| endpoint.weight).sum();
    let chooser = C::of(&endpoints);
    let total = 100 * sum as usize;
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for key in 0..total as u64 {
        let key = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let picked = chooser.pick(key);
        if C::CHOICE == Choice::ByKey {
            assert_eq!(chooser.pick(key), picked, "{name} with the same key");
        }
        *counts.entry(picked).or_default() += 1;
    }
    assert_eq!(counts.len(), endpoints.len(), "{name} leaves some out");
    let mut counts: Vec<usize> = counts.into_values().collect();
    let mut weights: Vec<u32> = endpoints.iter().map(|endpoint| endpoint.weight).collect();
    counts.sort_unstable();
    weights.sort_unstable();
    let apart = counts.iter().zip(&weights);
    let apart: f64 = apart
        .map(|(&count, &weight)| (count as f64 - 100.0 * f64::from(weight)).abs())
        .sum();
    assert!(
        apart <= tolerance(C::CHOICE, total),
        "{name} gives shares of {counts:?} by weights {weights:?}"
    );
}
