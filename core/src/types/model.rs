//! How an object of the API is read, checked and written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::Patch;
use super::request::{Rule, quoted};
use crate::error::InvalidArgument;

/// How many items of a list, and how many fields that are not known, are read at most. No section comes near it; a text made to
/// have more of them would take many times its size in memory.
pub(crate) const MOST: usize = 1_000;

/// A piece of JSON kept exactly as it was received.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// JSON that was checked.
    pub(crate) fn new(json: impl Into<Box<str>>) -> Self {
        Self(json.into())
    }

    /// The text, byte for byte.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.as_str().len())
    }
}

/// Fields this version does not know, and known ones of another type than documented, by name.
pub type Extra = BTreeMap<String, RawJson>;

/// A value a field of a model can have.
pub(crate) trait Field: Sized {
    /// Reads what the server sent; `None` if it is of another type than documented.
    fn read(json: &str) -> Option<Self>;

    /// Reads what is of another type than documented and yet has one meaning.
    fn read_odd(_json: &str) -> Option<Self> {
        None
    }

    /// Writes it as JSON.
    fn write(&self, out: &mut String);

    /// What the caller may give.
    const RULE: Rule;
}

/// The text of a JSON string given as it stands in a document that has been checked.
pub(crate) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        match serde_json::from_str(raw) {
            Ok(Value::String(text)) => Some(Cow::Owned(text)),
            _ => None,
        }
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The text of a JSON text, number or boolean.
pub(super) fn text_of_scalar(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => text_of(raw),
        b'-' | b'0'..=b'9' | b't' | b'f' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

/// The text the caller gave for `path`.
pub(crate) fn input_text<'v>(value: &'v Value, path: &str) -> Result<&'v str, InvalidArgument> {
    value.as_str().ok_or_else(|| InvalidArgument::of_value(path, "must be text", value))
}

/// `must be one of …` for an error.
pub(crate) fn one_of(words: &[&str]) -> String {
    let mut rule = "must be one of ".to_owned();
    for (at, word) in words.iter().enumerate() {
        rule.push_str(if at > 0 { ", `" } else { "`" });
        rule.push_str(word);
        rule.push('`');
    }
    rule
}

/// The entries of a JSON object in order, values untouched; `None` if the text is not one JSON object.
pub(crate) fn entries(json: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let fields = senders_json::fields(json).ok()?;
    fields.into_iter().map(|(key, value)| Some((key, json.get(value)?))).collect()
}

/// The fields of these names of a JSON object, untouched, each the last of its name; the others are walked over. `None` if
/// the text is not one JSON object.
pub(crate) fn pick<'t, const N: usize>(object: &'t str, names: [&str; N]) -> Option<[Option<&'t str>; N]> {
    let places = senders_json::pick(object, names).ok()?;
    Some(places.map(|place| object.get(place?)))
}

/// The items of a JSON list in order, untouched; `None` if the text is not one JSON list.
pub(crate) fn items(json: &str) -> Option<Vec<&str>> {
    first_items(json, usize::MAX)
}

/// The items of a JSON list that has no more than [`MOST`].
fn few_items(json: &str) -> Option<Vec<&str>> {
    first_items(json, MOST + 1).filter(|items| items.len() <= MOST)
}

/// The first `most` items of a JSON list; the others are walked over.
pub(crate) fn first_items(json: &str, most: usize) -> Option<Vec<&str>> {
    let items = senders_json::items(json, most).ok()?;
    items.into_iter().map(|item| json.get(item)).collect()
}

#[expect(private_bounds, reason = "what a field can be is decided in this crate")]
impl<T: Field> Patch<T> {
    /// Reads what the server sent; `None` if it is of another type than documented.
    pub(crate) fn read(json: &str) -> Option<Self> {
        if json == "null" { Some(Self::Null) } else { T::read(json).map(Self::Value) }
    }

    /// Reads what has another type than documented and yet one meaning; absent if it has none.
    pub(crate) fn read_odd(json: &str) -> Self {
        T::read_odd(json).map_or(Self::Absent, Self::Value)
    }

    /// Writes it as a field of an object, unless it is absent. `before` is what parts it from what stands there.
    /// `kept` is what the server sent, if that was of another type than documented: it goes back as it came, unless the
    /// value was changed since.
    pub(crate) fn write(&self, name: &str, kept: Option<&str>, before: &mut char, out: &mut String)
    where
        T: PartialEq,
    {
        let kept = kept.filter(|json| *self == Self::read_odd(json));
        if self.is_absent() && kept.is_none() {
            return;
        }
        begin(name, before, out);
        match (kept, self.value()) {
            (Some(json), _) => out.push_str(json),
            (None, Some(value)) => value.write(out),
            (None, None) => out.push_str("null"),
        }
    }
}

/// Begins a field of an object.
pub(crate) fn begin(name: &str, before: &mut char, out: &mut String) {
    out.push(*before);
    *before = ',';
    out.push_str(&quoted(name));
    out.push(':');
}

/// Ends an object.
pub(crate) fn end(before: char, out: &mut String) {
    out.push_str(if before == '{' { "{}" } else { "}" });
}

impl Field for String {
    fn read(json: &str) -> Option<Self> {
        text_of(json).map(Cow::into_owned)
    }

    /// A number or a boolean, as its text.
    fn read_odd(json: &str) -> Option<Self> {
        text_of_scalar(json).map(Cow::into_owned)
    }

    fn write(&self, out: &mut String) {
        out.push_str(&quoted(self));
    }

    const RULE: Rule = Rule::Text;
}

impl<T: Field> Field for Vec<T> {
    /// `None` unless every item is as documented: a list is kept whole or not at all.
    fn read(json: &str) -> Option<Self> {
        few_items(json)?.into_iter().map(T::read).collect()
    }

    fn read_odd(json: &str) -> Option<Self> {
        few_items(json)?.into_iter().map(|item| T::read(item).or_else(|| T::read_odd(item))).collect()
    }

    fn write(&self, out: &mut String) {
        let mut before = '[';
        for item in self {
            out.push(before);
            before = ',';
            item.write(out);
        }
        out.push_str(if before == '[' { "[]" } else { "]" });
    }

    const RULE: Rule = Rule::List(&T::RULE);
}

/// The path of `key` within the object at `path`.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Makes the struct of an API object: its fields, each a [`Patch`], and `extra`.
macro_rules! model {
    ($(#[$meta:meta])* $name:ident $(or text as $only:ident)? { $( $(#[$fmeta:meta])* $field:ident : $ty:ty ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Default)]
        #[expect(clippy::exhaustive_structs, reason = "made with `..Default::default()`, as its documentation shows")]
        pub struct $name {
            $( $(#[$fmeta])* pub $field: $crate::types::Patch<$ty>, )*
            /// Fields this version does not know, and known ones of another type than documented, as they came.
            pub extra: $crate::types::Extra,
        }

        impl $name {
            /// The names of the fields, as on the wire and in the documentation's order.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];

            /// The fields with what each may be in a request.
            pub(crate) const SHAPE: $crate::types::request::Shape =
                &[$((stringify!($field), <$ty as $crate::types::Field>::RULE)),*];

            /// Checks what a caller gave, an object of these fields; `path` names it in errors.
            ///
            /// # Errors
            /// [`InvalidArgument`](crate::InvalidArgument) naming the field.
            pub fn from_value(
                value: &serde_json::Value,
                path: &str,
            ) -> Result<Self, $crate::error::InvalidArgument> {
                let mut json = String::new();
                $crate::types::request::write_object(value, path, Self::SHAPE, &mut json)?;
                Ok(Self::from_json(&json).unwrap_or_default())
            }

            /// Reads an object as the server sent it, or as [`Self::to_json`] wrote it; `None` if the text is not
            /// one JSON object.
            #[must_use]
            pub fn from_json(json: &str) -> Option<Self> {
                let mut model = Self::default();
                for (key, json) in $crate::types::entries(json)? {
                    match key.as_ref() {
                        $( stringify!($field) => match $crate::types::Patch::read(json) {
                            Some(value) => {
                                model.$field = value;
                                continue;
                            }
                            None => model.$field = $crate::types::Patch::read_odd(json),
                        }, )*
                        _ => {}
                    }
                    if model.extra.len() < $crate::types::model::MOST {
                        model.extra.insert(key.into_owned(), $crate::types::RawJson::new(json));
                    }
                }
                Some(model)
            }

            /// The object as compact JSON: what is there, and nothing for what is absent.
            #[must_use]
            pub fn to_json(&self) -> String {
                let mut out = String::new();
                $crate::types::Field::write(self, &mut out);
                out
            }
        }

        /// Shows which fields are there, not what they hold: names, numbers and codes stay out of logs.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $( match &self.$field {
                    $crate::types::Patch::Absent => {}
                    $crate::types::Patch::Null => { shown.field(stringify!($field), &format_args!("null")); }
                    $crate::types::Patch::Value(_) => { shown.field(stringify!($field), &format_args!("***")); }
                } )*
                shown.finish_non_exhaustive()
            }
        }

        impl $crate::types::Field for $name {
            fn read(json: &str) -> Option<Self> {
                Self::from_json(json)
            }

            $(
                /// A plain text, as the field that says what the object is about.
                fn read_odd(json: &str) -> Option<Self> {
                    let $only = $crate::types::Patch::Value($crate::types::text_of(json)?.into_owned());
                    Some(Self { $only, ..Self::default() })
                }
            )?

            /// The fields that are there, then what was kept beside them.
            fn write(&self, out: &mut String) {
                let mut before = '{';
                let kept = |name| self.extra.get(name).map(|json| json.as_str());
                $( self.$field.write(stringify!($field), kept(stringify!($field)), &mut before, out); )*
                for (name, json) in &self.extra {
                    if Self::FIELDS.contains(&name.as_str()) {
                        continue;
                    }
                    $crate::types::model::begin(name, &mut before, out);
                    out.push_str(json.as_str());
                }
                $crate::types::model::end(before, out);
            }

            const RULE: $crate::types::request::Rule = $crate::types::request::Rule::Object(Self::SHAPE);
        }
    };
}

pub(crate) use model;
