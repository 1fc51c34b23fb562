//! The initialiser of a client, with every option.

use senders_core::Naming;

use crate::options::{Kind, Row, rows};
use crate::text::wrapped;

/// The options that only this package has: name, type, documentation.
const OWN: [(&str, &str, &str); 6] = [
    (
        "transport",
        "(any HttpTransport)?",
        "A transport in place of URLSession. It is not closed with the client.",
    ),
    ("clock", "(any SendersClock)?", "A clock in place of the system's."),
    (
        "onRequest",
        "(@Sendable (RequestEvent) -> Void)?",
        "Called before each request, for logs and measurements.",
    ),
    ("onResponse", "(@Sendable (ResponseEvent) -> Void)?", "Called after each request."),
    ("onWait", "(@Sendable (WaitEvent) -> Void)?", "Called before each pause."),
    ("logger", "(any SendersLogger)?", "Receives the lines of the log. Default: none."),
];

pub(super) fn file() -> String {
    let also = [("connect_timeout_ms", "Where the transport can tell.")];
    // The seed is for tests: last.
    let (seeds, rows): (Vec<Row>, Vec<Row>) =
        rows(Naming::Swift, &also).into_iter().partition(|row| row.kind == Kind::Seed);
    let own = OWN.map(|(name, ty, doc)| (item(name, doc), format!("        {name}: {ty} = nil")));
    let of = |row: &Row| (item(&row.name, &row.doc), parameter(row));
    let (docs, parameters): (Vec<_>, Vec<_>) =
        rows.iter().map(of).chain(own).chain(seeds.iter().map(of)).unzip();
    let given: String = rows.iter().map(given).collect();
    let own = OWN.map(|(name, ..)| format!("            {name}: {name}"));
    format!(
        "extension Senders {{\n    \
             /// Makes a client. A given option beats a variable of the environment.\n    \
             ///\n    \
             /// - Parameters:\n{}    \
             /// - Throws: ``SendersError`` of kind ``SendersError/Kind/invalidArgument``.\n    \
             public convenience init(\n{}\n    ) throws {{\n        \
                 let options = [\n{given}        ]\n        \
                 try self.init(\n            \
                     options: options.compactMap(\\.self),\n            \
                     seed: seed,\n{}\n        )\n    \
             }}\n\
         }}\n",
        docs.concat(),
        parameters.join(",\n"),
        own.join(",\n")
    )
}

/// Returns the documentation of a parameter.
fn item(name: &str, doc: &str) -> String {
    let lines = wrapped(&format!("- {name}: {doc}"), 14);
    format!("    ///   {}\n", lines.join("\n    ///     "))
}

fn parameter(row: &Row) -> String {
    let ty = match row.kind {
        Kind::Text => "String? = nil",
        Kind::Flag => "Bool = false",
        Kind::Time => "Duration? = nil",
        Kind::Count | Kind::Bytes => "Int? = nil",
        Kind::Seed => "UInt64? = nil",
    };
    format!("        {}: {ty}", row.name)
}

fn given(row: &Row) -> String {
    let Row { core, name, kind, .. } = row;
    match kind {
        Kind::Text | Kind::Flag => format!("            option(\"{core}\", {name}),\n"),
        Kind::Time => format!("            option(\"{core}\", {name}?.inMilliseconds),\n"),
        Kind::Bytes | Kind::Count | Kind::Seed => {
            format!("            option(\"{core}\", {name}.map(Int64.init)),\n")
        }
    }
}
