//! Checks that no error shows a secret, whatever its case expects: tokens, codes and whole phone numbers.

use serde_json::Value;

use crate::trace::Outcome;
use crate::vector::Case;

/// The shortest run of digits that counts as a phone number.
const NUMBER: usize = 7;

/// Returns every secret of the case that the error of `end` shows.
#[must_use]
pub fn shown_in(case: &Case, end: &Outcome) -> Vec<String> {
    let Some(error) = &end.error else { return Vec::new() };
    let texts =
        ["message", "next_step"].into_iter().filter_map(|name| Some((name, error.get(name)?.as_str()?)));
    let secrets = secrets(case);
    texts
        .flat_map(|(name, text)| {
            let leaked = secrets.iter().filter(|secret| text.contains(secret.as_str()));
            leaked.map(move |secret| format!("end.error.{name}: shows `{secret}`, which is not for logs"))
        })
        .collect()
}

fn secrets(case: &Case) -> Vec<String> {
    let option = |name| case.given.config.options.get(name).and_then(Value::as_str);
    let given = ["auth_token", "api_secret"].into_iter().filter_map(option);
    let mut secrets: Vec<String> = given.map(str::to_owned).collect();
    if let Some((user, _)) = option("base_url").and_then(|url| url.split_once('@')) {
        secrets.extend(user.rsplit(':').next().map(str::to_owned));
    }
    for (name, value) in case.args().unwrap_or_default() {
        // A SID is not a secret, and a page token contains one.
        if name != "sid" && name != "token" {
            gather(&name, &value, &mut secrets);
        }
    }
    // A single character occurs in every message.
    secrets.retain(|secret| secret.trim().len() > 3);
    secrets
}

fn gather(name: &str, value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) if name == "code" || name == "verification_code" => {
            secrets.push(text.trim().to_owned())
        }
        Value::String(text) => secrets.extend(numbers(text)),
        Value::Number(number) => secrets.extend(numbers(&number.to_string())),
        Value::Array(items) => items.iter().for_each(|item| gather(name, item, secrets)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| gather(name, value, secrets)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn numbers(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= NUMBER).map(str::to_owned)
}
