//! However the network cuts the bytes, the answers are the same; and whatever the bytes are, the
//! server goes on.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::conversation::{Conversation, Progress};
use crate::items::store_with;
use crate::protocol::{MAX_LINE, MAX_VALUE, Step, parse};

/// Requests, most of them sound.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let keys = || select(vec!["a", "b", "noreply", "a-longer-key"]);
    let noreply = || select(vec!["", " noreply"]);
    let value = prop_oneof![
        "[0-9]{1,3}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..40),
        Just(b"\r\nget a\r\n".to_vec()),
    ];
    let names = select(vec!["set", "add", "replace", "append", "prepend"]);
    prop_oneof![
        4 => (names, keys(), -1..100, value, noreply()).prop_map(|(name, key, time, value, end)| {
            let line = format!("{name} {key} 5 {time} {}{end}\r\n", value.len());
            [line.as_bytes(), &value, b"\r\n"].concat()
        }),
        2 => (keys(), keys()).prop_map(|(a, b)| format!("get {a} {b}\r\n").into_bytes()),
        2 => (keys(), 0..9, noreply()).prop_map(|(key, n, noreply)| {
            format!("incr {key} {n}{noreply}\r\ndecr {key} 3\n").into_bytes()
        }),
        1 => (keys(), noreply()).prop_map(|(k, n)| format!("delete {k}{n}\r\n").into_bytes()),
        1 => select(vec![
            "set a 0 0 1048577 noreply\r\n", // and passes over a megabyte: all that follows
            "set a 0 0 3\r\ntoo long\r\n",
            "set a x 0 3\r\nabc\r\n",
            "\r\n",
            "flush_all\n",
            "touch b 7\r\n",
            "bogus command\r\n",
            "cas a 0 0 1\r\n",
        ]).prop_map(|text| text.as_bytes().to_vec()),
    ]
}

/// All that a new server answers when the bytes arrive in these pieces, and whether it hung up.
fn answers<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<u8>, bool) {
    let (store, _) = store_with(64 << 10);
    let (mut conversation, mut out) = (Conversation::new(&store), Vec::new());
    for piece in pieces {
        if conversation.hear(piece, &mut out).unwrap() == Progress::Over {
            return (out, true);
        }
    }
    (out, false)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_answers_do_not_depend_on_where_the_bytes_are_cut(
        requests in vec(request(), 1..30),
        cuts in vec(any::<Index>(), 0..20),
    ) {
        let bytes = requests.concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let whole = answers([&bytes[..]].into_iter());
        prop_assert_eq!(&answers(cuts.windows(2).map(|ends| &bytes[ends[0]..ends[1]])), &whole);
        prop_assert_eq!(&answers(bytes.chunks(1)), &whole);
    }

    #[test]
    fn any_bytes_are_parsed_within_their_length(bytes in vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn any_words_are_parsed_within_their_length(
        words in vec(select(vec![
            "set", "cas", "get", "gets", "incr", "touch", "flush_all", "delete", "noreply",
            "a", "0", "1", "-1", "3", "1048576", "1048577", "4294967295",
            "99999999999999999999", "\r\n", "\n",
        ]), 0..20),
    ) {
        check(words.join(" ").as_bytes());
    }
}

/// What `parse` says of any bytes.
fn check(bytes: &[u8]) {
    match parse(bytes) {
        Step::Request(_, len) => assert!(len <= bytes.len()),
        Step::Incomplete => assert!(bytes.len() < MAX_LINE + MAX_VALUE + 2),
        Step::Refused { len, .. } => assert!(len > 0),
        Step::Hopeless(_) => {}
    }
}
