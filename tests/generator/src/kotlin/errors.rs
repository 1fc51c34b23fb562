//! The kinds of errors and their classes.

use senders_core::schema::ErrorKind;

use super::{assigned, doc};
use crate::tables::Tables;
use crate::text::constant;

pub(super) fn errors(tables: &Tables) -> String {
    let kinds = tables
        .errors
        .iter()
        .map(|kind| format!("{}    {}({:?}),\n", doc(kind.doc, 4), constant(kind.name), kind.word));
    let groups = tables.groups().into_iter().map(|group| {
        let start = format!(
            "public sealed class {}Exception(kind: ErrorKind, details: Details, cause: Throwable?) :",
            group.class
        );
        format!("{}{}\n", doc(group.doc, 0), assigned(&start, "SendersException(kind, details, cause)", 0))
    });
    let cases = tables
        .errors
        .iter()
        .map(|kind| format!("    ErrorKind.{} -> ::{}Exception\n", constant(kind.name), kind.class));
    format!(
        "import io.github.senderssdk.senders.ffi.Details\n\n\
         /** The kind of an error, the same in every language of this library. */\n\
         public enum class ErrorKind(\n    \
             /** The word the other languages use. */\n    \
             public val word: String,\n\
         ) {{\n{}}}\n\n{}{}\
         /** Returns the class of a kind. */\n\
         internal fun exceptionOf(kind: ErrorKind): (ErrorKind, Details, Throwable?) -> SendersException = when (kind) {{\n{}}}\n",
        kinds.collect::<Vec<_>>().join("\n"),
        groups.collect::<String>(),
        tables.errors.iter().map(class).collect::<String>(),
        cases.collect::<String>(),
    )
}

fn class(kind: &ErrorKind) -> String {
    let base = kind.group.map_or("Senders", |group| group.class);
    format!(
        "{}public class {}Exception internal constructor(kind: ErrorKind, details: Details, cause: Throwable?) :\n    \
             {base}Exception(kind, details, cause)\n\n",
        doc(kind.doc, 0),
        kind.class,
    )
}
