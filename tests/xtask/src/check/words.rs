//! Plain English: no source has words and sentences that a reader whose third language is English may not understand.

use anyhow::{bail, ensure};

use super::seen::Seen;
use crate::workspace::Workspace;

/// The folders that are checked. The rest of the bindings has run-time messages and names of tests that do not pass yet.
const FOLDERS: [&str; 5] = ["bindings-mobile/", "bindings-python/", "bindings-wasm/", "core/", "tests/"];
/// The endings of the files that are read.
const ENDINGS: [&str; 9] = [".rs", ".ts", ".mjs", ".py", ".pyi", ".kt", ".swift", ".md", ".toml"];
/// This file itself, and generated files.
const EXEMPT: [&str; 3] = ["tests/xtask/src/check/words.rs", "/generated/", "/SendersFFI/"];

/// A word, in lower case, with its replacements.
const WORDS: [(&str, &str); 48] = [
    ("told", "returned, given, said by"),
    ("anew", "again"),
    ("mend", "fix"),
    ("so-manieth", "Nth, an index"),
    ("given up", "cancelled"),
    ("give up", "cancel"),
    ("gives up", "cancels"),
    ("gave up", "cancelled"),
    ("answers", "returns, responds, responses"),
    ("answered", "returned, responded"),
    ("thither", "there"),
    ("hither", "here"),
    ("heed", "read, follow"),
    ("behold", "see"),
    ("betimes", "early"),
    ("lest", "so that … not"),
    ("whence", "from where"),
    ("hereby", "with this"),
    ("came to naught", "failed"),
    ("but for", "except, without"),
    ("stands", "is, means"),
    ("became of", "happened to, the result of"),
    ("become of", "happen to, the result of"),
    ("becomes of", "happens to, the result of"),
    ("came to be", "was made"),
    ("comes about", "is made, happens"),
    ("for want of", "because there is no"),
    ("is to be", "must be"),
    ("are to be", "must be"),
    ("of its own", "its own, separate"),
    ("of their own", "their own, separate"),
    ("broke off", "stopped early"),
    ("breaks off", "stops early"),
    ("sees to it", "makes sure"),
    ("for ever", "forever, without end"),
    ("strikes", "applies to, affects"),
    ("struck", "affected"),
    ("bite", "work"),
    ("bites", "works"),
    ("so many", "this many, N"),
    ("hands out", "returns"),
    ("handed out", "returned"),
    ("hand out", "return"),
    ("brings", "has, returns, adds"),
    ("brought", "had, returned, added"),
    ("all the same", "nevertheless"),
    ("passed over", "skipped, ignored"),
    ("in force", "active"),
];
/// Marks that begin a comment, which must not begin with "What".
const COMMENTS: [&str; 8] = ["///", "//!", "//", "/**", "*", "#:", "#", "\"\"\""];

pub(super) fn plain(workspace: &Workspace) -> Seen {
    ensure!(!faults("/// What it answers.", false).is_empty(), "the check finds nothing where something is");
    let mut found = Vec::new();
    let mut files = 0;
    for name in workspace.files()?.iter().filter(|name| is_read(name)) {
        files += 1;
        let text = std::fs::read_to_string(workspace.root.join(name))?;
        let mut is_prose = false;
        for (at, line) in text.lines().enumerate() {
            let (before, now) = (is_prose, is_prose_after(line, is_prose, name));
            is_prose = now;
            let is_text = if name.ends_with(".md") { !before && !now } else { before };
            found.extend(
                faults(line, is_text).into_iter().map(|fault| format!("  {name}:{}: {fault}", at + 1)),
            );
        }
    }
    if !found.is_empty() {
        bail!("{} places in {files} files are not in plain English:\n{}", found.len(), found.join("\n"));
    }
    Ok(format!("{files} files"))
}

fn is_read(name: &str) -> bool {
    (FOLDERS.iter().any(|folder| name.starts_with(folder)) || (name.ends_with(".md") && !name.contains('/')))
        && ENDINGS.iter().any(|ending| name.ends_with(ending))
        && !EXEMPT.iter().any(|part| name.contains(part))
}

/// Whether the next line is within a docstring of Python, or within the code of a Markdown file.
fn is_prose_after(line: &str, is_within: bool, name: &str) -> bool {
    let mark = if name.ends_with(".md") { "```" } else { "\"\"\"" };
    let is_read = name.ends_with(".md") || name.ends_with(".py") || name.ends_with(".pyi");
    is_read && (is_within != (line.matches(mark).count() % 2 == 1))
}

/// Returns the faults of a line, all of which may be text.
fn faults(line: &str, is_text: bool) -> Vec<String> {
    let prose = if is_text { line.trim().to_owned() } else { prose(line) };
    let lower = prose.to_lowercase();
    let is_word = |at: usize, word: &str| {
        let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
        !lower.get(..at).is_some_and(|before| before.ends_with(part_of_word))
            && !lower.get(at + word.len()..).is_some_and(|after| after.starts_with(part_of_word))
    };
    let mut faults: Vec<String> = WORDS
        .iter()
        .filter(|(word, _)| lower.match_indices(word).any(|(at, _)| is_word(at, word)))
        .map(|(word, better)| format!("`{word}`: write {better}"))
        .collect();
    if prose.starts_with("What ") || prose.starts_with("Whether or not ") {
        faults.push("begins with `What`: begin with a verb or the name of the thing".to_owned());
    }
    faults
}

/// Returns the comment or the texts in quotes of a line: names in code are not checked.
fn prose(line: &str) -> String {
    let line = line.trim();
    if let Some(mark) = COMMENTS.iter().find(|mark| line.starts_with(**mark)) {
        return line.trim_start_matches(mark).trim().to_owned();
    }
    let (code, comment) = line.split_once(" // ").unwrap_or((line, ""));
    let quoted: Vec<&str> = code.split('"').skip(1).step_by(2).filter(|text| text.contains(' ')).collect();
    format!("{} {comment}", quoted.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Result;

    #[test]
    fn comments_and_messages_are_read_and_names_are_not() -> Result<()> {
        for bad in [
            "    /// What it is.",
            "# Told once.",
            "x(\"it answers nothing\");",
            "let answers = 1; // said anew",
            " * Was answered.",
        ] {
            ensure!(!faults(bad, false).is_empty(), "{bad}");
        }
        ensure!(!faults("a line of a docstring, told", true).is_empty());
        ensure!(!is_prose_after("x = 1", false, "a.py") && is_prose_after("\"\"\"One", false, "a.py"));
        ensure!(is_prose_after("```js", false, "a.md") && !is_prose_after("```", true, "a.md"));
        for good in [
            "let answers = answered.told();",
            "/// Returns what is left.",
            "x(\"told\")",
            "// amended, untold",
        ] {
            ensure!(faults(good, false).is_empty(), "{good}");
        }
        Ok(())
    }
}
