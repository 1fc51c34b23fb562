//! A sender: a light handle whose fields are made when they are read.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use serde_json::Value;

use super::sections::{hash_of, json_of, shown, shown_text};
use super::{ToPython, status};
use crate::convert;
use crate::errors;

/// A sender as the server described it in one response.
///
/// The response to an update only repeats the sections that were sent; others may be None. Fetch the sender again instead of merging.
#[pyclass(frozen, module = "senders")]
pub(crate) struct Sender(pub(crate) senders_core::Sender);

/// Makes a Python `str` of an optional text of the core.
macro_rules! texts {
    ($py:ident, $value:expr) => {
        $value.map(|text| PyString::new($py, text.as_ref()))
    };
}

#[pymethods]
impl Sender {
    /// The SID: `XE` and 32 hexadecimal digits.
    #[getter]
    fn sid<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, self.0.sid().as_ref())
    }

    /// Where it is in its life.
    #[getter]
    fn status(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        status(py, &self.0.status())
    }

    /// The address of the sender, such as `whatsapp:+15551234567`.
    #[getter]
    fn sender_id<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        texts!(py, self.0.sender_id())
    }

    /// A name for the account's own use.
    #[getter]
    fn friendly_name<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        texts!(py, self.0.friendly_name())
    }

    /// How it is registered.
    #[getter]
    fn configuration<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.configuration().to_python(py, None)
    }

    /// Where its events go.
    #[getter]
    fn webhook<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.webhook().to_python(py, None)
    }

    /// The profile, which people see.
    #[getter]
    fn profile<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.profile().to_python(py, None)
    }

    /// How it is doing.
    #[getter]
    fn properties<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.properties().to_python(py, None)
    }

    /// Why it is offline; empty where the server gave no reason.
    #[getter]
    fn offline_reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.offline_reasons().to_python(py, None)
    }

    /// The review by carriers; None for WhatsApp.
    #[getter]
    fn compliance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.compliance().to_python(py, None)
    }

    /// The URL of the resource. This package never follows it.
    #[getter]
    fn url<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        texts!(py, self.0.url())
    }

    /// The display name that waits to be approved.
    #[getter]
    fn pending_display_name<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        texts!(py, self.0.pending_display_name())
    }

    /// The status of its review.
    #[getter]
    fn pending_display_name_status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.pending_display_name_status().to_python(py, None)
    }

    /// Since when, in ISO 8601.
    #[getter]
    fn pending_display_name_status_date<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        texts!(py, self.0.pending_display_name_status_date())
    }

    /// Where a new display name is; only in the response to an update that sent `profile.name`.
    #[getter]
    fn display_name_status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.display_name_status().to_python(py, None)
    }

    /// Fields this version does not know.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let extra = PyDict::new(py);
        for (name, json) in self.0.extra() {
            extra.set_item(name, convert::loads(py, json)?)?;
        }
        Ok(extra)
    }

    /// Every field the server sent.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::loads(py, &self.0.to_json())
    }

    /// Every field the server sent as compact JSON, each value byte for byte.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Reads what `to_dict` gave: a dict with a text `sid` and a text `status`.
    #[classmethod]
    fn from_dict(cls: &Bound<'_, PyType>, fields: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::from_json(cls, json_of(fields, "sender")?)
    }

    /// Reads what `to_json` gave.
    #[classmethod]
    fn from_json(cls: &Bound<'_, PyType>, text: String) -> PyResult<Self> {
        let read = senders_core::Sender::from_json(text);
        read.map(Self).map_err(|_| {
            errors::argument(cls.py(), "sender", "must be a JSON object with a text `sid` and `status`")
        })
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["sid", "status", "sender_id"])?.unbind())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.0.sid())
    }

    fn __repr__(&self) -> String {
        let id = match self.0.sender_id() {
            Some(id) => shown("sender_id", &Value::String(id.into_owned())),
            None => "None".to_owned(),
        };
        format!(
            "Sender(sid='{}', status='{}', sender_id={id})",
            self.0.sid().escape_debug(),
            shown_text(self.0.status().as_str())
        )
    }

    /// How pydantic reads and writes it; imported by pydantic's call only.
    #[classmethod]
    fn __get_pydantic_core_schema__<'py>(
        cls: &Bound<'py, PyType>,
        _source: &Bound<'py, PyAny>,
        _handler: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        super::pydantic_schema(cls)
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().0.to_json(),)))
    }
}
