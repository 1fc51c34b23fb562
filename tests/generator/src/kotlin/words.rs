//! The classes of words.

use senders_core::schema::{Word, Words};

use super::{assigned, doc};
use crate::tables::Tables;
use crate::text::{constant, wrapped};

pub(super) fn words(tables: &Tables) -> String {
    tables.words.iter().map(|words| class(words)).collect::<Vec<_>>().join("\n")
}

fn class(words: &Words) -> String {
    let name = words.name;
    // The properties of a status are written by hand.
    let base = if name == "Status" { "StatusWord" } else { "Word" };
    let constants: String = words.known.iter().map(|word| one(name, word)).collect();
    format!(
        "{}public class {name}(text: String) : {base}(text) {{\n    \
             override val knownWords: List<Word> get() = KNOWN\n\n    \
             public companion object {{\n{}\n        \
                 /** Every word this version knows. */\n{}    \
             }}\n\
         }}\n",
        doc(words.doc, 0),
        constants.trim_start_matches('\n'),
        known(words),
    )
}

/// Returns the constant of a word, with an empty line before it if it has documentation.
fn one(class: &str, word: &Word) -> String {
    let doc = doc(word.doc, 8);
    let space = if doc.is_empty() { "" } else { "\n" };
    let start = format!("@JvmField public val {}: {class} =", constant_of(word));
    format!("{space}{doc}{}", assigned(&start, &format!("{class}({:?})", word.text), 8))
}

/// Returns the name of a word: a word in capitals is its own name.
fn constant_of(word: &Word) -> String {
    let is_name = !word.text.is_empty() && word.text.chars().all(|c| c == '_' || c.is_ascii_uppercase());
    if is_name { word.text.to_owned() } else { constant(word.name) }
}

fn known(words: &Words) -> String {
    let names = words.known.iter().map(constant_of).collect::<Vec<_>>().join(", ");
    let line = format!("        @JvmField public val KNOWN: List<{}> = listOf({names})\n", words.name);
    if line.trim_end().len() <= 120 {
        return line;
    }
    let names: String = wrapped(&names, 12).iter().map(|line| format!("            {line}\n")).collect();
    let names = names.trim_end();
    format!(
        "        @JvmField\n        public val KNOWN: List<{}> = listOf(\n{names},\n        )\n",
        words.name
    )
}
