//! The classes of what is read.

use senders_core::Naming;
use senders_core::schema::{Field, Object, Type};

use super::{Place, doc, place, property, type_name};
use crate::tables::Tables;
use crate::text::{paragraphs, stars};

pub(super) fn models(tables: &Tables) -> String {
    let objects = tables.objects();
    let objects: String = objects.map(|object| format!("\n{}", class(tables, object))).collect();
    format!("import io.github.senderssdk.senders.ffi.senderOfJson\n\n{}{objects}", sender(tables.sender))
}

fn sender(object: &Object) -> String {
    let mut about = paragraphs(object.doc, Naming::Kotlin);
    about.extend([
        "A field that is absent, null or of another type than documented is null; [json] has everything the server \
         sent."
            .to_owned(),
        "`toString` shows the SID and the status alone: numbers and names stay out of logs.".to_owned(),
    ]);
    let fields: String = object.fields.iter().map(of_sender).collect();
    format!(
        r#"{}public data class Sender(
{fields}    /** The sender as compact JSON: every field the server sent, the ones this version does not know too. */
    public val json: String = "",
) {{
    override fun toString(): String = "Sender(sid=${{sid.sidShown()}}, status=$status)"

    public companion object {{
        /** Reads a sender from its [json]. Throws an [ArgumentException] if the text is no sender. */
        @JvmStatic
        public fun fromJson(json: String): Sender = guarded {{ senderOfJson(json.checked("json")) }}.toPublic()
    }}
}}
"#,
        stars(&about, 0),
    )
}

fn of_sender(field: &Field) -> String {
    let ty = type_name(field.ty, "");
    let ty = match field.ty {
        Type::List(_) => format!("{ty} = emptyList()"),
        _ if field.is_required => ty,
        _ => format!("{ty}? = null"),
    };
    format!("{}    public val {}: {ty},\n", doc(field.doc, 4), property(field))
}

fn class(tables: &Tables, object: &Object) -> String {
    let fields = object.fields.iter().map(|field| {
        let ty = type_name(field.ty, "");
        let null = if field.is_required { "" } else { "? = null" };
        format!("{}    public val {}: {ty}{null},\n", doc(field.doc, 4), property(field))
    });
    let fields: String = fields.collect();
    let start = format!("{}public data class {}(\n{fields}", doc(object.doc, 0), object.name);
    match place(tables, object) {
        Some(place) => format!(
            "{start}    private val received: Received = Received.NOWHERE,\n) {{\n    \
                 override fun toString(): String = \"{}(…)\"\n\n{}}}\n",
            object.name,
            to_fields(object, place),
        ),
        None if object.name == "OfflineReason" => format!("{start}) {{\n{REASON}}}\n"),
        None => format!("{start})\n"),
    }
}

/// The text form of a reason why a sender is offline.
const REASON: &str = r#"    /** The code and the message as a log may show them: in one line, numbers masked. */
    override fun toString(): String = "OfflineReason(code=${code?.shown()}, message=${message?.shown()})"
"#;

/// Returns the function that makes fields of a request.
fn to_fields(object: &Object, place: Place) -> String {
    let read = match place {
        Place::Section(section) => property(section),
        Place::Item(section, list) => format!("{}?.{}?.getOrNull(it)", property(section), property(list)),
    };
    let fields: String = object
        .fields
        .iter()
        .map(|field| {
            let name = property(field);
            let value = match field.ty {
                Type::Object(_) => format!("{name}?.toFields()"),
                Type::List(_) => format!("{name}?.map {{ it.toFields() }}"),
                _ => name.clone(),
            };
            format!("        if (was?.{name} != {name}) out.{name} = {value}\n")
        })
        .collect();
    let class = format!("{}Fields", object.name);
    format!(
        "    /** Returns the same as fields of a request. They go back as they came; see [Fields]. */\n    \
             public fun toFields(): {class} = {class}().also {{ out ->\n        \
                 val was = received.read {{ {read} }}\n        \
                 out.received = received.json()\n{fields}    \
             }}\n",
    )
}
