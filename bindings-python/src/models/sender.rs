//! A sender: a light handle whose fields are made when they are read.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use serde_json::Value;

use super::ToPython;
use super::sections::{hash_of, json_of, shown, shown_text};
use crate::convert;
use crate::errors;

/// Makes the class of a sender from the names of its fields.
macro_rules! sender {
    ($(#[doc = $doc:literal])* $name:ident { $( $(#[doc = $fdoc:literal])* $field:ident ),* $(,)? }) => {
        $(#[doc = $doc])*
        #[pyclass(frozen, module = "senders")]
        pub(crate) struct $name(pub(crate) senders_core::Sender);

        #[pymethods]
        impl $name {
            $(
                $(#[doc = $fdoc])*
                #[getter]
                fn $field<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    self.0.$field().to_python(py, None)
                }
            )*

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
    };
}

// generated: the sender
sender!(
    /// A sender as the server described it in one response.
    ///
    /// The response to an update repeats only the sections that were sent; others may be None.
    /// Fetch the sender again instead of merging.
    Sender {
        /// The SID: `XE` and 32 hexadecimal digits.
        sid,
        /// The status of the sender.
        status,
        /// The address, such as `whatsapp:+15017122661`; None in the response to an update that did
        /// not send it.
        sender_id,
        /// A name for your own use. Source: twilio-python 9.13.0; not in OAS d50069b.
        friendly_name,
        /// How it is registered.
        configuration,
        /// The URLs for its events.
        webhook,
        /// The public profile.
        profile,
        /// Quality and limits.
        properties,
        /// Why it is offline: the first 1000 reasons; empty if the server gave none.
        offline_reasons,
        /// The carriers' decisions (RCS); None for WhatsApp.
        compliance,
        /// The URL of the resource, as the server wrote it. This library never follows it.
        url,
        /// The display name that waits for approval. Source: twilio-python 9.13.0.
        pending_display_name,
        /// The result of its review. Source: twilio-python 9.13.0.
        pending_display_name_status,
        /// The date of that status, in ISO 8601 as the server wrote it. Source: twilio-python
        /// 9.13.0.
        pending_display_name_status_date,
        /// The status of a new display name; only in the response to an update that sent
        /// `profile.name`. Source: twilio-python 9.13.0.
        display_name_status,
    }
);
// end of the sender
