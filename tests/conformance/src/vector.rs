//! The form of the vector files. `tests/vectors/README.md` says the same in words; unknown keys are refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json;
use crate::trace::{Answer, Ending, Task};

/// One file: the cases of one topic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VectorFile {
    /// What the file covers.
    pub about: Vec<String>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case: a call, what goes over the wire meanwhile, and how it ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Case {
    /// `topic/what`, unique over all files.
    pub id: String,
    /// What is shown, in one sentence.
    pub description: String,
    /// Where the fact comes from.
    pub source: String,
    /// The call.
    pub given: Given,
    /// What happens, in order.
    #[serde(default)]
    pub timeline: Vec<Entry>,
    /// How it ends.
    pub then: Ending,
}

/// The call of a case.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Given {
    /// The client's configuration; what is left out has the client's default.
    #[serde(default)]
    pub config: Config,
    /// Which operation.
    pub operation: OperationName,
    /// Its arguments, in the API's own words (`snake_case`), as text so that the order of keys is known.
    pub args: Box<RawValue>,
    /// After so many pages or statuses the driver drops the call, takes the token and goes on in a new call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume_after: Option<usize>,
}

/// The operations.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a driver has to know every one")]
pub enum OperationName {
    /// POST a new sender.
    Create,
    /// GET one.
    Fetch,
    /// GET all, page by page.
    List,
    /// POST changes.
    Update,
    /// POST the verification code.
    Verify,
    /// DELETE one.
    Delete,
    /// Look again and again until it is online.
    WaitUntilOnline,
    /// Find it or create it.
    Ensure,
}

impl OperationName {
    /// The words the operation's arguments may be known by; any other is a case about an unknown argument.
    #[must_use]
    pub const fn args(self) -> &'static [&'static str] {
        match self {
            Self::Create | Self::Ensure => &[
                "sender_id",
                "friendly_name",
                "configuration",
                "webhook",
                "profile",
                "timeout_ms",
                "max_retries",
            ],
            Self::Update => {
                &["sid", "friendly_name", "configuration", "webhook", "profile", "timeout_ms", "max_retries"]
            }
            Self::Fetch => &["sid", "timeout_ms", "max_retries"],
            Self::List => &["channel", "page_size", "limit", "token", "timeout_ms", "max_retries"],
            Self::Verify => &["sid", "code", "timeout_ms", "max_retries"],
            Self::Delete => &["sid", "missing_ok", "timeout_ms", "max_retries"],
            Self::WaitUntilOnline => &["sid", "timeout_ms", "wait_for_verification", "token", "max_retries"],
        }
    }
}

/// The client's configuration. Times are milliseconds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the client's own")]
pub struct Config {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_sid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_secret: Option<String>,
    /// `none`: a client without credentials, for a proxy that adds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<NoCredentials>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_timeout_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_timeout_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_response_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// The word `none`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "one word")]
pub enum NoCredentials {
    /// `none`.
    None,
}

impl Config {
    /// Whether the configuration says nothing of credentials, so that the driver takes [`DEFAULT_ACCOUNT_SID`] and
    /// [`DEFAULT_AUTH_TOKEN`].
    #[must_use]
    pub const fn has_default_credentials(&self) -> bool {
        self.account_sid.is_none()
            && self.auth_token.is_none()
            && self.api_key.is_none()
            && self.api_secret.is_none()
            && self.credentials.is_none()
    }
}

/// The account of a case that names no credentials.
pub const DEFAULT_ACCOUNT_SID: &str = "AC00000000000000000000000000000000";
/// The token of a case that names no credentials.
pub const DEFAULT_AUTH_TOKEN: &str = "00000000000000000000000000000000";

/// One thing on the timeline.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawEntry")]
#[expect(clippy::exhaustive_enums, reason = "the comparison has to know every one")]
pub enum Entry {
    /// A request and what is answered to it.
    Exchange {
        /// What has to be sent.
        request: ExpectedRequest,
        /// The script's answer.
        answer: Answer,
    },
    /// A wait.
    Wait(ExpectedWait),
    /// A page handed out.
    Page(ExpectedPage),
    /// A status handed out.
    Status(String),
}

/// A request as it has to be.
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
    /// The body, compared as the bytes of its compact form; left out: no body.
    #[serde(default)]
    pub body: Option<Box<RawValue>>,
    /// Milliseconds the attempt may take, compared where the driver can see it.
    #[serde(default)]
    pub attempt_ms: Option<u64>,
    /// Milliseconds connecting may take, compared where the driver can see it.
    #[serde(default)]
    pub connect_ms: Option<u64>,
}

/// What one header has to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "the three forms there are")]
pub enum ExpectedHeader {
    /// This value.
    Is(String),
    /// A value with this in it.
    Has(Contains),
    /// Not there (`null`).
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

/// A wait as it has to be.
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

/// A page as it has to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectedPage {
    /// The SIDs on it, in order.
    pub sids: Vec<String>,
    /// Whether it has a token to go on with.
    pub has_next: bool,
}

/// Whether a failed request had gone out.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the three answers there are")]
pub enum Sent {
    /// Not a byte.
    No,
    /// Perhaps.
    Unknown,
    /// All of it.
    Yes,
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

/// `text`, so many times.
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
    /// The case without what is expected.
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

    /// The arguments as values.
    ///
    /// # Errors
    /// If they are not an object.
    pub fn args(&self) -> Result<BTreeMap<String, Value>, String> {
        serde_json::from_str(self.given.args.get()).map_err(|error| format!("`args`: {error}"))
    }
}

/// The folder of the vectors in this repository.
#[must_use]
pub fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// Reads every `*.json` file of `folder`, in the order of their names.
///
/// # Errors
/// What cannot be read, with the file's name.
pub fn load(folder: &Path) -> Result<Vec<(String, VectorFile)>, String> {
    let listing = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = listing
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
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
