//! Python exceptions: the parts of the core's errors that are plain values, and the mistakes that this binding finds.
//! `python/senders/_errors.py` has the class of each kind.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use senders_core::{Error, ErrorKind, InvalidArgument, Naming, ServerError};

/// Makes the exception of an error; `sender` and `statuses` are the Python objects of those it holds.
pub(crate) fn exception(
    py: Python<'_>,
    error: &Error,
    sender: Option<&Bound<'_, PyAny>>,
    statuses: &Bound<'_, PyTuple>,
) -> PyErr {
    let built = details(py, error).and_then(|details| {
        details.set_item("sender", sender)?;
        details.set_item("statuses", statuses)?;
        make(py, &error.spelled(Naming::Python).text, &details)
    });
    match built {
        Ok(exception) | Err(exception) => exception,
    }
}

/// Makes the exception of an error that holds neither a sender nor statuses.
fn plain(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error, None, &PyTuple::empty(py))
}

fn make(py: Python<'_>, text: &str, details: &Bound<'_, PyDict>) -> PyResult<PyErr> {
    let build = py.import(intern!(py, "senders._errors"))?.getattr(intern!(py, "from_details"))?;
    Ok(PyErr::from_value(build.call1((text, details))?))
}

#[expect(clippy::cast_precision_loss, reason = "times of this age are far below 2^53 ms")]
fn seconds(ms: Option<u64>) -> Option<f64> {
    ms.map(|ms| ms as f64 / 1000.0)
}

/// Collects the attributes of an exception; its sender and statuses are empty.
fn details<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyDict>> {
    let server = error.server();
    let spelled = error.spelled(Naming::Python);
    let details = PyDict::new(py);
    details.set_item("kind", error.kind().as_str())?;
    details.set_item("message", spelled.message)?;
    details.set_item("status", error.status())?;
    details.set_item("code", error.code())?;
    details.set_item("more_info", server.and_then(ServerError::more_info))?;
    details.set_item("request_id", error.request_id())?;
    details.set_item("retry_after", seconds(error.retry_after_ms()))?;
    details.set_item("retryable", error.is_retryable())?;
    details.set_item("may_have_executed", error.may_have_executed())?;
    details.set_item("attempts", error.attempts())?;
    details.set_item("next_step", spelled.next_step)?;
    details.set_item("field", spelled.field)?;
    details.set_item("sid", error.sid())?;
    details.set_item("sender_id", error.sender_id())?;
    details.set_item("sender", py.None())?;
    details.set_item("statuses", PyTuple::empty(py))?;
    details.set_item("resume_token", error.resume_token())?;
    details.set_item("body", server.map(|server| PyBytes::new(py, server.raw())))?;
    details.set_item("started_at", seconds(error.started_unix_ms()))?;
    details.set_item("ended_at", seconds(error.ended_unix_ms()))?;
    Ok(details)
}

/// Makes the exception for a caller's mistake that the core found.
pub(crate) fn invalid(py: Python<'_>, error: InvalidArgument) -> PyErr {
    plain(py, &error.into())
}

/// Makes the exception for a caller's mistake that this binding found: `name` and `rule`, a phrase that begins with
/// `must`.
pub(crate) fn argument(py: Python<'_>, name: &str, rule: &str) -> PyErr {
    let place = if name.is_empty() { "the value" } else { name };
    invalid(py, InvalidArgument::redacted(place, rule))
}

/// Makes the exception that ends a call whose transport's clock raised `cause`; `written`: whether a request that changes
/// something was handed to the transport.
pub(crate) fn clock_failed(py: Python<'_>, cause: PyErr, written: bool) -> PyErr {
    let name = cause.get_type(py).name().map_or_else(|_| "an exception".to_owned(), |name| name.to_string());
    let what = format!("the transport's clock raised {name}");
    let (known, next) = if written {
        (
            "the server may have acted on it",
            "fix the clock, and check whether the call took effect before you retry",
        )
    } else {
        ("the server did not act on it", "fix the clock and try again")
    };
    let error = Error::from_binding(ErrorKind::Misuse, what.as_str());
    let built = details(py, &error).and_then(|details| {
        details.set_item("may_have_executed", written)?;
        details.set_item("next_step", next)?;
        make(py, &format!("{what}; {known}; {next}"), &details)
    });
    let (Ok(exception) | Err(exception)) = built;
    exception.set_cause(py, Some(cause));
    exception
}

/// Makes the exception for a response that cannot be read.
pub(crate) fn unreadable(py: Python<'_>, message: &str) -> PyErr {
    plain(py, &Error::from_binding(ErrorKind::InvalidResponse, message))
}

/// Makes the exception for a bug of this library.
pub(crate) fn internal(py: Python<'_>, message: &str) -> PyErr {
    plain(py, &Error::from_binding(ErrorKind::Internal, message))
}

/// Runs `work`; a panic in it becomes an `InternalError`, and what comes next works as before.
pub(crate) fn guard<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(py, panic.as_ref())))
}

fn panicked(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    internal(py, &format!("a bug of this library: {}", senders_core::mask_digits(text)))
}

/// Returns every kind of the core, for the test that each has a class.
#[pyfunction]
pub(crate) fn error_kinds() -> Vec<&'static str> {
    ErrorKind::ALL.iter().map(|(_, word)| *word).collect()
}

/// Makes an exception of this kind as for an error of the core, for tests.
#[pyfunction]
pub(crate) fn _error_of_kind(py: Python<'_>, kind: &str, message: &str) -> PyResult<Py<PyAny>> {
    let found = ErrorKind::ALL.iter().find(|(_, word)| *word == kind);
    let (kind, _) = found.ok_or_else(|| argument(py, "kind", "must be a kind of error"))?;
    Ok(plain(py, &Error::from_binding(*kind, message)).into_value(py).into_any())
}
