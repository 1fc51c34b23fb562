//! The objects of a request.

use senders_core::schema::{Field, Object, Type};

use super::{
    coding_keys, doc, doc_and, initializer, lines, list_of, listed, property, section_of, type_name,
};
use crate::tables::Tables;

/// Returns the request, and its objects with how each is made of one that was read.
pub(super) fn file(tables: &Tables) -> String {
    let objects = tables.sent.iter().map(|object| {
        let section = section_of(tables, object);
        let short = if section.is_some() { short(object) } else { String::new() };
        format!("{}{}{short}", object_of(object), from_read(object, &place(tables, object)))
    });
    format!(
        "\
// The objects of a request. Every field has three states. `init(_:)` makes one of an object that was read.

{}
{}",
        sections(tables),
        objects.collect::<Vec<_>>().join("\n")
    )
}

fn object_of(object: &Object) -> String {
    format!(
        "\
{doc}public struct {name}Fields: Codable, Hashable, Sendable, Redacted {{
{properties}
    /// The object as a response had it, as JSON.
    var received: String?

{keys}
    /// Makes fields; those that are not named stay as they are.
{init}{assignments}    }}

    /// Writes the fields that are not untouched.
    public func encode(to encoder: any Encoder) throws {{
        var fields = encoder.container(keyedBy: CodingKeys.self)
{writes}        try encoder.encode(received: received)
    }}
}}
",
        doc = doc_and(object.doc, &["Each field of a request has three states: see ``Field``."]),
        name = object.name,
        properties = properties(object.fields),
        keys = coding_keys(object.fields),
        init = initializer(&[], object.fields, parameter),
        assignments = lines(object.fields, |field| format!("        self.{0} = {0}\n", property(field))),
        writes = lines(object.fields, |field| {
            format!("        try fields.encode({0}, forKey: .{0})\n", property(field))
        }),
    )
}

fn properties(fields: &[Field]) -> String {
    lines(fields, |field| {
        format!("{}    public var {}: {}\n", doc(field.doc, 4), property(field), state(field))
    })
}

/// Returns the type of a field with its three states.
fn state(field: &Field) -> String {
    format!("Field<{}>", type_name(field.ty, "Fields"))
}

fn parameter(field: &Field) -> String {
    format!("{}: {} = .untouched", property(field), state(field))
}

/// Returns how the object is read again where it was read.
fn place(tables: &Tables, object: &Object) -> String {
    if let Some(section) = section_of(tables, object) {
        return format!("part(\\.{})", property(section));
    }
    match list_of(tables, object) {
        Some((holder, list)) => {
            let section = section_of(tables, holder).map(property).unwrap_or_default();
            format!("item(\\.{section}?.{})", property(list))
        }
        None => String::new(),
    }
}

/// Returns how fields are made of an object that was read.
fn from_read(object: &Object, place: &str) -> String {
    let changes: Vec<String> = object.fields.iter().map(change).collect();
    format!(
        "
extension {name}Fields {{
    /// Makes the same as fields of a request.
    ///
    /// The server's values go back as they came, and so do fields this version does not know. Its nulls are left out,
    /// since a response to an update has null for each field that was not sent. Fields changed since are sent as
    /// changed; nil for a field that had a value clears it. More can be assigned, `.null` too.
    ///
    /// Encoded it has the fields that were changed alone: to keep what was read, encode the ``Sender``.
    public init(_ read: {name}) {{
        let was = read.received.{place}
        self.init(
            {changes}
        )
        received = read.received.json
    }}
}}
",
        name = object.name,
        changes = changes.join(",\n            "),
    )
}

fn change(field: &Field) -> String {
    let name = property(field);
    let fields = match Tables::object_of(field) {
        Some(object) if matches!(field.ty, Type::List(_)) => format!(", {}Fields.init(_:)", object.name),
        _ => String::new(),
    };
    format!("{name}: changed(was?.{name}, read.{name}{fields})")
}

/// Returns the short ways to write a section.
fn short(object: &Object) -> String {
    let arguments: Vec<String> =
        object.fields.iter().map(|field| format!("{0}: {0}", property(field))).collect();
    format!(
        "
extension Field where Value == {name}Fields {{
    /// A value with these fields; what is not named stays as it is.
{init}{fields}        self = .value(fields)
    }}

    /// Sends back the object that was read; untouched if there is none. See ``{name}Fields/init(_:)``.
    public init(_ read: {name}?) {{
        self.init(read.map({name}Fields.init(_:)))
    }}
}}
",
        name = object.name,
        init = initializer(&[], object.fields, parameter),
        fields = listed(&format!("let fields = {}Fields(", object.name), &arguments, ")", 8),
    )
}

/// Returns the sections of a create or an update, and the request of `ensureAll`.
fn sections(tables: &Tables) -> String {
    let fields = tables.sections.fields;
    let arguments: Vec<String> = fields.iter().map(|field| format!("{0}: {0}", property(field))).collect();
    format!(
        "\
{doc}struct Sections: Encodable {{
{lets}
{keys}}}

/// A sender that ``Senders/ensureAll(_:token:options:onToken:onResult:)`` finds or creates: what `create` takes.
public struct CreateRequest: Hashable, Sendable, Redacted {{
    /// `whatsapp:` and a number in E.164 form, or `rcs:` and an agent.
    public var senderID: String
{properties}
    /// Makes a request; fields that are not named are left out.
{init}        self.senderID = senderID
{assignments}    }}

    var sections: Sections {{
{made}    }}
}}
",
        doc = doc(tables.sections.doc, 0),
        lets = lines(fields, |field| format!("    let {}: {}\n", property(field), state(field))),
        keys = coding_keys(fields),
        properties = properties(fields),
        init = initializer(&["_ senderID: String"], fields, parameter),
        assignments = lines(fields, |field| format!("        self.{0} = {0}\n", property(field))),
        made = listed("Sections(", &arguments, ")", 8),
    )
}
