//! The protocol of drivers: one JSON text per line in each direction.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::given::{Given, Sent};

/// One case as a driver receives it: everything except the expectations.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Task {
    /// The case's name, which the trace repeats.
    pub id: String,
    /// The call to make.
    pub given: Given,
    /// Fields to read from the final sender through the typed interface, such as `profile.emails[0].email`.
    pub read: Vec<String>,
    /// The replies of the transport, in order.
    pub replies: Vec<Answer>,
}

/// One reply of the scripted transport.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "a driver has to know both")]
pub enum Answer {
    /// A whole response.
    Response {
        /// Status code.
        status: u16,
        /// Header lines.
        headers: Vec<(String, String)>,
        /// The body.
        body_base64: String,
        /// The time that passes before the response arrives.
        took_ms: u64,
    },
    /// No response.
    Failure {
        /// A failure kind of the core: `timeout`, `connect`, `tls`, `closed`, `protocol`, ….
        kind: String,
        /// Whether the request was sent.
        sent: Sent,
        /// The time that passes before the failure is known.
        took_ms: u64,
    },
}

/// The events and the end that a driver saw.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct Trace {
    /// The case's name.
    pub id: String,
    /// The events, in order.
    pub events: Vec<Event>,
    /// The end of the call.
    pub end: Outcome,
}

/// One event that a driver saw.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "the comparison has to know every one")]
pub enum Event {
    /// A request arrived at the transport.
    Request(SeenRequest),
    /// The clock was asked to sleep.
    Wait(SeenWait),
    /// A page was returned.
    Page(SeenPage),
    /// A status was reported.
    Status(String),
}

/// A request as the transport got it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct SeenRequest {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Header lines.
    pub headers: Vec<(String, String)>,
    /// The body, empty if there is none.
    pub body_base64: String,
    /// The timeouts of the attempt, where the driver can see them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<SeenTimeouts>,
}

/// The timeouts of one attempt.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct SeenTimeouts {
    /// Milliseconds for connecting; `None` if the driver cannot see it.
    #[serde(default)]
    pub connect_ms: Option<u64>,
    /// Milliseconds for the whole attempt.
    pub attempt_ms: u64,
}

/// A wait.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct SeenWait {
    /// Milliseconds.
    pub ms: u64,
    /// The core's reason for it; `None` if the driver cannot see it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A page.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct SeenPage {
    /// The SIDs on it.
    pub sids: Vec<String>,
    /// Whether it has a token for the next page.
    pub has_next: bool,
}

/// The end of a call: in a vector the expected one (`then`), in a trace the real one (`end`). Exactly one of the
/// fields is set, apart from `reads`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct Outcome {
    /// The sender, as JSON of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Box<RawValue>>,
    /// Fields of that sender as the typed interface reads them, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reads: BTreeMap<String, Value>,
    /// The sender was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// The list ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<bool>,
    /// The result of `ensure`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ensured: Option<Ensured>,
    /// The result of `diagnose`, with the fields that the case names or the driver saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<Value>,
    /// The events of a webhook, each with the fields that the case names or the driver saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<BTreeMap<String, Value>>>,
    /// The word for the reason why a webhook is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// The error's fields by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<BTreeMap<String, Value>>,
    /// A crash, which no language may have: an exception outside the package's own classes, a script without more
    /// replies, a page without a token where one is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crash: Option<String>,
}

/// The result of `ensure`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct Ensured {
    /// `found`, `created` or `reconciled`.
    pub resolution: String,
    /// The sender, as JSON of the API.
    pub sender: Box<RawValue>,
}

impl Outcome {
    /// Returns the names of the fields that are set, without `reads`.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        [
            ("sender", self.sender.is_some()),
            ("deleted", self.deleted.is_some()),
            ("listed", self.listed.is_some()),
            ("ensured", self.ensured.is_some()),
            ("diagnosis", self.diagnosis.is_some()),
            ("events", self.events.is_some()),
            ("rejected", self.rejected.is_some()),
            ("error", self.error.is_some()),
            ("crash", self.crash.is_some()),
        ]
        .into_iter()
        .filter_map(|(word, set)| set.then_some(word))
        .collect()
    }

    /// Returns an ending that no case expects.
    #[must_use]
    pub fn crashed(why: impl Into<String>) -> Self {
        Self { crash: Some(why.into()), ..Self::default() }
    }
}
