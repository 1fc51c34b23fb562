//! The one comparison: the expectations of a case with the events that a driver saw.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use crate::given::OperationName;
use crate::json::{self, shown};
use crate::secrets;
use crate::trace::{Event, Outcome, SeenPage, SeenRequest, SeenWait, Trace};
use crate::vector::{Case, Entry, ExpectedHeader, ExpectedPage, ExpectedRequest, ExpectedWait};

/// The longest text of an error, in bytes: a sentence of the server, a request id and the next step.
const LONGEST_TEXT: usize = 2_048;

/// Returns every difference between the case and the trace, in words; empty if the driver did everything as expected.
#[must_use]
pub fn compare(case: &Case, trace: &Trace) -> Vec<String> {
    let mut found = secrets::shown_in(case, &trace.end);
    if case.id != trace.id {
        found.push(format!("the trace is of `{}`", trace.id));
    }
    let is_echo = matches!(case.given.operation, OperationName::Update | OperationName::Verify);
    let mut seen = trace.events.iter();
    for (index, entry) in case.timeline.iter().enumerate() {
        let place = format!("timeline[{index}]");
        let Some(event) = seen.next() else {
            found.push(format!("{place}: expected {}, but nothing more happened", word(entry)));
            break;
        };
        match (entry, event) {
            (Entry::Exchange { request, .. }, Event::Request(seen)) => {
                found.extend(request_differences(&place, request, seen));
            }
            (Entry::Wait(wait), Event::Wait(seen)) => found.extend(wait_differences(&place, wait, seen)),
            (Entry::Page(page), Event::Page(seen)) => found.extend(page_differences(&place, page, seen)),
            (Entry::Status(status), Event::Status(seen)) => {
                if status != seen {
                    found.push(format!("{place}: expected status `{status}`, got `{seen}`"));
                }
            }
            (entry, event) => {
                found.push(format!("{place}: expected {}, got {}", word(entry), brief(event)));
                // The events after this one have no counterpart; one difference is enough.
                found.extend(outcome_differences(&case.then, &trace.end, is_echo));
                return found;
            }
        }
    }
    found.extend(seen.map(|event| format!("after the timeline: not expected: {}", brief(event))));
    found.extend(outcome_differences(&case.then, &trace.end, is_echo));
    found
}

const fn word(entry: &Entry) -> &'static str {
    match entry {
        Entry::Exchange { .. } => "a request",
        Entry::Wait(_) => "a wait",
        Entry::Page(_) => "a page",
        Entry::Status(_) => "a status",
    }
}

fn brief(event: &Event) -> String {
    match event {
        Event::Request(request) => format!("a request: {} {}", request.method, shown(&request.url)),
        Event::Wait(wait) => format!("a wait of {} ms ({})", wait.ms, wait.reason.as_deref().unwrap_or("?")),
        Event::Page(page) => format!("a page of {}", page.sids.len()),
        Event::Status(status) => format!("status `{status}`"),
    }
}

fn header<'a>(request: &'a SeenRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn request_differences(place: &str, want: &ExpectedRequest, have: &SeenRequest) -> Vec<String> {
    let mut found = Vec::new();
    if want.method != have.method {
        found.push(format!("{place}.method: expected {}, got {}", want.method, have.method));
    }
    if want.url != have.url {
        found.push(format!("{place}.url: expected {}, got {}", shown(&want.url), shown(&have.url)));
    }
    match BASE64.decode(&have.body_base64) {
        Err(error) => found.push(format!("{place}.body: the driver sent no base64: {error}")),
        Ok(bytes) => {
            let body = want.body.as_ref().map(|body| json::compact(body.get())).unwrap_or_default();
            if body.as_bytes() != bytes {
                let got = String::from_utf8_lossy(&bytes);
                found.push(format!("{place}.body: expected {body:?}, got {got:?}"));
            }
        }
    }
    for (name, want) in &want.headers {
        let have = header(have, name);
        let same = match want {
            ExpectedHeader::Is(value) => have == Some(value),
            ExpectedHeader::Has(part) => have.is_some_and(|value| value.contains(&part.contains)),
            ExpectedHeader::Absent(()) => have.is_none(),
        };
        if !same {
            found.push(format!("{place}.headers.{name}: expected {want:?}, got {have:?}"));
        }
    }
    found.extend(rules_of_every_request(have).into_iter().map(|what| format!("{place}: {what}")));
    if let Some(seen) = have.timeouts {
        if want.attempt_ms.is_some_and(|ms| ms != seen.attempt_ms) {
            found
                .push(format!("{place}.attempt_ms: expected {:?}, got {}", want.attempt_ms, seen.attempt_ms));
        }
        if let (Some(want), Some(have)) = (want.connect_ms, seen.connect_ms)
            && want != have
        {
            found.push(format!("{place}.connect_ms: expected {want}, got {have}"));
        }
    }
    found
}

/// Checks the rules for every request, whatever the case expects of it.
fn rules_of_every_request(request: &SeenRequest) -> Vec<String> {
    let mut found = Vec::new();
    let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    if names.windows(2).any(|pair| pair.first() == pair.last()) {
        found.push("a header is sent twice".to_owned());
    }
    if request.headers.iter().any(|(_, value)| value.contains(['\r', '\n', '\0'])) {
        found.push("a header's value has a line end in it".to_owned());
    }
    if header(request, "accept") != Some("application/json") {
        found.push("`Accept: application/json` is missing".to_owned());
    }
    let content_type = header(request, "content-type");
    let right = if request.body_base64.is_empty() { None } else { Some("application/json") };
    if content_type != right {
        found.push(format!("expected Content-Type {right:?}, got {content_type:?}"));
    }
    if header(request, "user-agent").is_none_or(str::is_empty) {
        found.push("`User-Agent` is missing".to_owned());
    }
    found
}

fn wait_differences(place: &str, want: &ExpectedWait, have: &SeenWait) -> Vec<String> {
    let mut found = Vec::new();
    if !(want.min_ms..=want.max_ms).contains(&have.ms) {
        found.push(format!(
            "{place}.wait: expected {} to {} ms ({}), got {}",
            want.min_ms, want.max_ms, want.reason, have.ms
        ));
    }
    if let Some(reason) = have.reason.as_ref().filter(|reason| **reason != want.reason) {
        found.push(format!("{place}.wait.reason: expected `{}`, got `{reason}`", want.reason));
    }
    found
}

fn page_differences(place: &str, want: &ExpectedPage, have: &SeenPage) -> Vec<String> {
    let mut found = Vec::new();
    if want.sids != have.sids {
        found.push(format!("{place}.page.sids: expected {:?}, got {:?}", want.sids, have.sids));
    }
    if want.has_next != have.has_next {
        found.push(format!("{place}.page.has_next: expected {}, got {}", want.has_next, have.has_next));
    }
    found
}

fn outcome_differences(want: &Outcome, have: &Outcome, is_echo: bool) -> Vec<String> {
    let mut found = Vec::new();
    if want.words() != have.words() {
        let got = match (&have.error, &have.crash) {
            (Some(error), _) => format!("error {}", shown(&serde_json::json!(error).to_string())),
            (None, Some(crash)) => format!("crash: {}", shown(crash)),
            (None, None) => format!("{:?}", have.words()),
        };
        return vec![format!("end: expected {:?}, got {got}", want.words())];
    }
    if let (Some(want), Some(have)) = (&want.sender, &have.sender) {
        let may_lack = if is_echo { is_of_a_section } else { |_: &str| false };
        found.extend(sender_differences("end.sender", want.get(), have.get(), may_lack));
    }
    if let (Some(want), Some(have)) = (&want.ensured, &have.ensured) {
        if want.resolution != have.resolution {
            found.push(format!(
                "end.ensured.resolution: expected `{}`, got `{}`",
                want.resolution, have.resolution
            ));
        }
        found.extend(sender_differences("end.ensured.sender", want.sender.get(), have.sender.get(), |_| {
            false
        }));
    }
    for (path, value) in &want.reads {
        let have = have.reads.get(path);
        if have != Some(value) {
            found.push(format!("end.reads.{path}: expected {value}, got {}", or_absent(have)));
        }
    }
    if let (Some(want), Some(have)) = (&want.error, &have.error) {
        found.extend(error_differences(want, have));
        found.extend(rules_of_every_error(have));
    }
    if let (Some(want), Some(have)) = (&want.diagnosis, &have.diagnosis) {
        found.extend(json::missing("end.diagnosis", want, have));
    }
    if let (Some(want), Some(have)) = (&want.events, &have.events) {
        found.extend(json::missing("end.events", &serde_json::json!(want), &serde_json::json!(have)));
    }
    if want.rejected != have.rejected {
        found.push(format!("end.rejected: expected {:?}, got {:?}", want.rejected, have.rejected));
    }
    if want.deleted != have.deleted || want.listed != have.listed {
        found.push("end: `deleted` and `listed` are true or left out".to_owned());
    }
    found
}

/// Whether a path is of a field of a section. The response to an update only repeats the request: null there says nothing of
/// the sender, and a language may leave it out, so that a copy of the section clears nothing when it is sent back.
fn is_of_a_section(path: &str) -> bool {
    let field = path.strip_prefix("end.sender.").and_then(|path| path.split_once('.'));
    field.is_some_and(|(section, _)| matches!(section, "configuration" | "webhook" | "profile"))
}

fn sender_differences(place: &str, want: &str, have: &str, may_lack: fn(&str) -> bool) -> Vec<String> {
    json::differences(place, want, have, may_lack).unwrap_or_else(|error| vec![format!("{place}: {error}")])
}

fn or_absent(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| shown(&value.to_string()))
}

/// Checks every error, also where the case expects nothing of it: text from others cannot begin a line, hide or flood
/// a log.
fn rules_of_every_error(error: &BTreeMap<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for field in ["message", "next_step"] {
        let text = error.get(field).and_then(Value::as_str).unwrap_or_default();
        if text.chars().any(is_unseen) {
            found.push(format!("end.error.{field}: has a line end or another character that is not shown"));
        }
        if text.len() > LONGEST_TEXT {
            found.push(format!("end.error.{field}: is {} bytes long, more than {LONGEST_TEXT}", text.len()));
        }
    }
    found
}

/// Returns whether a character is a control character, has no width or changes the direction.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// Compares the fields that the case names; `null` means that the error must not have the field.
fn error_differences(want: &BTreeMap<String, Value>, have: &BTreeMap<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (field, value) in want {
        if field == "names" {
            let message = have.get("message").and_then(Value::as_str).unwrap_or_default();
            for name in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !message.contains(name) {
                    found.push(format!("end.error.message: expected `{name}` in it, got {message:?}"));
                }
            }
            continue;
        }
        let seen = have.get(field).filter(|seen| !seen.is_null());
        let same = match (value, seen) {
            (Value::Null, None) => true,
            (Value::Number(want), Some(Value::Number(seen))) => want.as_f64() == seen.as_f64(),
            (want, Some(seen)) => want == seen,
            _ => false,
        };
        if !same {
            found.push(format!("end.error.{field}: expected {value}, got {}", or_absent(seen)));
        }
    }
    found
}
