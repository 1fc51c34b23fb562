//! Connecting for the blocking driver: the name is looked up within the limit, its addresses are tried as [`Dial`] says.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::prelude::*;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use senders_core::{FailureKind, TransportFailure};
use socket2::{Domain, Protocol, Socket, Type};

use super::clock::TICK_MS;
use super::{clock, lock};
use crate::net::dial::{Dial, DialStep, order};
use crate::net::not_sent;
use crate::net::settings::Address;

/// Looks the name up and tries its addresses. The outer `Err` is a signal's exception (Ctrl-C).
pub(crate) fn connect(
    py: Python<'_>,
    address: &Address,
    limit_ms: u64,
    deadline_ms: u64,
) -> PyResult<Result<TcpStream, TransportFailure>> {
    let late = || not_sent(FailureKind::Timeout, format!("no connection to {address} within {limit_ms} ms"));
    let found = match literal(&address.host, address.port) {
        Some(addresses) => Ok(addresses),
        None => {
            let target = (address.host.clone(), address.port);
            let look_up = move || target.to_socket_addrs().map(Iterator::collect::<Vec<_>>);
            match within(py, deadline_ms, look_up)? {
                Some(found) => found,
                None => {
                    let message = format!("the name {} was not looked up within {limit_ms} ms", address.host);
                    return Ok(Err(not_sent(FailureKind::Timeout, message)));
                }
            }
        }
    };
    let addresses = match found {
        Ok(addresses) => addresses,
        Err(error) => {
            let message = format!("no connection to {address}: its name could not be looked up: {error}");
            return Ok(Err(not_sent(FailureKind::Connect, message)));
        }
    };
    let families: Vec<bool> = addresses.iter().map(SocketAddr::is_ipv6).collect();
    let ordered: Vec<SocketAddr> =
        order(&families).into_iter().filter_map(|index| addresses.get(index).copied()).collect();
    let mut dial = Dial::new(ordered.len(), clock::monotonic_ms(), deadline_ms);
    let mut under_way: Vec<TcpStream> = Vec::new();
    let mut last = String::from("its name has no address");
    loop {
        let now = clock::monotonic_ms();
        if now >= deadline_ms {
            return Ok(Err(late()));
        }
        match dial.step(now) {
            DialStep::Failed => {
                let message = format!("no connection to {address}: {last}");
                return Ok(Err(not_sent(FailureKind::Connect, message)));
            }
            DialStep::Begin(place) => match ordered.get(place).copied().map(begin) {
                Some(Ok(stream)) => under_way.push(stream),
                Some(Err(error)) => {
                    last = error.to_string();
                    dial.failed();
                }
                None => dial.failed(),
            },
            DialStep::Wait(until) => {
                let until = until.unwrap_or(deadline_ms).min(deadline_ms).min(now + TICK_MS);
                for place in py.detach(|| connected(&under_way, until)) {
                    let stream = under_way.remove(place);
                    match stream.take_error() {
                        Ok(None) => return Ok(Ok(stream)),
                        Ok(Some(error)) | Err(error) => {
                            last = error.to_string();
                            dial.failed();
                        }
                    }
                }
                py.check_signals()?;
            }
        }
    }
}

/// Returns the addresses that need no look-up: an address itself, and `localhost`, which is this machine (RFC 6761).
pub(crate) fn literal(host: &str, port: u16) -> Option<Vec<SocketAddr>> {
    let ips: Vec<IpAddr> = if host.eq_ignore_ascii_case("localhost") {
        vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
    } else {
        vec![host.parse().ok()?]
    };
    Some(ips.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
}

/// Does `work`, which nothing can interrupt, in a new thread, and stops waiting for it at `deadline_ms` or on a
/// signal: the system's resolver may take half a minute.
fn within<T: Send + 'static>(
    py: Python<'_>,
    deadline_ms: u64,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<Option<T>> {
    let (receiver, started) = in_a_thread(work);
    // A receiver is not `Sync`, and waiting is done out of Python's sight.
    let receiver = Mutex::new(receiver);
    loop {
        let tick_end = deadline_ms.min(clock::monotonic_ms().saturating_add(TICK_MS));
        match py.detach(|| receive(&lock(&receiver), tick_end)) {
            Ok(value) => return Ok(Some(value)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if !started || clock::monotonic_ms() >= deadline_ms => {
                return Ok(None);
            }
            Err(RecvTimeoutError::Timeout) => py.check_signals()?,
        }
    }
}

/// Starts a thread for `work`. Returns where its result arrives, and whether the thread could be started.
fn in_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> (Receiver<T>, bool) {
    let (sender, receiver) = channel();
    let thread = std::thread::Builder::new().name("senders-lookup".to_owned());
    // The wait for it may be over by then.
    let started = thread.spawn(move || drop(sender.send(work()))).is_ok();
    (receiver, started)
}

fn receive<T>(receiver: &Receiver<T>, until_ms: u64) -> Result<T, RecvTimeoutError> {
    receiver.recv_timeout(Duration::from_millis(until_ms.saturating_sub(clock::monotonic_ms())))
}

/// Waits until one of `streams` has connected or failed, until `until_ms` at the latest. Returns the places of those
/// that have, the last one first.
fn connected(streams: &[TcpStream], until_ms: u64) -> Vec<usize> {
    let mut waiting: Vec<_> = streams.iter().map(|stream| PollFd::new(stream, PollFlags::OUT)).collect();
    match poll(&mut waiting, timeout(until_ms).as_ref()) {
        Ok(0) | Err(_) => Vec::new(),
        Ok(_) => {
            let ready = |(_, fd): &(usize, &PollFd<'_>)| !fd.revents().is_empty();
            waiting.iter().enumerate().filter(ready).map(|(place, _)| place).rev().collect()
        }
    }
}

/// Returns the time up to `until_ms`, as `poll` takes it.
pub(crate) fn timeout(until_ms: u64) -> Option<Timespec> {
    Timespec::try_from(Duration::from_millis(until_ms.saturating_sub(clock::monotonic_ms()))).ok()
}

/// Makes a socket and begins to connect it.
fn begin(target: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(target), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    match socket.connect(&target.into()) {
        Ok(()) => {}
        // There is no `ErrorKind` for `EINPROGRESS`; Windows says `WouldBlock`.
        Err(error)
            if error.kind() == ErrorKind::WouldBlock
                || error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {}
        Err(error) => return Err(error),
    }
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_that_never_ends_is_left_behind() {
        let (release, held) = channel::<()>();
        let (receiver, started) = in_a_thread(move || held.recv().is_err());
        assert!(started);
        let until = clock::monotonic_ms() + 20;
        assert_eq!(receive(&receiver, until), Err(RecvTimeoutError::Timeout));
        assert!(clock::monotonic_ms() >= until);
        drop(release);
        assert_eq!(receive(&receiver, clock::monotonic_ms() + 10_000), Ok(true));
    }

    #[test]
    fn only_names_are_looked_up() {
        let shown =
            |host| literal(host, 7).map(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(shown("LocalHost"), Some(vec!["127.0.0.1:7".to_owned(), "[::1]:7".to_owned()]));
        assert_eq!(shown("::1"), Some(vec!["[::1]:7".to_owned()]));
        assert_eq!(shown("api.example"), None);
    }
}
