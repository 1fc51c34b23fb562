//! The options of a client.

use senders_core::Naming;

use super::docs::all;
use crate::options::{Kind, Row, rows};
use crate::text::wrapped;

/// Returns the parameters of the client.
pub(super) fn parameters() -> String {
    let parameter = |row: &Row| {
        let ty = match row.kind {
            Kind::Text => "str | None = None",
            Kind::Flag => "bool = False",
            Kind::Time => "float | None = None",
            Kind::Count | Kind::Bytes | Kind::Seed => "int | None = None",
        };
        format!("        {}: {ty},\n", row.name)
    };
    rows(Naming::Python, &[]).iter().map(parameter).collect()
}

/// Returns the items of the dictionary that the native client takes.
pub(super) fn values() -> String {
    let value = |row: &Row| format!("                \"{0}\": {0},\n", row.name);
    rows(Naming::Python, &[]).iter().map(value).collect()
}

/// Returns the list of a docstring.
pub(super) fn list() -> String {
    let item = |row: &Row| {
        let text = format!("- ``{}``: {}", row.name, all(&row.doc).concat());
        let lines = wrapped(&text, 6);
        format!("    {}\n", lines.join("\n      "))
    };
    let items: String = rows(Naming::Python, &[]).iter().map(item).collect();
    format!("\n{items}\n")
}
