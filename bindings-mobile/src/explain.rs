//! Explanations of Twilio's error codes.

use senders_core::catalogue;

use crate::models::Explanation;
use crate::words::naming;

/// Explains one of Twilio's error codes, given as text; `None` for a code that this version does not know.
#[uniffi::export]
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
pub fn explanation_of_code(code: String) -> Option<Explanation> {
    let entry = catalogue::explain(code.parse().ok()?)?;
    Some(entry.spelled(naming()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained_with_the_names_of_the_language() {
        let known = explanation_of_code("63116".to_owned()).unwrap();
        assert_eq!(known.code.as_deref(), Some("63116"));
        assert!(known.action.unwrap().contains("`verificationMethod`"));
        for unknown in ["63102", "", "-1", "99999999999", "63116 "] {
            assert_eq!(explanation_of_code(unknown.to_owned()), None, "{unknown}");
        }
    }
}
