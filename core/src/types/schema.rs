//! The shape of the tables: each object, word and error kind, with its documentation.
//!
//! The types of the other languages, their documentation and the OpenAPI document are generated from them. So each fact
//! about the API is written once, in the table that this crate itself reads and writes by.

/// An object of the API.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Object {
    /// The name, as in `Profile`.
    pub name: &'static str,
    /// The documentation, in Markdown.
    pub doc: &'static str,
    /// The fields, in the documentation's order.
    pub fields: &'static [Field],
    /// The field that a plain text in place of the object gives.
    pub text_field: Option<&'static str>,
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// The documentation, in Markdown.
    pub doc: &'static str,
    /// The type of its values.
    pub ty: Type,
    /// Whether every response has it.
    pub is_required: bool,
}

/// The type of a value.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Type {
    /// A text.
    Text,
    /// The verification code: a text that no log shows.
    VerificationCode,
    /// The SID of a voice application: `AP` and 32 hexadecimal digits in a request, any text in a response.
    VoiceApplicationSid,
    /// A word.
    Word(&'static Words),
    /// An object.
    Object(&'static Object),
    /// A list.
    List(&'static Self),
}

/// A set of words that may grow.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Words {
    /// The name, as in `Status`.
    pub name: &'static str,
    /// The documentation, in Markdown.
    pub doc: &'static str,
    /// Whether a request may have these words only. In a response every word is allowed.
    pub is_closed: bool,
    /// The known words.
    pub known: &'static [Word],
}

/// A word.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Word {
    /// The name of its variant, as in `OnlineUpdating`.
    pub name: &'static str,
    /// The word on the wire.
    pub text: &'static str,
    /// The documentation, in Markdown; empty where the word says it.
    pub doc: &'static str,
}

/// A kind of error.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ErrorKind {
    /// The name of its variant, as in `NotFound`.
    pub name: &'static str,
    /// The word of it in every language.
    pub word: &'static str,
    /// The documentation, in Markdown.
    pub doc: &'static str,
    /// The name of its class, without `Error` or `Exception`.
    pub class: &'static str,
    /// The group of the class.
    pub group: Option<&'static ErrorGroup>,
}

/// A class of errors with classes below it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ErrorGroup {
    /// The name, without `Error` or `Exception`.
    pub class: &'static str,
    /// The documentation, in Markdown.
    pub doc: &'static str,
}

impl ErrorGroup {
    pub(crate) const API: Self = Self { class: "Api", doc: "The server responded with an error." };
    pub(crate) const NO_ANSWER: Self = Self { class: "NoAnswer", doc: "There was no response." };
    pub(crate) const WAIT: Self = Self {
        class: "Wait",
        doc: "A wait ended before the sender was online. `statuses` has what it saw; `resume_token` resumes it.",
    };
}
