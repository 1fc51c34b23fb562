//! CPU and memory used by this process and by its ended children.

use std::time::Duration;

use anyhow::Result;
use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// Returns the CPU time of this process since it started, user and system.
pub(crate) fn cpu_time() -> Result<Duration> {
    Ok(total(&getrusage(UsageWho::RUSAGE_SELF)?))
}

/// Returns the CPU time of all children that have ended and were waited for.
pub(crate) fn children_cpu_time() -> Result<Duration> {
    Ok(total(&getrusage(UsageWho::RUSAGE_CHILDREN)?))
}

/// Returns the peak resident memory of this process, in MiB.
pub(crate) fn peak_rss_mib() -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52")]
    let maximum = getrusage(UsageWho::RUSAGE_SELF)?.max_rss() as f64;
    // macOS counts in bytes. Linux counts in KiB and passes the parent's peak on to the child, so the child's own
    // peak has to be read elsewhere.
    if cfg!(target_os = "macos") {
        return Ok(maximum / 1_048_576.0);
    }
    Ok(high_water_kib().unwrap_or(maximum) / 1024.0)
}

fn high_water_kib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn total(usage: &Usage) -> Duration {
    duration(usage.user_time()) + duration(usage.system_time())
}

fn duration(time: TimeVal) -> Duration {
    let micros = u64::try_from(time.tv_usec()).unwrap_or(0);
    Duration::from_secs(u64::try_from(time.tv_sec()).unwrap_or(0)) + Duration::from_micros(micros)
}

/// Returns milliseconds with their fraction.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
