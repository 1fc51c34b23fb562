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
    let seconds = unix_ms.min(LATEST_MS) / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Calculates the civil date from days; the year begins in March, so the leap day is its last day.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", second % 60)
}
