//! The connections of one event loop, the jobs that wait for one, and the one timer for every deadline.
//!
//! A pool hangs off its loop (loop → transport → protocol → connection → pool) and is held only weakly by the client,
//! so that neither keeps the other alive. Everything here runs on the loop's thread; the locks are for `Sync` only and
//! are never held while Python runs, for Python calls back.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use senders_core::{FailureKind, Now, RequestSent, TransportFailure};

use super::asyncio::{Conn, Job, Owner, Place};
use super::buffer::ReadBuffer;
use super::idle::{IDLE_MS, IdlePool, is_same};
use super::{Call, Next, aborted, clock, lock, settings};
use crate::errors;
use crate::net::not_sent;
use crate::net::settings::Settings;

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

    /// Makes the pool of `event_loop`, which connects by the coroutine function `connect(conn, host, port)`.
    fn pool(&self, event_loop: &Bound<'_, PyAny>, connect: Py<PyAny>) -> PyResult<Pool> {
        Pool::new(Arc::clone(&self.settings), event_loop, connect)
    }
}

#[pyclass(frozen, weakref, module = "senders._native")]
pub(crate) struct Pool {
    settings: Arc<Settings>,
    /// The process it was made in. Beside the lock, which another thread may have held at a fork.
    process: u32,
    event_loop: Py<PyAny>,
    create_future: Py<PyAny>,
    /// `_asyncio.connect(conn, host, port)`, a coroutine function.
    connect: Py<PyAny>,
    state: Mutex<State>,
}

struct State {
    /// Every connection, also those that are connecting.
    conns: Vec<Py<Conn>>,
    /// Those of them that serve no job.
    idle: IdlePool<Py<Conn>>,
    /// The jobs that wait for a connection, first come first served.
    queue: VecDeque<Job>,
    /// The calls that wait for time to pass.
    waits: Vec<Waiting>,
    /// When the timer is due, and its handle.
    timer: Option<(u64, Py<PyAny>)>,
    /// A large buffer that is not in use; memory for one large body after another.
    spare: Option<ReadBuffer>,
}

impl State {
    const fn new(process: u32, max_connections: usize) -> Self {
        Self {
            conns: Vec::new(),
            idle: IdlePool::new(process, max_connections),
            queue: VecDeque::new(),
            waits: Vec::new(),
            timer: None,
            spare: None,
        }
    }

    fn is_full(&self) -> bool {
        self.idle.is_full(self.conns.len())
    }
}

struct Waiting {
    call: Py<Call>,
    future: Py<PyAny>,
    handle: Py<PyAny>,
}

#[pymethods]
impl Pool {
    /// Starts to drive `call` to its next value. Returns a future of it, or `None` if this pool is another process's.
    fn start(slf: &Bound<'_, Self>, call: &Bound<'_, Call>) -> PyResult<Option<Py<PyAny>>> {
        let py = slf.py();
        let pool = slf.get();
        if pool.process != std::process::id() {
            return Ok(None);
        }
        call.get().claim()?;
        let future = match pool.create_future.call0(py) {
            Ok(future) => future,
            Err(error) => {
                call.get().release();
                return Err(error);
            }
        };
        Self::advance(slf, call.clone().unbind(), future.clone_ref(py));
        Ok(Some(future))
    }

    /// Ends `call`, whose caller waits for `future` no longer: its connection is closed at once.
    fn abort(slf: &Bound<'_, Self>, call: &Bound<'_, Call>, future: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        let pool = slf.get();
        let conns: Vec<_> = lock(&pool.state).conns.iter().map(|conn| conn.clone_ref(py)).collect();
        for conn in conns {
            // Only the connection that still serves this very future; it may serve another by now.
            if let Some((job, sent)) = conn.get().take_job_of(future) {
                call.get().fail(job.attempt, aborted(sent), None);
                call.get().release();
                return Self::discard(slf, conn.bind(py));
            }
        }
        let (job, waiting) = {
            let mut state = lock(&pool.state);
            let queued = state.queue.iter().position(|job| job.future.is(future));
            let waiting = state.waits.iter().position(|waiting| waiting.future.is(future));
            (
                queued.and_then(|index| state.queue.remove(index)),
                waiting.map(|index| state.waits.swap_remove(index)),
            )
        };
        if let Some(job) = job {
            call.get().fail(job.attempt, aborted(RequestSent::No), None);
            call.get().release();
        }
        if let Some(waiting) = waiting {
            call.get().release();
            waiting.handle.call_method0(py, intern!(py, "cancel"))?;
        }
        Ok(())
    }

    /// Closes every connection; calls under way fail.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let (conns, idle, queue, waits, timer) = {
            let mut state = lock(&slf.get().state);
            let idle = state.idle.close(std::process::id());
            let conns: Vec<_> = state.conns.iter().map(|conn| conn.clone_ref(py)).collect();
            let (queue, waits) = (std::mem::take(&mut state.queue), std::mem::take(&mut state.waits));
            (conns, idle, queue, waits, state.timer.take())
        };
        // They are closed among all the connections.
        drop(idle);
        if slf.get().process != std::process::id() {
            return Ok(());
        }
        if let Some((_, handle)) = timer {
            handle.call_method0(py, intern!(py, "cancel"))?;
        }
        for waiting in waits {
            waiting.handle.call_method0(py, intern!(py, "cancel"))?;
            waiting.call.get().cancel("the client was closed while the call waited");
            let value = match waiting.call.get().next(py) {
                Next::Value(value) => value,
                Next::Send { .. } | Next::Wait { .. } => {
                    Err(errors::internal(py, "a call that does not end"))
                }
            };
            waiting.call.get().release();
            resolve(py, &waiting.future, value);
        }
        for job in queue {
            Self::fail(slf, job, not_sent(FailureKind::Aborted, "the client was closed"), None);
        }
        for conn in conns {
            Self::fail_connection(slf, conn.bind(py), |sent| {
                TransportFailure::new(FailureKind::Aborted, sent, "the client was closed")
            })?;
        }
        Ok(())
    }

    /// Returns the loop of this pool.
    #[getter]
    fn event_loop(&self, py: Python<'_>) -> Py<PyAny> {
        self.event_loop.clone_ref(py)
    }

    /// Returns the number of connections, and of those that are idle, for tests.
    #[getter]
    fn connections(&self) -> (usize, usize) {
        let state = lock(&self.state);
        (state.conns.len(), state.idle.len())
    }

    /// Goes on with a call whose wait is over.
    fn _resume(slf: &Bound<'_, Self>, call: Py<Call>, future: Py<PyAny>) {
        let waited = {
            let mut state = lock(&slf.get().state);
            let found = state.waits.iter().position(|waiting| waiting.future.is(&future));
            found.map(|index| state.waits.swap_remove(index))
        };
        if waited.is_some() {
            Self::advance(slf, call, future);
        }
    }

    /// Ends the jobs and idle connections whose time is over, and sets the timer for the next ones. Called by the timer.
    fn _expire(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let now = clock::monotonic_ms();
        let (conns, late) = {
            let mut state = lock(&slf.get().state);
            state.timer = None;
            let (late, queue): (VecDeque<_>, _) =
                std::mem::take(&mut state.queue).into_iter().partition(|job| job.deadline_ms <= now);
            state.queue = queue;
            (state.conns.iter().map(|conn| conn.clone_ref(py)).collect::<Vec<_>>(), late)
        };
        for job in late {
            let message = "no connection came free in time; raise max_connections";
            Self::fail(slf, job, not_sent(FailureKind::Timeout, message), None);
        }
        Self::discard_expired(slf, clock::now())?;
        let mut next: Option<u64> = None;
        for conn in conns {
            let bound = conn.bind(py);
            match conn.get().due_ms() {
                Some(due) if due > now => next = Some(next.map_or(due, |next| next.min(due))),
                Some(_) if Conn::settle_so_far(bound)? => {}
                Some(_) => Self::fail_connection(slf, bound, |sent| conn.get().timeout(sent))?,
                None => {}
            }
        }
        let (idle, queued) = {
            let state = lock(&slf.get().state);
            (state.idle.next_expiry_ms(), state.queue.iter().map(|job| job.deadline_ms).min())
        };
        match [next, idle, queued].into_iter().flatten().min() {
            Some(due) => Self::arm(slf, due, now),
            None => Ok(()),
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.event_loop)?;
        visit.call(&self.create_future)?;
        visit.call(&self.connect)?;
        if let Ok(state) = self.state.try_lock() {
            for conn in state.conns.iter().chain(state.idle.iter()) {
                visit.call(conn)?;
            }
            for job in &state.queue {
                visit.call(&job.call)?;
                visit.call(&job.future)?;
            }
            for waiting in &state.waits {
                visit.call(&waiting.call)?;
                visit.call(&waiting.future)?;
                visit.call(&waiting.handle)?;
            }
            if let Some((_, handle)) = &state.timer {
                visit.call(handle)?;
            }
        }
        Ok(())
    }

    fn __clear__(&self) {
        let empty = State::new(self.process, self.settings.max_connections);
        let state = std::mem::replace(&mut *lock(&self.state), empty);
        drop(state);
    }
}

impl Pool {
    pub(crate) fn new(
        settings: Arc<Settings>,
        event_loop: &Bound<'_, PyAny>,
        connect: Py<PyAny>,
    ) -> PyResult<Self> {
        let process = std::process::id();
        let state = Mutex::new(State::new(process, settings.max_connections));
        Ok(Self {
            settings,
            process,
            event_loop: event_loop.clone().unbind(),
            create_future: event_loop.getattr("create_future")?.unbind(),
            connect,
            state,
        })
    }

    /// Does what the core asks for until a request or a wait is under way, or the future is resolved.
    fn advance(slf: &Bound<'_, Self>, call: Py<Call>, future: Py<PyAny>) {
        let py = slf.py();
        let value = match call.get().next(py) {
            Next::Value(value) => value,
            Next::Wait { delay_ms } => match Self::wait(slf, &call, &future, delay_ms) {
                Ok(()) => return,
                Err(error) => Err(error),
            },
            Next::Send { attempt, request, timeouts } => {
                let now = clock::monotonic_ms();
                let job = Job {
                    call,
                    future,
                    attempt,
                    request,
                    connect_ms: timeouts.connect_ms,
                    connect_deadline_ms: now.saturating_add(timeouts.connect_ms),
                    deadline_ms: now.saturating_add(timeouts.attempt_ms),
                };
                return Self::dispatch(slf, job, now);
            }
        };
        call.get().release();
        resolve(py, &future, value);
    }

    /// Ends an attempt without a response, and goes on with its call.
    fn fail(slf: &Bound<'_, Self>, job: Job, failure: TransportFailure, cause: Option<PyErr>) {
        job.call.get().fail(job.attempt, failure, cause);
        Self::advance(slf, job.call, job.future);
    }

    fn wait(slf: &Bound<'_, Self>, call: &Py<Call>, future: &Py<PyAny>, delay_ms: u64) -> PyResult<()> {
        let py = slf.py();
        #[expect(clippy::cast_precision_loss, reason = "delays are far below 2^53 ms")]
        let seconds = delay_ms as f64 / 1000.0;
        let resume = slf.getattr(intern!(py, "_resume"))?;
        let handle = slf.get().event_loop.call_method1(
            py,
            intern!(py, "call_later"),
            (seconds, resume, call.clone_ref(py), future.clone_ref(py)),
        )?;
        let waiting = Waiting { call: call.clone_ref(py), future: future.clone_ref(py), handle };
        lock(&slf.get().state).waits.push(waiting);
        Ok(())
    }

    /// Finds a connection for a job: an idle one, a new one, or a place in the queue.
    fn dispatch(slf: &Bound<'_, Self>, job: Job, now: u64) {
        let py = slf.py();
        let pool = slf.get();
        if let Err(error) = Self::arm(slf, job.deadline_ms, now) {
            return Self::raise_to_caller(slf, job, error);
        }
        let now = clock::now();
        if let Err(error) = Self::discard_expired(slf, now) {
            return Self::raise_to_caller(slf, job, error);
        }
        loop {
            let (found, full) = {
                let mut state = lock(&pool.state);
                (state.idle.take(&job.request.origin, now), state.is_full())
            };
            let found = match found {
                Ok(found) => found,
                Err(failure) => return Self::fail(slf, job, failure, None),
            };
            if let Some(conn) = found {
                let conn = conn.bind(py);
                if conn.get().is_alive(py) {
                    return Conn::begin(conn, job);
                }
                if let Err(error) = Self::discard(slf, conn) {
                    return Self::raise_to_caller(slf, job, error);
                }
                continue;
            }
            if full {
                let other = lock(&pool.state).idle.take_last();
                let Some(other) = other else {
                    lock(&pool.state).queue.push_back(job);
                    return;
                };
                if let Err(error) = Self::discard(slf, other.bind(py)) {
                    return Self::raise_to_caller(slf, job, error);
                }
            }
            return Self::open(slf, job);
        }
    }

    /// Makes a connection for a job.
    fn open(slf: &Bound<'_, Self>, mut job: Job) {
        let py = slf.py();
        let pool = slf.get();
        let (connection, address) = match pool.settings.connection(&job.request.origin) {
            Ok(parts) => parts,
            Err(failure) => return Self::fail(slf, job, failure, None),
        };
        let now = clock::monotonic_ms();
        job.connect_deadline_ms = now.saturating_add(job.connect_ms).min(job.deadline_ms);
        let due = job.connect_deadline_ms;
        let (host, port) = (address.host.clone(), address.port);
        let place = Place { origin: Arc::clone(&job.request.origin), address, connect_ms: job.connect_ms };
        let conn = match Conn::new(py, Box::new(slf.clone().unbind()), place, connection)
            .and_then(|conn| Bound::new(py, conn))
        {
            Ok(conn) => conn,
            Err(error) => return Self::raise_to_caller(slf, job, error),
        };
        lock(&pool.state).conns.push(conn.clone().unbind());
        Conn::begin(&conn, job);
        let task = pool
            .connect
            .call1(py, (&conn, host, port))
            .and_then(|coroutine| pool.event_loop.call_method1(py, intern!(py, "create_task"), (coroutine,)));
        let result = match task {
            Ok(task) => {
                conn.get().set_task(task);
                Self::arm(slf, due, now)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            report(slf, Conn::fail_connect(&conn, error));
        }
    }

    fn store_buffer(&self, buffer: ReadBuffer) {
        let before = lock(&self.state).spare.replace(buffer);
        drop(before);
    }

    fn take_buffer(&self, size: usize) -> Option<ReadBuffer> {
        let mut state = lock(&self.state);
        if state.spare.as_ref().is_some_and(|spare| spare.size() >= size) { state.spare.take() } else { None }
    }

    /// Gives a connection that has served its job the next one in the queue, or keeps it idle.
    fn return_to_pool(slf: &Bound<'_, Self>, conn: &Bound<'_, Conn>) -> PyResult<()> {
        let job = {
            let mut state = lock(&slf.get().state);
            match state.queue.pop_front() {
                Some(job) => job,
                None => {
                    let now = clock::now();
                    // `start` has compared the process.
                    let process = slf.get().process;
                    let refused = state.idle.put(conn.get().origin(), conn.clone().unbind(), now, process);
                    let armed = state.timer.is_some();
                    drop(state);
                    return match refused {
                        Err(refused) => Self::discard(slf, refused.bind(slf.py())),
                        Ok(()) if armed => Ok(()),
                        Ok(()) => Self::arm(slf, now.monotonic_ms + IDLE_MS, now.monotonic_ms),
                    };
                }
            }
        };
        if is_same(conn.get().origin(), &job.request.origin) {
            Conn::begin(conn, job);
            return Ok(());
        }
        lock(&slf.get().state).queue.push_front(job);
        Self::discard(slf, conn)
    }

    /// Discards the idle connections that have expired.
    fn discard_expired(slf: &Bound<'_, Self>, now: Now) -> PyResult<()> {
        let expired = lock(&slf.get().state).idle.take_expired(now);
        expired.iter().map(|conn| Self::discard(slf, conn.bind(slf.py()))).fold(Ok(()), Result::and)
    }

    /// Closes a connection and gives its place to the next job in the queue.
    fn discard(slf: &Bound<'_, Self>, conn: &Bound<'_, Conn>) -> PyResult<()> {
        let pool = slf.get();
        let (next, removed) = {
            let mut state = lock(&pool.state);
            let mut removed = Vec::new();
            removed.extend(state.idle.take_this(|other| other.is(conn)));
            if let Some(index) = state.conns.iter().position(|other| other.is(conn)) {
                removed.push(state.conns.swap_remove(index));
            }
            (if state.is_full() { None } else { state.queue.pop_front() }, removed)
        };
        drop(removed);
        let result = Conn::close(conn);
        if let Some(job) = next {
            Self::open(slf, job);
        }
        result
    }

    /// Drops a connection and fails its job.
    fn fail_connection(
        slf: &Bound<'_, Self>,
        conn: &Bound<'_, Conn>,
        failure: impl FnOnce(RequestSent) -> TransportFailure,
    ) -> PyResult<()> {
        let job = conn.get().take_job();
        let result = Self::discard(slf, conn);
        if let Some((job, sent)) = job {
            Self::fail(slf, job, failure(sent), None);
        }
        result
    }

    /// Ends a job with an exception of Python itself, which the caller gets as it is.
    fn raise_to_caller(slf: &Bound<'_, Self>, job: Job, error: PyErr) {
        let py = slf.py();
        job.call.get().fail(job.attempt, aborted(RequestSent::No), None);
        job.call.get().release();
        resolve(py, &job.future, Err(error));
    }

    /// Sets the timer to `due_ms`, unless it is due earlier.
    fn arm(slf: &Bound<'_, Self>, due_ms: u64, now: u64) -> PyResult<()> {
        let py = slf.py();
        let earlier = {
            let mut state = lock(&slf.get().state);
            match &state.timer {
                Some((at, _)) if *at <= due_ms => return Ok(()),
                _ => state.timer.take(),
            }
        };
        if let Some((_, handle)) = earlier {
            handle.call_method0(py, intern!(py, "cancel"))?;
        }
        #[expect(clippy::cast_precision_loss, reason = "delays are far below 2^53 ms")]
        let seconds = due_ms.saturating_sub(now) as f64 / 1000.0;
        let expire = slf.getattr(intern!(py, "_expire"))?;
        let handle = slf.get().event_loop.call_method1(py, intern!(py, "call_later"), (seconds, expire))?;
        lock(&slf.get().state).timer = Some((due_ms, handle));
        Ok(())
    }
}

impl Owner for Py<Pool> {
    fn clone_ref(&self, py: Python<'_>) -> Box<dyn Owner> {
        Box::new(self.clone_ref(py))
    }

    fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self)
    }

    fn return_to_pool(&self, conn: &Bound<'_, Conn>) -> PyResult<()> {
        Pool::return_to_pool(self.bind(conn.py()), conn)
    }

    fn discard(&self, conn: &Bound<'_, Conn>) -> PyResult<()> {
        Pool::discard(self.bind(conn.py()), conn)
    }

    fn fail(&self, py: Python<'_>, job: Job, failure: TransportFailure, cause: Option<PyErr>) {
        Pool::fail(self.bind(py), job, failure, cause);
    }

    fn advance(&self, py: Python<'_>, call: Py<Call>, future: Py<PyAny>) {
        Pool::advance(self.bind(py), call, future);
    }

    fn store_buffer(&self, buffer: ReadBuffer) {
        self.get().store_buffer(buffer);
    }

    fn take_buffer(&self, size: usize) -> Option<ReadBuffer> {
        self.get().take_buffer(size)
    }
}

fn report(slf: &Bound<'_, Pool>, result: PyResult<()>) {
    if let Err(error) = result {
        error.write_unraisable(slf.py(), Some(slf.as_any()));
    }
}

/// Resolves a future with a value; one that was cancelled meanwhile is left alone.
fn resolve(py: Python<'_>, future: &Py<PyAny>, value: PyResult<Py<PyAny>>) {
    let result = match value {
        Ok(value) => future.call_method1(py, intern!(py, "set_result"), (value,)),
        Err(error) => future.call_method1(py, intern!(py, "set_exception"), (error.into_value(py),)),
    };
    if let Err(error) = result
        && !error.is_instance_of::<PyRuntimeError>(py)
        && !future.call_method0(py, intern!(py, "done")).is_ok_and(|done| done.is_truthy(py).unwrap_or(true))
    {
        error.write_unraisable(py, Some(future.bind(py)));
    }
}
