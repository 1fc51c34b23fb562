//! The form of the vector files. `tests/vectors/README.md` describes the same in words; unknown keys are refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::given::{Given, Sent};
use crate::json;
use crate::trace::{Answer, Outcome, Task};

/// One file: the cases of one topic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VectorFile {
    /// The topic of the file.
    pub about: Vec<String>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case: a call, the requests and replies during it, and its end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Case {
    /// `topic/what`, unique over all files.
    pub id: String,
    /// The behaviour shown, in one sentence.
    pub description: String,
    /// The source of the fact.
    pub source: String,
    /// The call.
    pub given: Given,
    /// The events, in order.
    #[serde(default)]
    pub timeline: Vec<Entry>,
    /// The expected end.
    pub then: Outcome,
}

/// One entry of the timeline.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawEntry")]
#[expect(clippy::exhaustive_enums, reason = "the comparison has to know every one")]
pub enum Entry {
    /// A request and its reply.
    Exchange {
        /// The expected request.
        request: ExpectedRequest,
        /// The script's reply.
        answer: Answer,
    },
    /// A wait.
    Wait(ExpectedWait),
    /// A page that is returned.
    Page(ExpectedPage),
    /// A status that is returned.
    Status(String),
}

/// An expected request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectedRequest {
    /// The method.
    pub method: String,
    /// The whole URL, byte for byte.
    pub url: String,
    /// Some of the headers.
    #[serde(default)]
    pub headers: BTreeMap<String, ExpectedHeader>,
    /// The body, compared as the bytes of its compact form; absent if there is no body.
    #[serde(default)]
    pub body: Option<Box<RawValue>>,
    /// Milliseconds that the attempt may take, compared where the driver can see them.
    #[serde(default)]
    pub attempt_ms: Option<u64>,
    /// Milliseconds that connecting may take, compared where the driver can see them.
    #[serde(default)]
    pub connect_ms: Option<u64>,
}

/// The expected value of one header.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "the three forms there are")]
pub enum ExpectedHeader {
    /// This value.
    Is(String),
    /// A value that contains this text.
    Has(Contains),
    /// The header is absent (`null`).
    Absent(()),
}

/// `{"contains": "…"}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Contains {
    /// The text.
    pub contains: String,
}

/// An expected wait.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectedWait {
    /// `backoff`, `retry_after`, `poll` or `reconcile`; compared where the driver can see it.
    pub reason: String,
    /// At least this long.
    pub min_ms: u64,
    /// At most this long.
    pub max_ms: u64,
}

/// An expected page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectedPage {
    /// The SIDs on it, in order.
    pub sids: Vec<String>,
    /// Whether it has a token for the next page.
    pub has_next: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    request: Option<ExpectedRequest>,
    reply: Option<RawReply>,
    failure: Option<RawFailure>,
    took_ms: Option<u64>,
    wait: Option<ExpectedWait>,
    page: Option<ExpectedPage>,
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReply {
    status: u16,
    #[serde(default)]
    headers: Headers,
    body: Option<Box<RawValue>>,
    body_text: Option<String>,
    body_base64: Option<String>,
    body_parts: Option<Vec<Part>>,
}

/// Header lines of a reply, in the file's order.
#[derive(Default)]
struct Headers(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::<String, String>::deserialize(deserializer).map(|lines| Self(lines.into_iter().collect()))
    }
}

/// `text`, repeated this many times.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    text: String,
    #[serde(default = "once")]
    times: usize,
}

const fn once() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFailure {
    kind: String,
    sent: Sent,
}

impl RawReply {
    fn bytes(&self) -> Result<Vec<u8>, String> {
        match (&self.body, &self.body_text, &self.body_base64, &self.body_parts) {
            (None, None, None, None) => Ok(Vec::new()),
            (Some(body), None, None, None) => Ok(json::compact(body.get()).into_bytes()),
            (None, Some(text), None, None) => Ok(text.clone().into_bytes()),
            (None, None, Some(coded), None) => {
                BASE64.decode(coded).map_err(|error| format!("`body_base64` is not base64: {error}"))
            }
            (None, None, None, Some(parts)) => {
                Ok(parts.iter().map(|part| part.text.repeat(part.times)).collect::<String>().into_bytes())
            }
            _ => Err("a reply has one body: `body`, `body_text`, `body_base64` or `body_parts`".to_owned()),
        }
    }
}

impl TryFrom<RawEntry> for Entry {
    type Error = String;

    fn try_from(raw: RawEntry) -> Result<Self, String> {
        let RawEntry { request, reply, failure, took_ms, wait, page, status } = raw;
        let took = took_ms.unwrap_or_default();
        match (request, reply, failure, wait, page, status) {
            (Some(request), Some(reply), None, None, None, None) => {
                let answer = Answer::Response {
                    status: reply.status,
                    body_base64: BASE64.encode(reply.bytes()?),
                    headers: reply.headers.0,
                    took_ms: took,
                };
                Ok(Self::Exchange { request, answer })
            }
            (Some(request), None, Some(failure), None, None, None) => Ok(Self::Exchange {
                request,
                answer: Answer::Failure { kind: failure.kind, sent: failure.sent, took_ms: took },
            }),
            (None, None, None, Some(wait), None, None) if took_ms.is_none() => Ok(Self::Wait(wait)),
            (None, None, None, None, Some(page), None) if took_ms.is_none() => Ok(Self::Page(page)),
            (None, None, None, None, None, Some(status)) if took_ms.is_none() => Ok(Self::Status(status)),
            _ => Err(
                "an entry is `request` with `reply` or `failure` (and `took_ms`), or one of `wait`, `page`, \
                      `status`"
                    .to_owned(),
            ),
        }
    }
}

impl Case {
    /// Returns the case without its expectations.
    #[must_use]
    pub fn task(&self) -> Task {
        Task {
            id: self.id.clone(),
            given: self.given.clone(),
            read: self.then.reads.keys().cloned().collect(),
            replies: self
                .timeline
                .iter()
                .filter_map(|entry| match entry {
                    Entry::Exchange { answer, .. } => Some(answer.clone()),
                    _ => None,
                })
                .collect(),
        }
    }

    /// Returns the arguments as values.
    ///
    /// # Errors
    /// If they are not an object.
    pub fn args(&self) -> Result<BTreeMap<String, Value>, String> {
        serde_json::from_str(self.given.args.get()).map_err(|error| format!("`args`: {error}"))
    }
}

/// Returns the folder of the vectors in this repository.
#[must_use]
pub fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// Reads every `*.json` file of vectors in `folder`, in the order of their names: all but the OpenAPI document.
///
/// # Errors
/// If a file cannot be read or parsed; the message names the file.
pub fn load(folder: &Path) -> Result<Vec<(String, VectorFile)>, String> {
    let listing = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = listing
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .filter(|path| !path.ends_with("openapi.json"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
            let file = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
            Ok((name, file))
        })
        .collect()
}
