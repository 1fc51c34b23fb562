//! A look at a socket of asyncio's, past its loop.

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyList;

/// A way to ask whether something has come in on a socket that the loop has not seen yet.
pub(crate) enum Watch {
    /// `poll` of a poll object that watches it.
    Poll(Py<PyAny>),
    /// `select.select` and its file number, where there is no `select.poll`: Windows, gevent.
    Select(Py<PyAny>, Py<PyAny>),
}

impl Watch {
    pub(crate) fn new(transport: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = transport.py();
        let select = py.import("select")?;
        let socket = transport.call_method1("get_extra_info", ("socket",))?;
        let number = socket.call_method0("fileno")?;
        match select.getattr("poll") {
            Ok(poll) => {
                let poll = poll.call0()?;
                poll.call_method1("register", (number, select.getattr("POLLIN")?))?;
                Ok(Self::Poll(poll.getattr("poll")?.unbind()))
            }
            Err(_) => Ok(Self::Select(select.getattr("select")?.unbind(), number.unbind())),
        }
    }

    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        match self {
            Self::Poll(poll) => Self::Poll(poll.clone_ref(py)),
            Self::Select(select, number) => Self::Select(select.clone_ref(py), number.clone_ref(py)),
        }
    }

    /// Returns whether nothing has come in.
    pub(crate) fn is_quiet(&self, py: Python<'_>) -> PyResult<bool> {
        let events = match self {
            Self::Poll(poll) => poll.bind(py).call1((0,))?,
            Self::Select(select, number) => {
                let none = PyList::empty(py);
                select.bind(py).call1((PyList::new(py, [number])?, &none, &none, 0))?.get_item(0)?
            }
        };
        Ok(events.len()? == 0)
    }

    pub(crate) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Poll(poll) => visit.call(poll),
            Self::Select(select, number) => visit.call(select).and_then(|()| visit.call(number)),
        }
    }
}
