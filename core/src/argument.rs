//! A caller's mistake, found before anything is sent.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::Value;

use crate::mask::{is_digit, is_unseen, mask, mask_digits};
use crate::naming::{Naming, Text};

/// How much of a wrong value an error shows, in characters.
const SHOWN: usize = 64;

/// A value that has not the form it must have, by the name of its field.
// A pointer: it is in the result of every function that reads a caller's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidArgument(Box<Mistake>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mistake {
    field: String,
    /// How many bytes of the field are our names. The rest is a caller's key, which stays as it was written.
    own: usize,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    /// A rule that it breaks, a phrase that begins with `must` or `has`, and the value as far as it may be shown.
    Rule { rule: Text, got: Option<String> },
    /// A number out of its bounds.
    Bounds { from: u64, to: u64, got: u64 },
}

impl InvalidArgument {
    /// A mistake about a key that the caller wrote, within the object at `place` (empty, or with a dot at its end).
    #[must_use]
    pub fn of_key(place: &str, key: &str, rule: &str) -> Self {
        let mut mistake = Self::redacted(&[place, key].concat(), rule);
        mistake.0.own = place.len();
        mistake
    }

    #[inline(never)]
    fn of(field: String, rule: Text, got: Option<String>) -> Self {
        Self(Box::new(Mistake { own: field.len(), field, problem: Problem::Rule { rule, got } }))
    }

    /// `field` has the value `got`, against `rule`: a phrase that begins with `must`.
    pub(crate) fn new(field: &str, rule: &str, got: &str) -> Self {
        Self::of(field.to_owned(), Text::default().ours(rule), Some(format!("`{}`", shown(got))))
    }

    /// A number that is not from `from` to `to`.
    pub(crate) fn out_of_bounds(field: &str, bounds: &RangeInclusive<u64>, got: u64) -> Self {
        Self(Box::new(Mistake {
            own: field.len(),
            field: field.to_owned(),
            problem: Problem::Bounds { from: *bounds.start(), to: *bounds.end(), got },
        }))
    }

    /// The same for a value of the wrong type.
    pub(crate) fn of_value(field: &str, rule: &str, got: &Value) -> Self {
        let got = match got {
            Value::String(text) => return Self::new(field, rule, text),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            Value::Null => "null".to_owned(),
            Value::Bool(truth) => truth.to_string(),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => mask_digits(&number.to_string()),
                (None, Some(number)) => mask_digits(&number.to_string()),
                (None, None) => "a number that is not whole".to_owned(),
            },
        };
        Self::of(field.to_owned(), Text::default().ours(rule), Some(got))
    }

    /// The same for an id that may be a secret put in the wrong place: it is shown only if it begins as such an id does.
    pub(crate) fn of_id(field: &str, rule: &str, prefix: &str, got: &str) -> Self {
        if got.starts_with(prefix) || got.len() < 8 {
            return Self::new(field, rule, got);
        }
        let others = ["AC", "SK", "XE", "AP", "MG", "SM", "PN", "whatsapp:", "rcs:"];
        let begins = others.iter().find(|other| got.starts_with(**other));
        let begins = begins.map(|other| format!(" that begin with `{other}`")).unwrap_or_default();
        let got = format!("{} characters{begins}", got.chars().count());
        Self::of(field.to_owned(), Text::default().ours(rule), Some(got))
    }

    /// `field`, as the core names it, breaks `rule`: a phrase that begins with `must` or `is`. The value is not shown.
    #[must_use]
    pub fn redacted(field: &str, rule: &str) -> Self {
        Self::of(field.to_owned(), Text::default().ours(rule), None)
    }

    /// `key` is not a field of the object at `path`.
    pub(crate) fn unknown_key(path: &str, key: &str, hint: &str) -> Self {
        let place = if path.is_empty() { "the request" } else { path };
        Self::of(
            place.to_owned(),
            Text::from("has no field ").theirs(&format!("`{}`", shown(key))).ours(": ").ours(hint),
            None,
        )
    }

    /// The same, of a field of the object at `place`.
    pub(crate) fn within(mut self, place: &str) -> Self {
        if self.0.field == "the request" {
            return self.named(place);
        }
        self.0.own += place.len() + 1;
        self.0.field = format!("{place}.{}", self.0.field);
        self
    }

    /// The same under the name that a binding gives the argument.
    #[must_use]
    pub fn named(mut self, field: &str) -> Self {
        (self.0.own, self.0.field) = (field.len(), field.to_owned());
        self
    }

    /// The same, named `to` if the name is `from`.
    #[must_use]
    pub fn renamed(self, from: &str, to: &str) -> Self {
        if self.0.field == from { self.named(to) } else { self }
    }

    /// The field: `sender_id`, `profile.emails[0].email`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.0.field
    }

    /// The field as a language writes it.
    pub(crate) fn field_in(&self, naming: Naming) -> String {
        let (own, key) = self.0.field.split_at_checked(self.0.own).unwrap_or((&self.0.field, ""));
        naming.spell(own) + key
    }

    /// The sentence as a language writes it.
    #[must_use]
    pub fn spelled(&self, naming: Naming) -> String {
        let field = self.field_in(naming);
        match &self.0.problem {
            Problem::Rule { rule, got: None } => format!("{field} {}", rule.spelled(naming)),
            Problem::Rule { rule, got: Some(got) } => format!("{field} {}, got {got}", rule.spelled(naming)),
            Problem::Bounds { from, to, got } => {
                // A number that may be a phone number is not shown.
                let shown = mask_digits(&got.to_string());
                let is_shown = !shown.contains('*');
                let got_shown = if is_shown { [", got ", &shown].concat() } else { String::new() };
                match naming {
                    #[cfg(feature = "spellings")]
                    Naming::Python if self.0.field.ends_with("_ms") => {
                        let [from, to, seconds] = [from, to, got].map(|ms| seconds(*ms));
                        let got = if is_shown { format!(", got {seconds}") } else { String::new() };
                        format!("{field} must be from {from} to {to} seconds{got}")
                    }
                    #[cfg(feature = "spellings")]
                    Naming::Kotlin | Naming::Swift if self.0.field.ends_with("_ms") => {
                        format!("{field} in milliseconds must be from {from} to {to}{got_shown}")
                    }
                    _ => format!("{field} must be from {from} to {to}{got_shown}"),
                }
            }
        }
    }
}

/// Milliseconds as seconds: `0.001`, `600`.
#[cfg(feature = "spellings")]
fn seconds(ms: u64) -> String {
    let text = format!("{}.{:03}", ms / 1000, ms % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The least length of letters and digits in a row that may be a token, a key or a SID put in the wrong place.
const TOKEN: usize = 16;

/// Input that may be a secret put in the wrong place, as far as it may be shown: of a word as long as a token only the
/// beginning, of a URL nothing up to its `@`, and of six or more digits, however they are parted, the last two.
fn hidden(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    if let Some((before, behind)) = rest.rsplit_once('@')
        && before.contains(':')
    {
        out.push_str("***@");
        rest = behind;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let is_mixed =
            word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_alphabetic());
        match word.get(..2) {
            Some(start) if word.len() >= TOKEN && is_mixed => {
                out.push_str(start);
                out.push_str("***");
            }
            _ => out.push_str(word),
        }
        let other = behind.chars().next().map_or(0, char::len_utf8);
        let (other, behind) = behind.split_at(other);
        out.push_str(other);
        rest = behind;
    }
    let digits = out.chars().filter(|c| is_digit(*c)).count();
    if digits < 6 {
        return out;
    }
    let mut masked = String::with_capacity(out.len());
    mask(&out, &mut masked);
    masked
}

/// Input as an error may show it: what may be a secret hidden, control characters escaped, the rest cut off.
fn shown(text: &str) -> String {
    let start: String = text.chars().take(SHOWN * 4).collect();
    let masked = hidden(&start);
    let mut out = String::new();
    for (at, c) in masked.chars().enumerate() {
        if at == SHOWN {
            out.push('…');
            break;
        }
        if is_unseen(c) || c == '\\' || c == '`' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

impl fmt::Display for InvalidArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled(Naming::Rust))
    }
}

impl std::error::Error for InvalidArgument {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_masked_escaped_and_cut() {
        let error =
            InvalidArgument::new("about", "must be kind", &format!("+15551234567\r\n{}", "x".repeat(80)));
        let text = error.to_string();
        assert!(text.starts_with(r"about must be kind, got `+*********67\r\n"), "{text}");
        assert!(text.ends_with("x…`") && text.len() < 120, "{text}");
        let error = InvalidArgument::of_value("n", "must be text", &serde_json::json!(15_551_234_567_u64));
        assert_eq!(error.to_string(), "n must be text, got *********67");
    }

    #[test]
    fn a_key_of_the_caller_is_spelled_as_the_caller_wrote_it() {
        let error = InvalidArgument::of_key("", "auth_token", "is not an option: did you mean `auth_token`?");
        let text = "auth_token is not an option: did you mean `authToken`?";
        assert_eq!(error.spelled(Naming::JavaScript), text);
        let error = InvalidArgument::of_key("headers.", "x_wait_ms", "must be text").within("call_options");
        assert_eq!(error.spelled(Naming::JavaScript), "callOptions.headers.x_wait_ms must be text");
        assert_eq!(
            crate::error::Error::from(error).spelled(Naming::JavaScript).field.as_deref(),
            Some("callOptions.headers.x_wait_ms")
        );
    }

    #[test]
    fn what_may_be_a_secret_in_the_wrong_place_is_not_shown() {
        for (given, seen) in [
            ("123-456", "***-*56"),
            ("AC0123456789abcdef0123456789abcdef:0123456789abcdef", "AC***:01***"),
            ("https://user:canary@example.com/x", "***@example.com/x"),
            ("１２３-４５６", "***-*５６"),
            ("sms", "sms"),
            ("call_back_url", "call_back_url"),
            ("whatsapp:+15551234567", "whatsapp:+*********67"),
            ("port 65535", "port 65535"),
        ] {
            assert_eq!(shown(given), seen);
        }
    }
}
