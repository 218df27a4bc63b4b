//! What has left its process group.
//!
//! To kill a group is to kill everybody in it at once, but a process may leave: `setsid` and
//! `daemon` exist for that. So each snippet gets a folder for temporary files that no other snippet
//! has, and its path is the mark: a process inherits the environment of the one that started it,
//! and the system shows the environment of each.
//!
//! A snippet that means harm can clean the environment of what it starts, so this is for daemons,
//! not for enemies; for those, see [`crate::serve`]. Only Linux shows environments as files;
//! elsewhere, what has left the group stays.

use std::path::Path;

#[cfg(target_os = "linux")]
pub use linux::kill;

/// Does nothing, since this system does not show environments as files.
#[cfg(not(target_os = "linux"))]
pub fn kill(_folder: &Path) {}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::os::unix::ffi::OsStrExt;

    use rustix::process::{Pid, Signal, kill_process};

    use super::Path;

    /// How often to look again: what is killed in one round may have started another process just
    /// before.
    const ROUNDS: usize = 20;

    /// Kills every process whose folder for temporary files is `folder`.
    pub fn kill(folder: &Path) {
        let mark = [b"TMPDIR=", folder.as_os_str().as_bytes()].concat();
        for _ in 0..ROUNDS {
            let marked = marked(&mark);
            if marked.is_empty() {
                return;
            }
            for process in marked {
                // An error means that it is gone already.
                let _ = kill_process(process, Signal::KILL);
            }
        }
    }

    /// All processes with `mark` as a variable in their environment. One that has ended has no
    /// environment any more.
    fn marked(mark: &[u8]) -> Vec<Pid> {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let marked = ids.filter(|id| {
            fs::read(format!("/proc/{id}/environ"))
                .is_ok_and(|variables| variables.split(|&byte| byte == 0).any(|one| one == mark))
        });
        marked.filter_map(Pid::from_raw).collect()
    }
}
