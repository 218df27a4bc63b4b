//! Runs a program for so long and no longer, and leaves nothing of it behind.

use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::time::timeout;

use super::strays;

/// How soon to look again for what holds an ended program's outputs open.
const AGAIN: Duration = Duration::from_millis(20);

/// How a program came to its end. The output is what it wrote to standard output, then to standard
/// error.
pub enum Ended {
    /// By itself.
    Itself {
        /// What it said of itself, or the signal that ended it.
        status: ExitStatus,
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

/// A process group, and whatever has left it, that does not outlive this value.
struct Group<'a> {
    leader: Pid,
    /// The folder for temporary files by which those that have left are known.
    folder: Option<&'a Path>,
}

impl Group<'_> {
    fn kill(&self) {
        // An error means that nobody is left, which is what we want.
        let _ = kill_process_group(self.leader, Signal::KILL);
        if let Some(folder) = self.folder {
            strays::kill(folder);
        }
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        self.kill();
    }
}

// ANCHOR: run_limited
/// Runs `command`, which must be set to lead a process group, until it ends, `time` is over, or it
/// has printed more than `most` bytes to either output. Then its whole group is gone, and also if
/// this future is dropped; and with it what has left the group but still has `folder` for its
/// temporary files.
///
/// # Errors
///
/// When the program cannot be started.
pub async fn run_limited(
    mut command: Command,
    folder: Option<&Path>,
    time: Duration,
    most: usize,
) -> io::Result<Ended> {
    let mut child = command.spawn()?;
    let leader = child.id().and_then(|id| Pid::from_raw(id as i32));
    let group = leader.map(|leader| Group { leader, folder });
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let outcome = {
        let read_out = read(child.stdout.take(), &mut stdout, most);
        let read_err = read(child.stderr.take(), &mut stderr, most);
        // The outputs stay open for as long as anybody holds them. So the child's own end decides:
        // it ends all that it left behind, then what was printed before is read to its end.
        let work = async {
            tokio::pin!(read_out, read_err);
            let mut ended = None;
            let mut again = tokio::time::interval(AGAIN);
            let (mut out_done, mut err_done) = (false, false);
            while !(out_done && err_done) {
                tokio::select! {
                    full = &mut read_out, if !out_done => { out_done = true; if full { return None } }
                    full = &mut read_err, if !err_done => { err_done = true; if full { return None } }
                    status = child.wait(), if ended.is_none() => {
                        ended = Some(status);
                        group.as_ref().inspect(|group| group.kill());
                    }
                    // Whoever holds an output open escaped: the system shows no environment while a
                    // process becomes another program.
                    _ = again.tick(), if ended.is_some() => { group.as_ref().inspect(|group| group.kill()); }
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
            status: status?,
            output,
        }),
    }
}
// ANCHOR_END: run_limited

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
