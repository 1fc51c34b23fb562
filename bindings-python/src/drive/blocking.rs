//! The blocking driver: a non-blocking socket and `poll`, with an eye on signals at least every 50 ms.
//!
//! Written for Unix first: on Windows `rustix` and `socket2` stand in with `WSAPoll`, which no test of ours has run.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use pyo3::prelude::*;
use rustix::event::{PollFd, PollFlags, poll};
use senders_core::{FailureKind, HttpRequest, Origin, RequestSent, Timeouts, TransportFailure};
use zeroize::Zeroize;

use super::buffer::{LARGE, SMALL};
use super::clock::{TICK_MS, wait};
use super::connect::{connect, timeout};
use super::idle::IdlePool;
use super::{Call, Next, aborted, clock, lock, settings};
use crate::net::connection::{Answer, Connection};
use crate::net::settings::Settings;

/// A blocking transport: a pool of connections that threads may share and forks do not.
///
/// `max_connections` is how many of them are kept idle; each thread has its own connection during a call.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Transport {
    settings: Settings,
    idle: Mutex<IdlePool<PooledConnection>>,
}

/// A connection and its socket.
struct PooledConnection {
    stream: TcpStream,
    connection: Connection,
    origin: Arc<Origin>,
    buffer: Vec<u8>,
}

impl Drop for PooledConnection {
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
            idle: Mutex::new(IdlePool::new(std::process::id(), max_connections)),
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
        let idle = lock(&self.idle).close(std::process::id());
        for connection in idle {
            connection.close();
        }
    }

    /// Returns the number of idle connections, for tests.
    #[getter]
    fn idle_connections(&self) -> usize {
        lock(&self.idle).len()
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
                    let mut used: Option<PooledConnection> = None;
                    match self.exchange(py, &request, timeouts, &mut used) {
                        Ok(answer) => {
                            let mut so_far = || used.as_mut()?.connection.answer_so_far();
                            let answer = answer.or_else(|failure| so_far().ok_or(failure));
                            if let Some(used) = used.filter(|used| used.connection.is_reusable()) {
                                self.return_to_pool(used);
                            }
                            call.answer(attempt, answer, None);
                        }
                        Err(interrupt) => {
                            let sent = used.map_or(RequestSent::No, |used| used.connection.sent());
                            call.fail(attempt, aborted(sent), None);
                            return Err(interrupt);
                        }
                    }
                }
            }
        }
    }

    /// Makes one attempt. `Err` is a signal's exception (Ctrl-C); the connection is left in `place` in every case.
    fn exchange(
        &self,
        py: Python<'_>,
        request: &HttpRequest,
        timeouts: Timeouts,
        place: &mut Option<PooledConnection>,
    ) -> PyResult<Answer> {
        let start = clock::monotonic_ms();
        let deadline = start.saturating_add(timeouts.attempt_ms);
        let connect_deadline = start.saturating_add(timeouts.connect_ms).min(deadline);
        let idle = match self.take_idle(&request.origin) {
            Ok(idle) => idle,
            Err(failure) => return Ok(Err(failure)),
        };
        let used = match idle {
            Some(idle) => place.insert(idle),
            None => {
                let (connection, address) = match self.settings.connection(&request.origin) {
                    Ok(parts) => parts,
                    Err(failure) => return Ok(Err(failure)),
                };
                match connect(py, &address, timeouts.connect_ms, connect_deadline)? {
                    Ok(stream) => place.insert(PooledConnection {
                        stream,
                        connection,
                        origin: Arc::clone(&request.origin),
                        buffer: vec![0; SMALL],
                    }),
                    Err(failure) => return Ok(Err(failure)),
                }
            }
        };
        if let Err(failure) = used.connection.start(request) {
            return Ok(Err(failure));
        }
        loop {
            let now = clock::monotonic_ms();
            let limit = if used.connection.is_open() { deadline } else { connect_deadline };
            if now >= limit {
                return Ok(Err(if used.connection.is_open() {
                    let message = format!("no whole answer within {} ms", timeouts.attempt_ms);
                    used.connection.failure(FailureKind::Timeout, message)
                } else {
                    used.connection.connect_timeout(timeouts.connect_ms)
                }));
            }
            let tick_end = limit.min(now + TICK_MS);
            if let Some(answer) = py.detach(|| used.pump(tick_end)) {
                return Ok(answer);
            }
            py.check_signals()?;
        }
    }

    /// Takes an idle connection to `origin` that can be used. Returns `None` if there is none.
    fn take_idle(&self, origin: &Arc<Origin>) -> Result<Option<PooledConnection>, TransportFailure> {
        loop {
            let now = clock::now();
            let (found, unusable) = {
                let mut idle = lock(&self.idle);
                // Their sockets are closed without a word: a fork's are the parent's.
                let mut unusable = idle.adopt(std::process::id());
                unusable.append(&mut idle.take_expired(now));
                (idle.take(origin, now), unusable)
            };
            drop(unusable);
            let Some(mut found) = found? else { return Ok(None) };
            if found.is_alive() {
                return Ok(Some(found));
            }
        }
    }

    fn return_to_pool(&self, mut used: PooledConnection) {
        let mut idle = lock(&self.idle);
        if used.buffer.len() > SMALL && idle.iter().any(|other| other.buffer.len() > SMALL) {
            // One large buffer is kept, for the next large body; more of them would only take up memory.
            used.buffer.zeroize();
            used.buffer = vec![0; SMALL];
        }
        let origin = Arc::clone(&used.origin);
        let refused = idle.put(&origin, used, clock::now(), std::process::id());
        drop(idle);
        if let Err(refused) = refused {
            refused.close();
        }
    }
}

impl PooledConnection {
    /// Returns whether an idle connection is still usable: neither its end has come in, nor a response without a request.
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

    /// Writes and reads until a response, a signal or `tick_end_ms`.
    fn pump(&mut self, tick_end_ms: u64) -> Option<Answer> {
        loop {
            let mut broken = None;
            while !self.connection.output().is_empty() {
                match self.stream.write(self.connection.output()) {
                    Ok(count) => self.connection.wrote(count),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) if error.kind() == ErrorKind::Interrupted => return None,
                    Err(error) => {
                        // The server may have sent a response before it closed.
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

    /// Makes the buffer larger for a large body, so that it takes fewer system calls.
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

/// Waits for an event. Returns `None` at `until_ms` or on a signal.
fn wait_ready(stream: &TcpStream, events: PollFlags, until_ms: u64) -> Option<PollFlags> {
    let mut waiting = [PollFd::new(stream, events)];
    match poll(&mut waiting, timeout(until_ms).as_ref()) {
        Ok(0) | Err(_) => None,
        Ok(_) => waiting.first().map(PollFd::revents),
    }
}
