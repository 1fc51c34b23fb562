//! The events that the hooks of a client get, and a result with its response.

use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The field that `repr` never shows: a proxy may put a secret into the headers of a response.
const HIDDEN: &str = "headers";

/// Makes a frozen class that is compared by its fields.
macro_rules! record {
    ($(#[$attribute:meta])* $name:ident {
        $( $(#[doc = $doc:literal])* $field:ident: $type:ty $(= $default:expr)? ),* $(,)?
    }) => {
        $(#[$attribute])*
        pub(crate) struct $name { $( $(#[doc = $doc])* pub(crate) $field: $type ),* }

        impl $name {
            fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
                PyTuple::new(py, [$( (&self.$field).into_bound_py_any(py)? ),*])
            }
        }

        #[pymethods]
        impl $name {
            #[new]
            #[pyo3(signature = ($($field $(= $default)?),*), text_signature = None)]
            #[allow(clippy::too_many_arguments, reason = "one for each field, of which some classes have few")]
            const fn new($($field: $type),*) -> Self {
                Self { $($field),* }
            }

            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
                Ok(PyTuple::new(py, [$(stringify!($field)),*])?.unbind())
            }

            fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
                self.fields(py)?.eq(other.fields(py)?)
            }

            fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
                self.fields(py)?.hash()
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                let names = [$(stringify!($field)),*];
                Ok(format!("{}({})", stringify!($name), shown(&names, &self.fields(py)?)?))
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
                Ok((slf.get_type().into_any(), slf.get().fields(slf.py())?))
            }
        }
    };
}

fn shown(names: &[&str], fields: &Bound<'_, PyTuple>) -> PyResult<String> {
    let both = names.iter().zip(fields.iter()).filter(|(name, _)| **name != HIDDEN);
    let each = both.map(|(name, value)| Ok(format!("{name}={}", value.repr()?)));
    Ok(each.collect::<PyResult<Vec<_>>>()?.join(", "))
}

record!(
    /// A request that is about to be sent, without its headers and body: they hold secrets.
    #[pyclass(frozen, get_all, module = "senders")]
    RequestEvent {
        /// The number of the call within its client, from 1: the same in all events of the call, and in the log.
        call: u64,
        /// The operation, such as `create`.
        operation: String,
        /// The number of the request within its call, from 1.
        attempt: u64,
        /// The method.
        method: String,
        /// The whole URL.
        url: String,
    }
);

record!(
    /// The end of a request: it has either a status or a failure.
    #[pyclass(frozen, get_all, module = "senders")]
    ResponseEvent {
        /// The number of the call within its client.
        call: u64,
        /// The operation, such as `create`.
        operation: String,
        /// The number of the request within its call, from 1.
        attempt: u64,
        /// The method.
        method: String,
        /// The whole URL.
        url: String,
        /// Seconds from the request to its end.
        duration: f64,
        /// The HTTP status, if there was a response.
        status: Option<u16> = None,
        /// The id the server gave the request.
        request_id: Option<String> = None,
        /// Why there was no response.
        failure: Option<Py<PyAny>> = None,
    }
);

record!(
    /// A pause between two requests of a call.
    #[pyclass(frozen, get_all, module = "senders")]
    WaitEvent {
        /// The number of the call within its client.
        call: u64,
        /// The operation, such as `wait_until_online`.
        operation: String,
        /// The reason: `backoff`, `retry_after`, `poll`, `reconcile` or `queue`.
        reason: String,
        /// The pause in seconds.
        delay: f64,
    }
);

record!(
    /// A result with the status, the headers and the request id of the last response of its call.
    #[pyclass(frozen, get_all, generic, module = "senders")]
    WithResponse {
        /// The result.
        data: Py<PyAny>,
        /// The HTTP status.
        status: u16,
        /// Name and value of every header, in order. `repr` does not show them.
        headers: Py<PyTuple>,
        /// The id the server gave the request.
        request_id: Option<String> = None,
    }
);
