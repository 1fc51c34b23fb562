//! Three drivers of one [`Call`], which do what the core asks for.
//!
//! | Python | driven by |
//! |---|---|
//! | `_native.Transport(...).run(call)` | a non-blocking socket and `poll` ([`blocking`]) |
//! | `await _asyncio.Transport(...).run(call)` | asyncio's own loop ([`asyncio`], `python/senders/_asyncio.py`) |
//! | `_native.run_with(call, send)`, `await _asyncio.run_with(call, send)` | a transport of the caller ([`injected`]) |
//!
//! `run` drives a call to its next value and returns it as `results` made it: an event (a page, a status change) while
//! more is to come, the outcome at the end, an exception on failure. `call.done` tells the two apart: it is false
//! after an event, true from the outcome or the exception on. So a single call needs one `run`, and a pager is
//! `page = run(call)` until `call.done`.

pub(crate) mod asyncio;
pub(crate) mod blocking;
mod buffer;
pub(crate) mod clock;
mod connect;
pub(crate) mod hooks;
mod idle;
pub(crate) mod injected;
mod log;
pub(crate) mod pool;
mod watch;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hooks::{Hooks, Sent};
use log::Title;
use pyo3::exceptions::{PyException, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString, PyTuple};
use senders_core::{
    Action, AttemptId, Event, FailureKind, Headers, HttpRequest, HttpResponse, Machine, Method, Now,
    Operation, Outcome, RequestSent, Step, Timeouts, TransportFailure,
};
use zeroize::Zeroize;

use crate::models::WithResponse;
use crate::net::proxy::Proxies;
use crate::net::settings::Settings;
use crate::{errors, results};

/// Locks, whatever happened to the last holder: every state in this crate is whole between two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The parts of Python that a call uses besides its transport.
pub(crate) struct CallContext {
    /// An object with `monotonic()`, `time()` (seconds) and `sleep(seconds)`, instead of the real clocks.
    pub(crate) clock: Option<Py<PyAny>>,
    /// A `logging.Logger` whose level is `DEBUG`.
    pub(crate) logger: Option<Py<PyAny>>,
    /// The hooks of the client.
    pub(crate) hooks: Option<Py<Hooks>>,
    /// The number of the call within the client, from 1, and its operation.
    pub(crate) title: Title,
}

/// One operation under way. Made by the client, driven by a transport, by one at a time.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Call {
    context: CallContext,
    state: Mutex<State>,
    panics: AtomicBool,
    running: AtomicBool,
    done: AtomicBool,
    /// Whether a driver has started it.
    begun: AtomicBool,
    /// Whether a request that changes something was handed to a transport.
    written: AtomicBool,
    /// Whether the last response is kept, for `with_response`.
    keeps_response: AtomicBool,
}

struct State {
    operation: Operation,
    /// The exception behind the last failure, to be the `__cause__` of the one that is raised.
    cause: Option<PyErr>,
    /// The exception raised while a response was reported to the core, to be raised by the next step.
    broken: Option<PyErr>,
    /// The last readings of an injected clock that did not fail.
    last_now: Option<Now>,
    /// The request under way, if a hook waits for its end.
    sent: Option<Sent>,
    /// Status and headers of the last response, if they are kept.
    response: Option<(u16, Headers)>,
}

/// A request whose body, which may hold a verification code, is wiped from memory in the end.
pub(crate) struct Request(HttpRequest);

impl std::ops::Deref for Request {
    type Target = HttpRequest;

    fn deref(&self) -> &HttpRequest {
        &self.0
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.0.body.zeroize();
    }
}

/// The next step of a driver.
pub(crate) enum Next {
    Send { attempt: AttemptId, request: Request, timeouts: Timeouts },
    Wait { delay_ms: u64 },
    Value(PyResult<Py<PyAny>>),
}

impl Call {
    /// Makes the call of an operation; it may read another clock, be logged, or be watched by hooks.
    pub(crate) const fn with(operation: Operation, context: CallContext) -> Self {
        Self {
            context,
            panics: AtomicBool::new(false),
            state: Mutex::new(State {
                operation,
                cause: None,
                broken: None,
                last_now: None,
                sent: None,
                response: None,
            }),
            written: AtomicBool::new(false),
            keeps_response: AtomicBool::new(false),
            running: AtomicBool::new(false),
            done: AtomicBool::new(false),
            begun: AtomicBool::new(false),
        }
    }

    /// Keeps a second driver out until [`Call::release`].
    pub(crate) fn claim(&self) -> PyResult<()> {
        if self.running.swap(true, Ordering::AcqRel) {
            return Err(PyRuntimeError::new_err("this call is already running; make one call for each use"));
        }
        Ok(())
    }

    pub(crate) fn release(&self) {
        self.running.store(false, Ordering::Release);
    }

    /// Returns the next step. A panic of the core ends the call with an `InternalError`.
    pub(crate) fn next(&self, py: Python<'_>) -> Next {
        self.begun.store(true, Ordering::Release);
        let next = errors::guard(py, || {
            if let Some(broken) = lock(&self.state).broken.take() {
                return Err(broken);
            }
            let (now, failed) = self.now(py)?;
            self.step(py, now, failed)
        });
        next.unwrap_or_else(|error| {
            self.done.store(true, Ordering::Release);
            Next::Value(Err(error))
        })
    }

    fn step(&self, py: Python<'_>, now: Now, clock_error: Option<PyErr>) -> PyResult<Next> {
        #[expect(clippy::panic, reason = "the hook of the test that a panic does not get through")]
        if self.panics.load(Ordering::Relaxed) {
            panic!("asked for by a test");
        }
        let (step, cause) = {
            let mut state = lock(&self.state);
            let step = state.operation.step(now);
            let cause = if matches!(step, Step::Done(Err(_))) { state.cause.take() } else { None };
            (step, cause)
        };
        if let Err(error) = self.announce(py, &step, clock_error) {
            if let Step::Act(Action::Send { attempt, .. }) = &step {
                let _ = lock(&self.state).operation.on_failure(now, *attempt, aborted(RequestSent::No));
            }
            return Err(error);
        }
        if let Step::Act(Action::Send { request, .. }) = &step
            && request.method != Method::Get
        {
            self.written.store(true, Ordering::Relaxed);
        }
        Ok(match step {
            Step::Act(Action::Send { attempt, request, timeouts }) => {
                Next::Send { attempt, request: Request(request), timeouts }
            }
            Step::Act(Action::Wait { delay_ms, .. }) => Next::Wait { delay_ms },
            Step::Act(Action::InFlight(_)) => {
                return Err(PyRuntimeError::new_err("a request of this call is already on its way"));
            }
            Step::Yield(event) => Next::Value(results::event(py, event)),
            Step::Done(result) => {
                self.done.store(true, Ordering::Release);
                Next::Value(match result {
                    Ok(outcome) => results::outcome(py, outcome),
                    Err(error) => {
                        let error = results::error(py, &error);
                        if cause.is_some() {
                            error.set_cause(py, cause);
                        }
                        Err(error)
                    }
                })
            }
        })
    }

    /// Reports a step to the log and the hooks before it is carried out. After `Err` it must not be.
    fn announce(
        &self,
        py: Python<'_>,
        step: &Step<Event, Outcome>,
        clock_error: Option<PyErr>,
    ) -> PyResult<()> {
        // A result that is there is returned; after the clock has failed, no request is sent and no wait begins.
        if let Some(error) = clock_error
            && matches!(step, Step::Act(Action::Send { .. }) | Step::Act(Action::Wait { .. }))
        {
            return Err(self.clock_failed(py, error));
        }
        let title = self.context.title;
        if let Some(logger) = &self.context.logger {
            log::step(py, logger, title, step)?;
        }
        let Some(hooks) = self.context.hooks.as_ref().map(Py::get) else { return Ok(()) };
        match step {
            Step::Act(Action::Send { attempt, request, .. }) => {
                hooks.request(py, title, *attempt, request)?;
                if hooks.wants_response() {
                    // Read again: the time of the hook is not the request's.
                    let (now, _) = self.now(py)?;
                    lock(&self.state).sent = Some(Sent::new(request, now.monotonic_ms));
                }
                Ok(())
            }
            Step::Act(Action::Wait { delay_ms, reason }) => hooks.wait(py, title, *reason, *delay_ms),
            _ => Ok(()),
        }
    }

    /// Reads both clocks: the real ones, or an injected transport's. For one that raises, returns its last reading and
    /// the exception. `Err` is an exception that is no `Exception` (Ctrl-C).
    fn now(&self, py: Python<'_>) -> PyResult<(Now, Option<PyErr>)> {
        let Some(clock) = &self.context.clock else {
            return Ok((clock::now(), None));
        };
        match clock::of(clock.bind(py)) {
            Ok(now) => {
                lock(&self.state).last_now = Some(now);
                Ok((now, None))
            }
            Err(error) if error.is_instance_of::<PyException>(py) => {
                let last = lock(&self.state).last_now;
                Ok((last.unwrap_or_else(clock::now), Some(error)))
            }
            Err(error) => Err(error),
        }
    }

    /// Ends the call, and returns the exception for a clock that raised `error`.
    pub(crate) fn clock_failed(&self, py: Python<'_>, error: PyErr) -> PyErr {
        if !error.is_instance_of::<PyException>(py) {
            return error;
        }
        self.done.store(true, Ordering::Release);
        errors::clock_failed(py, error, self.written.load(Ordering::Relaxed))
    }

    /// Returns the clock of an injected transport, to sleep by.
    pub(crate) const fn clock(&self) -> Option<&Py<PyAny>> {
        self.context.clock.as_ref()
    }

    /// Reports a response or a failure to the core, with the time at which it came, and before to the log and the hooks.
    /// `cause` is the exception behind a failure.
    pub(crate) fn answer(
        &self,
        attempt: AttemptId,
        answer: Result<HttpResponse, TransportFailure>,
        cause: Option<PyErr>,
    ) {
        Python::attach(|py| {
            let reported = errors::guard(py, || {
                let (now, _) = self.now(py)?;
                let watched = self.watch(py, now, attempt, &answer);
                let mut state = lock(&self.state);
                if self.keeps_response.load(Ordering::Relaxed)
                    && let Ok(response) = &answer
                {
                    state.response = Some((response.status, response.headers.clone()));
                }
                // A misuse leaves the machine as it is, and a driver reports only attempts that it was given.
                let _ = match answer {
                    Ok(response) => state.operation.on_response(now, attempt, response),
                    Err(failure) => state.operation.on_failure(now, attempt, failure),
                };
                watched
            });
            let dropped = {
                let mut state = lock(&self.state);
                (
                    std::mem::replace(&mut state.cause, cause),
                    std::mem::replace(&mut state.broken, reported.err()),
                )
            };
            drop(dropped);
        });
    }

    pub(crate) fn respond(&self, attempt: AttemptId, response: HttpResponse) {
        self.answer(attempt, Ok(response), None);
    }

    pub(crate) fn fail(&self, attempt: AttemptId, failure: TransportFailure, cause: Option<PyErr>) {
        self.answer(attempt, Err(failure), cause);
    }

    /// Reports the end of a request to the log and the hooks.
    fn watch(
        &self,
        py: Python<'_>,
        now: Now,
        attempt: AttemptId,
        answer: &Result<HttpResponse, TransportFailure>,
    ) -> PyResult<()> {
        let title = self.context.title;
        if let Some(logger) = &self.context.logger {
            log::answer(py, logger, title, attempt, answer)?;
        }
        let Some(hooks) = &self.context.hooks else { return Ok(()) };
        let sent = lock(&self.state).sent.take();
        sent.map_or(Ok(()), |sent| hooks.get().response(py, title, attempt, &sent, now.monotonic_ms, answer))
    }
}

#[pymethods]
impl Call {
    /// Whether the outcome has been returned.
    #[getter]
    fn done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// Whether it was driven at all.
    #[getter]
    fn begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }

    /// Whether the transport has its own clock.
    #[getter]
    const fn has_clock(&self) -> bool {
        self.context.clock.is_some()
    }

    /// Ends a call that its caller leaves or whose client is closed: an `ensure` lets its numbers go.
    fn cancel(&self, message: &str) {
        lock(&self.state).operation.cancel(message);
    }

    /// Makes it keep the last response, for `with_response`.
    fn keep_response(&self) {
        self.keeps_response.store(true, Ordering::Relaxed);
    }

    /// Adds the response to the outcome; returns a value on the way as it is.
    fn with_response(&self, py: Python<'_>, value: Py<PyAny>) -> PyResult<Py<PyAny>> {
        if !self.done() {
            return Ok(value);
        }
        // Every outcome has a response; without one it would still be the caller's.
        let (status, headers) = lock(&self.state).response.take().unwrap_or_default();
        let request_id = headers.request_id().map(str::to_owned);
        let headers = PyTuple::new(py, headers.iter().collect::<Vec<_>>())?.unbind();
        Ok(Bound::new(py, WithResponse { data: value, status, headers, request_id })?.into_any().unbind())
    }

    /// Makes the next step panic, for tests.
    fn _panic(&self) {
        self.panics.store(true, Ordering::Relaxed);
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.context.clock)?;
        visit.call(&self.context.hooks)
    }

    fn __repr__(&self) -> &'static str {
        if self.done() { "<Call done>" } else { "<Call>" }
    }
}

/// Returns the failure of an attempt whose caller cancelled the call.
pub(crate) fn aborted(sent: RequestSent) -> TransportFailure {
    TransportFailure::new(FailureKind::Aborted, sent, "the caller cancelled the call")
}

/// Reads the options that every transport of this package takes.
pub(crate) fn settings(
    py: Python<'_>,
    proxy: Option<&Bound<'_, PyAny>>,
    ca_file: Option<PathBuf>,
    max_connections: usize,
) -> PyResult<Settings> {
    if max_connections == 0 {
        return Err(PyValueError::new_err("max_connections must be at least 1, got `0`"));
    }
    let proxies = match proxy {
        None => {
            let environment = py.import("os")?.getattr("environ")?;
            Proxies::from_environment(|name| environment.get_item(name).ok()?.extract().ok())
        }
        Some(choice) => match (choice.cast::<PyString>(), choice.cast::<PyBool>()) {
            (Ok(url), _) => Proxies::one(url.to_cow()?.as_ref()).map_err(PyValueError::new_err)?,
            (_, Ok(choice)) if !choice.is_true() => Proxies::default(),
            _ => {
                return Err(PyTypeError::new_err(
                    "proxy must be a URL like http://host:port, None for the environment's, or False for none",
                ));
            }
        },
    };
    Settings::new(max_connections, proxies, ca_file.as_deref()).map_err(PyValueError::new_err)
}
