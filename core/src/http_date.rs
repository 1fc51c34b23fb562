//! Dates in headers.

/// The seconds since 1970 of an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`, or one of the two obsolete forms that a
/// recipient has to read, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
///
/// Source: RFC 9110 section 5.6.7. The name of the day is not looked at.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let mut parts = [""; 8];
    let split = text.split([' ', ',', '-', ':']).filter(|part| !part.is_empty());
    for (part, text) in parts.iter_mut().zip(split) {
        *part = text;
    }
    let (day, month, year, [hour, minute, second]) = match parts {
        [_, day, month, year, h, m, s, "GMT"] => (day, month, year, [h, m, s]),
        [_, month, day, h, m, s, year, ""] => (day, month, year, [h, m, s]),
        _ => return None,
    };
    let number = |text: &str, most: u64| {
        let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|number| digits && *number <= most)
    };
    let month =
        "JanFebMarAprMayJunJulAugSepOctNovDec".find(month).filter(|at| month.len() == 3 && at % 3 == 0)?;
    let month = month as u64 / 3;
    let year = match (number(year, 9999)?, year.len()) {
        (year @ 70.., 2) => 1900 + year,
        (year, 2) => 2000 + year,
        (year, _) => year,
    };
    // Years begin in March here, so that the day which some years have more is a year's last.
    let (year, month) = if month < 2 { (year.checked_sub(1)?, month + 10) } else { (year, month - 2) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + number(day, 31)?;
    let days = days.checked_sub(719_469)?;
    Some(((days * 24 + number(hour, 23)?) * 60 + number(minute, 59)?) * 60 + number(second, 60)?)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn every_form_is_read() {
        for text in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(parse(text), Some(784_111_777), "{text}");
        }
        assert_eq!(parse("Thursday, 01-Jan-26 00:00:10 GMT"), Some(1_767_225_610));
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }

    #[test]
    fn a_library_reads_the_same() {
        // Every 9.3 days or so, to the year 9000.
        for seconds in (0..221_845_392_000_u64).step_by(803_999) {
            let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(parse(&text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "GMT",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 anF 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:+9:37 GMT",
            "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 19940 08:49:37 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "Sun, 06 N 1994 08:49:37 GMT",
            "Sun, 06 Nov 0 08:49:37 GMT",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
