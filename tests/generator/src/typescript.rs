//! The types and the error classes of the npm package.

use senders_core::schema::{Object, Type, Words};
use senders_core::{Config, Explanation, Naming, Vertical, catalogue};
use serde_json::json;

use crate::options::{Kind, rows};
use crate::output::Output;
use crate::tables::Tables;
use crate::text::{first_paragraph, stars, wrapped};

/// The width that prettier is set to.
const WIDTH: usize = 140;

/// How a doc comment of a sender goes on.
const SENDER: [&str; 4] = [
    "A plain object that can be logged, compared, cloned and serialised.",
    "The client checks that the response is JSON with a text `sid` and a text `status`. Every other field may be absent or null, and \
     fields that this version does not know are kept. Keys are camelCase at every depth, by one rule: lower-case words joined by \
     underscores become camelCase, and every other key stays as the server wrote it.",
    "Values are returned as the server sent them, even if their type is not the documented one: servers were seen to send a number as \
     `messagingLimit`, plain texts as `emails`, and null in `offlineReasons`. If that matters, check (`typeof`) first.",
    "The response to an update only repeats the request: sections that were not sent may be null, and fields that are null in the \
     sections are left out. Fetch the sender for all of it.",
];

/// How a doc comment of the fields of a request goes on.
const SECTIONS: &str = "You can pass a section, a list or an item that a call returned (not one of a listing) as it is: its content is \
    not checked, and its null fields are left out. Your changes to it are sent, null too. In a copy (`{ ...sender.profile }`) null is \
    sent as null, and what you write is checked; a value that the server sent in a field before, in this process, is allowed there. \
    The same is true for fields that this version does not know.";

/// Returns the files.
pub(crate) fn outputs(tables: &Tables) -> Vec<Output> {
    vec![
        Output::part(
            "bindings-wasm/npm/src/environment.ts",
            "the variables that complete the options",
            variables(),
        ),
        Output::part("bindings-wasm/npm/src/types.ts", "the options of every language", options()),
        Output::part("bindings-wasm/console/src/fields.ts", "the words of a vertical", verticals()),
        Output::part("bindings-wasm/npm/src/models.ts", "the API's data", models(tables)),
        Output::part("bindings-wasm/npm/src/explain.ts", "the explanations", explanations()),
        Output::part("bindings-wasm/npm/src/received.ts", "the lists within a section", lists(tables)),
        Output::part("bindings-wasm/npm/src/errors.ts", "the kinds", kinds(tables)),
        Output::part("bindings-wasm/npm/src/errors.ts", "the classes", classes(tables)),
        Output::part("bindings-wasm/npm/src/errors-public.ts", "the names of the classes", exports(tables)),
    ]
}

fn variables() -> String {
    let names: String = Config::variables().map(|name| format!("  \"{name}\",\n")).collect();
    format!("const VARIABLES = [\n{names}];\n")
}

/// Sentences about options that hold in this package only.
const OPTIONS: [(&str, &str); 3] = [
    ("no_credentials", "Default in a page."),
    ("connect_timeout_ms", "Only in transports that support it, such as `senders/node-http`."),
    ("user_agent", "Not sent in a page."),
];

fn options() -> String {
    let option = |row: &crate::options::Row| {
        let ty = match row.kind {
            Kind::Text => "string",
            Kind::Flag => "boolean",
            Kind::Time | Kind::Bytes | Kind::Count | Kind::Seed => "number",
        };
        format!("{}  {}?: {ty} | undefined;\n", stars(std::slice::from_ref(&row.doc), 2), row.name)
    };
    rows(Naming::JavaScript, &OPTIONS).iter().map(option).collect()
}

/// Returns the words that the console suggests.
fn verticals() -> String {
    let words: String = Vertical::KNOWN.iter().map(|word| format!("  \"{word}\",\n")).collect();
    format!("const VERTICALS = [\n{words}] as const;\n")
}

fn models(tables: &Tables) -> String {
    let mut out: Vec<String> = tables.words.iter().map(|words| union(words)).collect();
    out.extend(tables.sent.iter().map(|object| interface(object, true)));
    out.extend(tables.received.iter().chain(&tables.own).map(|object| interface(object, false)));
    out.push(sender(tables.sender));
    out.push(sections(tables.sections));
    out.join("\n")
}

fn union(words: &Words) -> String {
    let listed: Vec<String> = words.known.iter().map(|word| format!("\"{}\"", word.text)).collect();
    let line = format!("export type {} = Open<{}>;\n", words.name, listed.join(" | "));
    // As prettier breaks it.
    let text = if line.len() <= WIDTH + 1 {
        line
    } else if listed.join(" | ").len() + 2 <= WIDTH {
        format!("export type {} = Open<\n  {}\n>;\n", words.name, listed.join(" | "))
    } else {
        let lines: String = listed.iter().map(|word| format!("  | {word}\n")).collect();
        format!("export type {} = Open<\n{lines}>;\n", words.name)
    };
    let mut doc = vec![first_paragraph(words.doc, Naming::JavaScript)];
    if !words.is_closed {
        doc = vec![format!("{} Other text is possible.", doc.concat())];
    }
    doc.extend(words.known.iter().filter(|word| !word.doc.is_empty()).map(|word| {
        let is_empty = if word.text.is_empty() { "\"\"" } else { word.text };
        format!("- `{is_empty}`: {}", first_paragraph(word.doc, Naming::JavaScript))
    }));
    format!("{}{text}", list_doc(&doc))
}

/// Returns a comment: a sentence, then a list whose items follow each other without an empty line.
fn list_doc(lines: &[String]) -> String {
    let [sentence, items @ ..] = lines else { return String::new() };
    if items.is_empty() {
        return stars(std::slice::from_ref(sentence), 0);
    }
    let line = |text: &String| {
        let lines = wrapped(text, 5);
        format!(" * {}\n", lines.join("\n *   "))
    };
    format!("/**\n{} *\n{} */\n", line(sentence), items.iter().map(line).collect::<String>())
}

/// Returns the interface of an object; `is_sent`: whether a request can have it too.
fn interface(object: &Object, is_sent: bool) -> String {
    let fields: String = object
        .fields
        .iter()
        .map(|field| {
            let doc = stars(&[first_paragraph(field.doc, Naming::JavaScript)], 2);
            let (mark, null) = if field.is_required { ("", "") } else { ("?", " | null | undefined") };
            format!("{doc}  {}{mark}: {}{null};\n", spell(field.name), type_of(field.ty, is_sent))
        })
        .collect();
    let null =
        if is_sent { " Null is sent as null; what is undefined or left out is not changed." } else { "" };
    let doc = stars(&[first_paragraph(object.doc, Naming::JavaScript) + null], 0);
    format!("{doc}export interface {} {{\n{fields}}}\n", object.name)
}

fn sender(sender: &Object) -> String {
    let fields: String = sender
        .fields
        .iter()
        .map(|field| {
            let doc = stars(&[first_paragraph(field.doc, Naming::JavaScript)], 2);
            let (mark, null) = if field.is_required { ("", "") } else { ("?", " | null") };
            format!("{doc}  {}{mark}: {}{null};\n", spell(field.name), type_of(field.ty, false))
        })
        .collect();
    let mut doc = vec![first_paragraph(sender.doc, Naming::JavaScript)];
    doc.extend(SENDER.map(str::to_owned));
    format!("{}export interface {} {{\n{fields}}}\n", stars(&doc, 0), sender.name)
}

fn sections(sections: &Object) -> String {
    let interface = interface(sections, true);
    let (_, body) = interface.split_once("export").unwrap_or_default();
    let doc = [first_paragraph(sections.doc, Naming::JavaScript), SECTIONS.to_owned()];
    format!("{}export{body}", stars(&doc, 0))
}

fn type_of(ty: Type, is_sent: bool) -> String {
    match ty {
        Type::Word(words) => words.name.to_owned(),
        Type::Object(object) => object.name.to_owned(),
        Type::List(item) if is_sent => format!("readonly {}[]", type_of(*item, true)),
        Type::List(item) => format!("{}[]", type_of(*item, false)),
        _ => "string".to_owned(),
    }
}

/// Returns the catalogue of error codes: meaning, action and source of each.
fn explanations() -> String {
    let row = |entry: &catalogue::Entry| {
        let Explanation { meaning, action, source, .. } = entry.spelled(Naming::JavaScript);
        let texts = [meaning, action, source].map(|text| json!(text.into_value()).to_string());
        let line = format!("  {}: [{}],\n", entry.code, texts.join(", "));
        if line.len() <= WIDTH + 1 {
            return line;
        }
        let lines: String = texts.iter().map(|text| format!("    {text},\n")).collect();
        format!("  {}: [\n{lines}  ],\n", entry.code)
    };
    let rows: String = catalogue::CATALOGUE.iter().map(row).collect();
    let link =
        catalogue::CATALOGUE.first().and_then(|entry| entry.spelled(Naming::JavaScript).link.into_value());
    let link = link.unwrap_or_default();
    let page = link.trim_end_matches(|c: char| c.is_ascii_digit());
    format!(
        "/** The address of an error's page, without the code. */\nconst PAGE = \"{page}\";\n\nconst CATALOGUE: {{ readonly [code: string]: readonly [meaning: string, action: string, source: string] }} = {{\n{rows}}};\n"
    )
}

fn lists(tables: &Tables) -> String {
    let fields = tables.sent.iter().flat_map(|object| object.fields);
    let names = fields
        .filter(|field| matches!(field.ty, Type::List(_)))
        .map(|field| format!("\"{}\"", spell(field.name)));
    format!("export const LISTS: readonly string[] = [{}];\n", names.collect::<Vec<_>>().join(", "))
}

fn kinds(tables: &Tables) -> String {
    let words: Vec<String> = tables.errors.iter().map(|kind| format!("  | \"{}\"", kind.word)).collect();
    format!("export type ErrorKind =\n{};\n", words.join("\n"))
}

fn classes(tables: &Tables) -> String {
    let mut out = String::new();
    for (group, kind) in tables.kinds_with_new_groups() {
        if let Some(group) = group {
            out.push_str(&class(group.class, group.doc, "Senders"));
        }
        out.push_str(&class(kind.class, kind.doc, kind.group.map_or("Senders", |group| group.class)));
    }
    let rows: String =
        tables.errors.iter().map(|kind| format!("  {}: {}Error,\n", kind.word, kind.class)).collect();
    format!("{out}\nconst CLASSES: Record<ErrorKind, typeof SendersError> = {{\n{rows}}};\n")
}

fn class(name: &str, doc: &str, base: &str) -> String {
    let doc = stars(&[first_paragraph(doc, Naming::JavaScript)], 0);
    format!("{doc}export class {name}Error extends {base}Error {{\n  override name = \"{name}Error\";\n}}\n")
}

fn exports(tables: &Tables) -> String {
    let groups = tables.groups();
    let mut names: Vec<&str> =
        tables.errors.iter().map(|kind| kind.class).chain(groups.iter().map(|group| group.class)).collect();
    names.sort_unstable();
    let lines: String = names.iter().map(|name| format!("  {name}Error,\n")).collect();
    format!("export {{\n{lines}}} from \"./errors.js\";\n")
}

fn spell(name: &str) -> String {
    Naming::JavaScript.spell(name)
}
