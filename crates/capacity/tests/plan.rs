//! What a plan shows is what it computed; and more of anything never costs less.

mod arithmetic;

use std::collections::BTreeMap;

use arithmetic::{Names, evaluate, exact, shown};
use capacity::{Dimension, Parsed, Plan, Source};
use proptest::prelude::*;

const MODELS: [&str; 3] = [
    include_str!("../models/twitter.toml"),
    include_str!("../models/shop.toml"),
    include_str!("../models/yours.toml"),
];

fn plan(source: &Source) -> Plan {
    Plan::new(&source.model().unwrap()).unwrap()
}

/// Computes both formulas of each step, in numbers and in names.
fn check_arithmetic(source: &Source) {
    let plan = plan(source);
    let mut names: Names = BTreeMap::new();
    for input in source.inputs() {
        let read = Parsed::read(&input.text, Dimension::Count).unwrap();
        names.insert(input.short().to_owned(), exact(read.value, read.powers));
    }
    for step in plan.steps() {
        let name = &step.name;
        let numbers = evaluate(&step.numbers, None);
        assert_eq!(
            numbers.powers,
            step.dimension.powers(),
            "{name} = {}",
            step.numbers
        );
        assert!(
            numbers.contains(step.value),
            "{name} is {}, and {} is {numbers:?}",
            step.value,
            step.numbers
        );
        let in_names = evaluate(&step.names, Some(&names));
        assert!(
            in_names.contains(step.value),
            "{name} is {}, and {} is {in_names:?}",
            step.value,
            step.names
        );
        assert!(
            shown(&step.shown()).contains(step.value),
            "{name}: {}",
            step.shown()
        );
        let before = names.insert(name.clone(), exact(step.value, step.dimension.powers()));
        assert!(before.is_none(), "two steps are called {name}");
    }
}

#[test]
fn the_arithmetic_that_shipped_models_show_is_right() {
    for model in MODELS {
        let mut source = Source::parse(model).unwrap();
        check_arithmetic(&source);
        source.set("users.growth", "35 %").unwrap();
        check_arithmetic(&source);
    }
}

#[test]
fn parts_of_one_name_are_told_apart() {
    let source = Source::parse(
        r#"
        title = "Two kinds with photos"
        horizon = "2 years"
        [users]
        daily = "1 k"
        peak = 2
        [objects.post]
        writes = "1/day"
        size = "1 KB"
        [objects.post.with.photo]
        share = "50 %"
        size = "100 KB"
        [objects.reply]
        writes = "2/day"
        size = "1 KB"
        [objects.reply.with.photo]
        share = "10 %"
        size = "100 KB"
        copies = "2x"
        "#,
    )
    .unwrap();
    let plan = plan(&source);
    assert!(plan.step("post.photo data kept").is_some());
    let copies = plan.step("reply.photo data with copies").unwrap();
    assert_eq!(copies.names, "reply.photo data kept × reply.photo.copies");
}

/// What a model may say, within reason and beyond.
fn models() -> impl Strategy<Value = String> {
    let machines = (
        100.0..1e5,
        1.0..99.0_f64,
        1..6_u32,
        1.0..5.0,
        0.0..100.0_f64,
    );
    let object = (
        0.01..1e4,
        0.01..100.0,
        1.0..1e9,
        0.0..100.0_f64,
        1.0..1e9,
        1.0..4000.0,
    );
    let users = (1.0..1e10, 1.0..20.0, -50.0..300.0_f64, 0.1..20.0);
    (users, object, machines).prop_map(|(users, object, machines)| {
        let (daily, peak, growth, horizon) = users;
        let (reads, writes, size, share, part, keep) = object;
        let (handles, utilisation, zones, copies, hit) = machines;
        format!(
            r#"
            title = "Any"
            horizon = "{horizon} years"
            [users]
            daily = {daily}
            peak = "{peak}x"
            growth = "{growth} %"
            [objects.thing]
            reads = "{reads}/day"
            writes = "{writes}/day"
            size = "{size} B"
            keep = "{keep} days"
            hot = "{share} %"
            existing = "12 k"
            fan_out = {copies}
            [objects.thing.with.picture]
            share = "{share} %"
            size = "{part} B"
            [servers]
            handles = "{handles}/s"
            utilisation = "{utilisation} %"
            zones = {zones}
            price = "$100/month"
            [cache]
            hit = "{hit} %"
            memory = "{part} B"
            price = "$50/month"
            [storage]
            copies = {copies}
            disk = "8 TB"
            full = "{utilisation} %"
            handles = "{handles}/s"
            price = "$0.023/GB/month"
            [network]
            price = "$0.05/GB"
            link = "10 Gbit/s"
            "#
        )
    })
}

proptest! {
    #[test]
    fn the_arithmetic_that_any_plan_shows_is_right(model in models()) {
        // Reports short names: one object only, so that these are unique.
        check_arithmetic(&Source::parse(&model).unwrap());
    }

    #[test]
    fn more_never_costs_less(model in models(), factor in 1.0..10.0_f64, which in 0..8_usize) {
        let inputs = [
            "users.daily", "thing.reads", "thing.writes", "thing.size", "picture.size",
            "storage.copies", "storage.price", "users.peak",
        ];
        let before = Source::parse(&model).unwrap();
        let mut after = before.clone();
        after.scale(inputs[which], factor).unwrap();
        let cost = |source: &Source| plan(source).step("cost").unwrap().value;
        let (before, after) = (cost(&before), cost(&after));
        prop_assert!(after >= before * (1.0 - 1e-12), "{} × {factor}: {before} to {after}", inputs[which]);
    }

    #[test]
    fn a_plan_of_anything_is_finite_or_an_error(
        daily in 1.0..1e30_f64, reads in 1e-30..1e30_f64, size in 1.0..1e30_f64, years in 1e-30..1e30_f64,
        growth in -99.0..1e30_f64,
    ) {
        let source = Source::parse(&format!(
            "title = ''\nhorizon = '{years} years'\nusers = {{ daily = {daily:e}, peak = 2, growth = '{growth} %' }}\n\
             objects.a = {{ reads = '{reads}/s', writes = '{reads}/s', size = '{size} B' }}\n\
             storage = {{ copies = 3, price = '$1/B/s', disk = '1 B', handles = '1/day' }}\n",
        )).unwrap();
        if let Ok(plan) = Plan::new(&source.model().unwrap()) {
            for step in plan.steps() {
                prop_assert!(step.value.is_finite() && step.value >= 0.0, "{step:?}");
            }
        }
    }
}
