//! The parts of the Rust half: which objects, fields and words it makes Python objects of.

use senders_core::Status;
use senders_core::schema::Object;

use super::docs::plain;
use crate::tables::Tables;
use crate::text::{constant, slashes};

/// Returns the words that are a plain `str` in Python: all but the statuses, which have a class.
pub(super) fn words(tables: &Tables) -> String {
    let names = tables.words.iter().map(|words| words.name).filter(|name| *name != Status::SCHEMA.name);
    let lines: String = names.map(|name| format!("    {name}\n")).collect();
    format!("words!(\n{lines});\n")
}

/// Returns the objects within a sender.
pub(super) fn objects(tables: &Tables) -> String {
    let objects = tables.objects().map(|object| {
        let names: Vec<&str> = object.fields.iter().map(|field| field.name).collect();
        let doc = [first(object.doc), format!("Fields: {}.", names.join(", "))];
        let path = constant(object.name).to_lowercase();
        format!("{}    {} as \"{path}\" {{\n{}    }}\n", slashes(&doc, 4), object.name, fields(object, 8))
    });
    format!("models!(\n{});\n", objects.collect::<String>())
}

/// Returns the sender.
pub(super) fn sender(tables: &Tables) -> String {
    let doc = slashes(&plain(tables.sender.doc), 4);
    format!("sender!(\n{doc}    Sender {{\n{}    }}\n);\n", fields(tables.sender, 8))
}

fn fields(object: &Object, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let fields = object
        .fields
        .iter()
        .map(|field| format!("{}{pad}{},\n", slashes(&[first(field.doc)], indent), field.name));
    fields.collect()
}

fn first(doc: &str) -> String {
    plain(doc).into_iter().next().unwrap_or_default()
}
