//! An entry of the error log, and a page of them.

use super::decode_error::DecodeError;
use super::explanation::Explanation;
use super::json::{first_items, pick};
use super::model::model;
use super::open_enum::open_enum;
use super::page::{NextPage, next_page};

/// How many entries of a page are read: the largest page.
const MOST_ALERTS: usize = 1_000;

open_enum!(
    /// The level of an entry of the error log.
    ///
    /// Source: Twilio's OpenAPI file of the Monitor API, v1.
    AlertLevel (open) {
        /// Something failed.
        Error = "error",
        /// Something may fail.
        Warning = "warning",
        /// Something to know.
        Notice = "notice",
        /// For a search for mistakes.
        Debug = "debug",
    }
);

model!(
    /// An entry of the error log. Only ever received.
    ///
    /// Source: Twilio's OpenAPI file of the Monitor API, v1, which names every field but `explanation`.
    Alert {
        /// The SID of the entry: `NO` and 32 hexadecimal digits.
        sid: String,
        /// The error code, as text: `63104`.
        error_code: String,
        /// The level.
        log_level: AlertLevel,
        /// The text of the entry. It may be in the form of a query (`Msg=…&sourceComponent=…`).
        alert_text: String,
        /// A link to the error's page.
        more_info: String,
        /// The SID of what the entry is about: of a sender, `XE` and 32 hexadecimal digits.
        resource_sid: String,
        /// The SID of the service that made the entry.
        service_sid: String,
        /// The SID of the account.
        account_sid: String,
        /// When it happened, in ISO 8601.
        date_generated: String,
        /// When the entry was made, in ISO 8601: entries are buffered, so it can be later than `date_generated`.
        date_created: String,
        /// When the entry changed, in ISO 8601.
        date_updated: String,
        /// The method of the request that failed.
        request_method: String,
        /// The URL of the request that failed.
        request_url: String,
        /// The version of the API.
        api_version: String,
        /// The URL of the entry, as the server wrote it. This library never follows it.
        url: String,
        /// The explanation of the code; absent for a code that this library does not know. It is no part of the response.
        explanation: Explanation,
    }
);

impl Alert {
    /// When it happened, as far as the entry says.
    pub(crate) fn time(&self) -> Option<&str> {
        self.date_generated.value().or_else(|| self.date_created.value()).map(String::as_str)
    }
}

/// One page of the error log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AlertPage {
    /// The entries in the server's order, which is not documented.
    pub alerts: Vec<Alert>,
    pub(crate) next: NextPage,
    pub(crate) next_token: Option<String>,
}

impl AlertPage {
    /// Where the listing goes on after this page; `None` after the last. See
    /// [`SenderPage::next_token`](crate::SenderPage::next_token).
    #[must_use]
    pub fn next_token(&self) -> Option<&str> {
        self.next_token.as_deref()
    }
}

/// Reads the body of a page. An item that is no object is left out.
pub(crate) fn read_alerts(body: &[u8]) -> Result<AlertPage, DecodeError> {
    let wrong = |reason: &str| DecodeError::new(format!("a page of the error log: {reason}"), body);
    let text = std::str::from_utf8(body).map_err(|_| wrong("text that is not UTF-8"))?;
    let [alerts, meta] = pick(text, ["alerts", "meta"]).ok_or_else(|| wrong("not the JSON of an object"))?;
    let items = alerts.and_then(|alerts| first_items(alerts, MOST_ALERTS));
    let items = items.ok_or_else(|| wrong("an object without a list `alerts`"))?;
    let alerts = items.into_iter().filter_map(Alert::from_json).collect();
    Ok(AlertPage { alerts, next: next_page(meta), next_token: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documented example, with the link to a next page.
    const DOCUMENTED: &str = r#"{"alerts":[{"account_sid":"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","alert_text":"alert_text",
        "api_version":"2010-04-01","date_created":"2015-07-30T20:00:00Z","date_generated":"2015-07-30T20:00:00Z",
        "date_updated":"2015-07-30T20:00:00Z","error_code":"error_code","log_level":"log_level","more_info":"more_info",
        "request_method":"GET","request_url":"http://www.example.com","resource_sid":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sid":"NOaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","service_sid":"PNe2cd757cd5257b0217a447933a0290d2",
        "url":"https://monitor.twilio.com/v1/Alerts/NOaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],
        "meta":{"key":"alerts","next_page_url":"https://monitor.twilio.com/v1/Alerts?PageToken=a"}}"#;

    #[test]
    fn a_page_is_read_and_keeps_what_is_not_known() {
        let page = read_alerts(DOCUMENTED.as_bytes()).unwrap();
        let [alert] = page.alerts.as_slice() else { panic!("one entry") };
        assert_eq!(alert.log_level.value().unwrap().as_str(), "log_level");
        assert_eq!(alert.time(), Some("2015-07-30T20:00:00Z"));
        assert!(alert.extra.is_empty() && alert.explanation.is_absent());
        assert!(matches!(page.next, NextPage::Link(_)));

        let odd = r#"{"alerts":[null,7,{"sid":null,"error_code":63104,"new":[1.0]}],"meta":{}}"#;
        let page = read_alerts(odd.as_bytes()).unwrap();
        let [alert] = page.alerts.as_slice() else { panic!("one entry") };
        assert_eq!(alert.error_code.value().unwrap(), "63104");
        assert_eq!(alert.to_json(), r#"{"sid":null,"error_code":63104,"new":[1.0]}"#);
    }

    #[test]
    fn a_body_that_is_no_page_is_refused() {
        for wrong in [
            "",
            "[]",
            "{}",
            r#"{"alerts":{}}"#,
            r#"{"alerts":null}"#,
            r#"{"alerts":[}"#,
            r#"{"alerts":[]} x"#,
        ] {
            assert!(read_alerts(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(read_alerts(b"\xff").is_err());
    }
}
