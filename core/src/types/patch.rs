//! The three states of a field.

/// A field of a request or a response: not there, null, or a value.
///
/// In an update, absent leaves what the server has, null clears it, and a value replaces it. `""` is a value: it
/// clears `account_type`, for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[expect(clippy::exhaustive_enums, reason = "the three states there are")]
pub enum Patch<T> {
    /// The field is not there.
    #[default]
    Absent,
    /// The field is there and null.
    Null,
    /// The field has this value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field is not there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if there is one, by value.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}
