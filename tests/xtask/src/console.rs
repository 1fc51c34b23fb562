//! Messages for the person at the terminal.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Prints the heading of a part of a task.
pub(crate) fn heading(text: impl Display) {
    println!("\n== {text}");
}

/// Prints a warning about something skipped or unusual, which must not be lost in the output of a tool.
pub(crate) fn warn(text: impl Display) {
    println!("\n!! {text}\n");
}

/// Says what is made now, makes it, and says how long that took.
pub(crate) fn making<T>(what: &str, make: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("{what}");
    let start = Instant::now();
    let made = make()?;
    println!("  done in {}", seconds(start.elapsed()));
    Ok(made)
}

/// Returns `None`, after a warning, if this machine lacks a tool: what needs it is skipped.
///
/// # Errors
/// If the tool is missing in CI, where nothing is skipped.
pub(crate) fn or_skipped<T>(found: Result<T>, what: &str) -> Result<Option<T>> {
    match found {
        Err(error) if is_ci() => Err(error.context(format!("in CI {what} must run"))),
        Err(error) => {
            warn(format!("SKIPPED: {what}: {error:#}"));
            Ok(None)
        }
        Ok(found) => Ok(Some(found)),
    }
}

/// Returns whether this is CI, where nothing is skipped.
pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// Formats seconds with one decimal, minutes from 100 s on.
pub(crate) fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 100.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.0} min {:02.0} s", (seconds / 60.0).floor(), seconds % 60.0)
    }
}

/// Formats bytes as kB or MB of 1,000.
pub(crate) fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100)
    } else {
        format!("{}.{:02} MB", bytes / 1_000_000, bytes % 1_000_000 / 10_000)
    }
}
