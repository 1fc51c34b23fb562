//! One connection as an asyncio protocol: `python/senders/_asyncio.py` gives its methods to a
//! `asyncio.BufferedProtocol`, so that the loop calls Rust without a Python frame between.

use std::sync::{Arc, Mutex};

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView};
use senders_core::{AttemptId, FailureKind, Origin, RequestSent, TransportFailure};

use super::buffer::{LARGE, ReadBuffer, SMALL, wipe};
use super::connect::literal;
use super::watch::Watch;
use super::{Call, Request, clock, lock};
use crate::net::connection::{Answer, Connection};
use crate::net::dial::{self, DialStep};
use crate::net::settings::Address;

/// The most bytes handed to the loop's transport at a time, so that it can pause.
const WRITE_BYTES: usize = 64 * 1024;

/// One attempt of a call, from the moment it can be sent.
pub(crate) struct Job {
    pub(crate) call: Py<Call>,
    /// The future that the caller awaits.
    pub(crate) future: Py<PyAny>,
    pub(crate) attempt: AttemptId,
    pub(crate) request: Request,
    pub(crate) connect_ms: u64,
    pub(crate) connect_deadline_ms: u64,
    pub(crate) deadline_ms: u64,
}

/// The owner of a connection: the pool that made it. It imports this file, so this file knows it by a trait.
pub(crate) trait Owner: Send + Sync {
    fn clone_ref(&self, py: Python<'_>) -> Box<dyn Owner>;

    /// Shows the owner to Python's garbage collector.
    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError>;

    /// Takes back a connection that has served its job and can serve another.
    fn return_to_pool(&self, conn: &Bound<'_, Conn>) -> PyResult<()>;

    /// Closes a connection and gives its place to the next job in the queue.
    fn discard(&self, conn: &Bound<'_, Conn>) -> PyResult<()>;

    /// Ends an attempt without a response, and goes on with its call.
    fn fail(&self, py: Python<'_>, job: Job, failure: TransportFailure, cause: Option<PyErr>);

    /// Goes on with a call whose attempt has ended.
    fn advance(&self, py: Python<'_>, call: Py<Call>, future: Py<PyAny>);

    /// Stores a large buffer for the next large body.
    fn store_buffer(&self, buffer: ReadBuffer);

    /// Takes the stored buffer if it is at least this large.
    fn take_buffer(&self, size: usize) -> Option<ReadBuffer>;
}

/// The server or proxy that a connection leads to.
pub(crate) struct Place {
    pub(crate) origin: Arc<Origin>,
    pub(crate) address: Address,
    /// The limit for connecting.
    pub(crate) connect_ms: u64,
}

#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Conn {
    place: Place,
    state: Mutex<State>,
}

/// [`dial::Dial`] for `_asyncio.connect`, in the resolver's own indexes.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Dial {
    order: Vec<usize>,
    dial: Mutex<dial::Dial>,
}

#[pymethods]
impl Dial {
    /// Returns the next step. An `int`: begin with the address of this index. A `float`: wait at most this number of
    /// seconds for an attempt under way (infinite: as long as it takes). `None`: report the failure.
    fn step(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let now = clock::monotonic_ms();
        #[expect(clippy::cast_precision_loss, reason = "waits are far below 2^53 ms")]
        Ok(match lock(&self.dial).step(now) {
            DialStep::Begin(place) => self.order.get(place).copied().into_pyobject(py)?.unbind(),
            DialStep::Wait(None) => f64::INFINITY.into_pyobject(py)?.into_any().unbind(),
            DialStep::Wait(Some(until)) => {
                (until.saturating_sub(now).max(1) as f64 / 1000.0).into_pyobject(py)?.into_any().unbind()
            }
            DialStep::Failed => py.None(),
        })
    }

    /// Reports that an attempt under way has failed.
    fn failed(&self) {
        lock(&self.dial).failed();
    }
}

/// Returns the addresses (IP, port) of a host that need no look-up; `None` for a name.
#[pyfunction]
pub(crate) fn literal_addresses(host: &str, port: u16) -> Option<Vec<(String, u16)>> {
    let addresses = literal(host, port)?;
    Some(addresses.into_iter().map(|address| (address.ip().to_string(), address.port())).collect())
}

struct State {
    connection: Connection,
    owner: Option<Box<dyn Owner>>,
    /// The task that connects, until it has.
    task: Option<Py<PyAny>>,
    /// asyncio's transport while the socket is open, its `write`, and a look at the socket past both.
    transport: Option<Py<PyAny>>,
    write: Option<Py<PyAny>>,
    watch: Option<Watch>,
    /// Unencrypted bytes handed to the loop in this exchange, to be wiped once they have gone.
    outgoing: Vec<Py<PyByteArray>>,
    job: Option<Job>,
    buffer: ReadBuffer,
    paused: bool,
    /// The loop's later calls are ignored.
    closed: bool,
}

impl State {
    fn owner(&self, py: Python<'_>) -> Option<Box<dyn Owner>> {
        self.owner.as_ref().map(|owner| owner.clone_ref(py))
    }
}

#[pymethods]
impl Conn {
    /// `BaseProtocol.connection_made`.
    fn connection_made(slf: &Bound<'_, Self>, transport: Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        let write = transport.getattr(intern!(py, "write"))?.unbind();
        let watch = Watch::new(&transport).ok();
        let (closed, task) = {
            let mut state = lock(&slf.get().state);
            let task = state.task.take();
            if !state.closed {
                state.transport = Some(transport.clone().unbind());
                state.write = Some(write);
                state.watch = watch;
            }
            (state.closed, task)
        };
        drop(task);
        if closed {
            transport.call_method0(intern!(py, "abort"))?;
            return Ok(());
        }
        Self::pump(slf)
    }

    /// `BufferedProtocol.get_buffer`.
    fn get_buffer(&self, py: Python<'_>, _size_hint: isize) -> Py<PyMemoryView> {
        lock(&self.state).buffer.view(py)
    }

    /// `BufferedProtocol.buffer_updated`.
    fn buffer_updated(slf: &Bound<'_, Self>, count: usize) -> PyResult<()> {
        let py = slf.py();
        let (answer, output, grow) = {
            let mut guard = lock(&slf.get().state);
            let state = &mut *guard;
            if state.closed {
                return Ok(());
            }
            let answer = state.buffer.with(py, count, |bytes| state.connection.read(bytes));
            let left = state.connection.body_bytes_left().unwrap_or(0);
            let wanted = usize::try_from(left).unwrap_or(LARGE).clamp(SMALL, LARGE);
            let grow = (wanted > state.buffer.size()).then_some(wanted);
            (answer, !state.connection.output().is_empty(), grow)
        };
        if let Some(answer) = answer {
            return Self::settle(slf, answer);
        }
        if let Some(size) = grow {
            Self::resize_buffer(slf, size)?;
        }
        if output { Self::pump(slf) } else { Self::check_idle(slf) }
    }

    /// `BaseProtocol.eof_received`: nothing more will come; the loop closes the socket.
    fn eof_received(slf: &Bound<'_, Self>) -> PyResult<bool> {
        let answer = {
            let mut state = lock(&slf.get().state);
            if state.closed { None } else { state.connection.read_end() }
        };
        match answer {
            Some(answer) => Self::settle(slf, answer)?,
            None => Self::check_idle(slf)?,
        }
        Ok(false)
    }

    /// `BaseProtocol.connection_lost`.
    #[pyo3(signature = (error=None))]
    fn connection_lost(slf: &Bound<'_, Self>, error: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let answer = {
            let mut state = lock(&slf.get().state);
            if state.closed {
                return Ok(());
            }
            match &error {
                None => state.connection.read_end(),
                Some(_) => Some(Err(state.connection.failure(FailureKind::Closed, String::new()))),
            }
        };
        match (answer, error) {
            (Some(Err(mut failure)), Some(error)) => {
                failure.message = format!("the connection broke: {error}");
                Self::settle(slf, Err(failure))
            }
            (Some(answer), _) => Self::settle(slf, answer),
            (None, _) => Self::check_idle(slf),
        }
    }

    /// `BaseProtocol.pause_writing`.
    fn pause_writing(&self) {
        lock(&self.state).paused = true;
    }

    /// `BaseProtocol.resume_writing`.
    fn resume_writing(slf: &Bound<'_, Self>) -> PyResult<()> {
        lock(&slf.get().state).paused = false;
        Self::pump(slf)
    }

    /// Returns the order and the times at which to try the addresses of the name; `is_v6`: which of them are IPv6.
    fn dial(&self, is_v6: Vec<bool>) -> Dial {
        let now = clock::monotonic_ms();
        let deadline = lock(&self.state).job.as_ref().map_or(now, |job| job.connect_deadline_ms);
        let order = dial::order(&is_v6);
        let dial = Mutex::new(dial::Dial::new(order.len(), now, deadline));
        Dial { order, dial }
    }

    /// Reports that the socket could not be connected.
    fn connect_failed(slf: &Bound<'_, Self>, error: Bound<'_, PyAny>) -> PyResult<()> {
        Self::fail_connect(slf, PyErr::from_value(error))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(state) = self.state.try_lock() {
            if let Some(owner) = &state.owner {
                owner.visit(&visit)?;
            }
            visit.call(&state.task)?;
            visit.call(&state.transport)?;
            visit.call(&state.write)?;
            if let Some(watch) = &state.watch {
                watch.visit(&visit)?;
            }
            for bytes in &state.outgoing {
                visit.call(bytes)?;
            }
            if let Some(job) = &state.job {
                visit.call(&job.call)?;
                visit.call(&job.future)?;
            }
        }
        Ok(())
    }

    fn __clear__(&self) {
        let held = {
            let mut state = lock(&self.state);
            state.closed = true;
            (
                state.owner.take(),
                state.task.take(),
                state.transport.take(),
                state.write.take(),
                state.watch.take(),
                std::mem::take(&mut state.outgoing),
                state.job.take(),
            )
        };
        drop(held);
    }
}

impl Conn {
    pub(crate) fn new(
        py: Python<'_>,
        owner: Box<dyn Owner>,
        place: Place,
        connection: Connection,
    ) -> PyResult<Self> {
        let state = State {
            connection,
            owner: Some(owner),
            task: None,
            transport: None,
            write: None,
            watch: None,
            outgoing: Vec::new(),
            job: None,
            buffer: ReadBuffer::new(py, SMALL)?,
            paused: false,
            closed: false,
        };
        Ok(Self { place, state: Mutex::new(state) })
    }

    pub(crate) const fn origin(&self) -> &Arc<Origin> {
        &self.place.origin
    }

    pub(crate) fn set_task(&self, task: Py<PyAny>) {
        lock(&self.state).task = Some(task);
    }

    /// Starts to serve a job; the connection may still be connecting.
    pub(crate) fn begin(slf: &Bound<'_, Self>, job: Job) {
        let conn = slf.get();
        let started = {
            let mut state = lock(&conn.state);
            let started = state.connection.start(&job.request);
            state.job = Some(job);
            started
        };
        let result = match started {
            Ok(()) => Self::pump(slf),
            Err(failure) => Self::settle(slf, Err(failure)),
        };
        if let Err(error) = result {
            // The loop's transport raised: as good as the end of the socket.
            let failure = lock(&conn.state).connection.failure(FailureKind::Closed, error.to_string());
            report(slf, Self::settle(slf, Err(failure)));
        }
    }

    /// Returns whether an idle connection can be used: nothing has come in that the loop has not seen yet (an end, most
    /// likely).
    pub(crate) fn is_alive(&self, py: Python<'_>) -> bool {
        let watch = {
            let state = lock(&self.state);
            if state.closed || !state.connection.is_reusable() {
                return false;
            }
            state.watch.as_ref().map(|watch| watch.clone_ref(py))
        };
        watch.is_none_or(|watch| watch.is_quiet(py).unwrap_or(false))
    }

    /// Returns when the job of this connection is late; `None` without one.
    pub(crate) fn due_ms(&self) -> Option<u64> {
        let state = lock(&self.state);
        match &state.job {
            _ if state.closed => None,
            Some(job) if state.connection.is_open() && state.transport.is_some() => Some(job.deadline_ms),
            Some(job) => Some(job.connect_deadline_ms),
            None => None,
        }
    }

    /// Returns the failure of a job that is past its time; `sent` was read before it was taken.
    pub(crate) fn timeout(&self, sent: RequestSent) -> TransportFailure {
        let state = lock(&self.state);
        let limit_ms = self.place.connect_ms;
        if state.transport.is_none() && sent == RequestSent::No {
            let message = format!("no connection to {} within {limit_ms} ms", self.place.address);
            TransportFailure::new(FailureKind::Timeout, sent, message)
        } else if state.connection.is_open() {
            TransportFailure::new(FailureKind::Timeout, sent, "no whole answer in time")
        } else {
            state.connection.connect_timeout(limit_ms)
        }
    }

    /// Ends a job that is past its time with the error status that was read of its response. Returns false if there is
    /// none.
    pub(crate) fn settle_so_far(slf: &Bound<'_, Self>) -> PyResult<bool> {
        let answer = lock(&slf.get().state).connection.answer_so_far();
        answer.map_or(Ok(false), |response| Self::settle(slf, Ok(response)).map(|()| true))
    }

    pub(crate) fn take_job(&self) -> Option<(Job, RequestSent)> {
        let mut state = lock(&self.state);
        let sent = state.connection.sent();
        state.job.take().map(|job| (job, sent))
    }

    /// Takes the job if its future is this one.
    pub(crate) fn take_job_of(&self, future: &Bound<'_, PyAny>) -> Option<(Job, RequestSent)> {
        let serves = lock(&self.state).job.as_ref().is_some_and(|job| job.future.is(future));
        if serves { self.take_job() } else { None }
    }

    pub(crate) fn fail_connect(slf: &Bound<'_, Self>, error: PyErr) -> PyResult<()> {
        let (owner, job, sent, task) = {
            let mut state = lock(&slf.get().state);
            let task = state.task.take();
            (state.owner(slf.py()), state.job.take(), state.connection.sent(), task)
        };
        drop(task);
        let Some(owner) = owner else { return Ok(()) };
        let result = owner.discard(slf);
        if let Some(job) = job {
            let message = format!("no connection to {}: {}", slf.get().place.address, error.value(slf.py()));
            let failure = TransportFailure::new(FailureKind::Connect, sent, message);
            owner.fail(slf.py(), job, failure, Some(error));
        }
        result
    }

    /// Closes the socket: with a goodbye if no request is under way, at once otherwise. The owner has dropped the
    /// connection by now.
    pub(crate) fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let (transport, write, task, goodbye, outgoing, held) = {
            let mut state = lock(&slf.get().state);
            if state.closed {
                return Ok(());
            }
            state.closed = true;
            let idle = !state.connection.is_busy();
            if idle {
                state.connection.close();
            }
            let goodbye = idle.then(|| PyBytes::new(py, state.connection.output()));
            let held = (state.owner.take(), state.watch.take());
            let outgoing = std::mem::take(&mut state.outgoing);
            (state.transport.take(), state.write.take(), state.task.take(), goodbye, outgoing, held)
        };
        drop(held);
        if let Some(task) = task {
            task.call_method0(py, intern!(py, "cancel"))?;
        }
        let Some(transport) = transport else { return Ok(()) };
        match (goodbye, write) {
            (Some(goodbye), Some(write)) => {
                if goodbye.len()? > 0 {
                    write.call1(py, (goodbye,))?;
                }
                transport.call_method0(py, intern!(py, "close"))?;
            }
            _ => {
                transport.call_method0(py, intern!(py, "abort"))?;
                outgoing.iter().for_each(|bytes| wipe(bytes.bind(py)));
            }
        }
        Ok(())
    }

    /// Hands output to the loop's transport, as long as it takes it.
    fn pump(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        loop {
            let (write, bytes) = {
                let mut state = lock(&slf.get().state);
                if state.paused || state.closed {
                    return Ok(());
                }
                let Some(write) = &state.write else { return Ok(()) };
                let write = write.clone_ref(py);
                let output = state.connection.output();
                let output = output.get(..WRITE_BYTES).unwrap_or(output);
                if output.is_empty() {
                    return Ok(());
                }
                let bytes = PyByteArray::new(py, output);
                let count = output.len();
                if !state.connection.is_encrypted() {
                    state.outgoing.push(bytes.clone().unbind());
                }
                state.connection.wrote(count);
                (write, bytes)
            };
            write.call1(py, (bytes,))?;
        }
    }

    /// Ends the exchange: the connection goes back to the pool or is closed, and the core is given the response.
    fn settle(slf: &Bound<'_, Self>, mut answer: Answer) -> PyResult<()> {
        let py = slf.py();
        let (job, reusable, owner, transport, large) = {
            let mut guard = lock(&slf.get().state);
            let state = &mut *guard;
            answer = answer.or_else(|failure| state.connection.answer_so_far().ok_or(failure));
            let reusable = state.connection.is_reusable();
            let large = state.buffer.size() > SMALL;
            let owner = state.owner(py);
            let transport = if answer.is_err() || !state.outgoing.is_empty() {
                state.transport.as_ref().map(|it| it.clone_ref(py))
            } else {
                None
            };
            (state.job.take(), reusable, owner, transport, large)
        };
        let (Some(job), Some(owner)) = (job, owner) else { return Ok(()) };
        // Bytes of the request that the loop's transport still has.
        let unwritten = transport.and_then(|transport| {
            let size = transport.call_method0(py, intern!(py, "get_write_buffer_size")).ok()?;
            size.extract::<usize>(py).ok()
        });
        match (&mut answer, unwritten) {
            (Err(failure), Some(1..)) if failure.sent == RequestSent::Yes => {
                failure.sent = RequestSent::Unknown;
            }
            _ => {}
        }
        if unwritten == Some(0) {
            let outgoing = std::mem::take(&mut lock(&slf.get().state).outgoing);
            outgoing.iter().for_each(|bytes| wipe(bytes.bind(py)));
        }
        // Without memory for a new buffer the connection keeps the one it has.
        if large && let Ok(small) = ReadBuffer::new(py, SMALL) {
            let large = std::mem::replace(&mut lock(&slf.get().state).buffer, small);
            owner.store_buffer(large);
        }
        let result = if reusable { owner.return_to_pool(slf) } else { owner.discard(slf) };
        job.call.get().answer(job.attempt, answer, None);
        owner.advance(py, job.call, job.future);
        result
    }

    /// Drops an idle connection that has ended, or on which bytes came without a request.
    fn check_idle(slf: &Bound<'_, Self>) -> PyResult<()> {
        let owner = {
            let state = lock(&slf.get().state);
            if state.job.is_some() || state.connection.is_reusable() {
                return Ok(());
            }
            state.owner(slf.py())
        };
        owner.map_or(Ok(()), |owner| owner.discard(slf))
    }

    fn resize_buffer(slf: &Bound<'_, Self>, size: usize) -> PyResult<()> {
        let py = slf.py();
        let owner = lock(&slf.get().state).owner(py);
        let spare = owner.and_then(|owner| owner.take_buffer(size));
        let larger = match spare {
            Some(buffer) => buffer,
            None => ReadBuffer::new(py, size)?,
        };
        let smaller = std::mem::replace(&mut lock(&slf.get().state).buffer, larger);
        drop(smaller);
        Ok(())
    }
}

fn report(slf: &Bound<'_, Conn>, result: PyResult<()>) {
    let Err(error) = result else { return };
    error.write_unraisable(slf.py(), Some(slf.as_any()));
}
