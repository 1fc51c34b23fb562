//! Plain English: no source has words and sentences that a reader whose third language is English may not understand.

use anyhow::{bail, ensure};

use super::seen::Seen;
use crate::workspace::Workspace;

/// The folders that are checked, beside the papers at the top.
const FOLDERS: [&str; 5] = ["bindings-mobile/", "bindings-python/", "bindings-wasm/", "core/", "tests/"];
/// The endings of the files that are read.
const ENDINGS: [&str; 9] = [".rs", ".ts", ".mjs", ".py", ".pyi", ".kt", ".swift", ".md", ".toml"];
/// This file itself, and generated files.
const EXEMPT: [&str; 3] = ["tests/xtask/src/check/words.rs", "/generated/", "/SendersFFI/"];

/// Words in lower case, parted by `|`, with what to write in their place.
const WORDS: [(&str, &str); 12] = [
    (
        "told|anew|mend|hence|nobody|somebody|heed|behold|betimes|lest|whence|hereby|thither|hither|so-manieth",
        "returned, again, fix, so, no one, a person, or another common word",
    ),
    ("give up|gives up|gave up|given up|gone back on", "cancel, cancels, cancelled, end"),
    ("answers|answered", "returns, returned, responds, responded"),
    ("in hand|at hand|in force", "held, there, active"),
    (
        "become of|becomes of|became of|came to be|comes about|came to naught",
        "happen, the result of, was made, failed",
    ),
    ("for want of|but for|all the same", "because there is no, except, without, nevertheless"),
    ("is to be|are to be", "must be"),
    ("of its own|of their own", "its own, their own, separate"),
    ("broke off|breaks off|passed over", "stopped early, skipped"),
    ("sees to it|for ever|so many", "makes sure, forever, this many"),
    ("stands|strikes|struck|bite|bites", "is, applies to, affected, work, works"),
    ("hand out|hands out|handed out|brings|brought", "return, returns, has, had, adds"),
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
    let words = WORDS.iter().flat_map(|(words, better)| words.split('|').map(move |word| (word, better)));
    let mut faults: Vec<String> = words
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

    #[test]
    fn comments_and_messages_are_read_and_names_are_not() {
        let bad = [
            "    /// What it is.",
            "# Handed out once.",
            "x(\"it answers nothing\");",
            "f(1); // it brings two",
        ];
        assert!(bad.iter().all(|line| !faults(line, false).is_empty()));
        assert!(!faults("a line of a docstring that was answered", true).is_empty());
        assert!(!is_prose_after("x = 1", false, "a.py") && is_prose_after("\"\"\"One", false, "a.py"));
        assert!(is_prose_after("```js", false, "a.md") && !is_prose_after("```", true, "a.md"));
        for good in ["let answers = answered.brings();", "x(\"answered\")", "// unanswered, a biter"] {
            assert_eq!(faults(good, false), [""; 0]);
        }
    }
}
