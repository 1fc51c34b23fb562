//! The options of a client.

use senders_core::Naming;

use crate::options::{Kind, Row, rows};
use crate::text::stars;

pub(super) fn options() -> String {
    let rows = rows(Naming::Kotlin, &[]);
    let properties = rows.iter().map(property).collect::<Vec<_>>().join("\n");
    let given: String = rows.iter().filter(|row| row.kind != Kind::Seed).map(given).collect();
    format!(
        "import io.github.senderssdk.senders.ffi.ClientOption\n\
         import kotlin.time.Duration\n\n\
         /** The options of a client that every language has. Everything has a default. */\n\
         @SendersDsl\n\
         public abstract class ClientOptions internal constructor() {{\n{properties}\n    \
             /** Returns those that are given, except the seed, which has a random default. */\n    \
             internal fun given(): List<ClientOption> = listOfNotNull(\n{given}    )\n\
         }}\n"
    )
}

fn property(row: &Row) -> String {
    let ty = match row.kind {
        Kind::Text => "String? = null",
        Kind::Flag => "Boolean = false",
        Kind::Time => "Duration? = null",
        Kind::Count => "Int? = null",
        Kind::Bytes | Kind::Seed => "Long? = null",
    };
    format!("{}    public var {}: {ty}\n", stars(std::slice::from_ref(&row.doc), 4), row.name)
}

fn given(row: &Row) -> String {
    let Row { core, name, kind, .. } = row;
    match kind {
        Kind::Text => format!("        text(\"{core}\", {name}?.checked(\"{name}\")),\n"),
        Kind::Flag => format!("        flag(\"{core}\", {name}),\n"),
        Kind::Time => format!("        number(\"{core}\", {name}?.inWholeMilliseconds),\n"),
        Kind::Bytes => format!("        number(\"{core}\", {name}),\n"),
        Kind::Count | Kind::Seed => format!("        number(\"{core}\", {name}?.toLong()),\n"),
    }
}
