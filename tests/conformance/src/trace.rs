//! What goes to a driver and what comes back: one JSON text a line each way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::given::{Given, Sent};

/// One case as a driver gets it: everything but what is expected.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Task {
    /// The case's name, to be given back in the trace.
    pub id: String,
    /// What to call.
    pub given: Given,
    /// Fields to read from the final sender through the typed interface, such as `profile.emails[0].email`.
    pub read: Vec<String>,
    /// What the transport answers, in order.
    pub replies: Vec<Answer>,
}

/// One answer of the scripted transport.
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
        /// How far the clock moves before it is there.
        took_ms: u64,
    },
    /// No response.
    Failure {
        /// A failure kind of the core: `timeout`, `connect`, `tls`, `closed`, `protocol`, ….
        kind: String,
        /// Whether the request had gone out.
        sent: Sent,
        /// How far the clock moves before it is known.
        took_ms: u64,
    },
}

/// What a driver saw.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct Trace {
    /// The case's name.
    pub id: String,
    /// In the order they happened.
    pub events: Vec<Seen>,
    /// How it ended.
    pub end: Ending,
}

/// One thing a driver saw.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::exhaustive_enums, reason = "the comparison has to know every one")]
pub enum Seen {
    /// A request reached the transport.
    Request(SeenRequest),
    /// The clock was asked to sleep.
    Wait(SeenWait),
    /// A page was handed out.
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
    /// The body, empty for none.
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
    /// The core's word for why; `None` if the driver cannot see it.
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
    /// Whether it has a token to go on with.
    pub has_next: bool,
}

/// How a call ends: in a vector what is expected (`then`), in a trace what was seen (`end`). Exactly one of the
/// fields but `reads` is there.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct Ending {
    /// The sender, as JSON of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Box<RawValue>>,
    /// Fields of that sender as the typed interface reads them, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reads: BTreeMap<String, Value>,
    /// The sender is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// The list came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<bool>,
    /// What `ensure` ends with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ensured: Option<Ensured>,
    /// The error's fields by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<BTreeMap<String, Value>>,
    /// What no language may do: an exception outside the tree, a script that ran out, a page without a token to
    /// resume from where one is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crash: Option<String>,
}

/// The result of `ensure`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "drivers and tests build one")]
pub struct Ensured {
    /// `found`, `created` or `reconciled`.
    pub how: String,
    /// The sender, as JSON of the API.
    pub sender: Box<RawValue>,
}

impl Ending {
    /// Which of the fields are set, but for `reads`.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        [
            ("sender", self.sender.is_some()),
            ("deleted", self.deleted.is_some()),
            ("listed", self.listed.is_some()),
            ("ensured", self.ensured.is_some()),
            ("error", self.error.is_some()),
            ("crash", self.crash.is_some()),
        ]
        .into_iter()
        .filter_map(|(word, set)| set.then_some(word))
        .collect()
    }

    /// An ending nothing may have.
    #[must_use]
    pub fn crashed(why: impl Into<String>) -> Self {
        Self { crash: Some(why.into()), ..Self::default() }
    }
}
