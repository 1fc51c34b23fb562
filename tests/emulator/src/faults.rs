//! Faults by name, controlled by rules: which fault, for which requests, how often.

mod catalogue;
mod info;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use catalogue::CATALOGUE;
pub(crate) use info::Effect;
pub use info::{FaultInfo, FaultParam};

use crate::routes::Operation;

/// Returns the catalogue of faults.
pub fn faults() -> &'static [FaultInfo] {
    CATALOGUE
}

/// A rule: which fault applies, when, and how often.
///
/// As JSON, unknown keys refused: `{"fault": "stall-before-head", "operation": "fetch", "nth": 2, "times": 1,
/// "params": {"ms": 500}}`. Everything except `fault` is optional.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultRule {
    /// The fault's name in the catalogue.
    #[serde(rename = "fault")]
    pub name: String,
    /// Only requests of this operation: `create`, `list`, `fetch`, `update`, `delete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only requests of this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests whose target contains this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Index of the first matching request to affect, starting at 1. Default 1.
    #[serde(default = "one")]
    pub nth: u64,
    /// How many matching requests to affect from there on; `None` (null) means all of them. Default 1.
    #[serde(default = "once")]
    pub times: Option<u64>,
    /// The fault's parameters, by name; numbers and truth values are accepted as text.
    #[serde(default, deserialize_with = "texts", skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

const fn one() -> u64 {
    1
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
const fn once() -> Option<u64> {
    Some(1)
}

fn texts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values = BTreeMap::<String, serde_json::Value>::deserialize(deserializer)?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(values.into_iter().map(|(name, value)| (name, text(value))).collect())
}

impl FaultRule {
    /// Creates a rule that affects the next request, once.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            operation: None,
            method: None,
            path: None,
            nth: 1,
            times: Some(1),
            params: BTreeMap::new(),
        }
    }

    /// Affects only requests of this operation: `create`, `list`, `fetch`, `update`, `delete`.
    #[must_use]
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Affects only requests of this method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Affects only requests whose target contains this text.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets the index of the first matching request to affect, starting at 1.
    #[must_use]
    pub const fn nth(mut self, nth: u64) -> Self {
        self.nth = nth;
        self
    }

    /// Sets how many matching requests to affect from there on.
    #[must_use]
    pub const fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Affects every matching request, until the faults are cleared.
    #[must_use]
    pub const fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Sets a parameter of the fault.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.params.insert(name.into(), value.to_string());
        self
    }

    /// Reads a rule from JSON.
    ///
    /// When the text is not a rule. [`Emulator::inject`](crate::Emulator::inject) checks the names in it.
    /// When the text is not a rule. The names in it are checked by [`Emulator::inject`](crate::Emulator::inject).
    pub fn from_json(text: &[u8]) -> Result<Self, FaultError> {
        serde_json::from_slice(text).map_err(|error| FaultError(format!("not a fault rule: {error}")))
    }
}

/// A fault rule with an unknown name or a bad value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

/// An active rule.
#[derive(Clone, Debug)]
struct ActiveRule {
    rule: FaultRule,
    info: &'static FaultInfo,
    seen: u64,
}

/// A fault that applies to this request.
#[derive(Clone, Debug)]
pub(crate) struct FaultHit {
    pub(crate) info: &'static FaultInfo,
    params: BTreeMap<String, String>,
}

impl FaultHit {
    pub(crate) fn acted(&self) -> bool {
        self.params.get("acted").map_or(self.info.acted, |word| word == "true")
    }

    /// Returns a parameter's text; empty if it has no value.
    pub(crate) fn text(&self, name: &str) -> &str {
        let default =
            self.info.params.iter().find(|known| known.name == name).map_or("", |known| known.default);
        self.params.get(name).map_or(default, String::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text(name).parse().ok()
    }
}

/// The active rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<ActiveRule>,
}

impl Faults {
    pub(crate) fn arm(&mut self, rule: FaultRule) -> Result<(), FaultError> {
        let Some(info) = CATALOGUE.iter().find(|known| known.name == rule.name) else {
            return Err(FaultError(format!("no fault is called `{}`; `--help` lists the faults", rule.name)));
        };
        if let Some(operation) = &rule.operation
            && !Operation::NAMES.contains(&operation.as_str())
        {
            let names = Operation::NAMES.join(", ");
            return Err(FaultError(format!("no operation is called `{operation}`; there are {names}")));
        }
        for (name, value) in &rule.params {
            check_param(info, name, value)?;
        }
        self.rules.push(ActiveRule { rule, info, seen: 0 });
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &FaultRule> {
        self.rules.iter().map(|active| &active.rule)
    }

    /// Returns the fault of this request: that of the first rule that applies; the rules after it do not count the
    /// request.
    pub(crate) fn hit(&mut self, method: &str, target: &str, operation: Option<&str>) -> Option<FaultHit> {
        let mut winner = None;
        for active in &mut self.rules {
            let rule = &active.rule;
            let fits = rule.operation.as_deref().is_none_or(|wanted| Some(wanted) == operation)
                && rule.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && rule.path.as_deref().is_none_or(|wanted| target.contains(wanted));
            if !fits || winner.is_some() {
                continue;
            }
            active.seen += 1;
            winner = active.hit();
        }
        self.rules.retain(|active| !active.is_spent());
        winner
    }

    /// Returns the fault of a connection before a request is read.
    pub(crate) fn hit_connection(&mut self) -> Option<FaultHit> {
        let first = self.rules.iter_mut().find(|active| active.info.name == "accept-then-close")?;
        first.seen += 1;
        let hit = first.hit();
        self.rules.retain(|active| !active.is_spent());
        hit
    }
}

impl ActiveRule {
    fn hit(&self) -> Option<FaultHit> {
        let first = self.rule.nth.max(1);
        let strikes = self.seen >= first && self.rule.times.is_none_or(|times| self.seen - first < times);
        strikes.then(|| FaultHit { info: self.info, params: self.rule.params.clone() })
    }

    fn is_spent(&self) -> bool {
        let last = self.rule.times.map(|times| (self.rule.nth.max(1) - 1).saturating_add(times));
        last.is_some_and(|last| self.seen >= last)
    }
}

fn check_param(info: &FaultInfo, name: &str, value: &str) -> Result<(), FaultError> {
    let bad =
        |what: &str| Err(FaultError(format!("fault `{}`: `{name}` is {what}, not `{value}`", info.name)));
    let known = info.params.iter().any(|known| known.name == name);
    match name {
        "acted" => match value {
            "true" | "false" => Ok(()),
            _ => bad("true or false"),
        },
        _ if !known => {
            let names: Vec<&str> = info.params.iter().map(|known| known.name).chain(["acted"]).collect();
            let names = names.join(", ");
            Err(FaultError(format!("fault `{}` has no parameter `{name}`; it has {names}", info.name)))
        }
        "ms" | "after" | "code" if value.is_empty() => Ok(()),
        "depth" => match value.parse::<u64>() {
            Ok(1..=10_000_000) => Ok(()),
            _ => bad("a number from 1 to 10000000"),
        },
        "mib" => match value.parse::<u64>() {
            Ok(1..=1024) => Ok(()),
            _ => bad("a number from 1 to 1024"),
        },
        "ms" | "after" | "bytes" | "code" => match value.parse::<u64>() {
            Ok(_) => Ok(()),
            Err(_) => bad("a number"),
        },
        "bytes-per-s" | "size" => match value.parse::<u32>() {
            Ok(1..) => Ok(()),
            _ => bad("a number from 1"),
        },
        "status" => match value.parse::<u16>() {
            Ok(200..=599) => Ok(()),
            _ => bad("a status from 200 to 599"),
        },
        "delta" | "retry-after-date-s" => match value.parse::<i64>() {
            Ok(_) => Ok(()),
            Err(_) => bad("a whole number"),
        },
        "format" => match value {
            "json" | "html" | "empty" => Ok(()),
            _ => bad("json, html or empty"),
        },
        _ if value.chars().any(char::is_control) => bad("text for a header"),
        _ => Ok(()),
    }
}
