//! The objects within a sender: one macro makes the class of each from the names of its fields.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use senders_core::mask_digits;
use serde_json::Value;

use super::ToPython;
use crate::convert;
use crate::errors;

/// How much of a text `repr` shows, in characters.
const SHOWN: usize = 32;

/// Fields whose text `repr` never shows.
const HIDDEN: [&str; 3] = ["verification_code", "address", "email"];

/// `name=value` of everything that is there, short and without what does not belong in a log.
pub(super) fn fields_shown(json: &str) -> String {
    let Ok(Value::Object(fields)) = serde_json::from_str(json) else {
        return "…".to_owned();
    };
    let shown: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", shown(name, value))).collect();
    shown.join(", ")
}

pub(super) fn shown(name: &str, value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => mask_digits(&number.to_string()),
        Value::Array(items) => format!("[{} of them]", items.len()),
        Value::Object(_) => "{…}".to_owned(),
        Value::String(_) if HIDDEN.contains(&name) => "'***'".to_owned(),
        Value::String(text) => format!("'{}'", shown_text(text)),
    }
}

/// Numbers masked, a URL without what may be a password or a token, the rest cut off.
pub(super) fn shown_text(text: &str) -> String {
    let plain = match text.split_once("://") {
        None => text.to_owned(),
        Some((scheme, rest)) => {
            let place = rest.split(['?', '#']).next().unwrap_or_default();
            let (host, path) = place.split_once('/').map_or((place, None), |(host, path)| (host, Some(path)));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{}", path.map(|path| format!("/{path}")).unwrap_or_default())
        }
    };
    let mut out: String = mask_digits(&plain).chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if plain.chars().count() > SHOWN {
        out.push('…');
    }
    out
}

pub(super) fn hash_of(json: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    json.hash(&mut hasher);
    hasher.finish()
}

macro_rules! models {
    ($( $(#[doc = $doc:literal])* $name:ident as $path:literal { $($field:ident),* $(,)? } )*) => {
        $(
            $(#[doc = $doc])*
            #[pyclass(frozen, module = "senders")]
            pub(crate) struct $name(pub(crate) senders_core::$name);

            #[pymethods]
            impl $name {
                #[new]
                #[pyo3(signature = (**fields), text_signature = None)]
                fn new(py: Python<'_>, fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    let json = fields.map_or_else(|| Ok("{}".to_owned()), |it| convert::json_of(it, $path))?;
                    let value: Value = serde_json::from_str(&json)
                        .map_err(|_| errors::argument(py, $path, "must be plain data"))?;
                    errors::guard(py, || {
                        senders_core::$name::from_value(&value, $path)
                            .map(Self)
                            .map_err(|error| errors::invalid(py, error))
                    })
                }

                $(
                    #[getter]
                    fn $field<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                        self.0.$field.to_python(py)
                    }
                )*

                #[classattr]
                fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
                    Ok(PyTuple::new(py, senders_core::$name::FIELDS)?.unbind())
                }

                /// Fields this version does not know, and known ones of another type than documented.
                #[getter]
                fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    let extra = PyDict::new(py);
                    for (name, raw) in &self.0.extra {
                        extra.set_item(name, convert::loads(py, raw.as_str())?)?;
                    }
                    Ok(extra)
                }

                /// What is there: None for null, nothing for what is not there, unknown fields as they came.
                fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    convert::loads(py, &self.0.to_json())
                }

                /// The same as compact JSON, byte for byte as it came.
                fn to_json(&self) -> String {
                    self.0.to_json()
                }

                /// Reads what `to_dict` gave. Nothing is checked: what is not understood is kept in `extra`.
                #[classmethod]
                fn from_dict(cls: &Bound<'_, PyType>, fields: &Bound<'_, PyAny>) -> PyResult<Self> {
                    Self::from_json(cls, &convert::json_of(fields, $path)?)
                }

                /// Reads what `to_json` gave. Nothing is checked: what is not understood is kept in `extra`.
                #[classmethod]
                fn from_json(cls: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
                    let read = senders_core::$name::from_json(text);
                    read.map(Self).ok_or_else(|| errors::argument(cls.py(), $path, "must be one JSON object"))
                }

                fn __eq__(&self, other: &Self) -> bool {
                    self.0 == other.0
                }

                fn __hash__(&self) -> u64 {
                    hash_of(&self.0.to_json())
                }

                fn __repr__(&self) -> String {
                    format!("{}({})", stringify!($name), fields_shown(&self.0.to_json()))
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

            impl ToPython for senders_core::$name {
                fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    Ok(Bound::new(py, $name(self.clone()))?.into_any())
                }
            }
        )*

        /// The JSON of a value that is one of the models.
        pub(crate) fn json_of_model(value: &Bound<'_, PyAny>) -> Option<String> {
            $( if let Ok(model) = value.cast::<$name>() {
                return Some(model.get().0.to_json());
            } )*
            None
        }
    };
}

models!(
    /// How a sender is registered.
    ///
    /// Fields: waba_id, verification_method, verification_code, voice_application_sid, account_type.
    Configuration as "configuration" {
        waba_id, verification_method, verification_code, voice_application_sid, account_type,
    }
    /// Where a sender's events go.
    ///
    /// Fields: callback_url, callback_method, fallback_url, fallback_method, status_callback_url,
    /// status_callback_method.
    Webhook as "webhook" {
        callback_url, callback_method, fallback_url, fallback_method, status_callback_url,
        status_callback_method,
    }
    /// What people see of a sender.
    ///
    /// Fields: name, about, address, description, logo_url, banner_url, privacy_url, terms_of_service_url,
    /// accent_color, vertical, websites, emails, phone_numbers, use_case.
    Profile as "profile" {
        name, about, address, description, logo_url, banner_url, privacy_url, terms_of_service_url,
        accent_color, vertical, websites, emails, phone_numbers, use_case,
    }
    /// A website of a profile. Fields: website, label.
    Website as "website" { website, label }
    /// An e-mail address of a profile. Fields: email, label.
    Email as "email" { email, label }
    /// A phone number of a profile. Fields: phone_number, label.
    PhoneNumber as "phone_number" { phone_number, label }
    /// How a sender is doing. Fields: quality_rating, messaging_limit.
    Properties as "properties" { quality_rating, messaging_limit }
    /// Why a sender is offline. Fields: code, message, more_info.
    OfflineReason as "offline_reason" { code, message, more_info }
    /// The compliance information of an RCS sender. Fields: registration_sid, countries.
    Compliance as "compliance" { registration_sid, countries }
    /// An RCS sender in one country. Fields: country, registration_sid, status, carriers.
    Country as "country" { country, registration_sid, status, carriers }
    /// One carrier's word on an RCS sender. Fields: name, status.
    Carrier as "carrier" { name, status }
);
