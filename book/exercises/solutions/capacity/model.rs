/// The model.
///
/// An image is something that every photo carries: what is kept about it, and copied twice, is
/// another matter.
pub const MODEL: &str = r#"
title = "Photos"
horizon = "3 years"

[users]
daily = "50 M"
peak = "2x"

[objects.photo]
reads = "80/day"
writes = "1/day"
size = "1 KB"

[objects.photo.with.image]
share = "100 %"
size = "1.5 MB"
copies = "1.4x"

[objects.comment]
writes = "3/day"
size = "300 B"

[servers]
handles = "3 k/s"
utilisation = "50 %"
zones = 3

[storage]
copies = "2x"
"#;
