//! What is asked, kept and sent: users, multiplied.

use super::{Builder, Section};
use crate::model::{Object, Part};
use crate::units;
use crate::{DAY, Model, Quantity, Rate, Ratio, Term, Time, Unit};

pub(super) struct Requests<'a> {
    pub(super) users: Term<units::Count>,
    pub(super) peak: Term<units::Ratio>,
    pub(super) all_at_peak: Term<units::Rate>,
    pub(super) objects: Vec<ObjectLoad<'a>>,
}

/// An object with its requests in an average second.
pub(super) struct ObjectLoad<'a> {
    pub(super) name: &'a str,
    pub(super) object: &'a Object,
    pub(super) reads: Option<Term<units::Rate>>,
    pub(super) writes: Option<Term<units::Rate>>,
}

impl ObjectLoad<'_> {
    /// A field of the object, under the name that reports print.
    pub(super) fn input<U: Unit>(&self, field: &str, value: Quantity<U>) -> Term<U> {
        Term::named(&format!("{}.{field}", self.name), value)
    }

    /// Objects that are read in an average second.
    pub(super) fn objects_read(&self) -> Option<Term<units::Rate>> {
        let reads = self.reads.clone()?;
        Some(match self.object.fan_out {
            Some(fan_out) => reads * self.input("fan_out", fan_out),
            None => reads,
        })
    }
}

// ANCHOR: requests
/// People × what each does a day; and the busiest second of that day.
pub(super) fn requests<'a>(plan: &mut Builder, model: &'a Model) -> Requests<'a> {
    let users = users(plan, model);
    let peak = Term::named("users.peak", model.users.peak);
    let mut objects = Vec::new();
    for (name, object) in &model.objects {
        let mut all = |verb: &str, each: Option<Rate>| {
            let each = Term::named(&format!("{name}.{verb}"), each?);
            let name = format!("{name} {verb}");
            let all = plan.step(Section::Requests, &name, users.clone() * each);
            let at_peak = all.clone() * peak.clone();
            plan.step(Section::Requests, &format!("{name} at the peak"), at_peak);
            Some(all)
        };
        let reads = all("reads", object.reads);
        let writes = all("writes", object.writes);
        objects.push(ObjectLoad {
            name,
            object,
            reads,
            writes,
        });
    }
    // ANCHOR_END: requests
    let all_at_peak = all_at_peak(plan, &objects, &peak);
    Requests {
        users,
        peak,
        all_at_peak,
        objects,
    }
}

fn all_at_peak(
    plan: &mut Builder,
    objects: &[ObjectLoad<'_>],
    peak: &Term<units::Ratio>,
) -> Term<units::Rate> {
    let each = objects
        .iter()
        .flat_map(|o| o.reads.iter().chain(&o.writes).cloned());
    let all = Term::sum(each).unwrap_or_else(|| Term::literal(Quantity::new(0.0)));
    let all = plan.step(Section::Requests, "requests", all);
    plan.step(
        Section::Requests,
        "requests at the peak",
        all * peak.clone(),
    )
}

/// Those of a day, at the horizon.
fn users(plan: &mut Builder, model: &Model) -> Term<units::Count> {
    let daily = Term::named("users.daily", model.users.daily);
    match yearly(model) {
        None => daily,
        Some(yearly) => {
            let year = Term::literal(Time::new(crate::YEAR));
            let horizon = Term::named("horizon", model.horizon);
            plan.step(
                Section::Requests,
                "users",
                daily * yearly.pow(horizon / year),
            )
        }
    }
}

/// How many times as many people come after a year.
fn yearly(model: &Model) -> Option<Term<units::Ratio>> {
    let growth = model.users.growth.filter(|growth| growth.get() != 0.0)?;
    Some(Term::literal(Ratio::new(1.0)) + Term::named("users.growth", growth))
}

pub(super) struct Storage {
    /// Without copies, for each object in the order of the requests, without its parts.
    pub(super) kept: Vec<Term<units::Bytes>>,
    /// With copies.
    pub(super) stored: Term<units::Bytes>,
}

// ANCHOR: storage
/// What a day adds × the days for which it is kept × its copies.
pub(super) fn storage(plan: &mut Builder, model: &Model, requests: &Requests<'_>) -> Storage {
    let mut all = Totals::default();
    let mut kept = Vec::new();
    for load in &requests.objects {
        let size = load.input("size", load.object.size);
        let copies = load
            .object
            .copies
            .map(|copies| load.input("copies", copies));
        let copies = copies.or_else(|| default_copies(model));
        kept.push(all.add(plan, model, load, load.name, size, copies.clone()));
        for (name, part) in &load.object.with {
            let name = label(model, load, name);
            let own = part
                .copies
                .map(|own| Term::named(&format!("{name}.copies"), own));
            let copies = own.or_else(|| copies.clone());
            all.add(plan, model, load, &name, part_size(&name, part), copies);
        }
    }
    Storage {
        kept,
        stored: all.finish(plan),
    }
}
// ANCHOR_END: storage

/// A part's name, and its object's before it if the name alone could mean something else.
fn label(model: &Model, load: &ObjectLoad<'_>, part: &str) -> String {
    let with = |object: &Object| object.with.contains_key(part);
    let carriers = model.objects.values().filter(|object| with(object)).count();
    match carriers == 1 && !model.objects.contains_key(part) {
        true => part.to_owned(),
        false => format!("{}.{part}", load.name),
    }
}

/// What a part adds to an object, on average.
fn part_size(name: &str, part: &Part) -> Term<units::Bytes> {
    let field = |field: &str| format!("{name}.{field}");
    Term::named(&field("share"), part.share) * Term::named(&field("size"), part.size)
}

fn default_copies(model: &Model) -> Option<Term<units::Ratio>> {
    let copies = model.storage.as_ref()?.copies?;
    Some(Term::named("storage.copies", copies))
}

/// The terms whose sums end the section.
#[derive(Default)]
struct Totals {
    daily: Vec<Term<units::Bytes>>,
    kept: Vec<Term<units::Bytes>>,
    stored: Vec<Term<units::Bytes>>,
}

impl Totals {
    /// The steps for one kind of data: what a day adds, what is kept, what its copies take.
    fn add(
        &mut self,
        plan: &mut Builder,
        model: &Model,
        load: &ObjectLoad<'_>,
        name: &str,
        size: Term<units::Bytes>,
        copies: Option<Term<units::Ratio>>,
    ) -> Term<units::Bytes> {
        let mut kept = None;
        if let Some(writes) = &load.writes {
            let day = Term::literal(Time::new(DAY));
            let daily = writes.clone() * size.clone() * day.clone();
            let daily = plan.step(Section::Storage, &format!("{name} data a day"), daily);
            self.daily.push(daily.clone());
            let keep = keep(model, load);
            let mean = mean(plan, model, load, &keep);
            let days = daily * (keep / day);
            kept = Some(match mean {
                Some(mean) => days * mean,
                None => days,
            });
        }
        let existing = load
            .object
            .existing
            .map(|existing| load.input("existing", existing) * size);
        let all = Term::sum(kept.into_iter().chain(existing));
        let all = all.unwrap_or_else(|| Term::literal(Quantity::new(0.0)));
        let kept = plan.step(Section::Storage, &format!("{name} data kept"), all);
        self.kept.push(kept.clone());
        self.stored.push(match copies {
            Some(copies) => {
                let name = format!("{name} data with copies");
                plan.step(Section::Storage, &name, kept.clone() * copies)
            }
            None => kept.clone(),
        });
        kept
    }

    fn finish(self, plan: &mut Builder) -> Term<units::Bytes> {
        let mut total = |name: &str, terms: Vec<Term<units::Bytes>>| {
            let sum = Term::sum(terms).unwrap_or_else(|| Term::literal(Quantity::new(0.0)));
            plan.step(Section::Storage, name, sum)
        };
        total("data a day", self.daily);
        total("data kept", self.kept);
        total("data stored", self.stored)
    }
}

/// For how long: until it is deleted, or until the horizon.
fn keep(model: &Model, load: &ObjectLoad<'_>) -> Term<units::Time> {
    match load.object.keep.filter(|keep| *keep < model.horizon) {
        Some(keep) => load.input("keep", keep),
        None => Term::named("horizon", model.horizon),
    }
}

/// A day in the time that is kept, as a part of the last one: with `g` times as many users each
/// year, the mean of `g^-t` over `keep` years is `(1 - g^-keep) / (keep × ln g)`.
fn mean(
    plan: &mut Builder,
    model: &Model,
    load: &ObjectLoad<'_>,
    keep: &Term<units::Time>,
) -> Option<Term<units::Ratio>> {
    let yearly = yearly(model)?;
    let name = format!("{} mean day", load.name);
    if let Some(step) = plan.steps.iter().find(|step| step.name == name) {
        return Some(Term::named(&name, Ratio::new(step.value)));
    }
    let one = || Term::literal(Ratio::new(1.0));
    let years = keep.clone() / Term::literal(Time::new(crate::YEAR));
    let last = one() - one() / yearly.clone().pow(years.clone());
    Some(plan.step(Section::Storage, &name, last / (years * yearly.ln())))
}

pub(super) struct Bandwidth {
    pub(super) out: Term<units::Bandwidth>,
}

// ANCHOR: bandwidth
/// Requests a second × what each carries. The unit is bits by itself: a rate times bytes is a
/// bandwidth, and a bandwidth is written in bits.
pub(super) fn bandwidth(plan: &mut Builder, model: &Model, requests: &Requests<'_>) -> Bandwidth {
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for load in &requests.objects {
        let size = load.input("size", load.object.size);
        let parts = load.object.with.iter();
        let parts = parts.map(|(name, part)| part_size(&label(model, load, name), part));
        let whole = parts.fold(size, |whole, part| whole + part);
        let name = format!("{} on the wire", load.name);
        let whole = plan.step(Section::Bandwidth, &name, whole);
        sent.extend(load.objects_read().map(|read| read * whole.clone()));
        received.extend(load.writes.clone().map(|writes| writes * whole));
    }
    // ANCHOR_END: bandwidth
    on_average_and_at_peak(plan, "bandwidth in", received, &requests.peak);
    let (out, out_at_peak) = on_average_and_at_peak(plan, "bandwidth out", sent, &requests.peak);
    if let Some(link) = model.network.as_ref().and_then(|network| network.link) {
        let links = (out_at_peak / Term::named("network.link", link)).ceil();
        plan.step(Section::Bandwidth, "links", links);
    }
    Bandwidth { out }
}

fn on_average_and_at_peak(
    plan: &mut Builder,
    name: &str,
    terms: Vec<Term<units::Bandwidth>>,
    peak: &Term<units::Ratio>,
) -> (Term<units::Bandwidth>, Term<units::Bandwidth>) {
    let sum = Term::sum(terms).unwrap_or_else(|| Term::literal(Quantity::new(0.0)));
    let sum = plan.step(Section::Bandwidth, name, sum);
    let at_peak = sum.clone() * peak.clone();
    let at_peak = plan.step(Section::Bandwidth, &format!("{name} at the peak"), at_peak);
    (sum, at_peak)
}
