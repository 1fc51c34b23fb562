//! The findings of a look at a sender and of the error log: one diagnosis. A pure function, without requests.

use crate::error::{Error, catalogue};
use crate::line::one_line;
use crate::naming::{Naming, Text};
use crate::types::{
    Alert, Diagnosis, Explanation, Finding, FindingSource, OfflineReason, Patch, PendingDisplayNameStatus,
    Sender, Status, Verdict,
};

/// The part of the error log that was read.
pub(super) enum Log<'l> {
    /// All of it from this moment on.
    Whole { since: &'l str },
    /// The first pages of it.
    Cut { since: &'l str, pages: u32 },
    /// Nothing, or not to its end.
    Unread { error: Error },
}

/// Makes the diagnosis. `alerts` are the entries of the error log that name the sender.
pub(super) fn diagnosis(sender: Sender, alerts: &[Alert], log: &Log<'_>) -> Diagnosis {
    let mut findings: Vec<Finding> = sender.offline_reasons().iter().map(of_reason).collect();
    let has_reasons = !findings.is_empty();
    findings.extend(of_review(&sender));
    findings.extend(of_quality(&sender));
    let is_failing = add_alerts(&mut findings, alerts);
    let verdict = verdict(&sender.status(), has_reasons || is_failing, !findings.is_empty());
    let mut unknown = unknown(log);
    if verdict == Verdict::Failed && findings.iter().all(|finding| finding.since.is_absent()) {
        unknown.push("since when the sender is offline: no response has a time, and no entry of the error log that was read names it".to_owned());
    }
    if sender.offline_reasons().is_empty() && sender.status() == Status::Offline && !is_failing {
        unknown.push("why the sender is offline: the server gave no reason".to_owned());
    }
    let value = Patch::Value::<String>;
    Diagnosis {
        summary: value(summary(&verdict, &sender).to_owned()),
        verdict: Patch::Value(verdict),
        findings: Patch::Value(findings),
        unknown: Patch::Value(unknown),
        sender: Patch::Value(sender),
        ..Diagnosis::default()
    }
}

fn verdict(status: &Status, is_failing: bool, has_findings: bool) -> Verdict {
    match status {
        _ if status.needs_verification() => Verdict::NeedsCode,
        _ if status.can_send() && has_findings => Verdict::NeedsAttention,
        _ if status.can_send() => Verdict::Healthy,
        Status::Offline if is_failing => Verdict::Failed,
        Status::Offline => Verdict::Offline,
        Status::Creating | Status::Verifying | Status::TwilioReview => Verdict::InProgress,
        _ => Verdict::Unclear,
    }
}

/// The state in one sentence. Names of functions stand in backticks.
fn summary(verdict: &Verdict, sender: &Sender) -> &'static str {
    match verdict {
        Verdict::Healthy => "the sender is online, and nothing speaks against it",
        Verdict::NeedsAttention => "the sender is online, and something needs attention",
        Verdict::InProgress if sender.status() == Status::TwilioReview => {
            "the sender waits for a review by Twilio; how long one takes is not documented"
        }
        Verdict::InProgress => "the registration goes on: wait for it with `wait_until_online`",
        Verdict::NeedsCode => {
            "the sender waits for the code that was sent to the number: give it to `verify`; for a new code, `update` with `verification_method` in `configuration`"
        }
        Verdict::Failed => "the sender is offline: the findings say why and what to do",
        Verdict::Offline => {
            "the sender is offline without a reason: a new registration is so for some minutes; if it stays so, look at Twilio's Console"
        }
        _ => "the status of the sender has no documented meaning: look at Twilio's Console",
    }
}

/// A finding about a code, with what the catalogue knows of it.
fn of_code(source: FindingSource, code: Option<&String>) -> Finding {
    let known = code.and_then(|code| code.parse().ok()).and_then(catalogue::explain);
    let known = known.map(|entry| entry.spelled(Naming::Rust)).unwrap_or_default();
    let Explanation { meaning, action, link, .. } = known;
    let code = code.map_or(Patch::Absent, |code| Patch::Value(code.clone()));
    Finding { source: Patch::Value(source), code, meaning, action, link, ..Finding::default() }
}

/// The text of a server; absent if it says nothing.
fn said(text: &Patch<String>) -> Patch<String> {
    text.value().filter(|text| !text.is_empty()).map_or(Patch::Absent, |text| Patch::Value(one_line(text)))
}

fn of_reason(reason: &OfflineReason) -> Finding {
    let finding = of_code(FindingSource::OfflineReason, reason.code.value());
    let link = if reason.more_info.value().is_some() { reason.more_info.clone() } else { finding.link };
    Finding { message: said(&reason.message), link, ..finding }
}

/// The review of a display name that needs something, or that goes on.
///
/// Source: the texts of the fields in twilio-python 9.13.0.
fn of_review(sender: &Sender) -> Option<Finding> {
    let (meaning, action) = match sender.pending_display_name_status()? {
        PendingDisplayNameStatus::PendingReview => {
            ("Meta reviews a new display name", "wait: the old name is shown until the new one is approved")
        }
        PendingDisplayNameStatus::Declined => (
            "Meta declined the new display name",
            "choose a name that follows Meta's guidelines for display names and send it with `update`",
        ),
        PendingDisplayNameStatus::PinMismatch => (
            "the new display name was approved and could not be applied: the two-step PIN does not match",
            "send the same name again with `update`",
        ),
        PendingDisplayNameStatus::RegistrationFailed => (
            "the new display name was approved and could not be applied: the registration failed",
            "send the same name again with `update`",
        ),
        PendingDisplayNameStatus::Expired => (
            "the new display name was approved and not applied within Meta's 14 days",
            "send the same name again with `update`",
        ),
        _ => return None,
    };
    let since = sender.pending_display_name_status_date();
    Some(Finding {
        source: Patch::Value(FindingSource::NameReview),
        meaning: Patch::Value(meaning.to_owned()),
        action: Patch::Value(action.to_owned()),
        since: since.map_or(Patch::Absent, |since| Patch::Value(since.into_owned())),
        ..Finding::default()
    })
}

/// A low quality. `LOW` is Meta's word; Twilio documents none.
fn of_quality(sender: &Sender) -> Option<Finding> {
    let rating = sender.properties()?.quality_rating.into_value()?;
    rating.eq_ignore_ascii_case("low").then(|| Finding {
        source: Patch::Value(FindingSource::Quality),
        meaning: Patch::Value("the quality rating is low: people block or report this number".to_owned()),
        message: Patch::Value(one_line(&rating)),
        action: Patch::Value(
            "send only messages that people asked for; a low quality can lower the messaging limit"
                .to_owned(),
        ),
        ..Finding::default()
    })
}

/// Adds the entries of the error log, the newest first, each code once. A code that a finding has already dates that finding.
/// Returns whether one of them is an error.
fn add_alerts(findings: &mut Vec<Finding>, alerts: &[Alert]) -> bool {
    let mut sorted: Vec<&Alert> = alerts.iter().collect();
    sorted.sort_by(|a, b| b.time().cmp(&a.time()));
    let mut is_failing = false;
    for alert in sorted {
        is_failing |=
            alert.log_level.value().is_some_and(|level| level.as_str().eq_ignore_ascii_case("error"));
        let since = alert.time().map(str::to_owned);
        let code = alert.error_code.value();
        let same = findings.iter_mut().find(|finding| code.is_some() && finding.code.value() == code);
        if let Some(finding) = same {
            // They come from the newest to the oldest.
            finding.since = since.map_or(Patch::Absent, Patch::Value);
            continue;
        }
        let finding = of_code(FindingSource::ErrorLog, code);
        let link = if alert.more_info.value().is_some() { alert.more_info.clone() } else { finding.link };
        let since = since.map_or(Patch::Absent, Patch::Value);
        findings.push(Finding { message: said(&alert.alert_text), link, since, ..finding });
    }
    is_failing
}

/// Returns the sentences about the part of the error log that was not read.
fn unknown(log: &Log<'_>) -> Vec<String> {
    match log {
        Log::Whole { since } => {
            vec![format!("what happened before {since}: the error log was read from there on")]
        }
        Log::Cut { since, pages } => vec![format!(
            "the rest of the error log since {since}: it has more than {pages} pages, and the order of its entries is not documented"
        )],
        Log::Unread { error } => {
            let status = error.status().map(|status| format!(", status {status}")).unwrap_or_default();
            vec![format!("what the error log says: it could not be read ({}{status})", error.kind().as_str())]
        }
    }
}

impl Diagnosis {
    /// The diagnosis with the names of fields, options and functions as a language spells them. What the server said stays.
    #[must_use]
    pub fn spelled(mut self, naming: Naming) -> Self {
        respell(&mut self.summary, naming);
        if let Patch::Value(findings) = &mut self.findings {
            for finding in findings {
                respell(&mut finding.meaning, naming);
                respell(&mut finding.action, naming);
            }
        }
        self
    }
}

/// Spells the names in a sentence of ours.
fn respell(sentence: &mut Patch<String>, naming: Naming) {
    if let Patch::Value(text) = sentence {
        *text = Text::default().ours(text).spelled(naming);
    }
}
