//! The results of operations besides senders: pages, changes of status, the result of `ensure`.

use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyTuple, PyType};

use super::{Sender, status};

/// One page of a listing: a sequence of senders.
///
/// `next_token` goes on after it, in any process: `client.list(token=page.next_token)`.
#[pyclass(frozen, module = "senders")]
pub(crate) struct SenderPage {
    /// The senders in the server's order.
    #[pyo3(get)]
    senders: Py<PyTuple>,
    /// Where the listing goes on after this page; None after the last.
    #[pyo3(get)]
    next_token: Option<String>,
}

impl SenderPage {
    pub(crate) fn of(py: Python<'_>, page: &senders_core::SenderPage) -> PyResult<Self> {
        let senders =
            page.senders().map(|sender| Bound::new(py, Sender(sender))).collect::<PyResult<Vec<_>>>()?;
        let next_token = page.next_token().map(str::to_owned);
        Ok(Self { senders: PyTuple::new(py, senders)?.unbind(), next_token })
    }
}

#[pymethods]
impl SenderPage {
    #[new]
    #[pyo3(signature = (senders=None, next_token=None), text_signature = None)]
    fn new(
        py: Python<'_>,
        senders: Option<Vec<Bound<'_, Sender>>>,
        next_token: Option<String>,
    ) -> PyResult<Self> {
        Ok(Self { senders: PyTuple::new(py, senders.unwrap_or_default())?.unbind(), next_token })
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["senders", "next_token"])?.unbind())
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.senders.bind(py).len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.senders.bind(py).try_iter()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, at: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.senders.bind(py).as_any().get_item(at)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        Ok(self.next_token == other.next_token && self.senders.bind(py).eq(&other.senders)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.senders.bind(py).hash()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let more = if self.next_token.is_some() { "more to come" } else { "the last" };
        format!("<SenderPage of {} senders, {more}>", self.__len__(py))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
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

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let page = slf.get();
        (slf.get_type(), (page.senders.bind(slf.py()), page.next_token.as_deref())).into_pyobject(slf.py())
    }
}

/// A status a wait has seen that was not the one before. `str(change)` is the status.
#[pyclass(frozen, module = "senders")]
pub(crate) struct StatusChange {
    /// The sender as it was seen.
    #[pyo3(get)]
    sender: Py<Sender>,
    /// Its status.
    #[pyo3(get)]
    status: Py<PyAny>,
    /// Takes the wait up again from here, in any process: `client.wait_until_online(token=change.token)`.
    #[pyo3(get)]
    token: String,
}

impl StatusChange {
    pub(crate) fn of(py: Python<'_>, change: senders_core::StatusChange) -> PyResult<Self> {
        Ok(Self {
            status: status(py, &change.status)?,
            sender: Py::new(py, Sender(change.sender))?,
            token: change.token,
        })
    }
}

#[pymethods]
impl StatusChange {
    #[new]
    #[pyo3(signature = (sender, token), text_signature = None)]
    fn new(py: Python<'_>, sender: Py<Sender>, token: String) -> PyResult<Self> {
        Ok(Self { status: status(py, &sender.get().0.status())?, sender, token })
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["status", "sender", "token"])?.unbind())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.token == other.token && self.sender.get().0 == other.sender.get().0
    }

    fn __hash__(&self) -> u64 {
        super::sections::hash_of(&self.token)
    }

    fn __str__(&self) -> String {
        self.sender.get().0.status().as_str().to_owned()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "StatusChange(status={}, sender={})",
            self.status.bind(py).repr()?,
            self.sender.bind(py).repr()?
        ))
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

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let change = slf.get();
        (slf.get_type(), (&change.sender, change.token.as_str())).into_pyobject(slf.py())
    }
}

/// The result of `ensure`.
#[pyclass(frozen, module = "senders")]
pub(crate) struct Ensured {
    /// `created`, `found` or `reconciled`.
    #[pyo3(get)]
    resolution: String,
    /// The sender.
    #[pyo3(get)]
    sender: Py<Sender>,
    /// The request's fields that the found sender does not have, such as `profile.name`. Nothing is overwritten.
    #[pyo3(get)]
    differences: Py<PyTuple>,
}

impl Ensured {
    pub(crate) fn of(py: Python<'_>, ensured: senders_core::Ensured) -> PyResult<Self> {
        Ok(Self {
            resolution: ensured.resolution.as_str().to_owned(),
            sender: Py::new(py, Sender(ensured.sender))?,
            differences: PyTuple::new(py, ensured.differences)?.unbind(),
        })
    }
}

#[pymethods]
impl Ensured {
    #[new]
    #[pyo3(signature = (resolution, sender, differences=None), text_signature = None)]
    fn new(
        py: Python<'_>,
        resolution: String,
        sender: Py<Sender>,
        differences: Option<Vec<String>>,
    ) -> PyResult<Self> {
        let differences = PyTuple::new(py, differences.unwrap_or_default())?.unbind();
        Ok(Self { resolution, sender, differences })
    }

    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ["resolution", "sender", "differences"])?.unbind())
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        Ok(self.resolution == other.resolution
            && self.sender.get().0 == other.sender.get().0
            && self.differences.bind(py).eq(&other.differences)?)
    }

    fn __hash__(&self) -> u64 {
        super::sections::hash_of(&self.sender.get().0.sid())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (sender, differences) = (self.sender.bind(py).repr()?, self.differences.bind(py).repr()?);
        Ok(format!("Ensured(resolution='{}', sender={sender}, differences={differences})", self.resolution))
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

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let ensured = slf.get();
        (slf.get_type(), (ensured.resolution.as_str(), &ensured.sender, &ensured.differences))
            .into_pyobject(slf.py())
    }
}
