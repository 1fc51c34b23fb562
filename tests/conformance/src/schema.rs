//! Rules that the types of [`crate::vector`] cannot express: names, words and ranges.

use std::collections::BTreeSet;

use senders_core::FailureKind;
use serde_json::Value;

use crate::trace::{Answer, Outcome};
use crate::vector::{Case, Entry, ExpectedWait, VectorFile};

/// Every kind of error.
pub const KINDS: [&str; 20] = [
    "invalid_argument",
    "authentication",
    "permission_denied",
    "not_found",
    "conflict",
    "rate_limited",
    "invalid_request",
    "server_error",
    "timeout",
    "connection",
    "tls",
    "invalid_response",
    "outcome_unknown",
    "paging",
    "verification_required",
    "registration_failed",
    "wait_timeout",
    "cancelled",
    "misuse",
    "internal",
];

/// The fields of an error that a case may expect, besides `kind` and `names`.
pub const ERROR_FIELDS: [&str; 13] = [
    "status",
    "code",
    "more_info",
    "request_id",
    "retry_after",
    "retryable",
    "may_have_executed",
    "attempts",
    "sender_id",
    "sid",
    "statuses",
    "message",
    "next_step",
];

const REASONS: [&str; 5] = ["backoff", "retry_after", "poll", "reconcile", "queue"];

/// Returns every mistake in the files, as `case: what`.
#[must_use]
pub fn problems(files: &[(String, VectorFile)]) -> Vec<String> {
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    for (name, file) in files {
        if file.about.iter().all(|line| line.trim().is_empty()) {
            found.push(format!("{name}: `about` says nothing"));
        }
        if file.cases.is_empty() {
            found.push(format!("{name}: no cases"));
        }
        for case in &file.cases {
            if !ids.insert(case.id.clone()) {
                found.push(format!("{}: the id is used twice", case.id));
            }
            if !case.id.starts_with(&format!("{name}/")) {
                found.push(format!("{}: the id begins with the name of its file, `{name}/`", case.id));
            }
            found.extend(case_problems(case).into_iter().map(|what| format!("{}: {what}", case.id)));
        }
    }
    found
}

fn case_problems(case: &Case) -> Vec<String> {
    let mut found = Vec::new();
    for (field, text) in [("description", &case.description), ("source", &case.source)] {
        if text.trim().is_empty() {
            found.push(format!("`{field}` is empty"));
        }
    }
    let refused = error_kind(&case.then) == Some("invalid_argument");
    match case.args() {
        Err(what) => found.push(what),
        Ok(args) => {
            for name in args.keys().filter(|name| !case.given.operation.args().contains(&name.as_str())) {
                if !refused {
                    found.push(format!("`{name}` is no argument of this operation"));
                }
            }
        }
    }
    if refused && !case.timeline.is_empty() {
        found.push("an argument mistake is found before any IO, so the timeline is empty".to_owned());
    }
    for entry in &case.timeline {
        found.extend(entry_problem(entry));
    }
    found.extend(ending_problems(&case.then));
    found
}

fn entry_problem(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Exchange { request, answer } => {
            if !["GET", "POST", "DELETE"].contains(&request.method.as_str()) {
                return Some(format!("`{}` is no method of this API", request.method));
            }
            match answer {
                Answer::Failure { kind, .. } if FailureKind::from_word(kind).is_none() => {
                    Some(format!("`{kind}` is no failure kind"))
                }
                Answer::Response { status, .. } if !(100..600).contains(status) => {
                    Some(format!("{status} is no status"))
                }
                _ => None,
            }
        }
        Entry::Wait(ExpectedWait { reason, min_ms, max_ms }) => {
            if !REASONS.contains(&reason.as_str()) {
                Some(format!("`{reason}` is no reason to wait"))
            } else if min_ms > max_ms {
                Some(format!("a wait of at least {min_ms} ms and at most {max_ms} ms"))
            } else {
                None
            }
        }
        Entry::Page(_) | Entry::Status(_) => None,
    }
}

fn error_kind(then: &Outcome) -> Option<&str> {
    then.error.as_ref()?.get("kind")?.as_str()
}

fn ending_problems(then: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    match then.words().as_slice() {
        [word] if *word != "crash" => {}
        words => found.push(format!(
            "`then` has exactly one of `sender`, `deleted`, `listed`, `ensured`, `diagnosis`, `events`, `rejected`, `error`; here: {words:?}"
        )),
    }
    if then.deleted == Some(false) || then.listed == Some(false) {
        found.push("`deleted` and `listed` are `true`".to_owned());
    }
    if !then.reads.is_empty() && then.sender.is_none() && then.ensured.is_none() {
        found.push("`reads` goes with `sender` or `ensured`".to_owned());
    }
    if let Some(ensured) = &then.ensured
        && !["found", "created", "reconciled"].contains(&ensured.resolution.as_str())
    {
        found.push(format!("`{}` is no way `ensure` ends", ensured.resolution));
    }
    let Some(error) = &then.error else { return found };
    match error_kind(then) {
        Some(kind) if KINDS.contains(&kind) => {}
        other => found.push(format!("{other:?} is no error kind")),
    }
    for (field, value) in error {
        match field.as_str() {
            "kind" => {}
            "names" => {
                let words = value.as_array().map(Vec::as_slice).unwrap_or_default();
                if words.is_empty() || !words.iter().all(Value::is_string) {
                    found.push("`names` is a list of words that the message contains".to_owned());
                }
            }
            other if ERROR_FIELDS.contains(&other) => {}
            other => found.push(format!("`{other}` is no field of an error")),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(case: &str) -> Vec<String> {
        let text = format!(r#"{{"about":["x"],"cases":[{case}]}}"#);
        match serde_json::from_str(&text) {
            Ok(file) => problems(&[("t".to_owned(), file)]),
            Err(error) => vec![error.to_string()],
        }
    }

    #[test]
    fn a_good_case_has_no_problems() {
        let good = r#"{"id":"t/a","description":"d","source":"s","given":{"operation":"fetch","args":{"sid":"x"}},
            "then":{"error":{"kind":"invalid_argument","names":["sid"]}}}"#;
        assert_eq!(found(good), Vec::<String>::new());
    }

    #[test]
    fn each_rule_bites() {
        let case = |id: &str, source: &str, args: &str, timeline: &str, then: &str| {
            found(&format!(
                r#"{{"id":"{id}","description":"d","source":"{source}","given":{{"operation":"fetch","args":{args}}},
                "timeline":[{timeline}],"then":{then}}}"#
            ))
            .join("; ")
        };
        let gone = r#"{"deleted":true}"#;
        assert_eq!(case("t/a", "s", "{}", "", gone), "");
        assert!(case("u/a", "s", "{}", "", gone).contains("begins with the name of its file"));
        assert!(case("t/a", " ", "{}", "", gone).contains("`source` is empty"));
        assert!(case("t/a", "s", r#"{"limit":1}"#, "", gone).contains("`limit` is no argument"));
        assert!(case("t/a", "s", "{}", "", "{}").contains("exactly one of"));
        assert!(case("t/a", "s", "{}", "", r#"{"error":{"kind":"oops"}}"#).contains("no error kind"));
        assert!(case("t/a", "s", "{}", "", r#"{"error":{"kind":"tls","colour":1}}"#).contains("`colour`"));
        assert!(case("t/a", "s", "{}", r#"{"status":"X","took_ms":1}"#, gone).contains("an entry is"));
        assert!(
            case("t/a", "s", "{}", r#"{"wait":{"reason":"nap","min_ms":0,"max_ms":1}}"#, gone)
                .contains("`nap`")
        );
        assert!(
            case("t/a", "s", "{}", r#"{"wait":{"reason":"poll","min_ms":2,"max_ms":1}}"#, gone)
                .contains("at least")
        );
        let odd = r#"{"request":{"method":"GET","url":"u"},"failure":{"kind":"gremlin","sent":"no"}}"#;
        assert!(case("t/a", "s", "{}", odd, gone).contains("`gremlin`"));
        assert!(case("t/a", "s", "{}", "", r#"{"deleted":true,"colour":1}"#).contains("unknown field"));
    }

    #[test]
    fn ids_are_unique() {
        let one = r#"{"id":"t/a","description":"d","source":"s","given":{"operation":"fetch","args":{}},"then":{"deleted":true}}"#;
        assert!(found(&format!("{one},{one}")).join("").contains("used twice"));
    }
}
