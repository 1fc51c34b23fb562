//! The README's examples, so that a test can run them.

/// A fenced block of a Markdown text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of its first line of code, from 1.
    pub(crate) line: usize,
    pub(crate) code: String,
}

/// Returns the fenced blocks in a language.
pub(crate) fn blocks(markdown: &str, language: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, Block)> = None;
    for (index, line) in markdown.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (None, Some(info)) => {
                let wanted = info.split_whitespace().next() == Some(language);
                Some((wanted, Block { line: index + 2, code: String::new() }))
            }
            (None, None) => None,
            (Some((wanted, block)), Some(_)) => {
                if wanted {
                    blocks.push(block);
                }
                None
            }
            (Some((wanted, mut block)), None) => {
                block.code.push_str(line);
                block.code.push('\n');
                Some((wanted, block))
            }
        };
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_one_language_with_their_lines() {
        let text = "# Title\n```sh\ncargo xtask demo\n```\n```python\na = 1\n\nb = 2\n```\ntext\n```python title\nc\n```\n";
        assert_eq!(
            blocks(text, "python"),
            [Block { line: 6, code: "a = 1\n\nb = 2\n".into() }, Block { line: 12, code: "c\n".into() }]
        );
        assert_eq!(blocks(text, "kotlin"), []);
    }

    #[test]
    fn a_block_that_is_not_closed_is_none() {
        assert_eq!(blocks("```python\na = 1\n", "python"), []);
    }

    #[test]
    fn the_readme_has_a_quickstart_at_the_emulators_usual_address() {
        let blocks = blocks(include_str!("../../../README.md"), "python");
        assert!(blocks.iter().any(|block| block.code.contains("http://127.0.0.1:8421")), "{blocks:?}");
    }
}
