//! The pictures show what the chapter says they do.

use std::num::NonZeroU32;

use rate_limiter::Quota;
use rate_limiter::draw::{Chart, Lane, bursts, edge};

fn ten() -> Quota {
    Quota::per_second(NonZeroU32::new(10).unwrap())
}

fn lane<'a>(chart: &'a Chart, label: &str) -> &'a Lane {
    chart
        .lanes()
        .iter()
        .find(|lane| lane.label == label)
        .unwrap()
}

#[test]
fn the_edge_shows_twice_the_limit_within_a_fifth_of_a_second() {
    let chart = Chart::of_edge(ten(), &edge()).unwrap();
    assert_eq!(lane(&chart, "fixed window").admitted(), 20);
    assert_eq!(lane(&chart, "sliding log").admitted(), 10);
}

#[test]
fn all_algorithms_are_drawn_and_differ() {
    let chart = Chart::of_all(ten(), &bursts()).unwrap();
    assert_eq!(chart.lanes().len(), 6);
    let fixed = lane(&chart, "fixed window").admitted();
    assert!(fixed > lane(&chart, "sliding log").admitted());
    let lanes = chart.lanes();
    for (index, lane) in lanes.iter().enumerate() {
        let twin = lanes[..index]
            .iter()
            .find(|other| other.ticks == lane.ticks);
        assert_eq!(twin, None, "{}", lane.label);
    }
    let queue = &lane(&chart, "leaky queue").ticks;
    let mut left: Vec<_> = queue
        .iter()
        .filter(|tick| tick.1)
        .map(|tick| tick.0)
        .collect();
    left.sort();
    assert!(
        left.windows(2)
            .all(|pair| pair[1] - pair[0] >= ten().interval())
    );
}

#[test]
fn an_svg_is_one_block_of_html() {
    let svg = Chart::of_all(ten(), &bursts()).unwrap().to_svg();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    assert!(!svg.contains("\n\n"), "Markdown would end the block here");
    let empty = Chart::of_all(ten(), &[]).unwrap().to_svg();
    assert!(empty.ends_with("</svg>\n"));
}
