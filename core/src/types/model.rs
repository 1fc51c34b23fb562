//! How an object of the API is read, checked and written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::json::{begin, few_items, quoted, text_of, text_of_scalar};
use super::patch::Patch;
use super::rules::Rule;
use super::schema::Type;

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

    /// The values a caller may give.
    const RULE: Rule;

    /// The same for a reader of the tables.
    const TYPE: Type;
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

    /// Writes it as a field of an object, unless it is absent. `before` separates it from the text before it.
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
    const TYPE: Type = Type::Text;
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
    const TYPE: Type = Type::List(&T::TYPE);
}

/// Makes the struct of an API object: its fields, each a [`Patch`], and `extra`. `or text as FIELD`: a plain text in its place gives
/// this field; `always`: every field is always there.
macro_rules! model {
    ($(#[doc = $doc:literal])* $name:ident $(or text as $only:ident)? $(, $always:ident)? { $( $(#[doc = $fdoc:literal])* $field:ident : $ty:ty ),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, Default)]
        #[expect(clippy::exhaustive_structs, reason = "made with `..Default::default()`, as its documentation shows")]
        pub struct $name {
            $( $(#[doc = $fdoc])* pub $field: $crate::types::patch::Patch<$ty>, )*
            /// Fields this version does not know, and known ones of another type than documented, as they came.
            pub extra: $crate::types::model::Extra,
        }

        impl $name {
            /// The names of the fields, as on the wire and in the documentation's order.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];

            /// The fields with what each may be in a request.
            pub(crate) const SHAPE: $crate::types::rules::Shape =
                &[$((stringify!($field), <$ty as $crate::types::model::Field>::RULE)),*];

            /// Whether every field is always there.
            const IS_WHOLE: bool = $crate::types::model::model!(@is_required $($always)?);

            /// The object with its documentation.
            pub const SCHEMA: &'static $crate::types::schema::Object = &$crate::types::schema::Object {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),*),
                fields: &[$($crate::types::schema::Field {
                    name: stringify!($field),
                    doc: concat!($($fdoc, "\n"),*),
                    ty: <$ty as $crate::types::model::Field>::TYPE,
                    is_required: Self::IS_WHOLE,
                }),*],
                text_field: $crate::types::model::model!(@text $($only)?),
            };

            /// Checks what a caller gave, an object of these fields; `path` names it in errors.
            ///
            /// # Errors
            /// [`InvalidArgument`](crate::InvalidArgument) naming the field.
            pub fn from_value(
                value: &serde_json::Value,
                path: &str,
            ) -> Result<Self, $crate::argument::InvalidArgument> {
                let mut json = String::new();
                $crate::types::rules::write_object(value, path, Self::SHAPE, &mut json)?;
                Ok(Self::from_json(&json).unwrap_or_default())
            }

            /// Reads an object as the server sent it, or as [`Self::to_json`] wrote it; `None` if the text is not
            /// one JSON object.
            #[must_use]
            pub fn from_json(json: &str) -> Option<Self> {
                let mut model = Self::default();
                for (key, json) in $crate::types::json::entries(json)? {
                    match key.as_ref() {
                        $( stringify!($field) => match $crate::types::patch::Patch::read(json) {
                            Some(value) => {
                                model.$field = value;
                                continue;
                            }
                            None => model.$field = $crate::types::patch::Patch::read_odd(json),
                        }, )*
                        _ => {}
                    }
                    if model.extra.len() < $crate::types::json::MOST {
                        model.extra.insert(key.into_owned(), $crate::types::model::RawJson::new(json));
                    }
                }
                Some(model)
            }

            /// The object as compact JSON: what is there, and nothing for what is absent.
            #[must_use]
            pub fn to_json(&self) -> String {
                let mut out = String::new();
                $crate::types::model::Field::write(self, &mut out);
                out
            }
        }

        /// Shows which fields are there, not what they hold: names, numbers and codes stay out of logs.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $( match &self.$field {
                    $crate::types::patch::Patch::Absent => {}
                    $crate::types::patch::Patch::Null => { shown.field(stringify!($field), &format_args!("null")); }
                    $crate::types::patch::Patch::Value(_) => { shown.field(stringify!($field), &format_args!("***")); }
                } )*
                shown.finish_non_exhaustive()
            }
        }

        impl $crate::types::model::Field for $name {
            fn read(json: &str) -> Option<Self> {
                Self::from_json(json)
            }

            $(
                /// A plain text, as the field that says what the object is about.
                fn read_odd(json: &str) -> Option<Self> {
                    let $only = $crate::types::patch::Patch::Value($crate::types::json::text_of(json)?.into_owned());
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
                    $crate::types::json::begin(name, &mut before, out);
                    out.push_str(json.as_str());
                }
                $crate::types::json::end(before, out);
            }

            const RULE: $crate::types::rules::Rule = $crate::types::rules::Rule::Object(Self::SHAPE);
            const TYPE: $crate::types::schema::Type = $crate::types::schema::Type::Object(Self::SCHEMA);
        }
    };
    (@is_required) => { false };
    (@is_required always) => { true };
    (@text) => { None };
    (@text $field:ident) => { Some(stringify!($field)) };
}

pub(crate) use model;
