//! The native half of the Python package `senders`: requests out and responses in are the core's, the sockets are
//! here, and what users see is in `python/senders`.

mod client;
mod convert;
mod drive;
mod errors;
mod explain;
mod models;
mod net;
mod results;
mod testing;
mod unset;
#[cfg(feature = "wire")]
mod wire;

use pyo3::prelude::*;

/// The native half of the package `senders`. Use the package; this module may change at any time.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    pub(crate) use crate::client::Client;
    #[pymodule_export]
    pub(crate) use crate::drive::Call;
    #[pymodule_export]
    pub(crate) use crate::drive::asyncio::{Conn, Dial, literal_addresses};
    #[pymodule_export]
    pub(crate) use crate::drive::blocking::Transport;
    #[pymodule_export]
    pub(crate) use crate::drive::hooks::Hooks;
    #[pymodule_export]
    pub(crate) use crate::drive::injected::{
        HttpRequest, HttpResponse, answer_py, claim, clock_failed, fail, poll, release, run_with, sleep,
    };
    #[pymodule_export]
    pub(crate) use crate::drive::pool::{AsyncSettings, Pool};
    #[pymodule_export]
    pub(crate) use crate::errors::{_error_of_kind, error_kinds};
    #[pymodule_export]
    pub(crate) use crate::explain::explain;
    #[pymodule_export]
    pub(crate) use crate::models::{
        Ensured, RequestEvent, ResponseEvent, Sender, SenderPage, StatusChange, WaitEvent, WithResponse,
        known_statuses, status_traits,
    };
    #[pymodule_export]
    pub(crate) use crate::testing::{Emulator, fault_names, magic_numbers_table};
    #[pymodule_export]
    pub(crate) use crate::unset::Unset;
    #[cfg(feature = "wire")]
    #[pymodule_export]
    pub(crate) use crate::wire::read_response;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::models::add_classes(module)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("UNSET", crate::unset::unset(module.py())?)
    }
}
