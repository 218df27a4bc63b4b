//! Modules as a graph: each points to those that it needs.
//!
//! ```text
//!   numbers ──▶ capacity ──▶ capstone        "▶": is needed by
//!      └──────▶ cache ─────────▲
//! ```
//!
//! # Complexity
//!
//! All functions take time and memory linear in modules and needs, but for a logarithm that keeps
//! the file's order.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::{Module, Progress, Roadmap, State};

/// The modules in an order in which each comes after all that it needs; where that leaves a
/// choice, in the order given. Needs that are of no module here are passed over.
///
/// # Errors
///
/// The ids of a circle, if there is one: each needs the next, the last one needs the first.
pub fn order<'a>(modules: &[&'a Module]) -> Result<Vec<&'a Module>, Vec<String>> {
    let needs = edges(modules);
    let mut needed_by = vec![Vec::new(); modules.len()];
    let mut missing: Vec<usize> = needs.iter().map(Vec::len).collect();
    for (module, needs) in needs.iter().enumerate() {
        for &need in needs {
            needed_by[need].push(module);
        }
    }
    let free = |module: &usize| missing[*module] == 0;
    let mut next: BinaryHeap<Reverse<usize>> =
        (0..modules.len()).filter(free).map(Reverse).collect();
    let mut order = Vec::with_capacity(modules.len());
    while let Some(Reverse(module)) = next.pop() {
        order.push(modules[module]);
        for &other in &needed_by[module] {
            missing[other] -= 1;
            if missing[other] == 0 {
                next.push(Reverse(other));
            }
        }
    }
    if order.len() == modules.len() {
        return Ok(order);
    }
    Err(circle(modules, &needs, &missing))
}

/// For each module, the places of those that it needs.
fn edges(modules: &[&Module]) -> Vec<Vec<usize>> {
    let mut places = HashMap::new();
    for (place, module) in modules.iter().enumerate() {
        places.entry(module.id.as_str()).or_insert(place);
    }
    let place = |id: &String| places.get(id.as_str()).copied();
    modules
        .iter()
        .map(|module| module.needs.iter().filter_map(place).collect())
        .collect()
}

/// A module that never became free needs another such: following these, we come round.
fn circle(modules: &[&Module], needs: &[Vec<usize>], missing: &[usize]) -> Vec<String> {
    let stuck = |module: &usize| missing[*module] > 0;
    let Some(mut at) = (0..modules.len()).find(stuck) else {
        return Vec::new();
    };
    let mut way: Vec<usize> = Vec::new();
    loop {
        if let Some(start) = way.iter().position(|&passed| passed == at) {
            return way[start..]
                .iter()
                .map(|&place| modules[place].id.clone())
                .collect();
        }
        way.push(at);
        match needs[at].iter().copied().find(|need| stuck(need)) {
            Some(need) => at = need,
            None => return Vec::new(),
        }
    }
}

/// The modules that can be begun now: not yet begun, and all that they need has been done once.
/// In the order of [`order`], the reader's own modules among them.
pub fn ready(roadmap: &Roadmap, progress: &Progress) -> Vec<String> {
    let modules = progress.modules(roadmap);
    // A circle that the reader has written into the file by hand must not hide all the rest.
    let order = order(&modules).unwrap_or(modules);
    order
        .into_iter()
        .filter(|module| progress.state(&module.id) == State::NotStarted)
        .filter(|module| unmet(module, progress).is_empty())
        .map(|module| module.id.clone())
        .collect()
}

/// What the module needs and the reader has not done yet.
pub fn unmet(module: &Module, progress: &Progress) -> Vec<String> {
    let open = |need: &&String| !progress.state(need).was_done();
    module.needs.iter().filter(open).cloned().collect()
}
