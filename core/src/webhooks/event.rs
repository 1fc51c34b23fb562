//! The events in a webhook's body. Reading is lenient: what is not as documented is left out, and is still in `json`.
//!
//! Source: Twilio's pages on Event Streams, on the debugger's webhook and on message callbacks. The form of an alarm's
//! webhook is not documented.

use serde_json::{Map, Value};

use super::form;
use super::rejected::WebhookReason;
use super::request::WebhookRequest;
use crate::ids::is_sid;
use crate::types::{Patch, WebhookEvent, WebhookKind, first_items};

/// How many events one body may hold. Twilio documents none; a text made to hold more would take many times its size.
const MOST: usize = 1_000;
const ERROR_LOGGED: &str = "com.twilio.error-logs.error.logged";

/// Reads every event of a request.
pub(super) fn read(request: &WebhookRequest) -> Result<Vec<WebhookEvent>, WebhookReason> {
    let body = request.body.trim_ascii();
    if body.is_empty() {
        // A callback by GET has its parameters in the query.
        return of_form(form::query(&request.url).as_bytes());
    }
    if request.is_form() {
        // Whatever it looks like: it is read as it was checked.
        return of_form(body);
    }
    let text = std::str::from_utf8(body).map_err(|_| WebhookReason::UnreadableBody)?;
    if !text.starts_with('[') {
        return Ok(vec![of_json(text)?]);
    }
    let items = first_items(text, MOST + 1).ok_or(WebhookReason::UnreadableBody)?;
    if items.len() > MOST {
        return Err(WebhookReason::TooLarge);
    }
    items.into_iter().map(of_json).collect()
}

/// Reads an event of Event Streams, or another object.
fn of_json(json: &str) -> Result<WebhookEvent, WebhookReason> {
    let Ok(Value::Object(event)) = serde_json::from_str(json) else {
        return Err(WebhookReason::UnreadableBody);
    };
    let data = inner(&event, "data");
    let payload = inner(&data, "payload");
    let places = [&payload, &data, &event];
    let word = text(&[&event], &["type"]).unwrap_or_default();
    let kind = if word == ERROR_LOGGED {
        WebhookKind::ErrorLogged
    } else if is_alarm(&places) || word.split(['.', '-']).any(|part| part.starts_with("alarm")) {
        WebhookKind::Alarm
    } else {
        WebhookKind::Other
    };
    Ok(WebhookEvent {
        kind: Patch::Value(kind),
        id: field(text(&[&event], &["id"]).or_else(|| text(&[&data, &event], &["sid", "alarm_sid"]))),
        time: field(text(&[&event], &["time"]).or_else(|| text(&[&data, &event], &["date_created"]))),
        account_sid: field(text(&[&data, &event], &["account_sid", "accountSid"])),
        sender_sid: field(sender(&places)),
        error_code: field(text(&[&data, &payload, &event], &["error_code"])),
        level: field(text(&places, &["level"])),
        message: field(text(&places, &["message", "error_message"])),
        json: Patch::Value(json.to_owned()),
        ..WebhookEvent::default()
    })
}

/// Reads a form: the debugger's, a message's, or another.
fn of_form(bytes: &[u8]) -> Result<Vec<WebhookEvent>, WebhookReason> {
    let mut fields = Map::new();
    for (name, value) in form::read(bytes) {
        let [name, value] = [name, value].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        match fields.get_mut(&name) {
            // The first counts; the others are kept beside it, in the order of their bytes.
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
            None => drop(fields.insert(name, Value::String(value))),
        }
    }
    if fields.is_empty() {
        return Err(WebhookReason::UnreadableBody);
    }
    let payload = inner(&fields, "Payload");
    let more = inner(&payload, "more_info");
    let of = |names: &[&str]| text(&[&fields], names);
    let message = of(&["MessageSid", "SmsSid", "SmsMessageSid"]);
    let status = of(&["MessageStatus"]);
    let kind = if fields.contains_key("Payload") && fields.contains_key("Level") {
        WebhookKind::Debugger
    } else if is_alarm(&[&fields, &payload]) {
        WebhookKind::Alarm
    } else if message.is_some() && status.is_some() {
        WebhookKind::MessageStatus
    } else if message.is_some() && (fields.contains_key("Body") || fields.contains_key("NumMedia")) {
        WebhookKind::InboundMessage
    } else {
        WebhookKind::Other
    };
    let id = match (&kind, message, status) {
        (WebhookKind::MessageStatus, Some(sid), Some(status)) => Some(format!("{sid}:{status}")),
        (WebhookKind::InboundMessage, Some(sid), _) => Some(sid),
        _ => of(&["Sid", "AlarmSid"]),
    };
    Ok(vec![WebhookEvent {
        kind: Patch::Value(kind),
        id: field(id),
        time: field(of(&["Timestamp", "TimeStamp"])),
        account_sid: field(of(&["AccountSid"])),
        sender_sid: field(sender(&[&payload, &fields])),
        error_code: field(text(&[&payload, &fields], &["error_code", "ErrorCode"])),
        level: field(of(&["Level"])),
        message: field(
            text(&[&payload, &more], &["message", "Msg", "msg"]).or_else(|| of(&["ErrorMessage"])),
        ),
        json: Patch::Value(Value::Object(fields).to_string()),
        ..WebhookEvent::default()
    }])
}

/// Returns the object in a field: as it is, or as JSON text.
fn inner(object: &Map<String, Value>, name: &str) -> Map<String, Value> {
    match object.get(name) {
        Some(Value::Object(inner)) => inner.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Map::new(),
    }
}

/// Returns the first of these fields that holds a text that is not empty, or a number; of a parameter with several values the first.
fn text(places: &[&Map<String, Value>], names: &[&str]) -> Option<String> {
    let mut values = places.iter().flat_map(|place| names.iter().filter_map(|name| place.get(*name)));
    values.find_map(|value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.first()?.as_str().map(str::to_owned),
        _ => None,
    })
}

/// Returns the SID of the sender that an event names.
fn sender(places: &[&Map<String, Value>]) -> Option<String> {
    let names = ["correlation_sid", "resource_sid", "CorrelationSid", "ResourceSid"];
    let all = places.iter().flat_map(|place| names.iter().filter_map(|name| place.get(*name)?.as_str()));
    all.map(str::to_owned).find(|sid| is_sid(sid, "XE"))
}

fn is_alarm(places: &[&Map<String, Value>]) -> bool {
    text(places, &["alarm_sid", "alarmSid", "AlarmSid"]).is_some()
}

fn field(text: Option<String>) -> Patch<String> {
    text.map_or(Patch::Absent, Patch::Value)
}
