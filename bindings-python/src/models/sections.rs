//! The objects within a sender: one macro makes the class of each from the names of its fields.

use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use senders_core::{Secret, Sections, mask_digits};
use serde_json::{Map, Value};

use super::ToPython;
use crate::convert;
use crate::errors;

/// The limit of `repr`: of a text in characters, and of an object in fields.
const SHOWN: usize = 32;

/// The size of an object in bytes from which on `repr` shows none of its fields.
const LARGE: usize = 1 << 20;

/// Fields whose text `repr` never shows.
const HIDDEN: [&str; 3] = ["verification_code", "address", "email"];

/// Returns `name=value` of each field, shortened and without values that do not belong in a log.
pub(super) fn fields_shown(json: &str) -> String {
    // A tree of what a server made large on purpose would take many times its size.
    if json.len() > LARGE {
        return "…".to_owned();
    }
    let Ok(Value::Object(fields)) = serde_json::from_str(json) else {
        return "…".to_owned();
    };
    let first = fields.iter().take(SHOWN);
    let mut shown: Vec<_> = first.map(|(name, value)| format!("{name}={}", shown(name, value))).collect();
    if fields.len() > SHOWN {
        shown.push(format!("and {} more", fields.len() - SHOWN));
    }
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

/// Masks numbers, takes the parts off a URL that may be a password or a token, and cuts off the rest.
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

/// The origin of a model, which decides which of its fields a request sends.
#[derive(Clone)]
pub(crate) enum Origin {
    /// A response held it: it goes back as it came, without its null fields.
    Received,
    /// A person wrote it, or changed what was received: the JSON a request holds of it, whose rules are strict. It may
    /// have a verification code in it.
    Written(Secret),
}

impl Origin {
    /// Returns the origin of an item within a model. `wire` is its JSON in a request; `None` if it was received.
    fn of(wire: Option<&Value>) -> Self {
        wire.map_or(Self::Received, |wire| Self::Written(Secret::new(wire.to_string())))
    }

    /// Returns the JSON of a field in a request; `None` if it was received.
    fn field(&self, name: &str) -> Option<Value> {
        match self {
            Self::Received => None,
            Self::Written(wire) => fields_of(wire).remove(name),
        }
    }

    /// Returns the JSON in a request of a model whose JSON is `json`.
    fn wire(&self, json: &str) -> String {
        match self {
            Self::Received => Sections::received(json),
            Self::Written(wire) => wire.expose().to_owned(),
        }
    }

    /// Returns the origin of a model with these changes.
    fn changed(&self, json: &str, changes: Map<String, Value>) -> Self {
        let mut fields = fields_of(&Secret::new(self.wire(json)));
        fields.extend(changes);
        Self::Written(Secret::new(Value::Object(fields).to_string()))
    }
}

fn fields_of(wire: &Secret) -> Map<String, Value> {
    match serde_json::from_str(wire.expose()) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Reads the fields that a person gave by name, as a request holds them.
fn given(py: Python<'_>, fields: Option<&Bound<'_, PyDict>>, path: &str) -> PyResult<(Secret, Value)> {
    let json = fields.map_or_else(|| Ok("{}".to_owned()), |it| request_json(it, path))?;
    let json = Secret::new(json);
    match serde_json::from_str(json.expose()) {
        Ok(value) => Ok((json, value)),
        Err(_) => Err(errors::argument(py, path, "must be plain data")),
    }
}

/// Returns a caller's value as JSON text; models as `to_json` returns them. See [`convert::json_of`].
pub(super) fn json_of(value: &Bound<'_, PyAny>, path: &str) -> PyResult<String> {
    convert::json_of(value, path, json_of_model)
}

/// Returns a caller's value as JSON text of a request; models as a request holds them. See [`convert::request_json`].
pub(crate) fn request_json(value: &Bound<'_, PyAny>, path: &str) -> PyResult<String> {
    convert::request_json(value, path, json_of_model)
}

macro_rules! models {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident as $path:literal { $( $(#[doc = $fdoc:literal])* $field:ident ),* $(,)? }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[pyclass(frozen, module = "senders")]
            pub(crate) struct $name(senders_core::$name, Origin);

            #[pymethods]
            impl $name {
                #[new]
                #[pyo3(signature = (**fields), text_signature = None)]
                fn new(py: Python<'_>, fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    let (wire, value) = given(py, fields, $path)?;
                    errors::guard(py, || {
                        senders_core::$name::from_value(&value, $path)
                            .map(|model| Self(model, Origin::Written(wire)))
                            .map_err(|error| errors::invalid(py, error))
                    })
                }

                $(
                    $(#[doc = $fdoc])*
                    #[getter]
                    fn $field<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                        self.0.$field.to_python(py, self.1.field(stringify!($field)).as_ref())
                    }
                )*

                /// The same with other values of the fields that are named. These are checked; the rest stays as it is,
                /// what this version does not know too.
                #[pyo3(signature = (**fields), text_signature = None)]
                fn replace(&self, py: Python<'_>, fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    let (_, value) = given(py, fields, $path)?;
                    errors::guard(py, || {
                        let changes = senders_core::$name::from_value(&value, $path)
                            .map_err(|error| errors::invalid(py, error))?;
                        let mut model = self.0.clone();
                        $( if !changes.$field.is_absent() {
                            model.$field = changes.$field;
                            model.extra.remove(stringify!($field));
                        } )*
                        let origin = match value {
                            Value::Object(fields) if !fields.is_empty() => self.1.changed(&self.0.to_json(), fields),
                            _ => self.1.clone(),
                        };
                        Ok(Self(model, origin))
                    })
                }

                /// Does what `copy.replace` promises: Python calls this from 3.13 on.
                #[pyo3(signature = (**fields), text_signature = None)]
                fn __replace__(&self, py: Python<'_>, fields: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
                    self.replace(py, fields)
                }

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

                /// Returns the fields that are there: None for null, no key for an absent field, unknown fields as they came.
                fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    convert::loads(py, &self.0.to_json())
                }

                /// The same as compact JSON, byte for byte as it came.
                fn to_json(&self) -> String {
                    self.0.to_json()
                }

                /// Reads what `to_dict` gave. Nothing is checked: what is not understood is kept in `extra`. Sent back, it
                /// goes as it is, without its null fields, as what a response held.
                #[classmethod]
                fn from_dict(cls: &Bound<'_, PyType>, fields: &Bound<'_, PyAny>) -> PyResult<Self> {
                    Self::from_json(cls, &json_of(fields, $path)?)
                }

                /// Reads what `to_json` gave, as `from_dict` does.
                #[classmethod]
                fn from_json(cls: &Bound<'_, PyType>, text: &str) -> PyResult<Self> {
                    let read = senders_core::$name::from_json(text);
                    read.map(|model| Self(model, Origin::Received))
                        .ok_or_else(|| errors::argument(cls.py(), $path, "must be one JSON object"))
                }

                /// Makes an object again from its pickle, if a person and not the server wrote it.
                #[classmethod]
                fn _restore(cls: &Bound<'_, PyType>, text: &str, wire: String) -> PyResult<Self> {
                    let Self(model, _) = Self::from_json(cls, text)?;
                    Ok(Self(model, Origin::Written(Secret::new(wire))))
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

                fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
                    let (py, json) = (slf.py(), slf.get().0.to_json());
                    match &slf.get().1 {
                        Origin::Received => (slf.get_type().getattr("from_json")?, (json,)).into_pyobject(py),
                        Origin::Written(wire) => {
                            (slf.get_type().getattr("_restore")?, (json, wire.expose())).into_pyobject(py)
                        }
                    }
                }
            }

            impl ToPython for senders_core::$name {
                fn to_python<'py>(&self, py: Python<'py>, wire: Option<&Value>) -> PyResult<Bound<'py, PyAny>> {
                    Ok(Bound::new(py, $name(self.clone(), Origin::of(wire)))?.into_any())
                }
            }
        )*

        /// Adds the classes to the module.
        pub(crate) fn add_classes(module: &Bound<'_, PyModule>) -> PyResult<()> {
            $( module.add_class::<$name>()?; )*
            Ok(())
        }

        /// Returns the JSON of a value that is one of the models; `as_request`: that of it in a request.
        fn json_of_model(value: &Bound<'_, PyAny>, as_request: bool) -> Option<String> {
            $( if let Ok(model) = value.cast::<$name>() {
                let $name(model, origin) = model.get();
                let json = model.to_json();
                return Some(if as_request { origin.wire(&json) } else { json });
            } )*
            None
        }
    };
}

// generated: the objects
models!(
    /// How a sender is registered.
    ///
    /// Fields: waba_id, verification_method, verification_code, voice_application_sid,
    /// account_type.
    Configuration as "configuration" {
        /// The WhatsApp Business Account's id. Needed for a subaccount's first sender (a
        /// third-party report).
        waba_id,
        /// How the verification code is delivered; the service's default is `sms`.
        verification_method,
        /// The code that was received. `verify` sends this field alone.
        verification_code,
        /// The voice application for WhatsApp calls, `AP` and 32 hexadecimal digits; None turns
        /// calls off.
        voice_application_sid,
        /// The kind of account, for software vendors; an empty text clears it.
        account_type,
    }
    /// The URLs for a sender's events. Their form is left to the server.
    ///
    /// Fields: callback_url, callback_method, fallback_url, fallback_method, status_callback_url,
    /// status_callback_method.
    Webhook as "webhook" {
        /// The URL for incoming messages.
        callback_url,
        /// The HTTP method of `callback_url`: `POST` or `PUT`.
        callback_method,
        /// The URL for incoming messages if `callback_url` fails.
        fallback_url,
        /// The HTTP method of `fallback_url`: `POST` or `PUT`.
        fallback_method,
        /// The URL for the delivery status of messages.
        status_callback_url,
        /// The HTTP method of `status_callback_url`; no list of methods is documented.
        status_callback_method,
    }
    /// A website of a profile. The request's form is not documented; the response's is used for
    /// both.
    ///
    /// Fields: website, label.
    Website as "website" {
        /// The URL.
        website,
        /// Its name.
        label,
    }
    /// An e-mail address of a profile. The request's form is not documented; the response's is used
    /// for both.
    ///
    /// Fields: email, label.
    Email as "email" {
        /// The address.
        email,
        /// Its name.
        label,
    }
    /// A phone number of a profile. The request's form is not documented; the response's is used
    /// for both.
    ///
    /// Fields: phone_number, label.
    PhoneNumber as "phone_number" {
        /// The number.
        phone_number,
        /// Its name.
        label,
    }
    /// The public profile of a sender.
    ///
    /// Fields: name, about, address, description, logo_url, banner_url, privacy_url,
    /// terms_of_service_url, accent_color, vertical, websites, emails, phone_numbers, use_case.
    Profile as "profile" {
        /// The display name; a WhatsApp sender needs one. Meta limits how often it may change.
        name,
        /// A short text.
        about,
        /// The postal address.
        address,
        /// A longer text.
        description,
        /// The picture.
        logo_url,
        /// The banner (RCS).
        banner_url,
        /// The privacy policy (RCS).
        privacy_url,
        /// The terms of service (RCS).
        terms_of_service_url,
        /// A colour such as `#1f6feb` (RCS).
        accent_color,
        /// The line of business.
        vertical,
        /// The websites.
        websites,
        /// The e-mail addresses.
        emails,
        /// The phone numbers (RCS).
        phone_numbers,
        /// The use of an RCS agent.
        use_case,
    }
    /// Quality and limits of a sender. Only ever received.
    ///
    /// Fields: quality_rating, messaging_limit.
    Properties as "properties" {
        /// The quality, such as `HIGH`.
        quality_rating,
        /// The limit, such as `10K Customers/24hr`.
        messaging_limit,
    }
    /// A reason why a sender is offline. Only ever received.
    ///
    /// Fields: code, message, more_info.
    OfflineReason as "offline_reason" {
        /// An error code, as text: `63104`.
        code,
        /// The server's description.
        message,
        /// A link to the error's page.
        more_info,
    }
    /// One carrier's decision about an RCS sender.
    ///
    /// Fields: name, status.
    Carrier as "carrier" {
        /// The carrier.
        name,
        /// The decision.
        status,
    }
    /// An RCS sender in one country.
    ///
    /// Fields: country, registration_sid, status, carriers.
    Country as "country" {
        /// The country's code.
        country,
        /// The registration there.
        registration_sid,
        /// The status there.
        status,
        /// One item per carrier.
        carriers,
    }
    /// The compliance information of an RCS sender. Only ever received.
    ///
    /// Fields: registration_sid, countries.
    Compliance as "compliance" {
        /// The registration.
        registration_sid,
        /// One item per country.
        countries,
    }
    /// The meaning of one of Twilio's error codes, and the next step, as far as this library knows
    /// them. It is no part of a response.
    ///
    /// Fields: code, meaning, action, link, source.
    Explanation as "explanation" {
        /// The code, as text: `63104`.
        code,
        /// The meaning.
        meaning,
        /// The next step.
        action,
        /// A link to the code's page in Twilio's error dictionary. The form of the link is that of
        /// the documented example of `more_info`; whether there is a page for the code is not
        /// known.
        link,
        /// Where the meaning is known from.
        source,
    }
);
// end of the objects
