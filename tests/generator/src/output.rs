//! A file that is generated, as a whole or between two marks.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// A generated file.
#[derive(Debug)]
pub(crate) struct Output {
    /// The path from the root of the repository.
    pub(crate) path: &'static str,
    /// The text: all of the file, or the lines between the marks.
    text: String,
    /// The name of the part, if the rest of the file is written by hand.
    part: Option<&'static str>,
}

impl Output {
    /// A file that is generated as a whole.
    pub(crate) const fn whole(path: &'static str, text: String) -> Self {
        Self { path, text, part: None }
    }

    /// The lines of a file between a line that ends with `generated: NAME` and one that ends with `end of NAME`.
    pub(crate) const fn part(path: &'static str, part: &'static str, text: String) -> Self {
        Self { path, text, part: Some(part) }
    }

    /// Writes the file.
    pub(crate) fn write(&self) -> Result<()> {
        let text = self.file()?;
        if let Some(folder) = Path::new(self.path).parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(self.path, text).with_context(|| format!("cannot write {}", self.path))
    }

    /// Returns whether the file is as it would be written now.
    pub(crate) fn is_current(&self) -> Result<bool> {
        let text = self.file()?;
        Ok(fs::read_to_string(self.path).is_ok_and(|have| have == text))
    }

    /// Returns the whole text of the file.
    fn file(&self) -> Result<String> {
        let Some(part) = self.part else { return Ok(self.text.clone()) };
        let have = fs::read_to_string(self.path).with_context(|| format!("cannot read {}", self.path))?;
        between(&have, part, &self.text)
            .with_context(|| format!("{} has no lines that mark the part {part}", self.path))
    }
}

/// Returns `file` with other lines between its two marks; `None` if a mark is missing.
fn between(file: &str, part: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("generated: {part}\n"), format!("end of {part}\n"));
    let (before, rest) = file.split_once(&begin)?;
    let end_at = rest.find(&end)?;
    let line = rest.get(..end_at)?.rfind('\n').map_or(0, |at| at + 1);
    Some(format!("{before}{begin}{text}{}", rest.get(line..)?))
}

/// Prints a line.
#[expect(clippy::print_stdout, reason = "the tool reports to a terminal")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Prints a line about something wrong.
#[expect(clippy::print_stderr, reason = "the tool reports to a terminal")]
pub(crate) fn warn(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_between_the_marks_change() {
        let file = "a\n# generated: x\nold\nold\n# end of x\nb\n";
        assert_eq!(between(file, "x", "new\n").as_deref(), Some("a\n# generated: x\nnew\n# end of x\nb\n"));
        assert_eq!(
            between("a\n# generated: x\n# end of x\n", "x", "").as_deref(),
            Some("a\n# generated: x\n# end of x\n")
        );
        assert_eq!(between(file, "y", "new\n"), None);
        assert_eq!(between("# generated: x\n", "x", "new\n"), None);
    }
}
