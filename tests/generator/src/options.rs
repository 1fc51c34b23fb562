//! The options of a client, as each language lists them.

use senders_core::Naming;
use senders_core::schema::{Bounds, ClientOption, OPTION_DOCS, OPTIONS, OptionKind};

use crate::text::first_paragraph;

/// The type of an option's value, as a language sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A time.
    Time,
    /// A count of bytes.
    Bytes,
    /// A small count.
    Count,
    /// Any number of 64 bits.
    Seed,
}

/// An option in a language.
#[derive(Debug)]
pub(crate) struct Row {
    /// The name in the core.
    pub(crate) core: &'static str,
    /// The name in the language.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The documentation: a paragraph.
    pub(crate) doc: String,
}

/// Returns the options; `also` is a table of sentences that hold in this language only, by the option's name in the core.
pub(crate) fn rows(naming: Naming, also: &[(&str, &str)]) -> Vec<Row> {
    OPTIONS.iter().zip(OPTION_DOCS).map(|(option, doc)| row(option, doc, naming, also)).collect()
}

fn row(option: &ClientOption, doc: &str, naming: Naming, also: &[(&str, &str)]) -> Row {
    let kind = match option.kind {
        OptionKind::Text => Kind::Text,
        OptionKind::Flag => Kind::Flag,
        OptionKind::Number(Bounds { most: u64::MAX, .. }) => Kind::Seed,
        OptionKind::Number(_) if option.name.ends_with("_ms") => Kind::Time,
        OptionKind::Number(_) if option.name.ends_with("_bytes") => Kind::Bytes,
        _ => Kind::Count,
    };
    let mut doc = first_paragraph(doc, naming);
    if let OptionKind::Number(bounds) = option.kind
        && kind != Kind::Seed
    {
        doc = format!("{doc} {}", limits(bounds, kind, naming));
    }
    if let Some(variable) = option.variable {
        // A page has no environment.
        let place = if naming == Naming::JavaScript { " on servers" } else { "" };
        doc = format!("{doc} Default{place}: `{variable}`.");
    }
    if let Some((_, sentence)) = also.iter().find(|(name, _)| *name == option.name) {
        doc = format!("{doc} {sentence}");
    }
    Row { core: option.name, name: naming.spell(option.name), kind, doc }
}

fn limits(Bounds { least, most, default, .. }: Bounds, kind: Kind, naming: Naming) -> String {
    let shown = |value: u64| match (kind, naming) {
        (Kind::Time, Naming::JavaScript) => value.to_string(),
        (Kind::Time, Naming::Python) => seconds(value),
        (Kind::Time, _) => time(value),
        (Kind::Bytes, _) => bytes(value),
        _ => value.to_string(),
    };
    let unit = match (kind, naming) {
        (Kind::Time, Naming::JavaScript) => "Milliseconds, ",
        (Kind::Time, Naming::Python) => "Seconds, ",
        _ => "",
    };
    format!("{unit}{} to {}. Default {}.", shown(least), shown(most), shown(default))
}

fn seconds(ms: u64) -> String {
    let text = format!("{}.{:03}", ms / 1000, ms % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn time(ms: u64) -> String {
    let units = [(3_600_000, "hour"), (60_000, "minute"), (1_000, "second"), (1, "millisecond")];
    in_units(ms, &units, true)
}

fn bytes(count: u64) -> String {
    in_units(count, &[(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "bytes")], false)
}

/// Returns a number in the largest unit in which it is whole.
fn in_units(number: u64, units: &[(u64, &str)], has_plural: bool) -> String {
    let whole = units.iter().find(|(unit, _)| number > 0 && number.is_multiple_of(*unit));
    let (unit, name) = whole.copied().unwrap_or((1, ""));
    let count = number / unit;
    let plural = if has_plural && count != 1 { "s" } else { "" };
    format!("{count} {name}{plural}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_units() {
        let doc = |naming, name: &str| {
            let rows = rows(naming, &[("user_agent", "So.")]);
            rows.into_iter().find(|row| row.core == name).map(|row| (row.name, row.doc)).unwrap()
        };
        let ends = |naming, name: &str, end: &str| {
            let (_, doc) = doc(naming, name);
            assert!(doc.ends_with(end), "{doc}");
        };
        ends(Naming::JavaScript, "timeout_ms", "Milliseconds, 1 to 600000. Default 30000.");
        ends(Naming::Python, "timeout_ms", "Seconds, 0.001 to 600. Default 30.");
        ends(Naming::Kotlin, "total_timeout_ms", "1 millisecond to 1 hour. Default 1 minute.");
        ends(Naming::Swift, "max_response_bytes", "1 KiB to 1 GiB. Default 10 MiB.");
        ends(Naming::Swift, "max_retries", "0 to 10. Default 2.");
        ends(Naming::JavaScript, "edge", "Default on servers: `TWILIO_EDGE`.");
        ends(Naming::Kotlin, "user_agent", "So.");
        assert_eq!(doc(Naming::Swift, "base_url").0, "baseURL");
        assert_eq!(doc(Naming::Python, "connect_timeout_ms").0, "connect_timeout");
    }
}
