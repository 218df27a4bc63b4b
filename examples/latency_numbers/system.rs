//! What goes through the operating system, but to no device: a call, a switch between threads, a
//! new thread, a round trip over the loopback interface.

use std::hint::black_box;
use std::io::{self, PipeReader, PipeWriter, Read, Write, pipe};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use crate::error::LatencyError;
use crate::times::{Measured, Plan};

/// Bytes of a message over the loopback interface.
const MESSAGE: usize = 64;

const NOT_PINNED: &str = "the threads could not be kept on one processor: this may be the time to \
                          wake another one";

/// The time of the shortest system call that does something: asking for the parent process's id,
/// which no library remembers, and which the system cannot answer without being entered.
///
/// # Errors
///
/// [`LatencyError::TooLong`].
pub fn call(quick: bool) -> Result<Measured, LatencyError> {
    Plan::new(2_000, 200, quick).time_sure(|| {
        black_box(rustix::process::getppid());
    })
}

/// The time from one thread to another on one processor: half of a byte's way there and back again
/// through two pipes. It holds the switch and the two calls that bring it about, a write and a read.
///
/// On two processors it would be something else: the one that sleeps must be woken by an interrupt.
/// So both threads are pinned to one, and a note says so if that was refused.
///
/// # Errors
///
/// [`LatencyError::System`] if there are no pipes, [`LatencyError::Partner`].
// ANCHOR: switch
pub fn switch(quick: bool) -> Result<Measured, LatencyError> {
    let (mut theirs, mut to_them) = pipe().map_err(LatencyError::system("making a pipe"))?;
    let (mut ours, mut to_us) = pipe().map_err(LatencyError::system("making a pipe"))?;
    thread::scope(|scope| {
        scope.spawn(move || {
            pin_to_one_processor();
            // Until the other thread has dropped its end of the pipe.
            while pass_on(&mut theirs, &mut to_us).is_ok() {}
        });
        // Not on this thread, which would stay pinned.
        let other = scope.spawn(move || {
            let pinned = pin_to_one_processor();
            let measured = Plan::new(20_000, 2, quick).collect(|| {
                let start = Instant::now();
                let sent = to_them.write_all(&[1]);
                let back = sent.and_then(|()| ours.read_exact(&mut [0]));
                back.map_err(LatencyError::system("passing a byte between threads"))?;
                Ok(start.elapsed())
            })?;
            let note = (!pinned).then(|| NOT_PINNED.to_owned());
            Ok(Measured { note, ..measured })
        });
        other.join().map_err(|_| LatencyError::Partner)?
    })
}
// ANCHOR_END: switch

/// Takes a byte from one pipe and puts it into the other.
fn pass_on(from: &mut PipeReader, to: &mut PipeWriter) -> io::Result<()> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    to.write_all(&byte)
}

/// Keeps this thread on the first processor that it may use; false if the system does not do that.
#[cfg(target_os = "linux")]
fn pin_to_one_processor() -> bool {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let Ok(allowed) = sched_getaffinity(None) else {
        return false;
    };
    let first = (0..CpuSet::MAX_CPU).find(|processor| allowed.is_set(*processor));
    first.is_some_and(|processor| {
        let mut one = CpuSet::new();
        one.set(processor);
        sched_setaffinity(None, &one).is_ok()
    })
}

#[cfg(not(target_os = "linux"))]
fn pin_to_one_processor() -> bool {
    false
}

/// The time to start a thread that does nothing, and to wait for its end.
///
/// # Errors
///
/// [`LatencyError::System`] if there can be no more threads.
pub fn spawn(quick: bool) -> Result<Measured, LatencyError> {
    Plan::new(5_000, 1, quick).time(|| {
        let started = thread::Builder::new().spawn(|| {});
        let thread = started.map_err(LatencyError::system("starting a thread"))?;
        thread.join().map_err(|_| LatencyError::Partner)
    })
}

/// The time from when 64 bytes are sent to a thread of this process, over TCP and the loopback
/// interface, until they are back. Nagle's algorithm is off. The system does all that it would do
/// for a real network, except to wait for one.
///
/// # Errors
///
/// [`LatencyError::System`] if there is no loopback interface.
pub fn loopback(quick: bool) -> Result<Measured, LatencyError> {
    let doing = || LatencyError::system("a round trip over the loopback interface");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(doing())?;
    let address = listener.local_addr().map_err(doing())?;
    let mut stream = TcpStream::connect(address).map_err(doing())?;
    let (partner, _) = listener.accept().map_err(doing())?;
    stream.set_nodelay(true).map_err(doing())?;
    partner.set_nodelay(true).map_err(doing())?;
    thread::scope(|scope| {
        // Until this side closes the connection.
        scope.spawn(move || echo(partner));
        let mut message = [7; MESSAGE];
        let times = Plan::new(20_000, 1, quick).time(|| {
            let sent = stream.write_all(&message);
            let back = sent.and_then(|()| stream.read_exact(&mut message));
            back.map_err(doing())
        });
        drop(stream);
        times
    })
}

/// Sends back what comes.
fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut message = [0; MESSAGE];
    loop {
        stream.read_exact(&mut message)?;
        stream.write_all(&message)?;
    }
}
