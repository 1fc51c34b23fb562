//! `GET https://monitor.twilio.com/v1/Alerts?LogLevel=…&StartDate=…&EndDate=…&PageSize=…`; a success is 200.
//!
//! Source: Twilio's OpenAPI file of the Monitor API, v1.

use super::{Definition, Listing, PageSize, Query, RequestSpec, Subject, endpoint};
use crate::argument::InvalidArgument;
use crate::client::Service;
use crate::error::catalogue;
use crate::http::Method;
use crate::naming::Naming;
use crate::types::{AlertLevel, AlertPage, DecodeError, NextPage, Patch, read_alerts};

const PATH: &str = "/v1/Alerts";

/// A date, or a moment in UTC, as the error log takes it: `2026-12-01` or `2026-12-01T09:30:00Z`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertTime(String);

impl AlertTime {
    /// Checks a text; `field` names it in errors. Fractions of a second are cut off.
    ///
    /// # Errors
    /// [`InvalidArgument`] if it has neither form, or is no moment that there is.
    pub fn parse(text: &str, field: &str) -> Result<Self, InvalidArgument> {
        let is_date = text.len() == "YYYY-MM-DD".len();
        let whole = if is_date { format!("{text}T00:00:00Z") } else { text.to_owned() };
        match humantime::parse_rfc3339(&whole) {
            Ok(_) if is_date => Ok(Self(text.to_owned())),
            Ok(moment) => Ok(Self(humantime::format_rfc3339_seconds(moment).to_string())),
            Err(_) => {
                let rule =
                    "must be a date or a moment in UTC, such as `2026-12-01` or `2026-12-01T09:30:00Z`";
                Err(InvalidArgument::new(field, rule, text))
            }
        }
    }

    /// The second of this time, in milliseconds since 1970.
    pub(crate) fn of_unix_ms(unix_ms: u64) -> Self {
        let moment = std::time::UNIX_EPOCH + std::time::Duration::from_millis(unix_ms.min(LATEST_MS));
        Self(humantime::format_rfc3339_seconds(moment).to_string())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The end of the year 9999, in milliseconds since 1970: the last moment that the form has.
const LATEST_MS: u64 = 253_402_300_799_000;

/// Lists entries of the error log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListAlerts {
    /// The level of the entries. Default: every one.
    pub level: Option<AlertLevel>,
    /// The first moment of the entries. Twilio keeps entries for 30 days.
    pub start: Option<AlertTime>,
    /// The last moment of the entries.
    pub end: Option<AlertTime>,
    /// The size of a page. Default: the largest, or the limit if that is smaller.
    pub page_size: Option<PageSize>,
    /// The most entries to list. Default: all.
    pub limit: Option<u64>,
}

impl ListAlerts {
    /// The query of the first page.
    pub(crate) fn first(&self) -> Result<Query, InvalidArgument> {
        let mut text = String::new();
        if let Some(level) = &self.level {
            let word = level.as_str();
            if word.is_empty() || word.len() > 32 || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
                let rule = "must be a word such as `error`, `warning`, `notice` or `debug`";
                return Err(InvalidArgument::new("level", rule, word));
            }
            text.push_str(&format!("LogLevel={word}&"));
        }
        for (name, time) in [("StartDate", &self.start), ("EndDate", &self.end)] {
            if let Some(time) = time {
                text.push_str(&format!("{name}={}&", time.as_str()));
            }
        }
        let size = PageSize::of_limit(self.page_size, self.limit);
        Ok(Query::checked(format!("{text}PageSize={size}")))
    }
}

/// One page of the error log.
#[derive(Clone, Debug)]
pub(crate) struct Alerts(Query);

endpoint!(Alerts => AlertPage);

impl Definition for Alerts {
    fn spec(&self) -> RequestSpec {
        let target = format!("{PATH}?{}", self.0.as_str());
        let spec = RequestSpec::new("alerts", Method::Get, target, Subject::None);
        RequestSpec { service: Service::Monitor, ..spec }
    }

    /// Each entry with what the catalogue knows of its code.
    fn parse(body: Vec<u8>) -> Result<AlertPage, DecodeError> {
        let mut page = read_alerts(&body)?;
        for alert in &mut page.alerts {
            let code = alert.error_code.value().and_then(|code| code.parse().ok());
            alert.explanation = match code.and_then(catalogue::explain) {
                Some(entry) => Patch::Value(entry.spelled(Naming::Rust)),
                None => Patch::Absent,
            };
        }
        Ok(page)
    }
}

endpoint!(ListAlerts => AlertPage);

impl Listing for ListAlerts {
    type Request = Alerts;
    const OPERATION: &'static str = "alerts";
    const ITEMS: &'static str = "entries";
    const HAS_CHANNEL: bool = false;

    fn request(query: Query) -> Alerts {
        Alerts(query)
    }

    fn len(page: &AlertPage) -> usize {
        page.alerts.len()
    }

    fn cut(page: &mut AlertPage, most: usize) {
        page.alerts.truncate(most);
    }

    fn next(page: &AlertPage) -> &NextPage {
        &page.next
    }

    fn set_token(page: &mut AlertPage, token: String) {
        page.next_token = Some(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_query_has_what_was_asked_for() {
        let all = ListAlerts::default();
        assert_eq!(all.first().unwrap().as_str(), "PageSize=1000");
        let some = ListAlerts {
            level: Some(AlertLevel::Error),
            start: Some(AlertTime::parse("2026-12-01", "start").unwrap()),
            end: Some(AlertTime::parse("2026-12-02T09:30:00.123Z", "end").unwrap()),
            page_size: None,
            limit: Some(5),
        };
        assert_eq!(
            some.first().unwrap().as_str(),
            "LogLevel=error&StartDate=2026-12-01&EndDate=2026-12-02T09:30:00Z&PageSize=5"
        );
        let odd = ListAlerts { level: Some(AlertLevel::from("error&x=1")), ..ListAlerts::default() };
        assert!(odd.first().unwrap_err().to_string().starts_with("level must be a word"));
        let spec = Alerts(all.first().unwrap()).spec();
        assert_eq!(spec.sent().url(), "https://monitor.twilio.com/v1/Alerts?PageSize=1000");
    }

    #[test]
    fn a_time_is_a_date_or_a_moment_in_utc() {
        for good in ["2026-12-01", "2026-12-01T09:30:00Z", "2024-02-29"] {
            assert_eq!(AlertTime::parse(good, "start").unwrap().as_str(), good);
        }
        for bad in [
            "",
            "2026-13-01",
            "2026-02-30",
            "2026-12-1",
            "20261201",
            "2026-12-01T09:30:00",
            "2026-12-01T09:30:00+01:00",
            "2026-12-01T25:00:00Z",
            "now",
            "2026-12-01&x=1",
        ] {
            let error = AlertTime::parse(bad, "start").unwrap_err().to_string();
            assert!(error.starts_with("start must be a date or a moment in UTC"), "{bad}: {error}");
        }
        assert_eq!(AlertTime::of_unix_ms(1_767_225_600_999).as_str(), "2026-01-01T00:00:00Z");
        assert_eq!(AlertTime::of_unix_ms(u64::MAX).as_str(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn a_code_is_explained() {
        let body = br#"{"alerts":[{"error_code":"63104"},{"error_code":"11200"}],"meta":{}}"#;
        let page = Alerts::parse(body.to_vec()).unwrap();
        let meanings = page.alerts.iter().map(|alert| alert.explanation.is_absent());
        assert_eq!(meanings.collect::<Vec<_>>(), [false, true]);
    }
}
