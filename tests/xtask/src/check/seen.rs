//! The verdict of a check.

/// What was seen, in a few words, where nothing is wrong.
pub(super) type Seen = anyhow::Result<String>;
/// What the words begin with where a check could not be made.
pub(super) const SKIPPED: &str = "skipped";
