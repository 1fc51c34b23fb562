//! The part of the conformance driver that knows the fields.

use senders_core::schema::{Field, Type};

use super::{lines, listed, property, type_name};
use crate::tables::Tables;

/// Returns how a field of a sender is read by its name, and the sections of a request with how they change what was read.
pub(super) fn file(tables: &Tables) -> String {
    format!(
        "\
import Senders

extension Sender {{
    /// The field of this name on the wire as the typed interface has it; nil if there is nothing of its type.
    func field(named name: String) throws -> (any Encodable)? {{
        switch name {{
{cases}        default: throw Impossible()
        }}
    }}
}}

/// The fields of a sender in a request.
struct Sections: Decodable {{
{sections}
    /// The sections that a response held, by name, with these as changes.
    func under(_ read: [String: Sender]) -> Self {{
        var out = self
{changes}        return out
    }}
}}
",
        cases = lines(tables.sender.fields, case),
        sections = lines(tables.sections.fields, |field| {
            format!("    var {}: Field<{}>\n", field.name, type_name(field.ty, "Fields"))
        }),
        changes = lines(tables.sections.fields, changes),
    )
}

fn case(field: &Field) -> String {
    let (wire, name) = (field.name, property(field));
    match field.ty {
        // No items are an empty list in Swift, where the server says null or nothing.
        Type::List(_) => format!("        case \"{wire}\": {name}.isEmpty ? nil : {name}\n"),
        _ => format!("        case \"{wire}\": {name}\n"),
    }
}

fn changes(section: &Field) -> String {
    let Type::Object(object) = section.ty else { return String::new() };
    let (wire, name) = (section.name, property(section));
    let mut items = vec![format!("{}Fields({name})", object.name), format!("by: self.{wire}")];
    items.extend(object.fields.iter().map(|field| format!("\\.{}", property(field))));
    format!(
        "        if let {name} = read[\"{wire}\"]?.{name} {{\n{}        }}\n",
        listed(&format!("out.{wire} = changed("), &items, ")", 12)
    )
}
