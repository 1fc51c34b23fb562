//! The objects of a response.

use senders_core::schema::{Field, Object, Type};

use super::{coding_keys, doc, doc_and, initializer, is_sent, lines, list_of, property, type_name};
use crate::tables::Tables;
use crate::text::lower_first;

/// Returns the sender and the objects it holds.
pub(super) fn file(tables: &Tables) -> String {
    let objects = tables.objects().map(|object| part(tables, object));
    format!(
        "\
internal import SendersFFI

// A sender and its parts. A field that is absent, null or of another type than documented is nil.

{}
{}",
        sender(tables),
        objects.collect::<Vec<_>>().join("\n")
    )
}

fn part(tables: &Tables, object: &Object) -> String {
    let is_sent = is_sent(tables, object);
    format!(
        "\
{doc}public struct {name}: Codable, Hashable, Sendable{redacted} {{
{properties}{place}
{keys}
    /// Makes one with these fields alone.
{init}{assignments}    }}

{from_record}}}
",
        doc = doc(object.doc, 0),
        name = object.name,
        redacted = if is_sent { ", Redacted" } else { "" },
        properties = lines(object.fields, |field| {
            format!(
                "{}    public var {}: {}{}\n",
                doc(field.doc, 4),
                property(field),
                type_name(field.ty, ""),
                if field.is_required { "" } else { "?" }
            )
        }),
        place = if is_sent {
            "
    /// Where it was read, so that it can be sent back as it came.
    var received = Received()
"
        } else {
            ""
        },
        keys = coding_keys(object.fields),
        init = initializer(&[], object.fields, |field| {
            let null = if field.is_required { "" } else { "? = nil" };
            format!("{}: {}{null}", property(field), type_name(field.ty, ""))
        }),
        assignments = lines(object.fields, |field| format!("        self.{0} = {0}\n", property(field))),
        from_record = from_record(tables, object),
    )
}

/// Returns the initializer from what crosses the border. An object that can be sent back remembers where it was read.
fn from_record(tables: &Tables, object: &Object) -> String {
    let part = lower_first(object.name);
    let (parameters, place) = match (is_sent(tables, object), list_of(tables, object)) {
        (false, _) => ("", String::new()),
        (true, None) => {
            (", of source: Source", format!("        received = Received(source: source, part: .{part})\n"))
        }
        (true, Some(_)) => (
            ", at place: Int, of source: Source",
            format!("        received = Received(source: source, part: .{part}(at: 0), place: place)\n"),
        ),
    };
    format!(
        "    init(_ record: SendersFFI.{}{parameters}) {{\n{}{place}    }}\n",
        object.name,
        lines(object.fields, |field| assignment(tables, field, "?")),
    )
}

/// Returns the line that reads a field. `optional` follows a list that may not be there.
fn assignment(tables: &Tables, field: &Field, optional: &str) -> String {
    let name = senders_core::Naming::JavaScript.spell(field.name);
    let value = match field.ty {
        Type::Word(words) if field.is_required => format!("{}(rawValue: record.{name})", words.name),
        Type::Word(words) => format!("record.{name}.map({}.init(rawValue:))", words.name),
        Type::Object(object) if is_sent(tables, object) => {
            format!("record.{name}.map {{ {}($0, of: source) }}", object.name)
        }
        Type::Object(object) => format!("record.{name}.map({}.init)", object.name),
        Type::List(item) => match *item {
            Type::Object(object) if is_sent(tables, object) => {
                format!(
                    "record.{name}{optional}.enumerated().map {{ {}($1, at: $0, of: source) }}",
                    object.name
                )
            }
            Type::Object(object) => format!("record.{name}{optional}.map({}.init)", object.name),
            Type::Word(words) => format!("record.{name}{optional}.map({}.init(rawValue:))", words.name),
            _ => format!("record.{name}"),
        },
        // The records of the border may hold nil in each field of an object that is no sender.
        _ if field.is_required && optional == "?" => format!("record.{name} ?? \"\""),
        _ => format!("record.{name}"),
    };
    format!("        {} = {value}\n", property(field))
}

fn sender(tables: &Tables) -> String {
    let sender = tables.sender;
    format!(
        "\
{doc}public struct Sender: Sendable {{
{properties}    /// Every field as the server sent it: an object in its own words, numbers as they were written.
    public let json: String

    init(_ record: SendersFFI.Sender) {{
        let source = Source(record.json)
{assignments}        json = record.json
    }}
}}
",
        doc = doc_and(
            sender.doc,
            &[
                "The response was checked as JSON with a text `sid` and a text `status`. Everything else may be absent, \
                 null or of another type than documented, and is nil then; ``json`` has it all, with the fields this \
                 version does not know. The response to an update only repeats the sections that were sent; others may \
                 be nil. Fetch the sender to have them all.",
                "Encoded it is the server's JSON, and decoded it is read as the server's responses are.",
            ]
        ),
        properties = lines(sender.fields, |field| {
            let is_always = field.is_required || matches!(field.ty, Type::List(_));
            let optional = if is_always { "" } else { "?" };
            format!("{}    public let {}: {}{optional}\n", doc(field.doc, 4), property(field), type_name(field.ty, ""))
        }),
        assignments = lines(sender.fields, |field| assignment(tables, field, "")),
    )
}
