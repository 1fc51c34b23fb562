//! The records of a response that cross the border to Kotlin and Swift.

use senders_core::Naming;
use senders_core::schema::{Object, Type};

use crate::output::Output;
use crate::tables::Tables;
use crate::text::{first_paragraph, slashes};

/// Returns the files.
pub(crate) fn outputs(tables: &Tables) -> Vec<Output> {
    let mut out = String::new();
    for object in tables.objects() {
        let fields: String = object
            .fields
            .iter()
            .map(|field| format!("        {}: {},\n", field.name, border(field.ty)))
            .collect();
        out.push_str(&format!(
            "model!(\n{}    {} {{\n{fields}    }}\n);\n\n",
            doc(object.doc, 4),
            object.name
        ));
    }
    let fields: String = tables
        .sender
        .fields
        .iter()
        .map(|field| {
            format!(
                "{}        {}: {} => {},\n",
                doc(field.doc, 8),
                field.name,
                sender_type(field.ty, field.is_required),
                read(field.ty, field.is_required)
            )
        })
        .collect();
    out.push_str(&format!("sender!(\n{}    Sender {{\n{fields}    }}\n);\n", doc(tables.sender.doc, 4)));
    let names: Vec<&str> = tables.words.iter().map(|words| words.name).collect();
    out.push_str(&format!("\nshown!({});\n", names.join(" ")));
    vec![Output::part("bindings-mobile/src/models.rs", "the records of a response", out)]
}

fn doc(text: &str, indent: usize) -> String {
    slashes(&[first_paragraph(text, Naming::Rust)], indent)
}

/// Returns how a field of an object crosses: as `Type => how it is read`.
fn border(ty: Type) -> String {
    match ty {
        Type::List(item) => format!("Vec<{}> => list", object_name(*item)),
        _ => "String => text".to_owned(),
    }
}

fn sender_type(ty: Type, is_required: bool) -> String {
    match ty {
        Type::List(item) => format!("Vec<{}>", object_name(*item)),
        Type::Object(Object { name, .. }) => format!("Option<{name}>"),
        _ if is_required => "String".to_owned(),
        _ => "Option<String>".to_owned(),
    }
}

/// Returns the name of the function that reads a field of a sender.
const fn read(ty: Type, is_required: bool) -> &'static str {
    match ty {
        Type::List(_) => "objects",
        Type::Object(_) => "object",
        _ if is_required => "text_of",
        _ => "some_text",
    }
}

fn object_name(ty: Type) -> &'static str {
    match ty {
        Type::Object(object) => object.name,
        _ => "String",
    }
}
