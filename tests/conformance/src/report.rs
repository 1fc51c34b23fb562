//! Verdicts: which cases passed, which failed, and which are known to fail.

use std::collections::BTreeSet;
use std::path::Path;

use crate::compare::compare;
use crate::trace::Trace;
use crate::vector::Case;

/// The verdict on one case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three there are")]
pub enum Verdict {
    /// Passed as expected, or known to fail and failing.
    Passed,
    /// Known to fail, and failing: counted as passed, but listed separately in the report.
    KnownFailing,
    /// Failed, with every difference.
    Failed(Vec<String>),
}

/// Returns the verdict on `trace`; a case that is known to fail must fail.
#[must_use]
pub fn evaluate(case: &Case, trace: &Trace, known_failing: bool) -> Verdict {
    let found = compare(case, trace);
    match (found.is_empty(), known_failing) {
        (true, false) => Verdict::Passed,
        (false, true) => Verdict::KnownFailing,
        (true, true) => {
            Verdict::Failed(vec!["passes now: take it out of the list of cases known to fail".to_owned()])
        }
        (false, false) => Verdict::Failed(found),
    }
}

/// Reads the cases known to fail in one language: one id per line, `#` begins a comment.
///
/// # Errors
/// If the file is there but cannot be read.
pub fn known_failing(file: &Path) -> Result<BTreeSet<String>, String> {
    if !file.exists() {
        return Ok(BTreeSet::new());
    }
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect())
}
