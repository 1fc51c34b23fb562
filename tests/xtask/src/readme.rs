//! Programs of users: the README's examples, so that a test can run them, and scripts in general.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use fs_err as fs;

/// A program of a user: its name, in letters and digits, and its text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) code: String,
}

/// Returns the fenced blocks in a language, each named after its first line of code: `Line12`.
pub(crate) fn blocks(markdown: &str, language: &str) -> Vec<Source> {
    let mut blocks = Vec::new();
    let mut line = 1;
    // Every second part is within fences, and begins with the name of its language.
    for (index, part) in markdown.split("\n```").enumerate() {
        let (info, code) = part.split_once('\n').unwrap_or_default();
        if index % 2 == 1 && info == language {
            blocks.push(Source { name: format!("Line{}", line + 1), code: format!("{code}\n") });
        }
        line += part.matches('\n').count() + 1;
    }
    blocks
}

/// Writes scripts into a folder; returns a command of their interpreter for each.
pub(crate) fn scripts(
    folder: &Path,
    ending: &str,
    sources: &[Source],
    interpreter: impl Fn() -> Command,
) -> Result<Vec<Command>> {
    let mut commands = Vec::new();
    for Source { name, code } in sources {
        let script = folder.join(format!("{name}.{ending}"));
        fs::write(&script, code)?;
        let mut command = interpreter();
        command.arg(script);
        commands.push(command);
    }
    Ok(commands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_one_language_with_their_lines() {
        let text = "# Title\n```sh\ncargo xtask demo\n```\n```js\na = 1\n\nb = 2\n```\ntext\n```js\nc\n```\n";
        let source = |name: &str, code: &str| Source { name: name.into(), code: code.into() };
        assert_eq!(blocks(text, "js"), [source("Line6", "a = 1\n\nb = 2\n"), source("Line12", "c\n")]);
    }
}
