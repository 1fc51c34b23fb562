//! The blocking driver: a non-blocking socket and `poll`, with an eye on signals at least every 50 ms.
//!
//! Written for Unix first: on Windows `rustix` and `socket2` stand in with `WSAPoll`, which no test of ours has run.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pyo3::prelude::*;
use rustix::event::{PollFd, PollFlags, poll};
use senders_core::Origin;
use senders_core::{FailureKind, HttpRequest, Timeouts, TransportFailure};
use zeroize::Zeroize;

use super::buffer::{LARGE, SMALL};
use super::connect::{connect, timeout};
use super::{Call, Next, aborted, clock, lock, settings};
use crate::net::connection::{Answer, Connection};
use crate::net::not_sent;
use crate::net::settings::{Idle, Settings};

/// How long a call stays out of Python's sight.
pub(crate) const TICK_MS: u64 = 50;

/// A blocking transport: a pool of connections that threads may share and forks do not.
///
/// `max_connections` is how many of them are kept idle; each thread that calls has one of its own meanwhile.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Transport {
    settings: Settings,
    pool: Mutex<Pool>,
}

struct Pool {
    /// The process whose connections these are.
    process: u32,
    idle: Vec<Wire>,
    closed: bool,
}

/// A connection and its socket.
struct Wire {
    stream: TcpStream,
    connection: Connection,
    origin: Arc<Origin>,
    idle_since: Idle,
    buffer: Vec<u8>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.buffer.zeroize();
    }
}

#[pymethods]
impl Transport {
    #[new]
    #[pyo3(signature = (*, proxy=None, ca_file=None, max_connections=100))]
    fn new(
        py: Python<'_>,
        proxy: Option<&Bound<'_, PyAny>>,
        ca_file: Option<PathBuf>,
        max_connections: usize,
    ) -> PyResult<Self> {
        Ok(Self {
            settings: settings(py, proxy, ca_file, max_connections)?,
            pool: Mutex::new(Pool { process: std::process::id(), idle: Vec::new(), closed: false }),
        })
    }

    /// Drives `call` to its next value: an event, or the outcome once `call.done`.
    fn run(&self, py: Python<'_>, call: &Call) -> PyResult<Py<PyAny>> {
        call.claim()?;
        let result = self.drive(py, call);
        call.release();
        result
    }

    /// Closes the idle connections; calls that are under way end on their own.
    fn close(&self) {
        let idle = {
            let mut pool = lock(&self.pool);
            pool.closed = true;
            let own = pool.process == std::process::id();
            let idle = std::mem::take(&mut pool.idle);
            if own { idle } else { Vec::new() }
        };
        for wire in idle {
            wire.close();
        }
    }

    /// How many idle connections there are, for tests.
    #[getter]
    fn idle_connections(&self) -> usize {
        lock(&self.pool).idle.len()
    }

    fn __repr__(&self) -> String {
        format!("<Transport idle_connections={}>", self.idle_connections())
    }
}

impl Transport {
    fn drive(&self, py: Python<'_>, call: &Call) -> PyResult<Py<PyAny>> {
        loop {
            match call.next(py) {
                Next::Value(value) => return value,
                Next::Wait { delay_ms } => wait(py, delay_ms)?,
                Next::Send { attempt, request, timeouts } => {
                    let mut wire = None;
                    match self.exchange(py, &request, timeouts, &mut wire) {
                        Ok(answer) => {
                            let mut so_far = || wire.as_mut()?.connection.answer_so_far();
                            let answer = answer.or_else(|failure| so_far().ok_or(failure));
                            if let Some(wire) = wire.filter(|wire| wire.connection.is_reusable()) {
                                self.put_back(wire);
                            }
                            call.answer(attempt, answer, None);
                        }
                        Err(interrupt) => {
                            let sent =
                                wire.map_or(senders_core::RequestSent::No, |wire| wire.connection.sent());
                            call.fail(attempt, aborted(sent), None);
                            return Err(interrupt);
                        }
                    }
                }
            }
        }
    }

    /// One attempt. `Err` is a signal's exception (Ctrl-C); the wire is left in `place` in every case.
    fn exchange(
        &self,
        py: Python<'_>,
        request: &HttpRequest,
        timeouts: Timeouts,
        place: &mut Option<Wire>,
    ) -> PyResult<Answer> {
        let start = clock::monotonic_ms();
        let deadline = start.saturating_add(timeouts.attempt_ms);
        let connect_deadline = start.saturating_add(timeouts.connect_ms).min(deadline);
        let idle = match self.take_idle(&request.origin) {
            Ok(idle) => idle,
            Err(failure) => return Ok(Err(failure)),
        };
        let wire = match idle {
            Some(wire) => place.insert(wire),
            None => {
                let (connection, address) = match self.settings.connection(&request.origin) {
                    Ok(parts) => parts,
                    Err(failure) => return Ok(Err(failure)),
                };
                match connect(py, &address, timeouts.connect_ms, connect_deadline)? {
                    Ok(stream) => place.insert(Wire {
                        stream,
                        connection,
                        origin: Arc::clone(&request.origin),
                        idle_since: Idle::now(),
                        buffer: vec![0; SMALL],
                    }),
                    Err(failure) => return Ok(Err(failure)),
                }
            }
        };
        if let Err(failure) = wire.connection.start(request) {
            return Ok(Err(failure));
        }
        loop {
            let now = clock::monotonic_ms();
            let limit = if wire.connection.is_open() { deadline } else { connect_deadline };
            if now >= limit {
                return Ok(Err(if wire.connection.is_open() {
                    let message = format!("no whole answer within {} ms", timeouts.attempt_ms);
                    wire.connection.failure(FailureKind::Timeout, message)
                } else {
                    wire.connection.connect_timeout(timeouts.connect_ms)
                }));
            }
            let tick_end = limit.min(now + TICK_MS);
            if let Some(answer) = py.detach(|| wire.pump(tick_end)) {
                return Ok(answer);
            }
            py.check_signals()?;
        }
    }

    fn take_idle(&self, origin: &Arc<Origin>) -> Result<Option<Wire>, TransportFailure> {
        let process = std::process::id();
        loop {
            let mut pool = lock(&self.pool);
            if pool.closed {
                return Err(not_sent(FailureKind::Aborted, "the client was closed"));
            }
            if pool.process != process {
                // A fork: the sockets are the parent's. Dropping them here closes only our copies, without a word.
                pool.process = process;
                pool.idle.clear();
            }
            pool.idle.retain(|wire| !wire.idle_since.is_over());
            let Some(found) = pool.idle.iter().rposition(|wire| same(&wire.origin, origin)) else {
                return Ok(None);
            };
            let mut wire = pool.idle.remove(found);
            drop(pool);
            if wire.is_alive() {
                return Ok(Some(wire));
            }
        }
    }

    fn put_back(&self, mut wire: Wire) {
        wire.idle_since = Idle::now();
        let mut pool = lock(&self.pool);
        if wire.buffer.len() > SMALL && pool.idle.iter().any(|other| other.buffer.len() > SMALL) {
            // One large buffer is kept, for the next large body; more of them would only take up memory.
            wire.buffer.zeroize();
            wire.buffer = vec![0; SMALL];
        }
        let full = pool.idle.len() >= self.settings.max_connections;
        if !full && !pool.closed && pool.process == std::process::id() {
            pool.idle.push(wire);
        } else {
            drop(pool);
            wire.close();
        }
    }
}

pub(crate) fn same(one: &Arc<Origin>, other: &Arc<Origin>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

impl Wire {
    /// Whether an idle connection has heard nothing that ends it, neither an end nor an answer nobody asked for.
    fn is_alive(&mut self) -> bool {
        loop {
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return false,
                Ok(count) => {
                    let _ = self.connection.read(self.buffer.get(..count).unwrap_or_default());
                    if !self.connection.is_reusable() {
                        return false;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
    }

    /// Writes and reads until an answer, a signal or `tick_end_ms`.
    fn pump(&mut self, tick_end_ms: u64) -> Option<Answer> {
        loop {
            let mut broken = None;
            while !self.connection.output().is_empty() {
                match self.stream.write(self.connection.output()) {
                    Ok(count) => self.connection.wrote(count),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) if error.kind() == ErrorKind::Interrupted => return None,
                    Err(error) => {
                        // The server may have answered before it closed.
                        broken = Some(error);
                        break;
                    }
                }
            }
            if broken.is_none() {
                let mut events = PollFlags::IN;
                if !self.connection.output().is_empty() {
                    events |= PollFlags::OUT;
                }
                let ready = wait_ready(&self.stream, events, tick_end_ms)?;
                if !ready.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                    continue;
                }
            }
            self.fit_buffer();
            match self.stream.read(&mut self.buffer) {
                Ok(0) => {
                    return Some(self.connection.read_end().unwrap_or_else(|| self.cut("it was closed")));
                }
                Ok(count) => {
                    if let Some(answer) = self.connection.read(self.buffer.get(..count).unwrap_or_default()) {
                        return Some(answer);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => return None,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if let Some(error) = broken {
                        return Some(self.cut(error));
                    }
                }
                Err(error) => return Some(self.cut(error)),
            }
            if clock::monotonic_ms() >= tick_end_ms {
                return None;
            }
        }
    }

    fn cut(&self, why: impl std::fmt::Display) -> Answer {
        Err(self.connection.failure(FailureKind::Closed, format!("the connection broke: {why}")))
    }

    /// Fewer system calls for a large body.
    fn fit_buffer(&mut self) {
        let left = self.connection.body_bytes_left().unwrap_or(0);
        let wanted = usize::try_from(left).unwrap_or(LARGE).min(LARGE);
        if wanted > self.buffer.len() {
            // Not resized: the memory it grows out of would stay as it is.
            self.buffer.zeroize();
            self.buffer = vec![0; wanted];
        }
    }

    fn close(mut self) {
        self.connection.close();
        // As much of the goodbye as fits at once.
        let _ = self.stream.write(self.connection.output());
    }
}

/// Waits for an event; `None` at `until_ms` or on a signal.
fn wait_ready(stream: &TcpStream, events: PollFlags, until_ms: u64) -> Option<PollFlags> {
    let mut waiting = [PollFd::new(stream, events)];
    match poll(&mut waiting, timeout(until_ms).as_ref()) {
        Ok(0) | Err(_) => None,
        Ok(_) => waiting.first().map(PollFd::revents),
    }
}

/// Lets time pass without holding the interpreter, and ends early on a signal that raises.
pub(crate) fn wait(py: Python<'_>, delay_ms: u64) -> PyResult<()> {
    let end = clock::monotonic_ms().saturating_add(delay_ms);
    loop {
        let left = end.saturating_sub(clock::monotonic_ms());
        if left == 0 {
            return Ok(());
        }
        py.detach(|| std::thread::sleep(Duration::from_millis(left.min(TICK_MS))));
        py.check_signals()?;
    }
}
