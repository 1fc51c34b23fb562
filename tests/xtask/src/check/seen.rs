//! The verdict of a check.

/// A summary in a few words, if nothing is wrong.
pub(super) type Seen = anyhow::Result<String>;
/// The beginning of the summary if a check could not be made.
pub(super) const SKIPPED: &str = "skipped";
