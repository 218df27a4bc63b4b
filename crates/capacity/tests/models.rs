//! The numbers that an engineer works out on the back of an envelope, and those of the models.

use capacity::{DAY, Format, Plan, Source, YEAR, changes, tornado};

fn source(model: &str) -> Source {
    Source::parse(model).unwrap()
}

fn twitter() -> Source {
    source(include_str!("../models/twitter.toml"))
}

fn plan(source: &Source) -> Plan {
    Plan::new(&source.model().unwrap()).unwrap()
}

fn assert_near(plan: &Plan, step: &str, expected: f64, within: f64) {
    let value = plan.step(step).unwrap_or_else(|| panic!("no {step}")).value;
    assert!(
        (value / expected - 1.0).abs() <= within,
        "{step} is {value}, not {expected}"
    );
}

#[test]
fn two_hundred_million_who_read_a_hundred_posts_and_write_two() {
    let plan = plan(&twitter());
    assert_near(&plan, "post reads", 231e3, 0.003);
    // 3 × 231 k by hand; unrounded it is 694 k.
    assert_near(&plan, "post reads at the peak", 693e3, 0.003);
    assert_near(&plan, "post writes", 4_630.0, 0.001);
    assert_near(&plan, "post data a day", 200e9, 1e-9);
    assert_near(&plan, "photo data a day", 16e12, 1e-9);
    assert_near(&plan, "post data kept", 365e12, 1e-9);
    assert_near(&plan, "photo data kept", 29e15, 0.01);
}

#[test]
fn what_is_shown_of_it() {
    let plan = plan(&twitter());
    for (step, shown) in [
        ("post reads", "231 k/s"),
        ("post reads at the peak", "694 k/s"),
        ("post writes", "4 630/s"),
        ("post data a day", "200 GB"),
        ("photo data a day", "16 TB"),
        ("post data kept", "365 TB"),
        ("photo data kept", "29.2 PB"),
        ("bandwidth out", "75 Gbit/s"),
    ] {
        assert_eq!(plan.step(step).unwrap().shown(), shown, "{step}");
    }
}

#[test]
fn a_shop_of_a_million_visitors_and_twenty_requests() {
    let plan = plan(&source(include_str!("../models/shop.toml")));
    assert_near(&plan, "requests", 20e6 / DAY, 1e-9);
    assert_near(&plan, "requests at the peak", 60e6 / DAY, 1e-9);
    // 694/s, of which 250 fit a server: three, half as many again for a zone that fails.
    assert_near(&plan, "servers", 6.0, 0.0);
}

#[test]
fn growth_multiplies_the_users_and_thins_the_past() {
    let mut source = source(include_str!("../models/shop.toml"));
    source.set("users.growth", "100%").unwrap();
    let plan = plan(&source);
    assert_near(&plan, "users", 32e6, 1e-9);
    // All days of five years, summed one by one: each writes 0.1 × 4 KB for each user of that day.
    let days = (0..(5.0 * YEAR / DAY) as u32).map(|day| 2_f64.powf((f64::from(day) + 0.5) / 365.0));
    let bytes: f64 = days.map(|growth| 1e6 * growth * 0.1 * 4e3).sum();
    assert_near(&plan, "order data kept", bytes, 1e-5);
}

#[test]
fn what_is_deleted_takes_no_room() {
    let plan = plan(&source(include_str!("../models/shop.toml")));
    assert_near(&plan, "basket data kept", 1e6 * 0.9 * 2e3 * 30.0, 1e-9);
    // Kept for ten years, of which five are planned.
    assert_near(&plan, "order data kept", 1e6 * 0.1 * 4e3 * 1825.0, 1e-9);
}

#[test]
fn one_zone_has_no_spare_and_two_lost_of_three_need_thrice_as_many() {
    let servers = |zones: &str, lost: Option<&str>| {
        let mut source = twitter();
        source.set("servers.zones", zones).unwrap();
        if let Some(lost) = lost {
            source.set("servers.zones_lost", lost).unwrap();
        }
        plan(&source).step("servers").unwrap().value
    };
    // 708 333 requests a second at 1200 a server.
    assert_eq!(servers("1", None), 591.0);
    assert_eq!(servers("3", None), 888.0);
    assert_eq!(servers("3", Some("2")), 3.0 * 591.0);
    assert_eq!(servers("3", Some("0")), 591.0);
}

#[test]
fn fan_out_multiplies_what_is_read_and_not_the_requests() {
    let mut source = twitter();
    let before = plan(&source);
    source.set("post.fan_out", "20").unwrap();
    let after = plan(&source);
    let value = |plan: &Plan, step: &str| plan.step(step).unwrap().value;
    assert_eq!(value(&before, "requests"), value(&after, "requests"));
    let ratio = value(&after, "bandwidth out") / value(&before, "bandwidth out");
    assert!((ratio - 20.0).abs() < 1e-9);
    assert!(value(&after, "store operations") > 5.0 * value(&before, "store operations"));
}

#[test]
fn the_fuller_of_bytes_and_work_decides_how_many_stores() {
    let mut source = twitter();
    let stores = |source: &Source| {
        let plan = plan(source);
        ["stores for the bytes", "stores for the work", "stores"]
            .map(|s| plan.step(s).unwrap().value)
    };
    let [bytes, work, all] = stores(&source);
    assert!(bytes > work && all == bytes);
    source.set("cache.hit", "0 %").unwrap();
    source.set("photo.share", "0 %").unwrap();
    source.set("storage.handles", "10 k/s").unwrap();
    let [bytes, work, all] = stores(&source);
    assert!(work > bytes && all == work);
}

#[test]
fn twice_the_photos_by_share_or_by_factor_is_the_same() {
    let (mut set, mut scaled) = (twitter(), twitter());
    set.set("posts.photo.share", "40%").unwrap();
    scaled.scale("photos", 2.0).unwrap();
    assert_eq!(plan(&set).steps(), plan(&scaled).steps());
    let changes = changes(&plan(&twitter()), &plan(&set));
    let kept = changes
        .iter()
        .find(|change| change.name == "photo data kept")
        .unwrap();
    assert_eq!(
        (kept.before.as_str(), kept.after.as_str()),
        ("29.2 PB", "58.4 PB")
    );
    assert!(changes.iter().all(|change| change.name != "post data kept"));
}

#[test]
fn the_tornado_begins_with_what_moves_the_cost_most() {
    let swings = tornado(&twitter(), "cost").unwrap();
    assert_eq!(swings[0].input, "users.daily");
    assert!((swings[0].doubled.unwrap() - 2.0).abs() < 0.01);
    assert!(
        swings
            .windows(2)
            .all(|pair| pair[0].width() >= pair[1].width())
    );
    let share = swings
        .iter()
        .find(|swing| swing.input == "photo.share")
        .unwrap();
    assert!(share.doubled.unwrap() > 1.6);
    let hit = swings
        .iter()
        .find(|swing| swing.input == "cache.hit")
        .unwrap();
    assert_eq!(hit.doubled, None, "180 % of the reads cannot hit");
}

#[test]
fn what_dominates_the_cost_adds_up_to_all_of_it() {
    let plan = plan(&twitter());
    let parts = plan.dearest();
    assert_eq!(parts[0].0, "storage");
    assert!((parts.iter().map(|part| part.1).sum::<f64>() - 1.0).abs() < 1e-12);
}

/// `UPDATE_GOLDEN=1` writes what is printed now.
#[test]
fn reports_are_printed_as_they_were() {
    for (name, model) in [
        ("twitter", include_str!("../models/twitter.toml")),
        ("shop", include_str!("../models/shop.toml")),
    ] {
        let source = source(model);
        let formats = [
            (Format::Text, "txt"),
            (Format::Markdown, "md"),
            (Format::Csv, "csv"),
            (Format::Json, "json"),
        ];
        for (format, extension) in formats {
            let printed = format.print(&plan(&source), &source.inputs());
            let path = format!(
                "{}/tests/golden/{name}.{extension}",
                env!("CARGO_MANIFEST_DIR")
            );
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                std::fs::write(&path, &printed).unwrap();
            }
            let golden = std::fs::read_to_string(&path).unwrap();
            assert_eq!(printed, golden, "{path}");
        }
    }
}
