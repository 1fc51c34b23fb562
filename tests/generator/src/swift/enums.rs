//! The words, and the kinds of errors.

use senders_core::schema::{ErrorKind, Word, Words};

use super::{declared, doc, listed};
use crate::tables::Tables;
use crate::text::lower_first;

/// Returns the sets of words.
pub(super) fn words(tables: &Tables) -> String {
    tables.words.iter().map(|words| set(words)).collect::<Vec<_>>().join("\n")
}

fn set(words: &Words) -> String {
    let name_of = |word: &Word| declared(lower_first(word.name));
    // A word without documentation says it itself, as it is on the wire.
    let documented = |word: &Word| match word.doc {
        "" => format!("    /// `{}`.\n", word.text),
        text => doc(text, 4),
    };
    let cases: String =
        words.known.iter().map(|word| format!("{}    case {}\n", documented(word), name_of(word))).collect();
    let known: Vec<String> = words.known.iter().map(|word| format!(".{}", name_of(word))).collect();
    let texts: String = words
        .known
        .iter()
        .map(|word| format!("        case .{}: {:?}\n", name_of(word), word.text))
        .collect();
    format!(
        "\
{doc}public enum {name}: OpenEnum {{
{cases}    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
{known}
    /// The word as it is on the wire.
    public var rawValue: String {{
        switch self {{
{texts}        case .unknown(let text): text
        }}
    }}
}}
",
        doc = doc(words.doc, 0),
        name = words.name,
        known = listed("public static let known: [Self] = [", &known, "]", 4),
    )
}

/// Returns the kinds of errors.
pub(super) fn kinds(tables: &Tables) -> String {
    let cases: String = tables.errors.iter().map(kind).collect();
    format!(
        "\
extension SendersError {{
    /// The kind of an error, the same word in every language of this library.
    public enum Kind: String, Hashable, Sendable, CaseIterable {{
{cases}    }}
}}
"
    )
}

fn kind(kind: &ErrorKind) -> String {
    let name = lower_first(kind.name);
    let text = match name.as_str() {
        "cancelled" => format!("{} A cancelled task throws `CancellationError` instead.", kind.doc.trim()),
        _ => kind.doc.to_owned(),
    };
    let value = if name == kind.word { String::new() } else { format!(" = \"{}\"", kind.word) };
    format!("{}        case {}{value}\n", doc(&text, 8), declared(name))
}
