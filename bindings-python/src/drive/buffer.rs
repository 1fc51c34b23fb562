//! The buffer that asyncio reads into: memory of a Python `bytearray`, so that the loop's `recv_into` fills it and
//! Rust reads it without a copy. The only unsafe code of this crate.

use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyMemoryView};
use zeroize::Zeroize;

/// The size a buffer starts with.
pub(crate) const SMALL: usize = 16 * 1024;
/// The largest one, for large bodies.
pub(crate) const LARGE: usize = 1024 * 1024;

pub(crate) struct ReadBuffer {
    bytes: Py<PyByteArray>,
    /// Its export keeps the `bytearray` from being resized for as long as it lives.
    view: Py<PyMemoryView>,
    size: usize,
}

impl Drop for ReadBuffer {
    /// Wipes the bytes that were read last.
    fn drop(&mut self) {
        let bytes = &self.bytes;
        Python::try_attach(|py| wipe(bytes.bind(py)));
    }
}

/// Overwrites a `bytearray` with zeros.
pub(crate) fn wipe(bytes: &Bound<'_, PyByteArray>) {
    #[expect(unsafe_code, reason = "the limited API has no safe way to write a bytearray in place")]
    // SAFETY: the interpreter is attached, nothing below runs Python code, and no other slice of these bytes is alive:
    // those of `ReadBuffer::with` end with it, and the event loop reads and writes only while it runs.
    unsafe { bytes.as_bytes_mut() }.zeroize();
}

impl ReadBuffer {
    pub(crate) fn new(py: Python<'_>, size: usize) -> PyResult<Self> {
        let bytes = PyByteArray::new_with(py, size, |_| Ok(()))?;
        let view = PyMemoryView::from(bytes.as_any())?;
        Ok(Self { bytes: bytes.unbind(), view: view.unbind(), size })
    }

    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    /// Returns the view that `get_buffer` hands to the loop.
    pub(crate) fn view(&self, py: Python<'_>) -> Py<PyMemoryView> {
        self.view.clone_ref(py)
    }

    /// Lets `read` see the first `count` bytes. It must not call into Python; nothing in `crate::net` does.
    pub(crate) fn with<T>(&self, py: Python<'_>, count: usize, read: impl FnOnce(&[u8]) -> T) -> T {
        let bytes = self.bytes.bind(py);
        #[expect(unsafe_code, reason = "the limited API has no safe way to read a bytearray in place")]
        // SAFETY: only the event loop has the memory view, and it writes only between `get_buffer` and
        // `buffer_updated`, on the thread that runs us now; the view's export keeps the memory where it is; and `read`
        // runs no Python code, so nothing can reach the memory while the slice is alive.
        let slice = unsafe { bytes.as_bytes() };
        read(slice.get(..count).unwrap_or(slice))
    }
}
