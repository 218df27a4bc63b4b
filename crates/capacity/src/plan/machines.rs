//! What carries the load, and what that costs.

use super::load::{Bandwidth, Requests, Storage};
use super::{Builder, Section};
use crate::units;
use crate::{Count, Model, Ratio, Term};

pub(super) struct CachePlan {
    servers: Option<Term<units::Count>>,
    /// Operations that reach the store in an average second.
    store_operations: Option<Term<units::Rate>>,
}

// ANCHOR: cache
/// Memory for what is hot; what it cannot answer goes to the store.
pub(super) fn cache(
    plan: &mut Builder,
    model: &Model,
    requests: &Requests<'_>,
    storage: &Storage,
) -> CachePlan {
    let one = || Term::literal(Ratio::new(1.0));
    let mut hot = Vec::new();
    let mut operations = Vec::new();
    for (load, kept) in requests.objects.iter().zip(&storage.kept) {
        let cached = model.cache.as_ref().zip(load.object.hot);
        if let Some((_, share)) = cached {
            hot.push(kept.clone() * load.input("hot", share));
        }
        let missed = cached.map(|(cache, _)| one() - Term::named("cache.hit", cache.hit));
        operations.extend(load.objects_read().map(|reads| match missed {
            Some(missed) => reads * missed,
            None => reads,
        }));
        operations.extend(load.writes.clone());
    }
    let servers = Term::sum(hot)
        .zip(model.cache.as_ref())
        .map(|(hot, cache)| {
            let hot = plan.step(Section::Cache, "cache memory", hot);
            let each = Term::named("cache.memory", cache.memory);
            plan.step(Section::Cache, "cache servers", (hot / each).ceil())
        });
    let store_operations =
        Term::sum(operations).map(|all| plan.step(Section::Cache, "store operations", all));
    CachePlan {
        servers,
        store_operations,
    }
}
// ANCHOR_END: cache

pub(super) struct Machines {
    users: Term<units::Count>,
    servers: Option<Term<units::Count>>,
    cache_servers: Option<Term<units::Count>>,
}

pub(super) fn machines(
    plan: &mut Builder,
    model: &Model,
    requests: &Requests<'_>,
    storage: &Storage,
    cache: &CachePlan,
) -> Machines {
    let servers = servers(plan, model, requests);
    store(plan, model, requests, storage, cache);
    Machines {
        users: requests.users.clone(),
        servers,
        cache_servers: cache.servers.clone(),
    }
}

// ANCHOR: servers
/// Enough for the peak in the zones that are left when some have failed.
fn servers(
    plan: &mut Builder,
    model: &Model,
    requests: &Requests<'_>,
) -> Option<Term<units::Count>> {
    let servers = model.servers.as_ref()?;
    let each = Term::named("servers.handles", servers.handles)
        * Term::named("servers.utilisation", servers.utilisation);
    let busy = requests.all_at_peak.clone() / each;
    let Some(zones) = servers.zones.filter(|zones| zones.get() > 1.0) else {
        return Some(plan.step(Section::Machines, "servers", busy.ceil()));
    };
    let lost = servers
        .zones_lost
        .map(|lost| Term::named("servers.zones_lost", lost));
    let lost = lost.unwrap_or_else(|| Term::literal(Count::new(1.0)));
    let left = Term::named("servers.zones", zones).times() - lost.times();
    let in_a_zone = plan.step(Section::Machines, "servers in a zone", (busy / left).ceil());
    let all = Term::named("servers.zones", zones).times() * in_a_zone;
    Some(plan.step(Section::Machines, "servers", all))
}
// ANCHOR_END: servers

// ANCHOR: store
/// A store has two ways to be full: of bytes, and of work. It needs machines for the worse one.
fn store(
    plan: &mut Builder,
    model: &Model,
    requests: &Requests<'_>,
    storage: &Storage,
    cache: &CachePlan,
) -> Option<()> {
    let machine = model.storage.as_ref()?;
    let mut needs = Vec::new();
    if let Some(disk) = machine.disk {
        let mut each = Term::named("storage.disk", disk);
        if let Some(full) = machine.full {
            each = each * Term::named("storage.full", full);
        }
        let by_bytes = (storage.stored.clone() / each).ceil();
        needs.push(plan.step(Section::Machines, "stores for the bytes", by_bytes));
    }
    if let Some((handles, operations)) = machine.handles.zip(cache.store_operations.clone()) {
        let each = Term::named("storage.handles", handles);
        let by_work = (operations * requests.peak.clone() / each).ceil();
        needs.push(plan.step(Section::Machines, "stores for the work", by_work));
    }
    let needed = needs.into_iter().reduce(Term::max)?;
    plan.step(Section::Machines, "stores", needed);
    Some(())
}
// ANCHOR_END: store

// ANCHOR: cost
/// What a month at the horizon costs.
pub(super) fn cost(
    plan: &mut Builder,
    model: &Model,
    storage: &Storage,
    bandwidth: &Bandwidth,
    machines: &Machines,
) {
    let mut costs = Vec::new();
    let mut add = |what: &str, cost: Term<units::Cost>| {
        costs.push(plan.step(Section::Cost, &format!("cost of {what}"), cost));
    };
    let servers = model.servers.as_ref().and_then(|servers| servers.price);
    if let Some((count, price)) = machines.servers.clone().zip(servers) {
        add("servers", count * Term::named("servers.price", price));
    }
    let cache = model.cache.as_ref().and_then(|cache| cache.price);
    if let Some((count, price)) = machines.cache_servers.clone().zip(cache) {
        add("the cache", count * Term::named("cache.price", price));
    }
    if let Some(price) = model.storage.as_ref().and_then(|storage| storage.price) {
        add(
            "storage",
            storage.stored.clone() * Term::named("storage.price", price),
        );
    }
    if let Some(price) = model.network.as_ref().and_then(|network| network.price) {
        add(
            "traffic",
            bandwidth.out.clone() * Term::named("network.price", price),
        );
    }
    if let Some(total) = Term::sum(costs) {
        let total = plan.step(Section::Cost, "cost", total);
        plan.step(
            Section::Cost,
            "a user's cost",
            total / machines.users.clone(),
        );
    }
}
// ANCHOR_END: cost
