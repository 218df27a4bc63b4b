//! How a program gets limits before it starts.
//!
//! Limits of memory are set by a process for itself and inherited by the program that it becomes.
//! Between `fork` and `exec` one may not run ordinary code, so this program calls *itself* first,
//! with the command `__limited`: that sets the limits, in ordinary code, and then becomes the
//! program.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use clap::Args;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::process::Command;

use super::Limits;

/// The command `__limited`.
#[derive(Args)]
pub struct Limited {
    /// Memory, in bytes.
    #[arg(long)]
    memory: u64,
    /// Processor time, in seconds.
    #[arg(long)]
    cpu: u64,
    /// What to become.
    program: PathBuf,
    /// Its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// How many times its memory a program may reserve as address space. A thread reserves 64 MB for
/// what it may allocate, and most of it is never used: if that counted as memory, a snippet could
/// not start twenty threads.
const RESERVED: u64 = 8;

/// The largest file that a program may write, in bytes.
const FILE: u64 = 1 << 30;

impl Limited {
    /// Sets the limits, and becomes the program. Returns only if that fails.
    pub fn become_program(self) -> io::Error {
        // The reader kills what it started; this is for when the reader itself is killed, and can
        // do nothing any more.
        #[cfg(target_os = "linux")]
        if let Err(error) =
            rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        {
            return error.into();
        }
        let limits = [
            (Resource::Data, self.memory),
            (Resource::As, self.memory.saturating_mul(RESERVED)),
            (Resource::Cpu, self.cpu),
            (Resource::Fsize, FILE),
            (Resource::Core, 0),
        ];
        for (resource, limit) in limits {
            if let Err(error) = setrlimit(
                resource,
                Rlimit {
                    current: Some(limit),
                    maximum: Some(limit),
                },
            ) {
                return error.into();
            }
        }
        std::process::Command::new(self.program)
            .args(self.arguments)
            .exec()
    }

    /// A command that runs `program` under limits, as the leader of a process group, with no input.
    /// The processor time is that of one process: a last resort for one that has left its group.
    pub fn command(memory: u64, time: Duration, program: &Path) -> io::Result<Command> {
        let mut command = Command::new(this_program()?);
        command.args(["__limited", "--memory", &memory.to_string()]);
        command
            .args(["--cpu", &(2 * time.as_secs() + 1).to_string(), "--"])
            .arg(program);
        command.process_group(0).kill_on_drop(true);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(command)
    }
}

/// This program's file; on Linux also when it was compiled anew since it was started, which leaves
/// it without a name.
fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}

/// The command that runs a snippet: limited, in a folder of its own, and with none of the reader's
/// environment, in which people keep keys.
pub fn command(program: &Path, folder: &Path, limits: &Limits) -> io::Result<Command> {
    let mut command = Limited::command(limits.memory, limits.run, program)?;
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .current_dir(folder);
    Ok(command)
}
