//! The records of the logger `senders` at level `DEBUG`: requests, responses, waits. No secret, no body, no query.

use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use senders_core::{Action, AttemptId, Event, HttpResponse, Outcome, Step, TransportFailure};

pub(crate) fn step(py: Python<'_>, logger: &Py<PyAny>, step: &Step<Event, Outcome>) -> PyResult<()> {
    let text = match step {
        Step::Act(Action::Send { attempt, request, timeouts }) => {
            let url = request.url();
            let place = url.split('?').next().unwrap_or_default();
            let (method, bytes) = (request.method.as_str(), request.body.len());
            let (number, limit) = (attempt.number(), timeouts.attempt_ms);
            format!("request {number}: {method} {place}, {bytes} bytes, within {limit} ms")
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
    report(py, logger, debug(py, logger, &text))
}

pub(crate) fn response(
    py: Python<'_>,
    logger: &Py<PyAny>,
    attempt: AttemptId,
    response: &HttpResponse,
) -> PyResult<()> {
    let text =
        format!("request {}: status {}, {} bytes", attempt.number(), response.status, response.body.len());
    report(py, logger, debug(py, logger, &text))
}

pub(crate) fn failure(
    py: Python<'_>,
    logger: &Py<PyAny>,
    attempt: AttemptId,
    failure: &TransportFailure,
) -> PyResult<()> {
    let text = format!(
        "request {}: no answer, {}, sent: {:?}",
        attempt.number(),
        failure.kind.as_str(),
        failure.sent
    );
    report(py, logger, debug(py, logger, &text))
}

fn debug(py: Python<'_>, logger: &Py<PyAny>, text: &str) -> PyResult<()> {
    logger.call_method1(py, intern!(py, "debug"), (intern!(py, "%s"), text)).map(drop)
}

/// Ignores the exception of a log handler, but not one that is no `Exception` (Ctrl-C).
fn report(py: Python<'_>, logger: &Py<PyAny>, result: PyResult<()>) -> PyResult<()> {
    match result {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, Some(logger.bind(py)));
            Ok(())
        }
        result => result,
    }
}
