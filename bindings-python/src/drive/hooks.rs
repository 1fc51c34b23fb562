//! The hooks of a client: functions of the caller, each called with an event. They watch a call and cannot change it.

use pyo3::PyClass;
use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use senders_core::{AttemptId, HttpRequest, HttpResponse, RequestSent, TransportFailure, WaitReason};

use super::clock::seconds;
use super::log::{Title, report};
use crate::models::{RequestEvent, ResponseEvent, WaitEvent};

/// The hooks of a client. A client without any has no such object.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Hooks {
    on_request: Option<Py<PyAny>>,
    on_response: Option<Py<PyAny>>,
    on_wait: Option<Py<PyAny>>,
}

#[pymethods]
impl Hooks {
    #[new]
    const fn new(
        on_request: Option<Py<PyAny>>,
        on_response: Option<Py<PyAny>>,
        on_wait: Option<Py<PyAny>>,
    ) -> Self {
        Self { on_request, on_response, on_wait }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.on_request)?;
        visit.call(&self.on_response)?;
        visit.call(&self.on_wait)
    }
}

/// A request that was sent, as `on_response` reports it.
pub(super) struct Sent {
    method: &'static str,
    url: String,
    /// When the request hook had returned.
    since_ms: u64,
}

impl Hooks {
    /// Reports a request that is about to be sent.
    pub(super) fn request(
        &self,
        py: Python<'_>,
        (call, operation): Title,
        attempt: AttemptId,
        request: &HttpRequest,
    ) -> PyResult<()> {
        tell(py, self.on_request.as_ref(), || {
            Ok(RequestEvent {
                call,
                operation: operation.to_owned(),
                attempt: attempt.number(),
                method: request.method.as_str().to_owned(),
                url: request.url(),
            })
        })
    }

    /// Whether the end of a request is reported.
    pub(super) const fn wants_response(&self) -> bool {
        self.on_response.is_some()
    }

    /// Reports the end of a request.
    pub(super) fn response(
        &self,
        py: Python<'_>,
        (call, operation): Title,
        attempt: AttemptId,
        sent: &Sent,
        now_ms: u64,
        answer: &Result<HttpResponse, TransportFailure>,
    ) -> PyResult<()> {
        tell(py, self.on_response.as_ref(), || {
            let response = answer.as_ref().ok();
            Ok(ResponseEvent {
                call,
                operation: operation.to_owned(),
                attempt: attempt.number(),
                method: sent.method.to_owned(),
                url: sent.url.clone(),
                duration: seconds(now_ms.saturating_sub(sent.since_ms)),
                status: response.map(|response| response.status),
                request_id: response.and_then(|it| it.headers.request_id()).map(str::to_owned),
                failure: answer.as_ref().err().map(|it| failure(py, it)).transpose()?,
            })
        })
    }

    /// Reports a pause.
    pub(super) fn wait(
        &self,
        py: Python<'_>,
        (call, operation): Title,
        reason: WaitReason,
        delay_ms: u64,
    ) -> PyResult<()> {
        tell(py, self.on_wait.as_ref(), || {
            let (operation, reason) = (operation.to_owned(), reason.as_str().to_owned());
            Ok(WaitEvent { call, operation, reason, delay: seconds(delay_ms) })
        })
    }
}

impl Sent {
    pub(super) fn new(request: &HttpRequest, since_ms: u64) -> Self {
        Self { method: request.method.as_str(), url: request.url(), since_ms }
    }
}

/// Calls a hook with an event, which is not made without it. Its exception is reported, and changes nothing of the call
/// unless it is no `Exception` (Ctrl-C).
fn tell<E>(py: Python<'_>, hook: Option<&Py<PyAny>>, event: impl FnOnce() -> PyResult<E>) -> PyResult<()>
where
    E: PyClass + Into<PyClassInitializer<E>>,
{
    let Some(hook) = hook else { return Ok(()) };
    let called = event().and_then(|event| refuse_coroutine(&hook.bind(py).call1((Bound::new(py, event)?,))?));
    report(py, hook, called)
}

/// Refuses a coroutine, which would never run. A task is none: it runs by itself.
fn refuse_coroutine(returned: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = returned.py();
    if returned.is_none()
        || !returned.hasattr(intern!(py, "__await__"))?
        || !returned.hasattr(intern!(py, "close"))?
    {
        return Ok(());
    }
    // Not left to complain that it was never awaited.
    returned.call_method0(intern!(py, "close"))?;
    Err(PyTypeError::new_err(
        "a hook must be a plain function, not an async one: it is called, never awaited",
    ))
}

/// Makes the `TransportFailure` of a failure.
fn failure(py: Python<'_>, failure: &TransportFailure) -> PyResult<Py<PyAny>> {
    let class = py.import(intern!(py, "senders._errors"))?.getattr(intern!(py, "TransportFailure"))?;
    let sent = match failure.sent {
        RequestSent::No => "no",
        RequestSent::Unknown => "unknown",
        RequestSent::Yes => "yes",
    };
    let fields = PyDict::new(py);
    fields.set_item("kind", failure.kind.as_str())?;
    fields.set_item("sent", sent)?;
    // Text of a transport, which may be anybody's.
    Ok(class.call((senders_core::one_line(&failure.message),), Some(&fields))?.unbind())
}
