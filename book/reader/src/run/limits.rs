//! Runs a program for so long and no longer, and leaves nothing of it behind.

use std::io;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::time::timeout;

/// How a program came to its end. The output is what it wrote to standard output, then to standard error.
pub enum Ended {
    /// By itself.
    Itself {
        /// Whether it said that all is well.
        success: bool,
        /// What it printed.
        output: String,
    },
    /// It was killed for the time that it took.
    TookTooLong {
        /// What it had printed.
        output: String,
    },
    /// It was killed for what it printed.
    PrintedTooMuch {
        /// The first part of it.
        output: String,
    },
}

/// A process group that does not outlive this value.
struct Group(Pid);

impl Drop for Group {
    fn drop(&mut self) {
        // An error means that nobody is left, which is what we want.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}

// ANCHOR: run_limited
/// Runs `command`, which must be set to lead a process group, until it ends, `time` is over, or it has printed more than
/// `most` bytes to either output. Then its whole group is gone, and also if this future is dropped.
///
/// # Errors
///
/// When the program cannot be started.
pub async fn run_limited(mut command: Command, time: Duration, most: usize) -> io::Result<Ended> {
    let mut child = command.spawn()?;
    let group = child
        .id()
        .and_then(|id| Pid::from_raw(id as i32))
        .map(Group);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let outcome = {
        let read_out = read(child.stdout.take(), &mut stdout, most);
        let read_err = read(child.stderr.take(), &mut stderr, most);
        // The outputs stay open for as long as anybody in the group holds them, so the child's own end decides, and what it
        // printed before is read after it.
        let work = async {
            tokio::pin!(read_out, read_err);
            let mut ended = None;
            let (mut out_done, mut err_done) = (false, false);
            while !(out_done && err_done) {
                tokio::select! {
                    full = &mut read_out, if !out_done => { out_done = true; if full { return None } }
                    full = &mut read_err, if !err_done => { err_done = true; if full { return None } }
                    status = child.wait(), if ended.is_none() => { ended = Some(status); drop_group(&group) }
                }
            }
            Some(match ended {
                Some(status) => status,
                None => child.wait().await,
            })
        };
        timeout(time, work).await
    };
    drop(group);
    let output = text(stdout, stderr, most);
    match outcome {
        Err(_) => Ok(Ended::TookTooLong { output }),
        Ok(None) => Ok(Ended::PrintedTooMuch { output }),
        Ok(Some(status)) => Ok(Ended::Itself {
            success: status?.success(),
            output,
        }),
    }
}
// ANCHOR_END: run_limited

/// Kills the children that a program has left behind: they hold its outputs open.
fn drop_group(group: &Option<Group>) {
    if let Some(Group(leader)) = group {
        let _ = kill_process_group(*leader, Signal::KILL);
    }
}

/// Reads until the end, or until there is more than `most` bytes; returns whether there was.
async fn read(from: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>, most: usize) -> bool {
    let Some(from) = from else { return false };
    let read = from.take(most as u64 + 1).read_to_end(into).await;
    read.is_ok() && into.len() > most
}

fn text(mut stdout: Vec<u8>, mut stderr: Vec<u8>, most: usize) -> String {
    stdout.truncate(most);
    stderr.truncate(most);
    let (out, err) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    let between = if out.is_empty() || out.ends_with('\n') || err.is_empty() {
        ""
    } else {
        "\n"
    };
    format!("{out}{between}{err}")
}
