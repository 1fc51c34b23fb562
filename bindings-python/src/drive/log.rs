//! The records of the logger `senders` at level `DEBUG`: requests, responses, waits, each with the number of its call. No
//! secret, no body, no query.

use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use senders_core::{Action, AttemptId, Event, HttpResponse, Outcome, Step, TransportFailure};

/// The number of a call within its client, and its operation.
pub(crate) type Title = (u64, &'static str);

pub(crate) fn step(
    py: Python<'_>,
    logger: &Py<PyAny>,
    title: Title,
    step: &Step<Event, Outcome>,
) -> PyResult<()> {
    let text = match step {
        Step::Act(Action::Send { attempt, request, timeouts }) => {
            let url = request.url();
            let place = url.split('?').next().unwrap_or_default();
            let (method, bytes) = (request.method.as_str(), request.body.len());
            let (number, limit) = (attempt.number(), timeouts.attempt_ms);
            format!("request {number} {method} {place}, {bytes} bytes, within {limit} ms")
        }
        Step::Act(Action::Wait { delay_ms, reason }) => format!("waiting {delay_ms} ms: {}", reason.as_str()),
        Step::Yield(Event::Page(page)) => format!("a page of {} senders", page.len()),
        Step::Yield(Event::Token(_)) => "a token to go on with".to_owned(),
        Step::Yield(Event::Status(change)) => {
            format!("status {}", senders_core::one_line(change.status.as_str()))
        }
        // Ends with its line of the core, which holds no secret.
        Step::Done(Err(error)) => format!("failed: {error}"),
        _ => return Ok(()),
    };
    debug(py, logger, title, &text)
}

/// Writes a response, or the failure of a request.
pub(crate) fn answer(
    py: Python<'_>,
    logger: &Py<PyAny>,
    title: Title,
    attempt: AttemptId,
    answer: &Result<HttpResponse, TransportFailure>,
) -> PyResult<()> {
    let number = attempt.number();
    let text = match answer {
        Ok(response) => {
            format!("request {number}: status {}, {} bytes", response.status, response.body.len())
        }
        Err(failure) => {
            format!("request {number}: no answer, {}, sent: {:?}", failure.kind.as_str(), failure.sent)
        }
    };
    debug(py, logger, title, &text)
}

fn debug(py: Python<'_>, logger: &Py<PyAny>, (call, operation): Title, text: &str) -> PyResult<()> {
    let text = format!("call {call} {operation}: {text}");
    let written = logger.call_method1(py, intern!(py, "debug"), (intern!(py, "%s"), text));
    report(py, logger, written.map(drop))
}

/// Reports the exception of a function of the caller, a log handler or a hook, and goes on; but not after one that is no
/// `Exception` (Ctrl-C).
pub(super) fn report(py: Python<'_>, called: &Py<PyAny>, result: PyResult<()>) -> PyResult<()> {
    match result {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, Some(called.bind(py)));
            Ok(())
        }
        result => result,
    }
}
