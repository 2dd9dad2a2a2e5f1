//! What the event loops of client and mock need of a socket and that the standard library doesn't offer.

use mio::net::TcpStream;
use std::{io, time::Duration};

/// A timer that wakes a poll on time. Poll timeouts round up to whole milliseconds on Linux; this one doesn't.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(crate) struct Alarm {
    timer: nix::sys::timerfd::TimerFd,
}

#[cfg(target_os = "linux")]
impl Alarm {
    /// An alarm whose events carry `token`.
    pub(crate) fn new(registry: &mio::Registry, token: mio::Token) -> io::Result<Self> {
        use nix::sys::timerfd::{ClockId, TimerFd, TimerFlags};
        use std::os::fd::{AsFd, AsRawFd};
        let timer =
            TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC)?;
        let descriptor = timer.as_fd().as_raw_fd();
        registry.register(&mut mio::unix::SourceFd(&descriptor), token, mio::Interest::READABLE)?;
        Ok(Self { timer })
    }

    /// Rings once after `delay`, instead of at any time set before. Returns the timeout that the poll still needs.
    pub(crate) fn set(&self, delay: Duration) -> io::Result<Duration> {
        use nix::sys::{
            time::TimeSpec,
            timerfd::{Expiration, TimerSetTimeFlags},
        };
        // Zero would disarm it.
        let delay = delay.max(Duration::from_nanos(1));
        self.timer.set(Expiration::OneShot(TimeSpec::from_duration(delay)), TimerSetTimeFlags::empty())?;
        Ok(delay + Duration::from_millis(2))
    }
}

/// Elsewhere the poll's own timeout is precise.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
pub(crate) struct Alarm;

#[cfg(not(target_os = "linux"))]
impl Alarm {
    pub(crate) fn new(_: &mio::Registry, _: mio::Token) -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn set(&self, delay: Duration) -> io::Result<Duration> {
        Ok(delay)
    }
}

/// Asks the kernel to stamp what `socket` receives. Where it can't, [`receive`] gives no stamps.
pub(crate) fn stamp_arrivals(socket: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::socket::setsockopt(socket, nix::sys::socket::sockopt::ReceiveTimestampns, &true);
    #[cfg(not(target_os = "linux"))]
    let _ = socket;
}

/// Room for the kernel's stamp beside a read.
pub(crate) fn control_buffer() -> Vec<u8> {
    #[cfg(target_os = "linux")]
    return nix::cmsg_space!(nix::sys::time::TimeSpec);
    #[cfg(not(target_os = "linux"))]
    Vec::new()
}

/// Reads what has arrived, with the time (since the Unix epoch) at which the kernel received the last of it.
#[cfg(target_os = "linux")]
pub(crate) fn receive(
    socket: &TcpStream,
    buffer: &mut [u8],
    control: &mut [u8],
) -> io::Result<(usize, Option<Duration>)> {
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
    use std::os::fd::AsRawFd;
    let mut slices = [io::IoSliceMut::new(buffer)];
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut slices, Some(control), MsgFlags::empty())?;
    let stamp = message.cmsgs().ok().and_then(|mut messages| {
        messages.find_map(|message| match message {
            ControlMessageOwned::ScmTimestampns(stamp) => Some(Duration::from(stamp)),
            _ => None,
        })
    });
    Ok((message.bytes, stamp))
}

/// Reads what has arrived; this system gives no stamps.
#[cfg(not(target_os = "linux"))]
pub(crate) fn receive(
    mut socket: &TcpStream,
    buffer: &mut [u8],
    _: &mut [u8],
) -> io::Result<(usize, Option<Duration>)> {
    use std::io::Read;
    Ok((socket.read(buffer)?, None))
}

/// Raises this process's limit on open files as far as it goes, and returns it.
pub(crate) fn raise_open_files() -> u64 {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 256 };
    if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() {
        return hard;
    }
    soft
}
