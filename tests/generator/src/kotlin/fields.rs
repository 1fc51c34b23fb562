//! The classes of what a request sends.

use senders_core::Sections;
use senders_core::schema::{Field, Object, Type};

use super::{doc, property, type_name};
use crate::tables::Tables;

pub(super) fn fields(tables: &Tables) -> String {
    let objects: String =
        tables.sent.iter().map(|object| format!("\n{}", class(object, object.name, ""))).collect();
    format!(
        "import io.github.senderssdk.senders.ffi.Entry\n\
         import io.github.senderssdk.senders.ffi.checkFields\n\n\
         /** The key of an object that goes back as a response had it. */\n\
         internal const val RECEIVED = \"\\{}\"\n\n{}{objects}",
        Sections::RECEIVED,
        class(tables.sections, "Sender", FROM_JSON),
    )
}

/// The reader of a whole request.
const FROM_JSON: &str = r#"
    public companion object {
        /**
         * The fields of a JSON object in the API's own words, such as one that was kept in a file:
         * `{"profile": {"logo_url": "…"}}`. Throws an [ArgumentException] that names what is wrong.
         */
        @JvmStatic
        public fun fromJson(json: String): SenderFields {
            guarded { checkFields(json.checked("json")) }
            return SenderFields().read(json)
        }
    }
"#;

fn class(object: &Object, name: &str, end: &str) -> String {
    let constructors = constructors(object);
    let parentheses = if constructors.is_empty() { "" } else { "()" };
    let properties: Vec<String> = object.fields.iter().map(declared).collect();
    let blocks: String = object.fields.iter().map(block).collect();
    let cases: String = object.fields.iter().map(case).collect();
    format!(
        "{}public class {name}Fields{parentheses} : Fields() {{\n{}{constructors}{blocks}\n    \
             override fun assign(entry: Entry) {{\n        \
                 when (entry.name) {{\n{cases}        }}\n    \
             }}\n{end}}}\n",
        doc(object.doc, 0),
        properties.join("\n"),
    )
}

/// Returns the property of a field.
fn declared(field: &Field) -> String {
    let ty = type_name(field.ty, "Fields");
    format!("{}    public var {}: {ty}? by field({:?})\n", doc(field.doc, 4), property(field), field.name)
}

/// Returns the constructors of an object that a plain text may stand for: of its text, and of one more field each.
fn constructors(object: &Object) -> String {
    let Some(text) = object.text_field else { return String::new() };
    let only = object.fields.iter().filter(|field| field.name == text);
    let more = object.fields.iter().filter(|field| field.name != text);
    let fields: Vec<&Field> = only.chain(more).collect();
    let (mut out, mut parameters, mut given) = (String::new(), Vec::new(), Vec::new());
    for field in fields {
        let name = property(field);
        let optional = if given.is_empty() { "" } else { "?" };
        parameters.push(format!("{name}: {}{optional}", type_name(field.ty, "Fields")));
        out.push_str(&format!(
            "\n    public constructor({}) : this({}) {{\n        this.{name} = {name}\n    }}\n",
            parameters.join(", "),
            given.join(", "),
        ));
        given.push(name);
    }
    out
}

/// Returns the function that sets the fields of an object within a block.
fn block(field: &Field) -> String {
    let Type::Object(object) = field.ty else { return String::new() };
    let (name, class) = (property(field), format!("{}Fields", object.name));
    format!(
        "\n{}    public fun {name}(fields: {class}.() -> Unit) {{\n        \
             {name} = ({name} ?: {class}()).apply(fields)\n    }}\n",
        doc(field.doc, 4),
    )
}

/// Returns the case that reads a field of JSON.
fn case(field: &Field) -> String {
    let value = match field.ty {
        Type::Word(words) => format!("entry.text?.let(::{})", words.name),
        Type::Object(object) => format!("entry.read({}Fields())", object.name),
        Type::List(item) => format!("entry.items?.map {{ {}().read(it) }}", type_name(*item, "Fields")),
        _ => "entry.text".to_owned(),
    };
    format!("            {:?} -> {} = {value}\n", field.name, property(field))
}
