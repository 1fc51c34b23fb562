//! The part of the stub with the classes of objects.

use senders_core::Status;
use senders_core::schema::{Field, Object, Type};

use super::docs::{all, bracketed, docstring, first};
use super::types::{Prefixes, given};
use crate::tables::Tables;

const HERE: Prefixes = Prefixes { native: "", types: "_types." };

/// Returns the classes of objects, a sender last.
pub(super) fn objects(tables: &Tables) -> String {
    let objects = tables.objects();
    objects.map(|object| class(object, tables)).chain([sender(tables.sender)]).collect()
}

fn class(object: &Object, tables: &Tables) -> String {
    let doc = docstring(&[first(object.doc, "Left out, a field is not there; None is null.")], 4);
    let names: Vec<&str> = object.fields.iter().map(|field| field.name).collect();
    let arguments: String = object
        .fields
        .iter()
        .map(|field| {
            format!("        {}: {} | None | Unset = ...,\n", field.name, given(field.ty, HERE, tables))
        })
        .collect();
    let properties = object.fields.iter().map(|field| {
        let null = if field.is_required { "" } else { " | None" };
        property(field, &format!("{}{null}", received(field.ty)))
    });
    format!(
        "@final
class {}(_Model):
{doc}
    __match_args__: tuple{}
    def __new__(
        cls,
        *,
{arguments}    ) -> Self: ...
    def replace(
        self,
        *,
{arguments}    ) -> Self:
        \"\"\"The same with other values of these fields; the rest stays, what this version does not know too.\"\"\"

    __replace__ = replace
{}
",
        object.name,
        matched(&names),
        properties.collect::<String>(),
    )
}

fn sender(sender: &Object) -> String {
    let properties = sender.fields.iter().map(|field| match field.ty {
        Type::List(_) => property(field, &received(field.ty)),
        _ if field.is_required => property(field, &received(field.ty)),
        _ => property(field, &format!("{} | None", received(field.ty))),
    });
    format!(
        "@final\nclass {}(_Model):\n{}\n    __match_args__: tuple{}\n{}\n",
        sender.name,
        docstring(&all(sender.doc), 4),
        matched(&["sid", "status", "sender_id"]),
        properties.collect::<String>(),
    )
}

fn property(field: &Field, ty: &str) -> String {
    let doc = docstring(&[first(field.doc, "")], 8);
    format!("\n    @property\n    def {}(self) -> {ty}:\n{doc}", field.name)
}

fn matched(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("Literal[\"{name}\"]")).collect();
    bracketed(&names, 4, "    __match_args__: tuple".len(), 0)
}

/// Returns the type of a value that a response can have: of a word, any text.
fn received(ty: Type) -> String {
    match ty {
        Type::Word(words) if words.name == Status::SCHEMA.name => words.name.to_owned(),
        Type::Word(words) if words.is_closed => format!("_types.{} | str", words.name),
        Type::Word(words) => format!("_types.{}", words.name),
        Type::Object(object) => object.name.to_owned(),
        Type::List(item) => format!("tuple[{}, ...]", received(*item)),
        _ => "str".to_owned(),
    }
}
