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
    /// Where the part is, if the rest of the file is written by hand.
    part: Option<Part>,
}

/// A part of a file.
#[derive(Debug)]
enum Part {
    /// Between two marks, by the name in them.
    Marked(&'static str),
    /// Between two lines that have another use: no mark can be in a text that users see.
    Between(&'static str, &'static str),
}

impl Output {
    /// A file that is generated as a whole.
    pub(crate) const fn whole(path: &'static str, text: String) -> Self {
        Self { path, text, part: None }
    }

    /// The lines of a file between a line that ends with `generated: NAME` and one that ends with `end of NAME`.
    pub(crate) const fn part(path: &'static str, part: &'static str, text: String) -> Self {
        Self { path, text, part: Some(Part::Marked(part)) }
    }

    /// The lines of a file between two lines, each with its end.
    pub(crate) const fn lines(
        path: &'static str,
        before: &'static str,
        behind: &'static str,
        text: String,
    ) -> Self {
        Self { path, text, part: Some(Part::Between(before, behind)) }
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
        let Some(part) = &self.part else { return Ok(self.text.clone()) };
        let have = fs::read_to_string(self.path).with_context(|| format!("cannot read {}", self.path))?;
        let file = match *part {
            Part::Marked(name) => {
                let (begin, end) = (format!("generated: {name}\n"), format!("end of {name}\n"));
                between(&have, &begin, &end, &self.text)
            }
            Part::Between(before, behind) => between(&have, before, behind, &self.text),
        };
        file.with_context(|| format!("{} has no lines that mark the part {part:?}", self.path))
    }
}

/// Returns `file` with other lines between those that end with `begin` and with `end`; `None` if one is missing.
fn between(file: &str, begin: &str, end: &str, text: &str) -> Option<String> {
    let (before, rest) = file.split_once(begin)?;
    let end_at = rest.find(end)?;
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
        let marks = |file: &str| between(file, "generated: x\n", "end of x\n", "new\n");
        let file = "a\n# generated: x\nold\nold\n# end of x\nb\n";
        assert_eq!(marks(file).as_deref(), Some("a\n# generated: x\nnew\n# end of x\nb\n"));
        let empty = "a\n# generated: x\n# end of x\n";
        assert_eq!(marks(empty).as_deref(), Some("a\n# generated: x\nnew\n# end of x\n"));
        assert_eq!(marks("# generated: y\n# end of y\n"), None);
        assert_eq!(marks("# generated: x\n"), None);
    }
}
