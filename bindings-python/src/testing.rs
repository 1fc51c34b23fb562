//! The emulator in this process: the native half of `senders.testing`.

use std::sync::Mutex;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};
use senders_emulator::{Delivery, FaultRule, Request, Switches, WaitingCode, magic_numbers};

use crate::drive::lock;

/// The Senders API without a network, on its own clock.
#[pyclass(frozen, module = "senders._native")]
pub(crate) struct Emulator {
    emulator: Mutex<senders_emulator::Emulator>,
}

#[expect(clippy::cast_precision_loss, reason = "times of this age are far below 2^53 ms")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

fn refuse(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The result of a request: a response, or the failure that a transport over a network would have had.
enum Delivered {
    Whole(Vec<u8>),
    Failed { kind: &'static str, sent: &'static str, message: &'static str },
}

impl Emulator {
    /// Delivers a response as a network would have, on the virtual clock.
    fn deliver(&self, delivery: &Delivery, body: Vec<u8>, limit_ms: u64, max_bytes: u64) -> Delivered {
        let failed = |kind, sent, message| Delivered::Failed { kind, sent, message };
        let took_ms = match *delivery {
            Delivery::StallBeforeHead { ms } | Delivery::StallInBody { ms, .. } => ms.unwrap_or(u64::MAX),
            Delivery::Drip { bytes_per_s } => {
                (body.len() as u64).saturating_mul(1000).div_ceil(u64::from(bytes_per_s.max(1)))
            }
            _ => 0,
        };
        lock(&self.emulator).advance_ms(took_ms.min(limit_ms));
        if took_ms >= limit_ms {
            return failed("timeout", "yes", "no whole answer in time");
        }
        match *delivery {
            Delivery::Refuse => failed("connect", "no", "the connection was refused"),
            Delivery::Close => failed("closed", "yes", "the connection was closed without an answer"),
            Delivery::Reset => failed("closed", "yes", "the connection was reset"),
            Delivery::CutBody { .. } | Delivery::ChunkedCut { .. } => {
                failed("closed", "yes", "the connection was closed before the end of the body")
            }
            Delivery::ContentLength { claimed } if claimed < body.len() as u64 => {
                let claimed = usize::try_from(claimed).unwrap_or(usize::MAX);
                Delivered::Whole(body.get(..claimed).unwrap_or_default().to_vec())
            }
            Delivery::ContentLength { claimed } if claimed > body.len() as u64 => {
                failed("closed", "yes", "the connection was closed before the end of the body")
            }
            Delivery::Padded { bytes } if bytes.saturating_add(body.len() as u64) > max_bytes => {
                failed("response_too_large", "yes", "the body is larger than this client allows")
            }
            Delivery::Padded { bytes } => {
                let mut body = body;
                body.resize(body.len() + usize::try_from(bytes).unwrap_or(0), b' ');
                Delivered::Whole(body)
            }
            _ => Delivered::Whole(body),
        }
    }
}

#[pymethods]
impl Emulator {
    #[new]
    fn new(switches: Vec<(String, String)>) -> PyResult<Self> {
        let mut set = Switches::new();
        for (name, value) in switches {
            set.set(&name, &value).map_err(refuse)?;
        }
        Ok(Self { emulator: Mutex::new(senders_emulator::Emulator::new(set)) })
    }

    /// Returns the response as `(status, headers, body)`, or raises `TransportFailure`.
    #[expect(clippy::too_many_arguments, reason = "the parts of a request")]
    fn send<'py>(
        &self,
        py: Python<'py>,
        method: String,
        url: String,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
        timeout: f64,
        max_bytes: u64,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let limit = Duration::try_from_secs_f64(timeout).unwrap_or(Duration::MAX);
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let reply = lock(&self.emulator).send(Request { method, target: url, headers, body });
        match self.deliver(&reply.delivery, reply.response.body, limit_ms, max_bytes) {
            Delivered::Whole(body) => {
                (reply.response.status, reply.response.headers, PyBytes::new(py, &body)).into_pyobject(py)
            }
            Delivered::Failed { kind, sent, message } => {
                let words = PyDict::new(py);
                words.set_item("kind", kind)?;
                words.set_item("sent", sent)?;
                let class = py.import(intern!(py, "senders._errors"))?.getattr("TransportFailure")?;
                Err(PyErr::from_value(class.call((message,), Some(&words))?))
            }
        }
    }

    /// Seconds since the emulator was made.
    fn monotonic(&self) -> f64 {
        seconds(lock(&self.emulator).now_ms())
    }

    /// Seconds since 1970.
    fn time(&self) -> f64 {
        seconds(lock(&self.emulator).unix_ms())
    }

    /// Moves the clock on.
    fn advance(&self, seconds: f64) -> PyResult<()> {
        let time = Duration::try_from_secs_f64(seconds).map_err(refuse)?;
        let ms = u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        lock(&self.emulator).advance_ms(ms);
        Ok(())
    }

    fn set_switch(&self, name: &str, value: &str) -> PyResult<()> {
        lock(&self.emulator).set_switch(name, value).map_err(refuse)
    }

    /// Name, value, default, allowed values and meaning of every switch.
    fn switches(&self) -> Vec<(&'static str, String, &'static str, String, &'static str)> {
        let emulator = lock(&self.emulator);
        let rows = emulator.switches().iter();
        rows.map(|(info, value)| {
            (info.name, value.to_owned(), info.default, info.allowed.to_string(), info.text)
        })
        .collect()
    }

    /// Every request so far: sequence, time, method, target, headers, body, operation, status, fault, acted, request id.
    fn journal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let entries = lock(&self.emulator).journal().to_vec();
        let rows = entries.into_iter().map(|entry| {
            (
                entry.sequence,
                seconds(entry.at_ms),
                entry.method,
                entry.target,
                entry.headers,
                PyBytes::new(py, &entry.body),
                entry.operation,
                entry.status,
                entry.fault,
                entry.acted,
                entry.request_id,
            )
                .into_pyobject(py)
        });
        PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
    }

    fn clear_journal(&self) {
        lock(&self.emulator).clear_journal();
    }

    /// Takes a rule as JSON.
    fn inject(&self, rule: &str) -> PyResult<()> {
        let rule = FaultRule::from_json(rule.as_bytes()).map_err(refuse)?;
        lock(&self.emulator).inject(rule).map_err(refuse)
    }

    fn clear_faults(&self) {
        lock(&self.emulator).clear_faults();
    }

    fn seed_senders(&self, count: usize) {
        lock(&self.emulator).seed_senders(count);
    }

    /// The JSON of every sender there is.
    fn senders(&self) -> Vec<String> {
        let mut emulator = lock(&self.emulator);
        let sids: Vec<String> = emulator.sids().map(str::to_owned).collect();
        sids.iter().filter_map(|sid| emulator.sender(sid)).map(|state| state.json).collect()
    }

    /// Puts a sender into any status; false if there is no such sender.
    fn set_status(&self, sid: &str, status: &str) -> bool {
        lock(&self.emulator).set_status(sid, status)
    }

    /// Changes a sender as a JSON object says.
    fn change_sender(&self, sid: &str, change: &str) -> PyResult<()> {
        lock(&self.emulator).change_sender(sid, change.as_bytes()).map_err(refuse)
    }

    /// Every `sender_id`, how many have it, how many creates were carried out, and the SIDs.
    fn sender_ids(&self) -> Vec<(String, usize, u64, Vec<String>)> {
        let rows = lock(&self.emulator).sender_ids().into_iter();
        rows.map(|row| (row.sender_id, row.senders, row.created, row.sids)).collect()
    }

    /// SID, `sender_id`, method, codes sent and wrong codes of every sender that waits for a code.
    fn waiting_codes(&self) -> Vec<(String, String, String, u64, u64)> {
        let rows = lock(&self.emulator).waiting_codes().into_iter();
        let row = |row: WaitingCode| {
            (row.sid, row.sender_id, row.verification_method, row.codes_sent, row.wrong_codes)
        };
        rows.map(row).collect()
    }

    fn reset(&self) {
        lock(&self.emulator).reset();
    }

    fn __repr__(&self) -> String {
        format!("<Emulator of {} senders>", lock(&self.emulator).sender_count())
    }
}

/// Digits, status, code and text of every magic number.
#[pyfunction]
pub(crate) fn magic_numbers_table() -> Vec<(&'static str, u16, u32, &'static str)> {
    magic_numbers().iter().map(|number| (number.digits, number.status, number.code, number.message)).collect()
}

/// Name and text of every fault.
#[pyfunction]
pub(crate) fn fault_names() -> Vec<(&'static str, &'static str)> {
    senders_emulator::faults().iter().map(|fault| (fault.name, fault.text)).collect()
}
