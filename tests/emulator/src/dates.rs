//! Dates for headers and bodies, from milliseconds since 1970.

use std::time::{Duration, UNIX_EPOCH};

/// The latest time that both forms can express: the end of the year 9999.
const LATEST_MS: u64 = 253_402_300_799_999;

/// Formats as `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(unix_ms: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(unix_ms.min(LATEST_MS)))
}

/// Formats as `1994-11-06T08:49:37Z`.
pub(crate) fn iso_date(unix_ms: u64) -> String {
    let at = UNIX_EPOCH + Duration::from_millis(unix_ms.min(LATEST_MS));
    humantime::format_rfc3339_seconds(at).to_string()
}
