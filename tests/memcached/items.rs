//! What the server answers, said to a conversation: no sockets, and a clock that stands still.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lsm::{Db, ManualClock};
use vfs::SimFs;

use crate::conversation::{Conversation, Progress};
use crate::protocol::Answer;
use crate::store::Store;

/// A store on a disk in memory, and its clock. It is some moment in 2001.
pub fn store() -> (Store, ManualClock) {
    store_with(4 << 20)
}

/// The same, with a memtable of so many bytes: a smaller one is made faster.
pub fn store_with(memtable: usize) -> (Store, ManualClock) {
    let clock = ManualClock::new(1_000_000_000_000);
    let options = lsm::Options::new()
        .threads(0)
        .memtable_size(memtable)
        .clock(clock.clone());
    let db = Db::open_in(Arc::new(SimFs::new(1)), Path::new("/items"), options).unwrap();
    (Store::new(db, Arc::new(clock.clone())), clock)
}

/// What is answered to `requests`.
pub fn ask(store: &Store, requests: &[u8]) -> String {
    let mut out = Vec::new();
    Conversation::new(store).hear(requests, &mut out).unwrap();
    String::from_utf8_lossy(&out).into_owned()
}

/// Asserts, for each pair of requests and answers, that the server says so.
fn dialogue(store: &Store, turns: &[(&str, &str)]) {
    for (requests, answers) in turns {
        let requests = requests.replace('\n', "\r\n");
        let answers = answers.replace('\n', "\r\n");
        assert_eq!(ask(store, requests.as_bytes()), answers, "to {requests:?}");
    }
}

#[test]
fn what_was_set_is_got_with_its_flags_and_deleted_once() {
    let (store, _) = store();
    dialogue(
        &store,
        &[
            ("get a\n", "END\n"),
            ("set a 7 0 3\none\n", "STORED\n"),
            ("set b 4294967295 0 0\n\n", "STORED\n"),
            (
                "get a nothing b\n",
                "VALUE a 7 3\none\nVALUE b 4294967295 0\n\nEND\n",
            ),
            ("delete a\ndelete a\nget a\n", "DELETED\nNOT_FOUND\nEND\n"),
        ],
    );
}

#[test]
fn conditions_decide_whether_something_is_stored() {
    let (store, _) = store();
    dialogue(
        &store,
        &[
            ("replace a 0 0 1\nx\n", "NOT_STORED\n"),
            ("append a 0 0 1\nx\n", "NOT_STORED\n"),
            ("prepend a 0 0 1\nx\n", "NOT_STORED\n"),
            ("cas a 0 0 1 5\nx\n", "NOT_FOUND\n"),
            ("add a 1 0 1\nb\n", "STORED\n"),
            ("add a 1 0 1\nc\n", "NOT_STORED\n"),
            ("append a 9 9 1\nc\n", "STORED\n"),
            ("prepend a 9 9 1\na\n", "STORED\n"),
            ("get a\n", "VALUE a 1 3\nabc\nEND\n"),
            ("replace a 2 0 3\nnew\n", "STORED\n"),
            ("get a\n", "VALUE a 2 3\nnew\nEND\n"),
        ],
    );
}

#[test]
fn cas_stores_only_what_nobody_has_changed() {
    let (store, _) = store();
    ask(&store, b"set a 0 0 1\r\n1\r\n");
    let unique = |answer: String| -> u64 {
        let line = answer.lines().next().unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let first = unique(ask(&store, b"gets a\r\n"));
    ask(&store, b"incr a 1\r\n");
    let second = unique(ask(&store, b"gets a\r\n"));
    let cas = |unique| ask(&store, format!("cas a 0 0 1 {unique}\r\n9\r\n").as_bytes());
    assert_eq!(cas(first), "EXISTS\r\n");
    assert_eq!(cas(second), "STORED\r\n");
    assert_eq!(cas(second), "EXISTS\r\n");
}

#[test]
fn incr_wraps_and_decr_stops_at_zero() {
    let (store, _) = store();
    dialogue(
        &store,
        &[
            ("incr n 1\n", "NOT_FOUND\n"),
            ("set n 3 0 2\n10\n", "STORED\n"),
            ("incr n 5\n", "15\n"),
            ("decr n 20\n", "0\n"),
            ("incr n 18446744073709551615\n", "18446744073709551615\n"),
            ("incr n 2\n", "1\n"),
            ("get n\n", "VALUE n 3 1\n1\nEND\n"),
            (
                "incr n -1\nincr n 18446744073709551616\n",
                "CLIENT_ERROR invalid numeric delta argument\n\
                 CLIENT_ERROR invalid numeric delta argument\n",
            ),
            ("set n 0 0 2\n1x\n", "STORED\n"),
            (
                "incr n 1\n",
                "CLIENT_ERROR cannot increment or decrement non-numeric value\n",
            ),
        ],
    );
}

#[test]
fn items_expire_by_relative_and_absolute_time() {
    let (store, clock) = store();
    dialogue(
        &store,
        &[
            // 30 days are relative, a second more is 1970.
            ("set a 0 2592000 1\na\n", "STORED\n"),
            ("set b 0 2592001 1\nb\n", "STORED\n"),
            ("set c 0 1000000010 1\nc\n", "STORED\n"),
            ("set d 0 -1 1\nd\n", "STORED\n"),
            ("set n 0 10 1\n1\n", "STORED\n"),
            ("get b d\n", "END\n"),
        ],
    );
    clock.advance(Duration::from_secs(9));
    dialogue(
        &store,
        &[
            ("get a c\n", "VALUE a 0 1\na\nVALUE c 0 1\nc\nEND\n"),
            // These keep the expiry.
            ("incr n 1\n", "2\n"),
            ("append n 0 0 1\n0\n", "STORED\n"),
        ],
    );
    clock.advance(Duration::from_secs(1));
    dialogue(
        &store,
        &[
            ("get c n\n", "END\n"),
            ("incr n 1\n", "NOT_FOUND\n"),
            ("add n 0 0 1\n5\n", "STORED\n"),
        ],
    );
    clock.advance(Duration::from_secs(30 * 24 * 3600 - 10));
    dialogue(&store, &[("get a n\n", "VALUE n 0 1\n5\nEND\n")]);
}

#[test]
fn touch_gives_another_expiry_and_keeps_the_item() {
    let (store, clock) = store();
    dialogue(
        &store,
        &[
            ("touch a 10\n", "NOT_FOUND\n"),
            ("set a 4 10 1\na\n", "STORED\n"),
            ("touch a 20\n", "TOUCHED\n"),
        ],
    );
    clock.advance(Duration::from_secs(15));
    dialogue(
        &store,
        &[
            ("get a\n", "VALUE a 4 1\na\nEND\n"),
            ("touch a -1\n", "TOUCHED\n"),
            ("get a\n", "END\n"),
        ],
    );
}

#[test]
fn flush_all_deletes_what_is_there_when_its_moment_comes() {
    let (store, clock) = store();
    dialogue(
        &store,
        &[
            ("set a 0 0 1\na\n", "STORED\n"),
            ("flush_all\n", "OK\n"),
            ("get a\n", "END\n"),
            ("set a 0 0 1\nb\n", "STORED\n"),
            ("flush_all 10\n", "OK\n"),
            ("get a\n", "VALUE a 0 1\nb\nEND\n"),
        ],
    );
    clock.advance(Duration::from_secs(10));
    dialogue(
        &store,
        &[
            ("set c 0 0 1\nc\n", "STORED\n"),
            ("get a c\n", "VALUE c 0 1\nc\nEND\n"),
        ],
    );
}

#[test]
fn noreply_means_no_answer() {
    let (store, _) = store();
    dialogue(
        &store,
        &[
            ("set n 0 0 1 noreply\n1\n", ""),
            ("cas n 0 0 1 3 noreply\n1\n", ""),
            (
                "incr n 4 noreply\ndecr n 2 noreply\ntouch n 0 noreply\n",
                "",
            ),
            ("get n\n", "VALUE n 0 1\n3\nEND\n"),
            (
                "delete n noreply\nflush_all noreply\nverbosity 1 noreply\n",
                "",
            ),
            // A key may be called so.
            ("set noreply 0 0 1\nx\n", "STORED\n"),
            ("get noreply\n", "VALUE noreply 0 1\nx\nEND\n"),
            ("delete noreply\n", "DELETED\n"),
        ],
    );
}

#[test]
fn mistakes_are_answered_and_the_conversation_goes_on() {
    let (store, _) = store();
    let long = "k".repeat(251);
    let format = "CLIENT_ERROR bad command line format\n";
    dialogue(
        &store,
        &[
            ("\n", "ERROR\n"),
            ("get\n", "ERROR\n"),
            ("GET a\n", "ERROR\n"),
            ("incr a\n", "ERROR\n"),
            (&format!("get a {long}\n"), format),
            (&format!("set {long} 0 0 3\nget\n"), format),
            ("get a\tb\n", format),
            ("set a\u{7f}b 0 0 6\nquit\n\n", format),
            ("set a -1 0 1\nx\n", format),
            ("set a 0 soon 1\nx\n", format),
            ("set a 0 0 1 please\nx\n", format),
            ("cas a 0 0 1 -1\nx\n", format),
            ("touch a soon\n", "CLIENT_ERROR invalid exptime argument\n"),
            ("set a 0 0 2\nabc\n", "CLIENT_ERROR bad data chunk\nERROR\n"),
            ("get a\n", "END\n"),
            (
                "version\n",
                &format!("VERSION {}\n", env!("CARGO_PKG_VERSION")),
            ),
        ],
    );
}

#[test]
fn a_data_block_of_unknown_length_ends_the_conversation() {
    let (store, _) = store();
    ask(&store, b"set victim 0 0 1\r\nx\r\n");
    for line in [
        "set a 0 0 -1",
        "set a 0 0",
        "set a 0 0 99999999999",
        "cas a 0 0 x 1",
    ] {
        let mut out = Vec::new();
        let requests = format!("{line}\r\ndelete victim\r\n");
        let progress = Conversation::new(&store).hear(requests.as_bytes(), &mut out);
        assert_eq!(progress.unwrap(), Progress::Over, "{line}");
        assert_eq!(out, b"CLIENT_ERROR bad command line format\r\n");
    }
    assert_eq!(
        ask(&store, b"get victim\r\n"),
        "VALUE victim 0 1\r\nx\r\nEND\r\n"
    );
}

#[test]
fn a_line_without_end_ends_the_conversation() {
    let (store, _) = store();
    let mut conversation = Conversation::new(&store);
    let mut out = Vec::new();
    let mut heard = 0;
    while conversation.hear(&[b'x'; 1000], &mut out).unwrap() != Progress::Over {
        heard += 1000;
        assert!(heard < 100_000);
    }
    assert_eq!(out, b"CLIENT_ERROR line too long\r\n");
}

#[test]
fn a_mebibyte_is_stored_and_what_is_larger_is_refused() {
    let (store, _) = store();
    let request = |name: &str, len: usize| {
        let line = format!("{name} large 0 0 {len}\r\n").into_bytes();
        [line, vec![b'v'; len], b"\r\n".to_vec()].concat()
    };
    let too_large = "SERVER_ERROR object too large for cache\r\n";
    assert_eq!(ask(&store, &request("set", 1 << 20)), "STORED\r\n");
    assert_eq!(ask(&store, &request("append", 1)), too_large);
    assert_eq!(ask(&store, &request("set", (1 << 20) + 1)), too_large);
    // Before any of it has come.
    assert_eq!(ask(&store, b"set large 0 0 1048577\r\n"), too_large);
    let value = ask(&store, b"get large\r\n");
    assert!(value.starts_with("VALUE large 0 1048576\r\nvvvv"));
}

#[test]
fn nobody_writes_a_key_between_reading_and_writing_it() {
    let (store, _) = store();
    for other in [
        "incr n 10\r\n",
        "append n 0 0 1\r\n0\r\n",
        "set n 0 0 1\r\n5\r\n",
    ] {
        ask(&store, b"set n 0 0 1\r\n1\r\n");
        let (done, is_done) = std::sync::mpsc::channel();
        let store = &store;
        std::thread::scope(|scope| {
            let counted = store.count(b"n", |count| {
                scope.spawn(move || done.send(ask(store, other.as_bytes())));
                // It waits for us; or else it has the time to come in between.
                assert!(is_done.recv_timeout(Duration::from_millis(200)).is_err());
                count + 1
            });
            assert_eq!(counted.unwrap(), Answer::Number(2));
        });
        let expected = match &other[..3] {
            "inc" => "VALUE n 0 2\r\n12\r\nEND\r\n",
            "app" => "VALUE n 0 2\r\n20\r\nEND\r\n",
            _ => "VALUE n 0 1\r\n5\r\nEND\r\n",
        };
        assert_eq!(ask(store, b"get n\r\n"), expected);
    }
}

#[test]
fn increments_by_many_clients_all_count() {
    let (store, _) = store();
    ask(&store, b"set n 0 0 1\r\n0\r\n");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..250).for_each(|_| drop(ask(&store, b"incr n 1\r\n"))));
        }
    });
    assert_eq!(ask(&store, b"get n\r\n"), "VALUE n 0 4\r\n1000\r\nEND\r\n");
}
