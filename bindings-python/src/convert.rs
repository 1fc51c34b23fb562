//! Plain Python values as JSON text and as options of the core, and JSON text as plain Python values.

use pyo3::exceptions::{PyRecursionError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use senders_core::Sections;

use crate::errors;
use crate::unset::Unset;

/// The greatest depth of a caller's value.
const DEPTH: usize = 64;

/// Returns the JSON text of a value if it is a model of this package: as it is, or, if true, as a request holds it.
pub(crate) type ModelJson = fn(&Bound<'_, PyAny>, bool) -> Option<String>;

/// Returns a caller's value as JSON text. `path` names the value in errors: `profile.emails[0]`.
///
/// Numbers keep their digits; keys whose value is `UNSET` are left out. `model_json` reads the models of this package.
///
/// # Errors
/// `ArgumentError` naming the place of a value that JSON cannot hold.
pub(crate) fn json_of(value: &Bound<'_, PyAny>, path: &str, model_json: ModelJson) -> PyResult<String> {
    let mut out = String::new();
    write(value, path, Use { as_request: false, depth: 0, model_json }, &mut out)?;
    Ok(out)
}

/// Returns a caller's value as JSON text of a request: a model that a response held is marked as such.
///
/// # Errors
/// As [`json_of`]; and if a key of the value is that mark, which only this package writes.
pub(crate) fn request_json(value: &Bound<'_, PyAny>, path: &str, model_json: ModelJson) -> PyResult<String> {
    let mut out = String::new();
    write(value, path, Use { as_request: true, depth: 0, model_json }, &mut out)?;
    Ok(out)
}

/// The purpose of a value, and its depth.
#[derive(Clone, Copy)]
struct Use {
    as_request: bool,
    depth: usize,
    model_json: ModelJson,
}

impl Use {
    const fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

fn write(value: &Bound<'_, PyAny>, path: &str, place: Use, out: &mut String) -> PyResult<()> {
    let py = value.py();
    let refuse = |rule: &str| Err(errors::argument(py, path, rule));
    if place.depth > DEPTH {
        return refuse("must not be nested more than 64 deep, or contain itself");
    }
    if value.is_none() {
        out.push_str("null");
    } else if let Ok(text) = value.cast::<PyString>() {
        match raw_number(text)? {
            Some(digits) => out.push_str(&digits),
            None => write_text(text, path, out)?,
        }
    } else if let Ok(truth) = value.cast::<PyBool>() {
        out.push_str(if truth.is_true() { "true" } else { "false" });
    } else if value.is_instance_of::<PyInt>() {
        // The digits, whatever a subclass (an `IntEnum`) shows.
        let digits = py.get_type::<PyInt>().call1((value,)).and_then(|plain| plain.str());
        match digits {
            Ok(digits) => out.push_str(digits.to_cow()?.as_ref()),
            Err(_) => return refuse("must not have more digits than Python writes"),
        }
    } else if let Ok(number) = value.cast::<PyFloat>() {
        if !number.value().is_finite() {
            return refuse("must not be nan or infinite");
        }
        out.push_str(py.get_type::<PyFloat>().call1((value,))?.repr()?.to_cow()?.as_ref());
    } else if let Some(json) = (place.model_json)(value, place.as_request) {
        out.push_str(&json);
    } else if let Ok(map) = value.cast::<PyDict>() {
        write_object(map.iter(), path, place, out)?;
    } else if let Ok(list) = value.cast::<PyList>() {
        write_list(list.iter(), path, place, out)?;
    } else if let Ok(tuple) = value.cast::<PyTuple>() {
        write_list(tuple.iter(), path, place, out)?;
    } else if let Ok(map) = value.cast::<PyMapping>() {
        let items = map.items()?;
        let pairs = items.iter().map(|pair| pair.extract()).collect::<PyResult<Vec<_>>>()?;
        write_object(pairs.into_iter(), path, place, out)?;
    } else if value.is_instance_of::<Unset>() {
        return refuse("must be left out, or be None for null; UNSET has no place in a list");
    } else {
        let class = value.get_type().name()?;
        return refuse(&format!(
            "must be a model, a dict, a list, text or None, got a value of type `{class}`"
        ));
    }
    Ok(())
}

fn write_text(text: &Bound<'_, PyString>, path: &str, out: &mut String) -> PyResult<()> {
    match text.to_cow().ok().and_then(|text| serde_json::to_string(text.as_ref()).ok()) {
        Some(json) => out.push_str(&json),
        None => return Err(errors::argument(text.py(), path, "must be text without lone surrogates")),
    }
    Ok(())
}

fn write_list<'py>(
    items: impl Iterator<Item = Bound<'py, PyAny>>,
    path: &str,
    place: Use,
    out: &mut String,
) -> PyResult<()> {
    out.push('[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(&item, &format!("{path}[{at}]"), place.deeper(), out)?;
    }
    out.push(']');
    Ok(())
}

fn write_object<'py>(
    items: impl Iterator<Item = (Bound<'py, PyAny>, Bound<'py, PyAny>)>,
    path: &str,
    place: Use,
    out: &mut String,
) -> PyResult<()> {
    out.push('{');
    let mut first = true;
    for (key, value) in items {
        if value.is_instance_of::<Unset>() {
            continue;
        }
        let Ok(name) = key.cast::<PyString>() else {
            let class = key.get_type().name()?;
            let rule = format!("must have keys that are text, got one of type `{class}`");
            return Err(errors::argument(key.py(), path, &rule));
        };
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        write_text(name, path, out)?;
        out.push(':');
        let shown = name.to_cow()?;
        if place.as_request && shown == Sections::RECEIVED {
            let rule = format!("must not have the key `{shown}`, which only this package writes");
            return Err(errors::argument(key.py(), path, &rule));
        }
        let inner = if path.is_empty() { shown.into_owned() } else { format!("{path}.{shown}") };
        write(&value, &inner, place.deeper(), out)?;
    }
    out.push('}');
    Ok(())
}

/// Returns the digits of a `RawNumber`; `None` for other text.
fn raw_number(text: &Bound<'_, PyString>) -> PyResult<Option<String>> {
    if text.is_exact_instance_of::<PyString>() {
        return Ok(None);
    }
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = text.py();
    let class = CLASS
        .get_or_try_init(py, || PyResult::Ok(py.import("senders._number")?.getattr("RawNumber")?.unbind()))?;
    if !text.get_type().is(class) {
        return Ok(None);
    }
    let digits = text.to_cow().map(std::borrow::Cow::into_owned).unwrap_or_default();
    let number = digits.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
        && digits.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    Ok(number.then_some(digits))
}

/// Reads JSON text into Python's own values; a number that is too large for them becomes a `RawNumber`.
///
/// # Errors
/// `InvalidResponseError` if it is nested deeper than Python reads.
pub(crate) fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let loads =
        LOADS.get_or_try_init(py, || PyResult::Ok(py.import("senders._json")?.getattr("loads")?.unbind()))?;
    loads.bind(py).call1((json,)).map_err(|error| {
        if error.is_instance_of::<PyRecursionError>(py) {
            errors::unreadable(py, "the JSON is nested too deeply for Python; read it with to_json()")
        } else if error.is_instance_of::<PyValueError>(py) {
            errors::unreadable(py, "the JSON cannot be read by Python; read it with to_json()")
        } else {
            error
        }
    })
}

/// Reads an option that is text.
pub(crate) fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    match value.cast::<PyString>().ok().and_then(|text| text.to_cow().ok()) {
        Some(text) => Ok(Some(text.into_owned())),
        None => Err(wrong_type(value, name, "text")),
    }
}

/// Reads an option that is a whole number.
pub(crate) fn count(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<u64>> {
    if value.is_none() {
        return Ok(None);
    }
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(wrong_type(value, name, "a whole number"));
    }
    match value.extract::<u64>() {
        Ok(number) => Ok(Some(number)),
        Err(_) => {
            // The digits, whatever a subclass shows; Python writes no more than some thousand.
            let digits = value.py().get_type::<PyInt>().call1((value,)).and_then(|plain| plain.str());
            let shown = digits.map_or_else(|_| "a longer one".to_owned(), |text| text.to_string());
            let rule = match shown.starts_with('-') {
                true => "must be a whole number that is not negative",
                false => "must be a smaller number",
            };
            let rule = format!("{rule}, got {}", senders_core::mask_digits(&shown));
            Err(errors::argument(value.py(), name, &rule))
        }
    }
}

/// Reads an option in seconds, and returns milliseconds; the core checks its bounds.
pub(crate) fn milliseconds(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<u64>> {
    if value.is_none() {
        return Ok(None);
    }
    let number = if value.is_instance_of::<PyBool>() { None } else { value.extract::<f64>().ok() };
    let Some(seconds) = number else {
        return Err(wrong_type(value, name, "a number of seconds"));
    };
    match std::time::Duration::try_from_secs_f64(seconds) {
        // A fraction of a millisecond counts as one: it is not nothing.
        Ok(time) => Ok(Some(u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX))),
        // The core says what is too long.
        Err(_) if seconds > 0.0 => Ok(Some(u64::MAX)),
        Err(_) => {
            let shown = senders_core::mask_digits(&seconds.to_string());
            let rule = format!("must be a number of seconds that is not negative, got {shown}");
            Err(errors::argument(value.py(), name, &rule))
        }
    }
}

fn wrong_type(value: &Bound<'_, PyAny>, name: &str, wanted: &str) -> PyErr {
    let class = value.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    errors::argument(value.py(), name, &format!("must be {wanted}, got a value of type `{class}`"))
}
