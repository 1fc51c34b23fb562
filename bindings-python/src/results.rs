//! The core's events, outcomes and errors as Python objects.

use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use senders_core::{Error, Event, Outcome};

use crate::errors;
use crate::models::{Ensured, Sender, SenderPage, StatusChange, status};

/// Makes the Python object of an event, which an operation returns before its end.
pub(crate) fn event(py: Python<'_>, event: Event) -> PyResult<Py<PyAny>> {
    match event {
        Event::Page(page) => Ok(Bound::new(py, SenderPage::of(py, &page)?)?.into_any().unbind()),
        Event::Status(change) => Ok(Bound::new(py, StatusChange::of(py, change)?)?.into_any().unbind()),
        Event::Token(token) => Ok(PyString::new(py, &token).into_any().unbind()),
        // As `_ensure.EnsureResult` takes it: the place, and one of the two.
        Event::EnsureResult { index, result } => {
            let result = match result {
                Ok(ensured) => (index, Some(Ensured::of(py, ensured)?), None),
                Err(error) => (index, None, Some(self::error(py, &error).into_value(py))),
            };
            Ok(result.into_pyobject(py)?.into_any().unbind())
        }
        _ => Err(errors::internal(py, "an event this binding does not know")),
    }
}

/// Makes the Python object of the outcome of an operation.
pub(crate) fn outcome(py: Python<'_>, outcome: Outcome) -> PyResult<Py<PyAny>> {
    match outcome {
        Outcome::Sender(sender) => Ok(Bound::new(py, Sender(sender))?.into_any().unbind()),
        Outcome::Ensured(ensured) => Ok(Bound::new(py, Ensured::of(py, ensured)?)?.into_any().unbind()),
        Outcome::Deleted | Outcome::Listed | Outcome::EnsuredAll => Ok(py.None()),
        _ => Err(errors::internal(py, "an outcome this binding does not know")),
    }
}

/// Makes the exception of an error, with the sender and the statuses that it holds.
pub(crate) fn error(py: Python<'_>, error: &Error) -> PyErr {
    let found = || -> PyResult<_> {
        let sender = error.sender().map(|sender| Bound::new(py, Sender(sender.clone()))).transpose()?;
        let statuses = error.statuses().iter().map(|word| status(py, word)).collect::<PyResult<Vec<_>>>()?;
        Ok((sender.map(Bound::into_any), PyTuple::new(py, statuses)?))
    };
    match found() {
        Ok((sender, statuses)) => errors::exception(py, error, sender.as_ref(), &statuses),
        Err(exception) => exception,
    }
}
