//! One number of `ensure`: whether it is registered, and why it may be although it is not listed.

use super::token::Token;
use crate::client::REMEMBERED_MS;
use crate::endpoints::CreateSender;
use crate::error::Error;
use crate::ids::one_spelling;
use crate::types::{Sender, quoted};

/// The times at which a number is looked for again, in milliseconds after its outcome became unknown. The first is due
/// at once, and means the listing at the beginning of a call.
const LOOKS_MS: [u64; 5] = [0, 1_000, 3_000, 7_000, REMEMBERED_MS];
/// A number of `ensure`, and its progress.
pub(super) struct Item {
    pub(super) create: CreateSender,
    pub(super) creates: u32,
    pub(super) doubt: Option<Doubt>,
    /// The number in another spelling, as the listing under way has it.
    pub(super) respelled: Option<Sender>,
    pub(super) done: bool,
}

/// The reason why a number that is not listed may be registered nevertheless.
#[derive(Clone)]
pub(super) struct Doubt {
    /// From when its looks are counted, on the monotonic clock.
    pub(super) since_ms: u64,
    /// Looks that did not find it.
    pub(super) looks: usize,
    /// Whether a create of it had no known outcome, here or in a call before.
    pub(super) unknown: bool,
    /// Whether the server refused a create of it as registered already.
    pub(super) refused: bool,
    /// The error of the last create of this call.
    pub(super) error: Option<Error>,
}

impl Doubt {
    pub(super) const fn new(since_ms: u64) -> Self {
        Self { since_ms, looks: 0, unknown: false, refused: false, error: None }
    }

    /// Returns when the next look is due; `None` if none is left.
    pub(super) fn due_ms(&self) -> Option<u64> {
        LOOKS_MS.get(self.looks).map(|after| self.since_ms.saturating_add(*after))
    }
}

/// Returns the token of these numbers; the token in an error has only its number.
pub(super) fn token_of(items: &[Item]) -> String {
    let ids: Vec<String> = items.iter().map(|item| quoted(item.create.sender_id.as_str())).collect();
    format!(r#"{{"v":1,"op":"ensure","sender_ids":[{}]}}"#, ids.join(","))
}

/// The numbers of a token, each in the one spelling.
pub(super) fn read_token(text: &str) -> Option<Vec<String>> {
    let token = Token::read(text, "ensure", &["sender_ids"])?;
    Some(token.texts("sender_ids")?.into_iter().map(one_spelling).collect())
}
