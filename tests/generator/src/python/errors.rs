//! The classes of errors.

use senders_core::schema::{ErrorGroup, ErrorKind};

use super::docs::{docstring, first};
use crate::tables::Tables;

/// The kinds whose class is also one of Python's own.
const BASES: [(&str, &str); 3] =
    [("invalid_argument", "ValueError"), ("timeout", "TimeoutError"), ("wait_timeout", "TimeoutError")];

/// Sentences that hold in this language only, by kind.
const SENTENCES: [(&str, &str); 2] = [
    ("outcome_unknown", "``sender_id`` or ``sid``, ``started_at`` and ``ended_at`` say which call it was."),
    ("cancelled", "Closing its client cancels it."),
];

/// Returns the names of the classes, sorted.
pub(super) fn names(tables: &Tables) -> Vec<String> {
    let groups = tables.groups().into_iter().map(|group| class(group.class));
    let mut names: Vec<String> = groups.chain(tables.errors.iter().map(|kind| class(kind.class))).collect();
    names.sort();
    names
}

/// Returns the classes, each behind the class of its group, and the class of each kind.
pub(super) fn classes(tables: &Tables) -> String {
    let mut out = String::new();
    for (group, kind) in tables.kinds_with_new_groups() {
        if let Some(group) = group {
            out.push_str(&group_class(group));
        }
        out.push_str(&kind_class(kind));
    }
    let entries = tables.errors.iter().map(|kind| format!("    \"{}\": {},\n", kind.word, class(kind.class)));
    let entries = entries.collect::<String>();
    format!("{out}CLASSES: dict[str, type[SendersError]] = {{\n{entries}}}\n")
}

fn group_class(group: &ErrorGroup) -> String {
    let doc = docstring(&[first(group.doc, "")], 4);
    format!("class {}(SendersError):\n{doc}\n\n", class(group.class))
}

fn kind_class(kind: &ErrorKind) -> String {
    let mut bases = kind.group.map_or_else(|| "SendersError".to_owned(), |group| class(group.class));
    let mut also = of(&SENTENCES, kind).unwrap_or_default().to_owned();
    if let Some(base) = of(&BASES, kind) {
        bases = format!("{bases}, {base}");
        also = format!("Caught by ``except {base}`` too.");
    }
    let doc = docstring(&[first(kind.doc, &also)], 4);
    format!("class {}({bases}):\n{doc}\n    kind = \"{}\"\n\n\n", class(kind.class), kind.word)
}

fn class(name: &str) -> String {
    format!("{name}Error")
}

fn of(table: &[(&str, &'static str)], kind: &ErrorKind) -> Option<&'static str> {
    table.iter().find(|(word, _)| *word == kind.word).map(|(_, text)| *text)
}
