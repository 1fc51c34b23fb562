//! The two clocks whose readings the core is given, and how to wait.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pyo3::intern;
use pyo3::prelude::*;
use senders_core::Now;

/// The longest time in milliseconds without a look at Python's signals.
pub(crate) const TICK_MS: u64 = 50;

/// Returns the milliseconds since the first call in this process.
pub(crate) fn monotonic_ms() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Reads both clocks.
pub(crate) fn now() -> Now {
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now::new(monotonic_ms(), u64::try_from(unix.as_millis()).unwrap_or(u64::MAX))
}

/// Reads an injected transport's clock, whose readings are seconds.
pub(crate) fn of(clock: &Bound<'_, PyAny>) -> PyResult<Now> {
    let py = clock.py();
    let read = |seconds: Bound<'_, PyAny>| -> PyResult<u64> {
        // Whole milliseconds written as seconds come back as the same whole milliseconds.
        let ms = (seconds.extract::<f64>()? * 1000.0).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        let ms = ms as u64;
        Ok(ms)
    };
    let monotonic_ms = read(clock.call_method0(intern!(py, "monotonic"))?)?;
    let unix_ms = read(clock.call_method0(intern!(py, "time"))?)?;
    Ok(Now::new(monotonic_ms, unix_ms))
}

/// Returns milliseconds as Python has them.
#[expect(clippy::cast_precision_loss, reason = "times and delays are far below 2^53 ms")]
pub(crate) fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

/// Waits without holding the interpreter, and ends early on a signal that raises.
pub(crate) fn wait(py: Python<'_>, delay_ms: u64) -> PyResult<()> {
    let end = monotonic_ms().saturating_add(delay_ms);
    loop {
        let left = end.saturating_sub(monotonic_ms());
        if left == 0 {
            return Ok(());
        }
        py.detach(|| std::thread::sleep(Duration::from_millis(left.min(TICK_MS))));
        py.check_signals()?;
    }
}
