//! How the core's conformance driver reads the fields of a sender.

use senders_core::schema::{Object, Type};

use crate::output::Output;
use crate::tables::Tables;

/// Returns the files.
pub(crate) fn outputs(tables: &Tables) -> Vec<Output> {
    let mut arms = String::new();
    for field in tables.sender.fields {
        let name = field.name;
        let value = match field.ty {
            Type::List(_) => format!("list(sender.{name}(), |model| model.without_extra().to_json())"),
            Type::Object(_) => {
                format!("object(sender.{name}().map(|model| model.without_extra().to_json()))")
            }
            _ => format!("to_value(&sender.{name}())"),
        };
        arms.push_str(&format!("        \"{name}\" => {value},\n"));
    }
    let cleaners = tables.objects().map(|object| cleaner(object)).collect::<String>();
    let path = "tests/conformance/src/core_reads.rs";
    vec![
        Output::part(path, "the fields of a sender", arms),
        Output::part(path, "the typed fields of each object", cleaners),
    ]
}

/// Returns how an object is stripped of the text that it keeps beside its typed fields.
fn cleaner(object: &Object) -> String {
    let lists = object.fields.iter().filter(|field| matches!(field.ty, Type::List(_)));
    let lists: Vec<&str> = lists.map(|field| field.name).collect();
    if lists.is_empty() {
        format!("without_extra!({});\n", object.name)
    } else {
        format!("without_extra!({}: {});\n", object.name, lists.join(", "))
    }
}
