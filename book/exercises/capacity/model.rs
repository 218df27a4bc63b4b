// A service for photos, as its founders describe it:
//
// "Fifty million people come on a day. Each of them looks at eighty photos and puts up one, and
// writes three comments. A photo is 1.5 MB with its smaller versions; about it we keep 1 KB: who,
// when, where. Comments are 300 B. In the evening it is twice as busy as on average. One server
// answers 3000 requests a second, we use them to a half, and they are in three zones of which one
// may fail. Everything is kept, twice the text, and 1.4 bytes for each byte of a photo. We look
// three years ahead."
//
// Name the objects `photo` and `comment`, and the picture itself `image`.

/// The model.
pub const MODEL: &str = r#"
title = "Photos"
"#;
