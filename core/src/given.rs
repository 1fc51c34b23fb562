//! Named values as a caller gave them, in the language's names: options and arguments that are no request of the API.

use serde_json::{Map, Value};

use crate::argument::InvalidArgument;
use crate::line::one_line;
use crate::naming::{Naming, hint};

/// Named values of a caller. An absent value has its default; null is no value of any option.
#[derive(Clone, Copy)]
pub(crate) struct Given<'v> {
    /// None: as if it were empty.
    values: Option<&'v Map<String, Value>>,
    naming: Naming,
}

impl<'v> Given<'v> {
    /// Takes an object, or null for an empty one. `what` names it in errors: `fetch`; each key must be one of `known`, which are
    /// the core's names. `others` are further names of the language, which the binding itself reads: for hints only.
    ///
    /// # Errors
    /// [`InvalidArgument`] naming a key that is not known.
    pub(crate) fn new(
        value: &'v Value,
        naming: Naming,
        what: &str,
        known: &[&str],
        others: &[&str],
    ) -> Result<Self, InvalidArgument> {
        let mistaken = || InvalidArgument::of_value(what, "must be an object", value);
        if value.is_null() {
            return Ok(Self { values: None, naming });
        }
        let values = Some(value.as_object().ok_or_else(mistaken)?);
        let is_known = |key: &&String| known.iter().any(|name| naming.spells(name, key));
        match values.into_iter().flat_map(Map::keys).find(|key| !is_known(key)) {
            None => Ok(Self { values, naming }),
            Some(key) => {
                let others = others.iter().copied().filter(|other| other != key);
                let names: Vec<&str> = known.iter().copied().chain(others).collect();
                Err(unknown(key, what, &names))
            }
        }
    }

    fn value(self, name: &str) -> Option<&'v Value> {
        let is_it = |(key, _): &(&String, &Value)| self.naming.spells(name, key);
        self.values?.iter().find(is_it).map(|(_, value)| value)
    }

    /// A text.
    pub(crate) fn text(self, name: &str) -> Result<Option<&'v str>, InvalidArgument> {
        self.value(name).map(|value| value.as_str().ok_or_else(|| wrong(name, "text", value))).transpose()
    }

    /// A text that has to be there.
    pub(crate) fn required(self, name: &str) -> Result<&'v str, InvalidArgument> {
        self.text(name)?.ok_or_else(|| InvalidArgument::redacted(name, "must be given"))
    }

    /// A count.
    pub(crate) fn count(self, name: &str) -> Result<Option<u64>, InvalidArgument> {
        match self.value(name) {
            None => Ok(None),
            Some(value @ Value::Number(number)) => match number.as_u64() {
                Some(count) => Ok(Some(count)),
                None => {
                    Err(InvalidArgument::of_value(name, "must be a whole number that is not negative", value))
                }
            },
            Some(other) => Err(wrong(name, "a whole number", other)),
        }
    }

    /// A count of repetitions. One that is too large stays too large.
    pub(crate) fn retries(self) -> Result<Option<u32>, InvalidArgument> {
        Ok(self.count("max_retries")?.map(|value| u32::try_from(value).unwrap_or(u32::MAX)))
    }

    /// True or false.
    pub(crate) fn flag(self, name: &str) -> Result<Option<bool>, InvalidArgument> {
        self.value(name)
            .map(|value| value.as_bool().ok_or_else(|| wrong(name, "true or false", value)))
            .transpose()
    }

    /// Texts by name; none if it is absent.
    pub(crate) fn texts(self, name: &str) -> Result<Vec<(&'v str, &'v str)>, InvalidArgument> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let rule = "must be an object of text by name";
        let map = value.as_object().ok_or_else(|| InvalidArgument::redacted(name, rule))?;
        let text = |(key, value): (&'v String, &'v Value)| {
            let place = [name, "."].concat();
            let text = value.as_str();
            Ok((key.as_str(), text.ok_or_else(|| InvalidArgument::of_key(&place, key, "must be text"))?))
        };
        map.iter().map(text).collect()
    }
}

/// A mistake that says the type of the value. A number is not shown: it may be a phone number.
fn wrong(name: &str, wanted: &str, value: &Value) -> InvalidArgument {
    let got = match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    InvalidArgument::redacted(name, &["must be ", wanted, ", got ", got].concat())
}

/// The mistake of a key that is none of the names of `what`.
pub(crate) fn unknown(key: &str, what: &str, names: &[&str]) -> InvalidArgument {
    let rule = ["is not an option of ", what, ": ", &hint(key, names)].concat();
    InvalidArgument::of_key("", &one_line(key), &rule)
}
