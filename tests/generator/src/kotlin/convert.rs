//! The functions that make what is read of the records of the native half.

use senders_core::schema::{Field, Object, Type};

use super::{Place, place, property};
use crate::tables::Tables;

pub(super) fn conversions(tables: &Tables) -> String {
    let objects: Vec<&Object> = tables.objects().copied().collect();
    let mut imports: Vec<String> = objects
        .iter()
        .chain([&tables.sender])
        .map(|object| format!("{0} as Native{0}", object.name))
        .collect();
    imports.push("Part".to_owned());
    imports.sort_unstable();
    let imports: String =
        imports.iter().map(|name| format!("import io.github.senderssdk.senders.ffi.{name}\n")).collect();
    let functions: String = objects.iter().map(|object| format!("\n{}", function(tables, object))).collect();
    let fields: String =
        tables.sender.fields.iter().map(|field| argument(tables, field, field.is_required)).collect();
    format!(
        "{imports}\n\
         internal fun NativeSender.toPublic(): Sender = toPublic(Source(json))\n\n\
         private fun NativeSender.toPublic(source: Source) = Sender(\n{fields}    json = json,\n)\n{functions}",
    )
}

fn function(tables: &Tables, object: &Object) -> String {
    let name = object.name;
    let (parameters, received) = match place(tables, object) {
        None => ("", String::new()),
        Some(Place::Section(_)) => {
            ("source: Source", format!("    received = Received(source, Part.{name}),\n"))
        }
        Some(Place::Item(..)) => (
            "source: Source, at: Int",
            format!("    received = Received(source, Part.{name}(at.toUInt()), at),\n"),
        ),
    };
    let fields: String =
        object.fields.iter().map(|field| argument(tables, field, field.is_required)).collect();
    // The API has none of ours, so no sender holds one: other files convert it.
    let is_own = tables.own.iter().any(|own| own.name == name);
    let visibility = if is_own { "internal" } else { "private" };
    format!("{visibility} fun Native{name}.toPublic({parameters}) = {name}(\n{fields}{received})\n")
}

/// Returns a field as an argument of the class.
fn argument(tables: &Tables, field: &Field, is_required: bool) -> String {
    let name = property(field);
    let is_sent = Tables::object_of(field).is_some_and(|object| place(tables, object).is_some());
    // The lists of a sender itself are never null.
    let of_sender = tables.sender.fields.iter().any(|it| std::ptr::eq(it, field));
    let value = match field.ty {
        Type::Word(words) if is_required => format!("{}({name})", words.name),
        Type::Word(words) => format!("{name}?.let(::{})", words.name),
        Type::Object(_) => format!("{name}?.toPublic({})", if is_sent { "source" } else { "" }),
        Type::List(_) if is_sent => format!("{name}?.mapIndexed {{ at, it -> it.toPublic(source, at) }}"),
        Type::List(_) if of_sender => format!("{name}.map {{ it.toPublic() }}"),
        Type::List(_) => format!("{name}?.map {{ it.toPublic() }}"),
        // The records of the border may hold null in each field of an object that is no sender.
        _ if is_required && !of_sender => format!("{name}.orEmpty()"),
        _ => name.clone(),
    };
    format!("    {name} = {value},\n")
}
