//! Documentation and lists in the form of a language.

use senders_core::Naming;

/// The widest line of a generated comment.
const WIDTH: usize = 100;

/// Returns the paragraphs of a documentation, without its examples, names in backticks spelled as the language does.
pub(crate) fn paragraphs(doc: &str, naming: Naming) -> Vec<String> {
    let text = doc.split("```").step_by(2).collect::<Vec<_>>().join("");
    let paragraphs = text.split("\n\n").map(|it| it.lines().map(str::trim).collect::<Vec<_>>().join(" "));
    let filled = paragraphs.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    filled.map(|paragraph| spelled(&paragraph, naming)).collect()
}

/// Returns the first paragraph only.
pub(crate) fn first_paragraph(doc: &str, naming: Naming) -> String {
    paragraphs(doc, naming).into_iter().next().unwrap_or_default()
}

fn spelled(paragraph: &str, naming: Naming) -> String {
    let pieces = paragraph.split('`').enumerate();
    let pieces = pieces.map(|(at, piece)| if at % 2 == 1 { naming.spell(piece) } else { piece.to_owned() });
    pieces.collect::<Vec<_>>().join("`")
}

/// Returns the text in lines no wider than fits behind `indent` columns.
pub(crate) fn wrapped(text: &str, indent: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut();
        match line {
            Some(line) if line.is_empty() || indent + line.len() + 1 + word.len() <= WIDTH => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Returns a comment whose lines begin with `/// `, indented; paragraphs are parted by an empty line.
pub(crate) fn slashes(paragraphs: &[String], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let text = paragraphs.iter().map(|paragraph| {
        wrapped(paragraph, indent + 4).iter().map(|line| format!("{pad}/// {line}\n")).collect::<String>()
    });
    text.collect::<Vec<_>>().join(&format!("{pad}///\n"))
}

/// Returns a comment between `/**` and `*/`, on one line if it fits.
pub(crate) fn stars(paragraphs: &[String], indent: usize) -> String {
    let pad = " ".repeat(indent);
    if let [only] = paragraphs
        && indent + only.len() + 7 <= WIDTH + 20
    {
        return format!("{pad}/** {only} */\n");
    }
    let text = paragraphs.iter().map(|paragraph| {
        wrapped(paragraph, indent + 3).iter().map(|line| format!("{pad} * {line}\n")).collect::<String>()
    });
    format!("{pad}/**\n{}{pad} */\n", text.collect::<Vec<_>>().join(&format!("{pad} *\n")))
}

/// Returns a name in camelCase with a small first letter: `OnlineUpdating` as `onlineUpdating`.
pub(crate) fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_lowercase().to_string() + chars.as_str()).unwrap_or_default()
}

/// Returns a name in capitals with underscores: `OnlineUpdating` as `ONLINE_UPDATING`.
pub(crate) fn constant(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        if at > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_is_split_and_spelled() {
        let doc = " One `logo_url` line\n that goes on.\n\n ```\n let x = 1;\n ```\n\n Source: `x`.\n";
        assert_eq!(paragraphs(doc, Naming::JavaScript), ["One `logoUrl` line that goes on.", "Source: `x`."]);
        assert_eq!(first_paragraph(doc, Naming::Swift), "One `logoURL` line that goes on.");
    }

    #[test]
    fn lines_are_wrapped_and_names_are_recased() {
        let long = "word ".repeat(30);
        assert!(wrapped(long.trim(), 4).iter().all(|line| line.len() <= 96));
        assert_eq!(stars(&["A.".to_owned()], 2), "  /** A. */\n");
        assert_eq!(slashes(&["A.".to_owned(), "B.".to_owned()], 0), "/// A.\n///\n/// B.\n");
        assert_eq!(
            (constant("OnlineUpdating"), lower_first("NotKnown")),
            ("ONLINE_UPDATING".into(), "notKnown".into())
        );
    }
}
