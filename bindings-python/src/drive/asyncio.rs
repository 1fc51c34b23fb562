//! One connection as an asyncio protocol: `python/senders/_asyncio.py` gives its methods to a
//! `asyncio.BufferedProtocol`, so that the loop calls Rust without a Python frame between.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView};
use senders_core::Origin;
use senders_core::{FailureKind, RequestSent, TransportFailure};

use super::buffer::{LARGE, ReadBuffer, SMALL};
use super::pool::{Job, Pool};
use super::{clock, lock, settings};
use crate::net::connection::{Answer, Connection};
use crate::net::settings::{IDLE_MS, Settings};

/// How much is handed to the loop's transport at a time, so that a pause is heeded.
const WRITE_BYTES: usize = 64 * 1024;

/// The options of an asyncio transport; makes the pool of each loop.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct AsyncSettings {
    settings: Arc<Settings>,
}

#[pymethods]
impl AsyncSettings {
    #[new]
    #[pyo3(signature = (*, proxy=None, ca_file=None, max_connections=100))]
    fn new(
        py: Python<'_>,
        proxy: Option<&Bound<'_, PyAny>>,
        ca_file: Option<PathBuf>,
        max_connections: usize,
    ) -> PyResult<Self> {
        Ok(Self { settings: Arc::new(settings(py, proxy, ca_file, max_connections)?) })
    }

    /// A pool for `event_loop`, which connects by the coroutine function `connect(conn, host, port)`.
    fn pool(&self, event_loop: &Bound<'_, PyAny>, connect: Py<PyAny>) -> PyResult<Pool> {
        Pool::new(Arc::clone(&self.settings), event_loop, connect)
    }
}

#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Conn {
    origin: Arc<Origin>,
    state: Mutex<State>,
}

struct State {
    connection: Connection,
    pool: Option<Py<Pool>>,
    /// The task that connects, until it has.
    task: Option<Py<PyAny>>,
    /// asyncio's transport while the socket is open, its `write`, and a `poll` of the socket where there is one.
    transport: Option<Py<PyAny>>,
    write: Option<Py<PyAny>>,
    poll: Option<Py<PyAny>>,
    job: Option<Job>,
    buffer: ReadBuffer,
    paused: bool,
    /// Given up: whatever the loop still says of it is of no interest.
    shut: bool,
    idle_since_ms: u64,
}

#[pymethods]
impl Conn {
    /// `BaseProtocol.connection_made`.
    fn connection_made(slf: &Bound<'_, Self>, transport: Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        let write = transport.getattr(intern!(py, "write"))?.unbind();
        let poll = poll_of(&transport).ok();
        let (shut, task) = {
            let mut state = lock(&slf.get().state);
            let task = state.task.take();
            if !state.shut {
                state.transport = Some(transport.clone().unbind());
                state.write = Some(write);
                state.poll = poll;
            }
            (state.shut, task)
        };
        drop(task);
        if shut {
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
            if state.shut {
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
            if state.shut { None } else { state.connection.read_end() }
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
            if state.shut {
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

    /// The socket could not be connected.
    fn connect_failed(slf: &Bound<'_, Self>, error: Bound<'_, PyAny>) -> PyResult<()> {
        Self::fail_connect(slf, PyErr::from_value(error))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(state) = self.state.try_lock() {
            visit.call(&state.pool)?;
            visit.call(&state.task)?;
            visit.call(&state.transport)?;
            visit.call(&state.write)?;
            visit.call(&state.poll)?;
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
            state.shut = true;
            (
                state.pool.take(),
                state.task.take(),
                state.transport.take(),
                state.write.take(),
                state.job.take(),
            )
        };
        drop(held);
    }
}

impl Conn {
    pub(crate) fn new(
        py: Python<'_>,
        pool: Py<Pool>,
        origin: Arc<Origin>,
        connection: Connection,
    ) -> PyResult<Self> {
        let state = State {
            connection,
            pool: Some(pool),
            task: None,
            transport: None,
            write: None,
            poll: None,
            job: None,
            buffer: ReadBuffer::new(py, SMALL)?,
            paused: false,
            shut: false,
            idle_since_ms: 0,
        };
        Ok(Self { origin, state: Mutex::new(state) })
    }

    pub(crate) const fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    pub(crate) fn set_task(&self, task: Py<PyAny>) {
        lock(&self.state).task = Some(task);
    }

    /// Lets the connection serve a job; it may still be on its way to being connected.
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
            // The loop's transport failed us; the socket's end is as good as reached.
            let failure = lock(&conn.state).connection.failure(FailureKind::Closed, error.to_string());
            report(slf, Self::settle(slf, Err(failure)));
        }
    }

    /// Whether an idle connection can be used: not too old, and nothing has come in that the loop has not seen yet
    /// (an end, most likely).
    pub(crate) fn is_alive(&self, py: Python<'_>) -> bool {
        let poll = {
            let state = lock(&self.state);
            let age = clock::monotonic_ms().saturating_sub(state.idle_since_ms);
            if state.shut || !state.connection.is_reusable() || age >= IDLE_MS {
                return false;
            }
            state.poll.as_ref().map(|poll| poll.clone_ref(py))
        };
        poll.is_none_or(|poll| {
            poll.call1(py, (0,)).and_then(|events| events.bind(py).len()).is_ok_and(|events| events == 0)
        })
    }

    /// When the timer has to look at this connection again.
    pub(crate) fn due_ms(&self) -> Option<u64> {
        let state = lock(&self.state);
        match &state.job {
            _ if state.shut => None,
            Some(job) if state.connection.is_open() && state.transport.is_some() => Some(job.deadline_ms),
            Some(job) => Some(job.connect_deadline_ms),
            None => Some(state.idle_since_ms + IDLE_MS),
        }
    }

    /// The failure of a job that is past its time; `sent` was read before it was taken.
    pub(crate) fn timeout(&self, sent: RequestSent) -> TransportFailure {
        let state = lock(&self.state);
        let message = if state.connection.is_open() && sent != RequestSent::No {
            "no whole answer in time"
        } else {
            "no connection in time"
        };
        TransportFailure::new(FailureKind::Timeout, sent, message)
    }

    /// Ends a job that is past its time by the error status that was read of its answer; false if there is none.
    pub(crate) fn settle_so_far(slf: &Bound<'_, Self>) -> PyResult<bool> {
        let answer = lock(&slf.get().state).connection.answer_so_far();
        answer.map_or(Ok(false), |response| Self::settle(slf, Ok(response)).map(|()| true))
    }

    pub(crate) fn take_job(&self) -> Option<(Job, RequestSent)> {
        let mut state = lock(&self.state);
        let sent = state.connection.sent();
        state.job.take().map(|job| (job, sent))
    }

    /// The job, if it is the one that `future` is awaited for.
    pub(crate) fn take_job_of(&self, future: &Bound<'_, PyAny>) -> Option<(Job, RequestSent)> {
        let serves = lock(&self.state).job.as_ref().is_some_and(|job| job.future.is(future));
        if serves { self.take_job() } else { None }
    }

    pub(crate) fn fail_connect(slf: &Bound<'_, Self>, error: PyErr) -> PyResult<()> {
        let (pool, job) = {
            let mut state = lock(&slf.get().state);
            drop(state.task.take());
            (state.pool.as_ref().map(|pool| pool.clone_ref(slf.py())), state.job.take())
        };
        let Some(pool) = pool else { return Ok(()) };
        let pool = pool.bind(slf.py());
        let result = Pool::discard(pool, slf);
        if let Some(job) = job {
            let origin = &job.request.origin;
            let message = format!("no connection to {origin}: {}", error.value(slf.py()));
            let failure = TransportFailure::new(FailureKind::Connect, RequestSent::No, message);
            Pool::fail(pool, job, failure, Some(error));
        }
        result
    }

    /// Closes the socket: with a goodbye if nothing is out, at once otherwise. The pool has forgotten it by now.
    pub(crate) fn shut(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let (transport, write, task, goodbye, held) = {
            let mut state = lock(&slf.get().state);
            if state.shut {
                return Ok(());
            }
            state.shut = true;
            let idle = !state.connection.is_busy();
            if idle {
                state.connection.close();
            }
            let goodbye = idle.then(|| PyBytes::new(py, state.connection.output()));
            let held = (state.pool.take(), state.poll.take());
            (state.transport.take(), state.write.take(), state.task.take(), goodbye, held)
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
            }
        }
        Ok(())
    }

    /// Hands what there is to write to the loop's transport, as long as it takes it.
    fn pump(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        loop {
            let (write, bytes) = {
                let mut state = lock(&slf.get().state);
                if state.paused || state.shut {
                    return Ok(());
                }
                let Some(write) = &state.write else { return Ok(()) };
                let write = write.clone_ref(py);
                let output = state.connection.output();
                let output = output.get(..WRITE_BYTES).unwrap_or(output);
                if output.is_empty() {
                    return Ok(());
                }
                let bytes = PyBytes::new(py, output);
                let count = output.len();
                state.connection.wrote(count);
                (write, bytes)
            };
            write.call1(py, (bytes,))?;
        }
    }

    /// The exchange has ended: the connection goes back to the pool or away, and the core has its answer.
    fn settle(slf: &Bound<'_, Self>, mut answer: Answer) -> PyResult<()> {
        let py = slf.py();
        let (job, reusable, pool, transport, large) = {
            let mut guard = lock(&slf.get().state);
            let state = &mut *guard;
            answer = answer.or_else(|failure| state.connection.answer_so_far().ok_or(failure));
            let reusable = state.connection.is_reusable();
            if reusable {
                state.idle_since_ms = clock::monotonic_ms();
            }
            let large = state.buffer.size() > SMALL;
            let pool = state.pool.as_ref().map(|pool| pool.clone_ref(py));
            let transport =
                if answer.is_err() { state.transport.as_ref().map(|it| it.clone_ref(py)) } else { None };
            (state.job.take(), reusable, pool, transport, large)
        };
        let (Some(job), Some(pool)) = (job, pool) else { return Ok(()) };
        let pool = pool.bind(py);
        if let (Err(failure), Some(transport)) = (&mut answer, transport)
            && failure.sent == RequestSent::Yes
            && transport
                .call_method0(py, intern!(py, "get_write_buffer_size"))
                .and_then(|size| size.extract::<usize>(py))
                .is_ok_and(|size| size > 0)
        {
            // The loop's transport still had some of it.
            failure.sent = RequestSent::Unknown;
        }
        if large {
            let small = ReadBuffer::new(py, SMALL)?;
            let large = std::mem::replace(&mut lock(&slf.get().state).buffer, small);
            pool.get().keep_buffer(large);
        }
        let result = if reusable { Pool::put_back(pool, slf) } else { Pool::discard(pool, slf) };
        job.call.get().answer(job.attempt, answer, None);
        Pool::advance(pool, job.call, job.future);
        result
    }

    /// An idle connection that has ended, or on which something came that nobody asked for, is dropped.
    fn check_idle(slf: &Bound<'_, Self>) -> PyResult<()> {
        let pool = {
            let state = lock(&slf.get().state);
            if state.job.is_some() || state.connection.is_reusable() {
                return Ok(());
            }
            state.pool.as_ref().map(|pool| pool.clone_ref(slf.py()))
        };
        match pool {
            Some(pool) => Pool::discard(pool.bind(slf.py()), slf),
            None => Ok(()),
        }
    }

    fn resize_buffer(slf: &Bound<'_, Self>, size: usize) -> PyResult<()> {
        let py = slf.py();
        let pool = lock(&slf.get().state).pool.as_ref().map(|pool| pool.clone_ref(py));
        let spare = pool.and_then(|pool| pool.get().spare_buffer(size));
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
    if let Err(error) = result {
        error.write_unraisable(slf.py(), Some(slf.as_any()));
    }
}

/// `poll` of a poll object that watches the transport's socket for reading.
fn poll_of(transport: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let py = transport.py();
    let select = py.import("select")?;
    let socket = transport.call_method1("get_extra_info", ("socket",))?;
    let poll = select.call_method0("poll")?;
    poll.call_method1("register", (socket.call_method0("fileno")?, select.getattr("POLLIN")?))?;
    Ok(poll.getattr("poll")?.unbind())
}
