//! How an object of the API is read, checked and written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Patch;
use super::request::Rule;
use crate::error::InvalidArgument;

/// A piece of JSON kept exactly as it was received.
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// The text, byte for byte.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl From<&RawValue> for RawJson {
    fn from(raw: &RawValue) -> Self {
        Self(raw.to_owned())
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

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
    fn read(raw: &RawValue) -> Option<Self>;

    /// What the caller may give.
    const RULE: Rule;
}

/// The text of a JSON string; `None` if it is anything else.
pub(crate) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    text_of(raw.get())
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

/// The text the caller gave for `path`.
pub(crate) fn input_text<'v>(value: &'v Value, path: &str) -> Result<&'v str, InvalidArgument> {
    value.as_str().ok_or_else(|| InvalidArgument::of_value(path, "must be text", value))
}

/// `must be one of …` for an error.
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    format!("must be one of {}", quoted.join(", "))
}

/// The entries of a JSON object in order, values untouched.
///
/// # Errors
/// If the text is not one JSON object.
pub(crate) fn entries(json: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, serde_json::Error> {
    struct Entries<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

    impl<'de> Deserialize<'de> for Entries<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Object;
            impl<'de> Visitor<'de> for Object {
                type Value = Entries<'de>;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                    let mut entries = Vec::new();
                    while let Some(key) = map.next_key::<Key<'de>>()? {
                        entries.push((key.0, map.next_value()?));
                    }
                    Ok(Entries(entries))
                }
            }
            deserializer.deserialize_map(Object)
        }
    }

    serde_json::from_str::<Entries<'_>>(json).map(|entries| entries.0)
}

/// A key, borrowed where it has no escapes.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[expect(private_bounds, reason = "what a field can be is decided in this crate")]
impl<T: Field> Patch<T> {
    /// Reads what the server sent; `None` if it is of another type than documented.
    pub(crate) fn read(raw: &RawValue) -> Option<Self> {
        if raw.get() == "null" { Some(Self::Null) } else { T::read(raw).map(Self::Value) }
    }
}

impl Field for String {
    fn read(raw: &RawValue) -> Option<Self> {
        text(raw).map(Cow::into_owned)
    }

    const RULE: Rule = Rule::Text;
}

impl<T: Field> Field for Vec<T> {
    /// `None` unless every item is as documented: a list is kept whole or not at all.
    fn read(raw: &RawValue) -> Option<Self> {
        let items: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
        items.into_iter().map(T::read).collect()
    }

    const RULE: Rule = Rule::List(&T::RULE);
}

/// The path of `key` within the object at `path`.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Writes the fields that are there, then what was kept beside them.
pub(crate) fn write_extra<M: SerializeMap>(map: &mut M, extra: &Extra) -> Result<(), M::Error> {
    for (name, raw) in extra {
        map.serialize_entry(name, &raw.0)?;
    }
    Ok(())
}

/// Makes the struct of an API object: its fields, each a [`Patch`], and `extra`.
macro_rules! model {
    ($(#[$meta:meta])* $name:ident { $( $(#[$fmeta:meta])* $field:ident : $ty:ty ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Default)]
        #[expect(clippy::exhaustive_structs, reason = "made with `..Default::default()`, as its documentation shows")]
        pub struct $name {
            $( $(#[$fmeta])* pub $field: $crate::types::Patch<$ty>, )*
            /// Fields this version does not know, and known ones of another type than documented.
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
                for (key, raw) in $crate::types::entries(json).ok()? {
                    match key.as_ref() {
                        $( stringify!($field) => match $crate::types::Patch::read(raw) {
                            Some(value) => {
                                model.$field = value;
                                continue;
                            }
                            None => model.$field = $crate::types::Patch::Absent,
                        }, )*
                        _ => {}
                    }
                    model.extra.insert(key.into_owned(), raw.into());
                }
                Some(model)
            }

            /// The object as compact JSON: what is there, and nothing for what is absent.
            #[must_use]
            pub fn to_json(&self) -> String {
                // Nothing in a model can fail to be written: its keys are text and its numbers are raw.
                serde_json::to_string(self).unwrap_or_default()
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

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                $( if !self.$field.is_absent() {
                    map.serialize_entry(stringify!($field), &self.$field)?;
                } )*
                $crate::types::model::write_extra(&mut map, &self.extra)?;
                map.end()
            }
        }

        impl $crate::types::Field for $name {
            fn read(raw: &serde_json::value::RawValue) -> Option<Self> {
                Self::from_json(raw.get())
            }

            const RULE: $crate::types::request::Rule = $crate::types::request::Rule::Object(Self::SHAPE);
        }
    };
}

pub(crate) use model;
