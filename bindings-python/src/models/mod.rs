//! The API's objects as frozen Python classes over the core's own.

mod events;
mod page;
mod sections;
mod sender;

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyTuple, PyType};
use senders_core::{Patch, Status, VerificationCode, VoiceApplicationSid};
use serde_json::Value;

pub(crate) use events::{RequestEvent, ResponseEvent, WaitEvent, WithResponse};
pub(crate) use page::{Ensured, SenderPage, StatusChange};
pub(crate) use sections::{add_classes, request_json};
pub(crate) use sender::Sender;

/// The class `Status` and its known words, each made once.
struct Statuses {
    class: Py<PyAny>,
    known: Vec<(&'static str, Py<PyAny>)>,
}

/// Returns a status as a `Status`, which is a `str`.
pub(crate) fn status(py: Python<'_>, status: &Status) -> PyResult<Py<PyAny>> {
    static STATUSES: PyOnceLock<Statuses> = PyOnceLock::new();
    let statuses = STATUSES.get_or_try_init(py, || {
        let class = py.import("senders._status")?.getattr("Status")?;
        let known =
            Status::KNOWN.iter().map(|word| Ok((*word, class.getattr(word.replace(':', "_"))?.unbind())));
        PyResult::Ok(Statuses { known: known.collect::<PyResult<_>>()?, class: class.unbind() })
    })?;
    let word = status.as_str();
    match statuses.known.iter().find(|(known, _)| *known == word) {
        Some((_, object)) => Ok(object.clone_ref(py)),
        None => statuses.class.call1(py, (word,)),
    }
}

/// Returns the words of `Status` that this version knows.
#[pyfunction]
pub(crate) fn known_statuses() -> Vec<&'static str> {
    Status::KNOWN.to_vec()
}

/// Returns what the core knows of a status: `(is_online, needs_verification, is_updating, is_known)`.
#[pyfunction]
pub(crate) fn status_traits(word: &str) -> (bool, bool, bool, bool) {
    let status = Status::from(word);
    (status.is_online(), status.needs_verification(), status.is_updating(), status.is_known())
}

/// Returns the schema by which pydantic reads and writes a class of this package.
fn pydantic_schema<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    class.py().import("senders._pydantic")?.call_method1("core_schema", (class,))
}

/// A field's value in Python. `wire` is its JSON in a request; `None` if it was received.
pub(crate) trait ToPython {
    fn to_python<'py>(&self, py: Python<'py>, wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>>;
}

impl ToPython for String {
    fn to_python<'py>(&self, py: Python<'py>, _wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyString::new(py, self).into_any())
    }
}

impl ToPython for Cow<'_, str> {
    fn to_python<'py>(&self, py: Python<'py>, _wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyString::new(py, self).into_any())
    }
}

impl ToPython for VerificationCode {
    fn to_python<'py>(&self, py: Python<'py>, _wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyString::new(py, self.expose()).into_any())
    }
}

impl ToPython for VoiceApplicationSid {
    fn to_python<'py>(&self, py: Python<'py>, _wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyString::new(py, self.as_str()).into_any())
    }
}

impl ToPython for Status {
    fn to_python<'py>(&self, py: Python<'py>, _wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        Ok(status(py, self)?.into_bound(py))
    }
}

/// Makes a `str` of each of these words.
macro_rules! words {
    ($($word:ident)*) => {
        $( impl ToPython for senders_core::$word {
            fn to_python<'py>(&self, py: Python<'py>, _wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
                Ok(PyString::new(py, self.as_str()).into_any())
            }
        } )*
    };
}

// generated: the words
words!(
    VerificationMethod
    AccountType
    CallbackMethod
    Vertical
    UseCase
    CountryStatus
    CarrierStatus
    PendingDisplayNameStatus
    DisplayNameStatus
);
// end of the words

impl<T: ToPython> ToPython for Vec<T> {
    fn to_python<'py>(&self, py: Python<'py>, wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        let items = self
            .iter()
            .enumerate()
            .map(|(at, item)| item.to_python(py, wire.and_then(|wire| wire.get(at))))
            .collect::<PyResult<Vec<_>>>()?;
        Ok(PyTuple::new(py, items)?.into_any())
    }
}

impl<T: ToPython> ToPython for Option<T> {
    fn to_python<'py>(&self, py: Python<'py>, wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(value) => value.to_python(py, wire),
            None => Ok(py.None().into_bound(py)),
        }
    }
}

impl<T: ToPython> ToPython for Patch<T> {
    fn to_python<'py>(&self, py: Python<'py>, wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
        match self.value() {
            Some(value) => value.to_python(py, wire),
            None => Ok(py.None().into_bound(py)),
        }
    }
}
