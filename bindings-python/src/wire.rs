//! The reader of responses by itself, for the tests that compare it with other readers.

use std::sync::OnceLock;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use senders_core::{
    Action, CallOptions, Client, Config, FetchSender, HttpRequest, Machine, Now, Operation, Step,
};

use crate::net::connection::Connection;

/// A `GET`, as the client sends it.
fn request() -> Option<HttpRequest> {
    let client = Client::new(Config::builder().base_url("http://127.0.0.1:8421").build().ok()?);
    let sid = format!("XE{}", "a".repeat(32)).parse().ok()?;
    let mut call: Operation = client.fetch(FetchSender::new(sid), &CallOptions::default()).ok()?.into();
    match call.step(Now::new(0, 0)) {
        Step::Act(Action::Send { request, .. }) => Some(request),
        _ => None,
    }
}

/// Reads the response that comes in these pieces, and then the end of the connection if `end`.
///
/// Returns `("response", status, body, reusable)`, the failure as `(kind, 0, message, False)`, or `("pending", 0, b"", …)`.
#[pyfunction]
pub(crate) fn read_response<'py>(
    py: Python<'py>,
    pieces: Vec<Bound<'py, PyBytes>>,
    end: bool,
    max_bytes: u64,
) -> PyResult<(&'static str, u16, Bound<'py, PyBytes>, bool)> {
    static REQUEST: OnceLock<Option<HttpRequest>> = OnceLock::new();
    let broken = || PyRuntimeError::new_err("the request cannot be made");
    let mut request = REQUEST.get_or_init(request).clone().ok_or_else(broken)?;
    request.max_response_bytes = max_bytes;
    let mut connection = Connection::new("127.0.0.1:8421".to_owned(), None, None).map_err(|_| broken())?;
    connection.start(&request).map_err(|_| broken())?;
    connection.wrote(connection.output().len());
    let mut answer = None;
    for piece in &pieces {
        let one = connection.read(piece.as_bytes());
        answer = answer.or(one);
    }
    if end && answer.is_none() {
        answer = connection.read_end();
    }
    let reusable = connection.is_reusable();
    Ok(match answer {
        None => ("pending", 0, PyBytes::new(py, b""), reusable),
        Some(Ok(response)) => ("response", response.status, PyBytes::new(py, &response.body), reusable),
        Some(Err(failure)) => {
            (failure.kind.as_str(), 0, PyBytes::new(py, failure.message.as_bytes()), reusable)
        }
    })
}
