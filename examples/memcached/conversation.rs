//! One client's conversation: bytes in, answers out, without a socket.
//!
//! However the network cuts the bytes, the answers are the same. What has arrived and cannot be
//! answered yet is kept: at most a line and a data block, [`MAX_LINE`] and [`MAX_VALUE`] bytes.
//!
//! [`MAX_LINE`]: crate::protocol::MAX_LINE
//! [`MAX_VALUE`]: crate::protocol::MAX_VALUE

use std::io::{self, Write};
use std::sync::atomic::Ordering::Relaxed;

use crate::protocol::{Answer, Command, Request, Step, parse, write_value};
use crate::store::Store;

/// Capacity that an empty buffer may keep.
const KEPT: usize = 64 << 10;

/// A conversation with one client.
pub struct Conversation<'a> {
    store: &'a Store,
    input: Vec<u8>,
    /// Bytes that are to be passed over when they arrive.
    skip: u64,
}

/// Whether the conversation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was complete: more bytes must come.
    Waiting,
    /// Something was answered.
    Answered,
    /// It is over: hang up.
    Over,
}

impl<'a> Conversation<'a> {
    pub fn new(store: &'a Store) -> Self {
        Conversation {
            store,
            input: Vec::new(),
            skip: 0,
        }
    }

    // ANCHOR: hear
    /// Takes bytes that have arrived, and writes the answers to all requests that are complete.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn hear(&mut self, bytes: &[u8], out: &mut impl Write) -> io::Result<Progress> {
        let skip = self.skip.min(bytes.len() as u64);
        self.skip -= skip;
        self.input.extend_from_slice(&bytes[skip as usize..]);
        let (mut start, mut progress) = (0, Progress::Waiting);
        while progress != Progress::Over {
            let len = match parse(&self.input[start..]) {
                Step::Incomplete => break,
                Step::Request(request, len) => {
                    progress = answer(self.store, &request, out)?;
                    len as u64
                }
                Step::Refused {
                    answer,
                    noreply,
                    len,
                } => {
                    progress = say(out, &answer, noreply)?;
                    len
                }
                Step::Hopeless(answer) => {
                    say(out, &answer, false)?;
                    progress = Progress::Over;
                    break;
                }
            };
            let there = len.min((self.input.len() - start) as u64);
            self.skip = len - there;
            start += there as usize;
        }
        self.forget(start);
        Ok(progress)
    }
    // ANCHOR_END: hear

    /// Forgets the first `len` bytes of the input.
    fn forget(&mut self, len: usize) {
        self.input.drain(..len);
        if self.input.is_empty() {
            self.input.shrink_to(KEPT);
        }
    }
}

fn say(out: &mut impl Write, answer: &Answer, noreply: bool) -> io::Result<Progress> {
    if !noreply {
        write!(out, "{answer}\r\n")?;
    }
    Ok(Progress::Answered)
}

fn answer(store: &Store, request: &Request<'_>, out: &mut impl Write) -> io::Result<Progress> {
    let result = match &request.command {
        Command::Get { keys, unique } => return get(store, keys, *unique, out),
        Command::Stats => return stats(store, out),
        Command::Quit => return Ok(Progress::Over),
        Command::Version => Ok(Answer::Version(env!("CARGO_PKG_VERSION"))),
        Command::Verbosity => Ok(Answer::Ok),
        Command::Store {
            how,
            key,
            flags,
            exptime,
            value,
        } => store.store(*how, key, *flags, *exptime, value),
        Command::Delete { key } => store.delete(key),
        Command::Add { key, delta } => store.count(key, |count| count.wrapping_add(*delta)),
        Command::Subtract { key, delta } => store.count(key, |count| count.saturating_sub(*delta)),
        Command::Touch { key, exptime } => store.touch(key, *exptime),
        Command::FlushAll { delay } => store.flush_all(*delay),
    };
    let answer = result.unwrap_or_else(|error| Answer::ServerError(error.to_string()));
    say(out, &answer, request.noreply)
}

/// Items go out one by one: a request for many large ones takes no more memory than one for one.
fn get(store: &Store, keys: &[&[u8]], unique: bool, out: &mut impl Write) -> io::Result<Progress> {
    for key in keys {
        match store.get(key) {
            Ok(Some(item)) => {
                let unique = unique.then_some(item.unique);
                write_value(out, key, item.flags, item.value(), unique)?;
            }
            Ok(None) => {}
            Err(error) => return say(out, &Answer::ServerError(error.to_string()), false),
        }
    }
    out.write_all(b"END\r\n")?;
    Ok(Progress::Answered)
}

fn stats(store: &Store, out: &mut impl Write) -> io::Result<Progress> {
    let counts = &store.counts;
    let (gets, hits) = (counts.gets.load(Relaxed), counts.hits.load(Relaxed));
    let engine = store.db().stats();
    let tables: usize = engine.levels.iter().map(|level| level.tables).sum();
    let bytes: u64 = engine.levels.iter().map(|level| level.bytes).sum();
    let mut stat = |name: &str, value: &dyn std::fmt::Display| {
        write!(out, "STAT {name} {value}\r\n") // a name and one word
    };
    stat("pid", &std::process::id())?;
    stat("time", &(store.now_ms() / 1000))?;
    stat("version", &env!("CARGO_PKG_VERSION"))?;
    stat("cmd_get", &gets)?;
    stat("get_hits", &hits)?;
    stat("get_misses", &gets.saturating_sub(hits))?;
    stat("cmd_set", &counts.sets.load(Relaxed))?;
    stat("tables", &tables)?;
    stat("table_bytes", &bytes)?;
    stat(
        "write_amplification",
        &format_args!("{:.2}", engine.write_amplification()),
    )?;
    out.write_all(b"END\r\n")?;
    Ok(Progress::Answered)
}
