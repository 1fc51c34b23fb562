//! The token to resume a listing, a wait or an `ensure`: a small JSON text, the same in every language.

use serde_json::{Map, Value};

/// The fields of a token.
pub(crate) struct Token(Map<String, Value>);

impl Token {
    /// Reads a token of the operation `op`, which may have the fields `known`. `None` if the text is none.
    pub(crate) fn read(text: &str, op: &str, known: &[&str]) -> Option<Self> {
        let Ok(Value::Object(fields)) = serde_json::from_str(text) else { return None };
        let token = Self(fields);
        let own = |key: &str| matches!(key, "v" | "op") || known.contains(&key);
        let fits = token.number("v")? == Some(1) && token.text("op") == Some(op);
        (fits && token.0.keys().all(|key| own(key))).then_some(token)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A number that may be left out; `None` if there is something else in its place.
    #[expect(clippy::option_option, reason = "left out is not wrong")]
    pub(crate) fn number(&self, name: &str) -> Option<Option<u64>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => value.as_u64().map(Some),
        }
    }

    /// A truth value, false if it is left out; `None` if there is something else in its place.
    pub(crate) fn truth(&self, name: &str) -> Option<bool> {
        self.0.get(name).map_or(Some(false), Value::as_bool)
    }

    /// Texts, none if they are left out; `None` if there is something else in their place.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<&str>> {
        match self.0.get(name) {
            None => Some(Vec::new()),
            Some(list) => list.as_array()?.iter().map(Value::as_str).collect(),
        }
    }
}
