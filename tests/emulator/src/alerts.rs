//! The error log: an entry for each reason why a sender is offline, the newest first.
//!
//! Source of the form: Twilio's OpenAPI file of the Monitor API, v1. That a failed registration has an entry whose `resource_sid` is
//! the sender's SID is an assumption, and so is the order. The entries of a deleted sender are gone.

use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::{ApiError, json_response};
use crate::dates::iso_date;
use crate::emulator::Emulator;
use crate::endpoints::{Meta, page_number};
use crate::http::{Request, Response, Target};
use crate::store::PageToken;
use crate::switches::Key;

/// The levels of the documentation.
const LEVELS: [&str; 4] = ["error", "warning", "notice", "debug"];

/// The documented default.
const PAGE_SIZE: u64 = 50;

#[derive(Serialize)]
struct Page {
    alerts: Vec<Value>,
    meta: Meta,
}

/// The query, checked.
#[derive(Default)]
struct Query<'q> {
    level: Option<&'q str>,
    start: &'q str,
    end: &'q str,
    size: u64,
    token: Option<&'q str>,
}

impl Emulator {
    /// Lists the error log.
    pub(crate) fn alerts(&mut self, request: &Request, target: &Target<'_>) -> Result<Response, ApiError> {
        let query = self.alerts_query(target)?;
        let seed = self.switches.number(Key::Seed);
        let token = match query.token {
            None => PageToken { page: 0, after: 0, channel: None },
            Some(text) => PageToken::decode(text, seed)
                .ok_or_else(|| ApiError::query("PageToken is not one that this list has given"))?,
        };
        let api_url = self.base_url(request);
        let base_url = api_url.replace("https://messaging.twilio.com", "https://monitor.twilio.com");
        let is_wanted = |entry: &(String, Value)| {
            let (date, end) = (entry.0.as_str(), query.end.len().min(entry.0.len()));
            query.level.is_none_or(|level| level == "error")
                && date >= query.start
                && (query.end.is_empty() || date.get(..end).unwrap_or_default() <= query.end)
        };
        let mut entries: Vec<(String, Value)> =
            self.log(&base_url, &api_url).into_iter().filter(is_wanted).collect();
        entries.sort_by(|a, b| b.0.cmp(&a.0));
        let size = usize::try_from(query.size).unwrap_or(1000);
        let mut rest = entries
            .into_iter()
            .map(|(_, entry)| entry)
            .skip(usize::try_from(token.after).unwrap_or(usize::MAX));
        let alerts: Vec<Value> = rest.by_ref().take(size).collect();
        let url = |page: u64, token: Option<&str>| {
            let mut url = format!("{base_url}/v1/Alerts?PageSize={}&Page={page}", query.size);
            let [level, start, end] = [query.level.unwrap_or_default(), query.start, query.end];
            for (name, value) in [
                ("LogLevel", level),
                ("StartDate", start),
                ("EndDate", end),
                ("PageToken", token.unwrap_or_default()),
            ] {
                if !value.is_empty() {
                    url.push_str(&format!("&{name}={value}"));
                }
            }
            url
        };
        let place = |page: u64| {
            PageToken { page, after: page.saturating_mul(query.size), channel: None }.encode(seed)
        };
        let next = rest.next().map(|_| url(token.page + 1, Some(&place(token.page + 1))));
        let previous =
            token.page.checked_sub(1).map(|page| url(page, (page > 0).then(|| place(page)).as_deref()));
        let meta = Meta {
            page: token.page,
            page_size: size,
            first_page_url: url(0, None),
            previous_page_url: previous,
            url: url(token.page, query.token),
            next_page_url: next,
            key: "alerts",
        };
        Ok(json_response(200, &Page { alerts, meta }))
    }

    /// Returns every entry with its date: its own URL is below `base_url`, that of the request it is about below `api_url`.
    fn log(&mut self, base_url: &str, api_url: &str) -> Vec<(String, Value)> {
        let (now, zero_unix_ms) = (self.now_ms(), self.zero_unix_ms);
        let (switches, store) = (&self.switches, &mut self.store);
        let account = switches.text(Key::AccountSid).to_owned();
        let mut entries = Vec::new();
        for (_, sender) in store.after(0, None) {
            sender.settle(now, switches);
            let date = iso_date(zero_unix_ms.saturating_add(sender.failed_ms.unwrap_or_default()));
            for (at, reason) in sender.offline_reasons.iter().enumerate() {
                let digits = sender.sid.get(2..).unwrap_or_default();
                let sid = format!("NO{:02x}{}", at % 256, digits.get(2..).unwrap_or_default());
                let entry = json!({
                    "sid": sid,
                    "account_sid": account,
                    "error_code": reason.get("code"),
                    "log_level": "error",
                    "alert_text": reason.get("message"),
                    "more_info": reason.get("more_info"),
                    "resource_sid": sender.sid,
                    "service_sid": null,
                    "date_generated": date,
                    "date_created": date,
                    "date_updated": date,
                    "request_method": "POST",
                    "request_url": format!("{api_url}/v2/Channels/Senders"),
                    "api_version": null,
                    "url": format!("{base_url}/v1/Alerts/{sid}"),
                });
                entries.push((date.clone(), entry));
            }
        }
        entries
    }

    fn alerts_query<'q>(&self, target: &'q Target<'_>) -> Result<Query<'q>, ApiError> {
        let mut query = Query { size: PAGE_SIZE, ..Query::default() };
        for (key, value) in &target.query {
            let value = value.as_ref();
            match key.as_ref() {
                "LogLevel" if LEVELS.contains(&value) => query.level = Some(value),
                "LogLevel" => {
                    return Err(ApiError::query("LogLevel must be error, warning, notice or debug"));
                }
                "StartDate" => query.start = date(key, value)?,
                "EndDate" => query.end = date(key, value)?,
                "PageSize" => query.size = self.page_size(value)?,
                "PageToken" => query.token = Some(value),
                "Page" => page_number(value)?,
                other => self.unknown_query(
                    other,
                    &["LogLevel", "StartDate", "EndDate", "PageSize", "Page", "PageToken"],
                )?,
            }
        }
        Ok(query)
    }
}

/// Checks a date: `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ssZ`. The digits are not checked for a day that there is.
fn date<'q>(key: &str, value: &'q str) -> Result<&'q str, ApiError> {
    let fits = |form: &str| {
        let is_right =
            |(wanted, is): (u8, u8)| if wanted == b'0' { is.is_ascii_digit() } else { wanted == is };
        form.len() == value.len() && form.bytes().zip(value.bytes()).all(is_right)
    };
    if fits("0000-00-00") || fits("0000-00-00T00:00:00Z") {
        return Ok(value);
    }
    Err(ApiError::query(format!("{key} must be a date, YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ")))
}
