//! Explanations of Twilio's error codes.

use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use senders_core::{Naming, catalogue};

use crate::errors::argument;
use crate::models::ToPython as _;

/// Explains one of Twilio's error codes: of an error, of an offline reason, or of the error log; a number or its text. None for a
/// code that this version does not know.
#[pyfunction]
#[pyo3(signature = (code, /))]
pub(crate) fn explain<'py>(code: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = code.py();
    let number: Option<u32> = if let Ok(text) = code.cast::<PyString>() {
        text.to_cow()?.parse().ok()
    } else if code.is_instance_of::<PyInt>() {
        code.extract().ok()
    } else {
        return Err(argument(py, "code", "must be a number or its text"));
    };
    let entry = number.and_then(catalogue::explain);
    entry.map(|entry| entry.spelled(Naming::Python).to_python(py, None)).transpose()
}
