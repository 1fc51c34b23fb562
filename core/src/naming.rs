//! How each language spells the names of fields, options and functions in the library's own sentences.

/// A language, by its spelling of names and of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Naming {
    /// `wait_until_online`, `timeout_ms`.
    #[default]
    Rust,
    /// `wait_until_online`; `timeout` in seconds.
    #[cfg(feature = "spellings")]
    Python,
    /// `waitUntilOnline`, `timeoutMs`.
    JavaScript,
    /// `waitUntilOnline`; `timeout` is a duration.
    #[cfg(feature = "spellings")]
    Kotlin,
    /// As Kotlin, with `URL` and `ID` at the end of a name in capitals.
    #[cfg(feature = "spellings")]
    Swift,
}

impl Naming {
    /// Spells a name or a path of names: `profile.logo_url`, `profile.emails[0].email`, `timeout_ms`.
    #[must_use]
    pub fn spell(self, path: &str) -> String {
        match self {
            Self::Rust => path.to_owned(),
            Self::JavaScript => camel(path),
            #[cfg(feature = "spellings")]
            Self::Python => without_unit(path).to_owned(),
            #[cfg(feature = "spellings")]
            Self::Kotlin => camel(without_unit(path)),
            #[cfg(feature = "spellings")]
            Self::Swift => swift(&camel(without_unit(path))),
        }
    }

    /// Whether `key` is how the language writes `name`.
    pub(crate) fn spells(self, name: &str, key: &str) -> bool {
        match self {
            Self::JavaScript => is_camel(name, key),
            _ => self.spell(name) == key,
        }
    }

    /// Adds a sentence of ours, its names spelled. They stand in backticks, and nothing else does.
    fn sentence(self, text: &str, out: &mut String) {
        for (at, piece) in text.split('`').enumerate() {
            if at > 0 {
                out.push('`');
            }
            if at % 2 == 1 {
                out.push_str(&self.spell(piece));
            } else {
                out.push_str(piece);
            }
        }
    }
}

/// The hint for a key that is none of these names: the name that it means, which differs in case, or in the characters
/// between the words; else all of them.
pub(crate) fn hint(key: &str, names: &[&str]) -> String {
    let plain = |text: &str| text.replace(['_', '-', ' '], "").to_ascii_lowercase();
    let key = plain(key);
    match names.iter().find(|name| plain(name) == key) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it has `{}`", names.join("`, `")),
    }
}

/// The names of a path in camelCase: a letter behind a single underscore, within a word of small letters, becomes a capital.
fn camel(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars().peekable();
    let mut is_within = false;
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '_' && is_within && next.is_ascii_lowercase() => {
                out.push(next.to_ascii_uppercase());
                chars.next();
            }
            _ => {
                is_within = c.is_ascii_lowercase() || c.is_ascii_digit();
                out.push(c);
            }
        }
    }
    out
}

/// Whether `key` is a name of ours in camelCase.
fn is_camel(name: &str, key: &str) -> bool {
    let (mut key, mut is_start) = (key.bytes(), false);
    let is_same = name.bytes().all(|byte| {
        let wanted = if is_start { byte.to_ascii_uppercase() } else { byte };
        is_start = byte == b'_';
        is_start || key.next() == Some(wanted)
    });
    is_same && key.next().is_none()
}

/// The name of a time whose unit the language's type says.
#[cfg(feature = "spellings")]
fn without_unit(path: &str) -> &str {
    path.strip_suffix("_ms").unwrap_or(path)
}

/// A path in camelCase with `URL` and `ID` at the end of a name in capitals.
#[cfg(feature = "spellings")]
fn swift(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for part in path.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let name = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase());
        let ending =
            [("Url", "URL"), ("Id", "ID")].into_iter().find(|(ending, _)| is_name && name.ends_with(ending));
        let (ending, own) = ending.unwrap_or_default();
        out.push_str(name.strip_suffix(ending).unwrap_or(name));
        out.push_str(own);
        out.push_str(part.strip_prefix(name).unwrap_or_default());
    }
    out
}

/// A sentence in pieces: words of ours, in which names are spelled, and words of others, which stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    words: String,
    /// Where words of others begin and where they end, by turns.
    edges: Vec<usize>,
}

impl Text {
    /// Adds words of ours.
    pub(crate) fn ours(self, words: &str) -> Self {
        self.with(words, false)
    }

    /// Adds words of a server, a transport or a caller.
    pub(crate) fn theirs(self, words: &str) -> Self {
        self.with(words, true)
    }

    #[inline(never)]
    fn with(mut self, words: &str, are_theirs: bool) -> Self {
        if (self.edges.len() % 2 == 1) != are_theirs {
            self.edges.push(self.words.len());
        }
        self.words.push_str(words);
        self
    }

    /// The sentence in a language.
    pub(crate) fn spelled(&self, naming: Naming) -> String {
        let mut out = String::with_capacity(self.words.len());
        let mut start = 0;
        for (at, end) in self.edges.iter().copied().chain([self.words.len()]).enumerate() {
            let piece = self.words.get(start..end).unwrap_or_default();
            if at % 2 == 0 {
                naming.sentence(piece, &mut out);
            } else {
                out.push_str(piece);
            }
            start = end;
        }
        out
    }
}

impl From<&'static str> for Text {
    fn from(words: &'static str) -> Self {
        Self::default().ours(words)
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::default().theirs(&words)
    }
}

#[cfg(all(test, feature = "spellings"))]
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
            ("X_y", "X_y", "X_y", "X_y"),
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
