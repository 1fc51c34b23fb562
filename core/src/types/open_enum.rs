//! Enums of words the server chooses: a word this version does not know is kept, not lost.

/// Makes an enum of known words and a hidden variant for all others.
///
/// `strict` makes a request refuse an unknown word; `open` lets it through, where the documentation gives no closed list.
macro_rules! open_enum {
    ($(#[doc = $doc:literal])* $name:ident ($mode:ident) { $( $(#[doc = $vdoc:literal])* $variant:ident = $text:literal ),* $(,)? }) => {
        $(#[doc = $doc])*
        ///
        /// A word that is not listed here can arrive at any time without a new version of this library. It is kept as
        /// it came: read it with `as_str`.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = concat!("`", $text, "`")] $(#[doc = $vdoc])* $variant, )*
            /// A word this version does not know.
            #[doc(hidden)]
            Unknown(Box<str>),
        }

        impl $name {
            /// Every word this version knows.
            pub const KNOWN: &'static [&'static str] = &[$($text),*];

            /// The words with their documentation.
            pub const SCHEMA: &'static $crate::types::schema::Words = &$crate::types::schema::Words {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),*),
                is_closed: $crate::types::open_enum::open_enum!(@is_closed $mode),
                known: &[$($crate::types::schema::Word {
                    name: stringify!($variant),
                    text: $text,
                    doc: concat!($($vdoc, "\n"),*),
                }),*],
            };

            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )*
                    Self::Unknown(text) => text,
                }
            }

            /// Whether this version knows the word.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )*
                    other => Self::Unknown(other.into()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::types::model::Field for $name {
            fn read(json: &str) -> Option<Self> {
                $crate::types::json::text_of(json).map(|text| Self::from(text.as_ref()))
            }

            fn write(&self, out: &mut String) {
                out.push_str(&$crate::types::json::quoted(self.as_str()));
            }

            const RULE: $crate::types::rules::Rule = $crate::types::open_enum::open_enum!(@$mode);
            const TYPE: $crate::types::schema::Type = $crate::types::schema::Type::Word(Self::SCHEMA);
        }
    };
    (@is_closed open) => { false };
    (@is_closed strict) => { true };
    (@open) => { $crate::types::rules::Rule::Text };
    (@strict) => { $crate::types::rules::Rule::Word(Self::KNOWN) };
}

pub(crate) use open_enum;
