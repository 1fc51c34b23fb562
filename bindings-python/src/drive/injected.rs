//! A transport of the caller: any object with `send(request)`. The loop for `async` is in `_asyncio.py`, for it has to
//! await; both go by [`poll`], [`answer`] and [`fail`].

use pyo3::exceptions::{PyConnectionError, PyTimeoutError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyMapping, PyTuple};
use senders_core::{AttemptId, FailureKind, Headers, RequestSent, TransportFailure};

use super::clock::{seconds, wait};
use super::{Call, Next, Request, aborted};

/// One request, for a transport of the user's own to send as it is.
#[pyclass(frozen, module = "senders")]
pub(crate) struct HttpRequest {
    request: Request,
    attempt: AttemptId,
    timeout_ms: u64,
}

#[pymethods]
impl HttpRequest {
    /// `GET`, `POST` or `DELETE`.
    #[getter]
    fn method(&self) -> &'static str {
        self.request.method.as_str()
    }

    /// The whole URL.
    #[getter]
    fn url(&self) -> String {
        self.request.url()
    }

    /// Name and value of every header, in order. `Host` and `Content-Length` are the transport's to add.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.request.headers.iter().collect::<Vec<_>>())
    }

    /// The body; empty if there is none.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.request.body)
    }

    /// Seconds the attempt may take.
    #[getter]
    fn timeout(&self) -> f64 {
        std::time::Duration::from_millis(self.timeout_ms).as_secs_f64()
    }

    /// The largest body a response may have, in bytes; a larger one is refused.
    #[getter]
    fn max_response_bytes(&self) -> u64 {
        self.request.max_response_bytes
    }

    fn __repr__(&self) -> String {
        // The URL's path and query may hold what is not for logs; its origin is not.
        format!(
            "<HttpRequest {} {} body_bytes={}>",
            self.request.method.as_str(),
            self.request.origin,
            self.request.body.len()
        )
    }
}

/// A response, as a transport of the user's own may return it.
#[pyclass(frozen, module = "senders")]
pub(crate) struct HttpResponse {
    #[pyo3(get)]
    status: u16,
    headers: Headers,
    body: Py<PyBytes>,
}

#[pymethods]
impl HttpResponse {
    #[new]
    #[pyo3(signature = (status, headers=None, body=None))]
    fn new(
        py: Python<'_>,
        status: u16,
        headers: Option<&Bound<'_, PyAny>>,
        body: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let headers = headers.map(headers_of).transpose()?.unwrap_or_default();
        let body = body.map(body_of).transpose()?.unwrap_or_default();
        Ok(Self { status, headers, body: PyBytes::new(py, &body).unbind() })
    }

    /// Name and value of every header, in order.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.headers.iter().collect::<Vec<_>>())
    }

    #[getter]
    fn body(&self, py: Python<'_>) -> Py<PyBytes> {
        self.body.clone_ref(py)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<HttpResponse {} body_bytes={}>", self.status, self.body.as_bytes(py).len())
    }
}

/// Drives `call` to its next value by calling `send(request)`.
#[pyfunction]
pub(crate) fn run_with(
    py: Python<'_>,
    call: &Bound<'_, Call>,
    send: &Bound<'_, PyAny>,
) -> PyResult<Py<PyAny>> {
    call.get().claim()?;
    let result = drive(py, call.get(), send);
    call.get().release();
    result
}

fn drive(py: Python<'_>, call: &Call, send: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    loop {
        let request = match call.next(py) {
            Next::Value(value) => return value,
            Next::Wait { delay_ms } => {
                match call.clock() {
                    Some(clock) => {
                        let slept = clock.call_method1(py, "sleep", (seconds(delay_ms),));
                        drop(slept.map_err(|error| call.clock_failed(py, error))?);
                    }
                    None => wait(py, delay_ms)?,
                }
                continue;
            }
            Next::Send { attempt, request, timeouts } => {
                Bound::new(py, HttpRequest { request, attempt, timeout_ms: timeouts.attempt_ms })?
            }
        };
        match send.call1((&request,)) {
            Ok(returned) => {
                let awaitable = match returned.hasattr("__await__") {
                    Ok(awaitable) => awaitable,
                    Err(error) => {
                        report(py, call, request.get(), error)?;
                        continue;
                    }
                };
                if awaitable {
                    // Not left to complain that it was never awaited.
                    let _ = returned.call_method0("close");
                    let error = PyTypeError::new_err(
                        "send() of a transport for Senders must return a response, not an awaitable; \
                         use AsyncSenders with an async transport",
                    );
                    report(py, call, request.get(), error)?;
                } else {
                    answer(py, call, request.get(), &returned)?;
                }
            }
            Err(error) => report(py, call, request.get(), error)?,
        }
    }
}

/// Returns the next step, for the async loop. `HttpRequest`: send it; a float: seconds to wait; a 1-tuple: the value.
#[pyfunction]
pub(crate) fn poll(py: Python<'_>, call: &Bound<'_, Call>) -> PyResult<Py<PyAny>> {
    match call.get().next(py) {
        Next::Value(value) => Ok(PyTuple::new(py, [value?])?.into_any().unbind()),
        Next::Wait { delay_ms } => Ok(seconds(delay_ms).into_pyobject(py)?.into_any().unbind()),
        Next::Send { attempt, request, timeouts } => {
            let request = HttpRequest { request, attempt, timeout_ms: timeouts.attempt_ms };
            Ok(Bound::new(py, request)?.into_any().unbind())
        }
    }
}

/// Waits by the clock of the call's transport; what its `sleep` returns may have to be awaited. For the async loop.
#[pyfunction]
pub(crate) fn sleep(py: Python<'_>, call: &Bound<'_, Call>, seconds: f64) -> PyResult<Option<Py<PyAny>>> {
    let slept = call.get().clock().map(|clock| clock.call_method1(py, "sleep", (seconds,))).transpose();
    slept.map_err(|error| call.get().clock_failed(py, error))
}

/// Returns the exception to raise when what `sleep` returned was awaited and raised `error`. For the async loop.
#[pyfunction]
pub(crate) fn clock_failed(py: Python<'_>, call: &Bound<'_, Call>, error: Bound<'_, PyAny>) -> Py<PyAny> {
    call.get().clock_failed(py, PyErr::from_value(error)).into_value(py).into_any()
}

/// Keeps a second driver out; for the async loop.
#[pyfunction]
pub(crate) fn claim(call: &Bound<'_, Call>) -> PyResult<()> {
    call.get().claim()
}

/// Ends [`claim`].
#[pyfunction]
pub(crate) fn release(call: &Bound<'_, Call>) {
    call.get().release();
}

/// Reports the response that `send` returned.
#[pyfunction(name = "answer")]
pub(crate) fn answer_py(
    py: Python<'_>,
    call: &Bound<'_, Call>,
    request: &Bound<'_, HttpRequest>,
    returned: &Bound<'_, PyAny>,
) -> PyResult<()> {
    answer(py, call.get(), request.get(), returned)
}

/// Reports the exception that `send` raised; what is no `Exception` (`KeyboardInterrupt`, a cancellation) ends the call.
#[pyfunction]
pub(crate) fn fail(
    py: Python<'_>,
    call: &Bound<'_, Call>,
    request: &Bound<'_, HttpRequest>,
    error: Bound<'_, PyAny>,
) -> PyResult<()> {
    report(py, call.get(), request.get(), PyErr::from_value(error))
}

fn answer(py: Python<'_>, call: &Call, request: &HttpRequest, returned: &Bound<'_, PyAny>) -> PyResult<()> {
    match response_of(returned) {
        Ok(response) if response.body.len() as u64 > request.request.max_response_bytes => {
            let max = request.request.max_response_bytes;
            let message = format!("the response's body is larger than {max} bytes");
            let failure = TransportFailure::new(FailureKind::ResponseTooLarge, RequestSent::Yes, message);
            call.fail(request.attempt, failure, None);
            Ok(())
        }
        Ok(response) => {
            call.respond(request.attempt, response);
            Ok(())
        }
        Err(error) => report(py, call, request, error),
    }
}

fn report(py: Python<'_>, call: &Call, request: &HttpRequest, error: PyErr) -> PyResult<()> {
    if !error.is_instance_of::<pyo3::exceptions::PyException>(py) {
        call.fail(request.attempt, aborted(RequestSent::Unknown), None);
        return Err(error);
    }
    if let Some(failure) = reported_failure(py, &error) {
        call.fail(request.attempt, failure, Some(error));
        return Ok(());
    }
    // Its text is the transport's own: shown as `__cause__`, not copied, for it may hold the URL or a header.
    let name = error.get_type(py).name().map_or_else(|_| "an exception".to_owned(), |name| name.to_string());
    let (kind, advice) = match kind_of(py, &error) {
        FailureKind::Connect => (
            FailureKind::Other,
            "; if nothing was sent, let it raise senders.TransportFailure with sent=\"no\"",
        ),
        kind => (kind, ""),
    };
    // No exception's name proves that nothing went out: a transport may have followed a redirect or tried twice. Only
    // one that says so itself, by `TransportFailure`, is believed.
    let message = format!("the transport raised {name}{advice}");
    call.fail(request.attempt, TransportFailure::new(kind, RequestSent::Unknown, message), Some(error));
    Ok(())
}

/// Reads the failure that a transport reports by raising `senders.TransportFailure`; what cannot be read is unknown.
fn reported_failure(py: Python<'_>, error: &PyErr) -> Option<TransportFailure> {
    let class = py.import("senders._errors").and_then(|module| module.getattr("TransportFailure")).ok()?;
    let value = error.value(py);
    if !value.is_instance(&class).ok()? {
        return None;
    }
    let word = |name: &str| value.getattr(name).and_then(|word| word.extract::<String>()).unwrap_or_default();
    let kind = FailureKind::from_word(&word("kind")).unwrap_or(FailureKind::Other);
    let sent = match word("sent").as_str() {
        "no" => RequestSent::No,
        "yes" => RequestSent::Yes,
        _ => RequestSent::Unknown,
    };
    let message = value.str().map_or_else(|_| String::new(), |text| text.to_string());
    Some(TransportFailure::new(kind, sent, message))
}

/// Returns the kind of failure that an exception of a transport means: by its type, and by its name for libraries that
/// this package does not import.
fn kind_of(py: Python<'_>, error: &PyErr) -> FailureKind {
    let names: Vec<String> = error
        .get_type(py)
        .mro()
        .iter()
        .filter_map(|class| class.getattr("__name__").and_then(|name| name.extract()).ok())
        .collect();
    let is = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    // None of these says what was sent.
    if is(&[
        "ConnectTimeout",
        "ConnectTimeoutError",
        "ConnectError",
        "ClientConnectorError",
        "NewConnectionError",
    ]) || error.is_instance_of::<pyo3::exceptions::PyConnectionRefusedError>(py)
        || is(&["gaierror", "ConnectionRefusedError"])
    {
        FailureKind::Connect
    } else if error.is_instance_of::<PyTimeoutError>(py)
        || is(&["TimeoutError", "Timeout", "TimeoutException", "ReadTimeout"])
    {
        FailureKind::Timeout
    } else if is(&["SSLError"]) {
        FailureKind::Tls
    } else if error.is_instance_of::<PyConnectionError>(py) {
        FailureKind::Closed
    } else {
        FailureKind::Other
    }
}

/// Reads a response from an object with `status` (or `status_code`), `headers` and `body` (or `content`), or a tuple of the three.
fn response_of(returned: &Bound<'_, PyAny>) -> PyResult<senders_core::HttpResponse> {
    if let Ok(own) = returned.cast::<HttpResponse>() {
        let own = own.get();
        let body = own.body.as_bytes(returned.py()).to_vec();
        return Ok(senders_core::HttpResponse::new(own.status, own.headers.clone(), body));
    }
    let (status, headers, body) = if let Ok(tuple) = returned.cast::<PyTuple>() {
        if tuple.len() != 3 {
            return Err(wrong(&format!("a tuple of {} items", tuple.len())));
        }
        (tuple.get_item(0)?, tuple.get_item(1)?, tuple.get_item(2)?)
    } else {
        let either = |one: &str, other: &str| returned.getattr(one).or_else(|_| returned.getattr(other));
        match (either("status", "status_code"), returned.getattr("headers"), either("body", "content")) {
            (Ok(status), Ok(headers), Ok(body)) => (status, headers, body),
            _ => return Err(wrong(&format!("`{}`", returned.get_type().name()?))),
        }
    };
    let status = status
        .extract::<u16>()
        .ok()
        .filter(|status| (100..1000).contains(status))
        .ok_or_else(|| wrong("a status that is no number from 100 to 999"))?;
    Ok(senders_core::HttpResponse::new(status, headers_of(&headers)?, body_of(&body)?))
}

fn wrong(got: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "send() must return an object with status, headers and body, or a tuple of them, not {got}"
    ))
}

/// More header lines than any response has. With an iterator that never ends, a call must still end.
const MAX_HEADERS: usize = 1000;

/// Reads headers from a mapping, or an iterable of pairs; text or bytes.
fn headers_of(given: &Bound<'_, PyAny>) -> PyResult<Headers> {
    let items = match given.cast::<PyDict>() {
        Ok(map) => map.items().into_any(),
        Err(_) => match given.cast::<PyMapping>() {
            Ok(map) => map.items()?.into_any(),
            Err(_) => given.clone(),
        },
    };
    let text = |value: Bound<'_, PyAny>| -> PyResult<String> {
        match value.cast::<PyBytes>() {
            Ok(bytes) => Ok(String::from_utf8_lossy(bytes.as_bytes()).into_owned()),
            Err(_) => value.extract::<String>(),
        }
    };
    let mut headers = Headers::new();
    for item in items.try_iter().map_err(|_| wrong("headers that are neither a mapping nor pairs"))? {
        if headers.len() >= MAX_HEADERS {
            return Err(wrong("more than 1000 headers"));
        }
        let (name, value) = item?
            .extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()
            .map_err(|_| wrong("headers that are neither a mapping nor pairs"))?;
        let pair = (|| Ok::<_, PyErr>((text(name)?, text(value)?)))();
        let (name, value) = pair.map_err(|_| wrong("headers that are not text"))?;
        headers.push(name, value);
    }
    Ok(headers)
}

fn body_of(given: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(bytes) = given.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    match given.cast::<pyo3::types::PyByteArray>() {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(_) => Err(wrong(&format!("a body of type `{}`, not bytes", given.get_type().name()?))),
    }
}
