//! The journal: requests and their responses, for assertions.

use serde::Serialize;
use serde::ser::Serializer;

/// The minimum number of entries kept; older ones are dropped in bulk.
pub(crate) const KEPT: usize = 20_000;
const BODY_KEPT_BYTES: usize = 64 * 1024;

/// One request and its result.
///
/// `Authorization` and the like are redacted in the headers. The body is kept as sent, including a verification code:
/// the journal exists for assertions on the bytes of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct JournalEntry {
    /// The number of the request from 1; [`clear_journal`](crate::Emulator::clear_journal) does not reset it.
    pub sequence: u64,
    /// The emulator's time, in milliseconds.
    pub at_ms: u64,
    /// The method as sent; empty if a connection was closed before a request was read.
    pub method: String,
    /// The target as sent.
    pub target: String,
    /// The header fields as sent, credentials replaced by `***`.
    pub headers: Vec<(String, String)>,
    /// The body as sent, cut at 64 KiB.
    #[serde(serialize_with = "as_text")]
    pub body: Vec<u8>,
    /// `create`, `list`, `fetch`, `update`, `delete`, `preflight`, or nothing if the request is none of them.
    pub operation: Option<&'static str>,
    /// The status of the response; 0 if the transport sends no response.
    pub status: u16,
    /// The fault applied.
    pub fault: Option<String>,
    /// Whether the emulator carried out the request; `false` if a fault prevented it.
    pub acted: bool,
    /// The request id of the response.
    pub request_id: String,
}

impl JournalEntry {
    /// Returns the body as text; bytes that are not UTF-8 are replaced.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn as_text<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(body))
}

pub(crate) fn redacted(headers: &[(String, String)]) -> Vec<(String, String)> {
    let secret = ["authorization", "proxy-authorization", "cookie"];
    headers
        .iter()
        .map(|(name, value)| {
            if !secret.iter().any(|known| name.eq_ignore_ascii_case(known)) {
                return (name.clone(), value.clone());
            }
            let shown =
                value.split_once(' ').map_or_else(|| "***".to_owned(), |(scheme, _)| format!("{scheme} ***"));
            (name.clone(), shown)
        })
        .collect()
}

pub(crate) fn kept_body(body: &[u8]) -> Vec<u8> {
    body.get(..BODY_KEPT_BYTES).unwrap_or(body).to_vec()
}
