//! The Python value of an argument that is left out.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// The default of an argument that may also be `None`: left out.
#[pyclass(frozen, module = "senders")]
pub(crate) struct Unset;

#[pymethods]
impl Unset {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Py<Self>> {
        unset(py)
    }

    fn __repr__(&self) -> &'static str {
        "UNSET"
    }

    fn __bool__(&self) -> bool {
        false
    }

    /// Pickled and copied by name: there is only one.
    fn __reduce__(&self) -> &'static str {
        "UNSET"
    }
}

/// Returns the one value of [`Unset`].
pub(crate) fn unset(py: Python<'_>) -> PyResult<Py<Unset>> {
    static UNSET: PyOnceLock<Py<Unset>> = PyOnceLock::new();
    UNSET.get_or_try_init(py, || Py::new(py, Unset)).map(|unset| unset.clone_ref(py))
}
