//! Pictures: what is in them.

use wrr_lb::{Cycle, Ring, draw};

#[test]
fn a_ring_has_an_arc_and_a_tick_for_each_point_and_shares_of_all() {
    let ring = Ring::new(&[("a", 1), ("b <&>", 1)], 5).unwrap();
    let svg = draw::ring("Two & more", &ring, &["a", "b <&>"]);
    // And a square for each in the legend.
    assert_eq!(svg.matches("<path").count(), 10 + 10 + 2);
    assert!(svg.contains("<title>Two &amp; more</title>") && svg.contains("b &lt;&amp;&gt;"));
    let percent = |text: &str| text.rsplit(' ').next()?.parse::<f64>().ok();
    let shares: f64 = svg.split(" %</text>").filter_map(percent).sum();
    assert!((shares - 100.0).abs() < 0.11, "{shares}");
    assert!(!svg.contains("\n\n"));
}

#[test]
fn strips_have_the_picks_in_order() {
    let mut strips = draw::Strips::new("Weights 5, 1, 1");
    for cycle in [Cycle::smooth(&[5, 1, 1]), Cycle::interleaved(&[5, 1, 1])] {
        strips.add("picks", cycle.picks().iter().map(|&pick| pick as usize));
    }
    let svg = strips.to_svg();
    let letters = svg.split("\"middle\">").skip(1).map(|rest| &rest[..1]);
    assert_eq!(letters.collect::<String>(), "aabacaaaaaaabc");
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let ring = Ring::new(&[], 5).unwrap();
    assert_eq!(draw::ring("", &ring, &[]).matches("<path").count(), 0);
    assert!(draw::Strips::new("").to_svg().ends_with("</svg>\n"));
}
