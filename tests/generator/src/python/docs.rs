//! Documentation and lists as this package writes them.

use senders_core::Naming;

use crate::text::{paragraphs, wrapped};

/// The widest line.
const WIDTH: usize = 120;

/// Returns the paragraphs of a documentation, with None for null.
pub(super) fn plain(doc: &str) -> Vec<String> {
    let word = |word: &str| match word.strip_prefix("null") {
        Some(rest) if rest.chars().all(|c| c.is_ascii_punctuation()) => format!("None{rest}"),
        _ => word.to_owned(),
    };
    let paragraphs = paragraphs(doc, Naming::Python).into_iter();
    paragraphs.map(|text| text.split(' ').map(word).collect::<Vec<_>>().join(" ")).collect()
}

/// Returns the same with names in double backticks, as in a docstring.
pub(super) fn all(doc: &str) -> Vec<String> {
    plain(doc).into_iter().map(|text| text.replace('`', "``")).collect()
}

/// Returns the first paragraph of a docstring, and a sentence of this language behind it.
pub(super) fn first(doc: &str, also: &str) -> String {
    let text = all(doc).into_iter().next().unwrap_or_default();
    format!("{text} {also}").trim().to_owned()
}

/// Returns a docstring. One that needs more than a line begins with a sentence that has its own.
pub(super) fn docstring(paragraphs: &[String], indent: usize) -> String {
    let pad = " ".repeat(indent);
    match paragraphs {
        [] => return String::new(),
        [only] if indent + only.len() + 6 <= WIDTH => return format!("{pad}\"\"\"{only}\"\"\"\n"),
        _ => {}
    }
    let sentences = paragraphs.iter().enumerate().flat_map(|(at, text)| match text.split_once(". ") {
        Some((sentence, rest)) if at == 0 => vec![format!("{sentence}."), rest.to_owned()],
        _ => vec![text.clone()],
    });
    let blocks: Vec<String> =
        sentences.map(|text| wrapped(&text, indent).join(&format!("\n{pad}"))).collect();
    format!("{pad}\"\"\"{}\n{pad}\"\"\"\n", blocks.join(&format!("\n\n{pad}")))
}

/// Returns `items` between brackets, on one line if that fits behind `before` and in front of `after` columns.
pub(super) fn bracketed(items: &[String], indent: usize, before: usize, after: usize) -> String {
    let line = format!("[{}]", items.join(", "));
    if before + line.len() + after <= WIDTH {
        return line;
    }
    let pad = " ".repeat(indent);
    let lines: String = items.iter().map(|item| format!("{pad}    {item},\n")).collect();
    format!("[\n{lines}{pad}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_docstring_has_one_line_or_begins_with_a_sentence() {
        assert_eq!(
            first(" A `x_ms` or null; a nullable.\n\n More.\n", "So."),
            "A ``x`` or None; a nullable. So."
        );
        assert_eq!(docstring(&["A.".to_owned()], 4), "    \"\"\"A.\"\"\"\n");
        assert_eq!(docstring(&[], 4), "");
        let two = ["A. B.".to_owned(), "C.".to_owned()];
        assert_eq!(docstring(&two, 0), "\"\"\"A.\n\nB.\n\nC.\n\"\"\"\n");
    }

    #[test]
    fn a_list_that_is_too_long_has_a_line_for_each_item() {
        let items = ["\"a\"".to_owned(), "\"b\"".to_owned()];
        assert_eq!(bracketed(&items, 4, 4, 0), "[\"a\", \"b\"]");
        assert_eq!(bracketed(&items, 4, 110, 2), "[\n        \"a\",\n        \"b\",\n    ]");
    }
}
