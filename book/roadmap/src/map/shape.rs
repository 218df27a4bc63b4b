//! The outlines of boxes, and the lines between phases, as paths of SVG.

use super::route::Place;

/// A box with round corners, or with cut ones.
pub fn outline(place: Place, cut: bool, corner: i32) -> String {
    let Place {
        x,
        y,
        width,
        height,
    } = place;
    let (across, down) = (width - 2 * corner, height - 2 * corner);
    let start = format!("M{} {y}h{across}", x + corner);
    let c = corner;
    if cut {
        format!("{start}l{c} {c}v{down}l-{c} {c}h-{across}l-{c} -{c}v-{down}z")
    } else {
        format!(
            "{start}q{c} 0 {c} {c}v{down}q0 {c} -{c} {c}h-{across}q-{c} 0 -{c} -{c}v-{down}q0 -{c} {c} -{c}z"
        )
    }
}

/// From a box of an earlier phase to a box of this one.
pub fn across(from: Place, to: Place) -> String {
    let (x, y) = (from.x + from.width / 2, from.y + from.height);
    let (to_x, to_y) = (to.x + 14, to.y);
    let bend = (to_y - y) / 2;
    format!(
        "M{x} {y}C{x} {} {to_x} {} {to_x} {to_y}",
        y + bend.min(60),
        to_y - bend.min(60)
    )
}
