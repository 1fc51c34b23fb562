//! How each language spells the names of fields, options and functions in the library's own sentences.

use std::borrow::Cow;

/// A language, by its spelling of names and of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Naming {
    /// `wait_until_online`, `timeout_ms`.
    #[default]
    Rust,
    /// `wait_until_online`; `timeout` in seconds.
    Python,
    /// `waitUntilOnline`, `timeoutMs`.
    JavaScript,
    /// `waitUntilOnline`; `timeout` is a duration.
    Kotlin,
    /// As Kotlin, with `URL` and `ID` at the end of a name in capitals.
    Swift,
}

impl Naming {
    /// Spells a name or a path of names: `profile.logo_url`, `profile.emails[0].email`, `timeout_ms`.
    #[must_use]
    pub fn spell(self, path: &str) -> String {
        let path = match self {
            Self::Rust => return path.to_owned(),
            Self::JavaScript => path,
            Self::Python | Self::Kotlin | Self::Swift => path.strip_suffix("_ms").unwrap_or(path),
        };
        if self == Self::Python {
            return path.to_owned();
        }
        let mut out = String::with_capacity(path.len());
        let mut word = String::new();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for c in path.chars().chain(std::iter::once('\0')) {
            if is_part(c) {
                word.push(c);
                continue;
            }
            out.push_str(&self.camel(&word));
            word.clear();
            out.push(c);
        }
        out.pop();
        out
    }

    /// One name in camelCase. Only two or more words of lower-case letters and digits change.
    fn camel(self, name: &str) -> String {
        let camel = senders_json::camel(name.as_bytes()).and_then(|camel| String::from_utf8(camel).ok());
        let mut camel = camel.unwrap_or_else(|| name.to_owned());
        for (ending, own) in [("Url", "URL"), ("Id", "ID")] {
            if self == Self::Swift
                && camel.starts_with(|c: char| c.is_ascii_lowercase())
                && camel.ends_with(ending)
            {
                camel.truncate(camel.len() - ending.len());
                camel.push_str(own);
            }
        }
        camel
    }

    /// Spells the names of a sentence of ours. They stand in backticks, and nothing else does.
    pub(crate) fn sentence(self, text: &str) -> Cow<'_, str> {
        if self == Self::Rust || !text.contains('`') {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        for (at, piece) in text.split('`').enumerate() {
            if at > 0 {
                out.push('`');
            }
            if at % 2 == 1 { out.push_str(&self.spell(piece)) } else { out.push_str(piece) }
        }
        Cow::Owned(out)
    }
}

/// A sentence in pieces: words of ours, in which names are spelled, and words of others, which stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Ours(Cow<'static, str>),
    Theirs(String),
}

impl Text {
    /// Adds words of ours.
    pub(crate) fn ours(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Piece::Ours(words.into()));
        self
    }

    /// Adds words of a server, a transport or a caller.
    pub(crate) fn theirs(mut self, words: impl Into<String>) -> Self {
        self.0.push(Piece::Theirs(words.into()));
        self
    }

    /// Adds a whole sentence.
    pub(crate) fn then(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// The sentence in a language.
    pub(crate) fn spelled(&self, naming: Naming) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Ours(words) => naming.sentence(words),
                Piece::Theirs(words) => Cow::Borrowed(words.as_str()),
            })
            .collect()
    }
}

impl From<&'static str> for Text {
    fn from(words: &'static str) -> Self {
        Self::default().ours(words)
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::default().theirs(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_spells_names_its_own_way() {
        for (path, python, javascript, swift) in [
            ("profile.logo_url", "profile.logo_url", "profile.logoUrl", "profile.logoURL"),
            ("sender_id", "sender_id", "senderId", "senderID"),
            ("timeout_ms", "timeout", "timeoutMs", "timeout"),
            (
                "profile.phone_numbers[0].phone_number",
                "profile.phone_numbers[0].phone_number",
                "profile.phoneNumbers[0].phoneNumber",
                "profile.phoneNumbers[0].phoneNumber",
            ),
            ("wait_until_online", "wait_until_online", "waitUntilOnline", "waitUntilOnline"),
            ("url", "url", "url", "url"),
            ("ONLINE", "ONLINE", "ONLINE", "ONLINE"),
            ("a__b", "a__b", "a__b", "a__b"),
        ] {
            assert_eq!(Naming::Rust.spell(path), path);
            assert_eq!(Naming::Python.spell(path), python);
            assert_eq!(Naming::JavaScript.spell(path), javascript);
            assert_eq!(Naming::Swift.spell(path), swift);
        }
        assert_eq!(Naming::Kotlin.spell("sender_id"), "senderId");
    }

    #[test]
    fn words_of_others_stay_as_they_are() {
        let text = Text::from("raise `max_response_bytes`: ").theirs("`foo_bar` of sender_id");
        assert_eq!(text.spelled(Naming::JavaScript), "raise `maxResponseBytes`: `foo_bar` of sender_id");
        assert_eq!(text.spelled(Naming::Rust), "raise `max_response_bytes`: `foo_bar` of sender_id");
    }
}
