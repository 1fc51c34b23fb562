//! The types for annotations: the words, and the dicts that may be given in place of objects.

use senders_core::Status;
use senders_core::schema::{Object, Type, Words};

use super::docs::{bracketed, docstring, first};
use crate::tables::Tables;

/// How a file names what other files define.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefixes {
    /// In front of a class of the native half.
    pub(super) native: &'static str,
    /// In front of a name of `types.py`.
    pub(super) types: &'static str,
}

const HERE: Prefixes = Prefixes { native: "_native.", types: "" };

/// Returns the words of a status as constants of its class.
pub(super) fn statuses(tables: &Tables) -> String {
    let words = tables.words.iter().filter(|words| words.name == Status::SCHEMA.name);
    let constants = words.flat_map(|words| words.known).map(|word| {
        let doc = docstring(&[first(word.doc, "")], 4);
        format!("    {}: ClassVar[Status]\n{doc}", word.text.replace(':', "_"))
    });
    constants.collect()
}

/// Returns the names of the definitions for `__all__`, sorted.
pub(super) fn names(tables: &Tables) -> String {
    let words = plain_words(tables).map(|words| words.name.to_owned());
    let dicts = tables.sent.iter().map(|object| format!("{}Dict", object.name));
    let likes = sections(tables).map(|object| format!("{}Like", object.name));
    let mut names: Vec<String> = words.chain(dicts).chain(likes).chain(["CreateDict".to_owned()]).collect();
    names.sort();
    names.iter().map(|name| format!("    \"{name}\",\n")).collect()
}

/// Returns the names of the closed words as stubtest writes them.
pub(super) fn closed(tables: &Tables) -> String {
    let closed = plain_words(tables).filter(|words| words.is_closed);
    closed.map(|words| format!("senders\\.types\\.{}\n", words.name)).collect()
}

/// Returns the definitions: words, dicts, and what may be given for each section.
pub(super) fn definitions(tables: &Tables) -> String {
    let mut out: String = plain_words(tables).map(alias).collect();
    for object in &tables.sent {
        let is_section = sections(tables).any(|section| section.name == object.name);
        let also = if is_section { "None is null; a key that is left out is left untouched." } else { "" };
        let doc = docstring(&[first(object.doc, also)], 4);
        out.push_str(&format!("\n\nclass {}Dict(TypedDict, total=False):\n{doc}\n", object.name));
        for field in object.fields {
            out.push_str(&key(field.name, &given(field.ty, HERE, tables), field.doc));
        }
    }
    out.push_str("\n\n");
    for Object { name, .. } in sections(tables) {
        out.push_str(&format!("{name}Like = Union[_native.{name}, {name}Dict]\n"));
    }
    out.push_str("\n\nclass CreateDict(_SenderId, total=False):\n");
    out.push_str("    \"\"\"The arguments of one ``create``; ``ensure_all`` takes many of them.\"\"\"\n\n");
    for field in tables.sections.fields {
        let ty = match field.ty {
            Type::Object(section) => format!("{}Like", section.name),
            ty => given(ty, HERE, tables),
        };
        out.push_str(&key(field.name, &ty, field.doc));
    }
    out.push_str("\n\n");
    out
}

/// Returns the type of a value that a caller may give.
pub(super) fn given(ty: Type, prefixes: Prefixes, tables: &Tables) -> String {
    let Prefixes { native, types } = prefixes;
    match ty {
        Type::Word(words) => format!("{types}{}", words.name),
        Type::Object(Object { name, .. }) if tables.sent.iter().any(|sent| sent.name == *name) => {
            format!("{native}{name} | {types}{name}Dict")
        }
        Type::Object(Object { name, .. }) => format!("{native}{name} | Mapping[str, Any]"),
        Type::List(item) => format!("Sequence[{}]", given(*item, prefixes, tables)),
        _ => "str".to_owned(),
    }
}

fn key(name: &str, ty: &str, doc: &str) -> String {
    format!("    {name}: {ty} | None\n{}", docstring(&[first(doc, "")], 4))
}

/// Returns the name of a set of words. Any other text is allowed where the set is open.
fn alias(words: &Words) -> String {
    let known: Vec<String> = words.known.iter().map(|word| format!("\"{}\"", word.text)).collect();
    let name = words.name;
    if words.is_closed {
        let literal = bracketed(&known, 0, name.len() + " = Literal".len(), 0);
        return format!("{name} = Literal{literal}\n{}", docstring(&[first(words.doc, "")], 0));
    }
    let literal = format!("Literal{}", bracketed(&known, 4, "    Literal".len(), ",".len()));
    let union = bracketed(&[literal, "str".to_owned()], 0, name.len() + " = Union".len(), 0);
    format!("{name} = Union{union}\n{}", docstring(&[first(words.doc, "It can be any other text too.")], 0))
}

/// Returns all words but those of a status, which have a class.
fn plain_words(tables: &Tables) -> impl Iterator<Item = &'static Words> {
    tables.words.iter().copied().filter(|words| words.name != Status::SCHEMA.name)
}

/// Returns the objects that a request has at its top.
fn sections(tables: &Tables) -> impl Iterator<Item = &'static Object> {
    tables.sections.fields.iter().filter_map(Tables::object_of)
}
