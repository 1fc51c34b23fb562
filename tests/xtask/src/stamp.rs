//! A short record of the sources of something: it is made again when the record changes.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use anyhow::{Context as _, Result};

/// Folders of built or downloaded files, which are never sources.
const MADE: [&str; 6] = ["node_modules", "dist", "docs", "made", "target", "__pycache__"];

/// Returns the hash of stamps: it detects changes, and may differ in another build of the tasks.
pub(crate) fn hasher() -> DefaultHasher {
    DefaultHasher::new()
}

/// Returns a hash over names and contents of files and of all files below folders; both relative to the root.
pub(crate) fn of(root: &Path, sources: &[&str]) -> Result<String> {
    let mut hasher = hasher();
    for file in files(root, sources)? {
        let bytes = fs::read(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
        hasher.write(file.as_bytes());
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Returns the files, in order; a missing source has none.
pub(crate) fn files(root: &Path, sources: &[&str]) -> Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    for source in sources {
        collect(&root.join(source), source, &mut files)?;
    }
    Ok(files)
}

fn collect(path: &Path, name: &str, files: &mut BTreeSet<String>) -> Result<()> {
    if path.is_file() {
        files.insert(name.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("cannot read {name}"))? {
            let entry = entry?;
            let child = entry.file_name().to_string_lossy().into_owned();
            if !MADE.contains(&child.as_str()) {
                collect(&entry.path(), &format!("{name}/{child}"), files)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_follows_names_and_contents_but_not_what_was_made() {
        let root = std::env::temp_dir().join(format!("senders-xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(root.join("a/node_modules")).unwrap();
        fs::write(root.join("a/one"), "1").unwrap();
        let first = of(&root, &["a", "none"]).unwrap();
        fs::write(root.join("a/node_modules/x"), "made").unwrap();
        assert_eq!(of(&root, &["a"]).unwrap(), first);
        fs::write(root.join("a/one"), "2").unwrap();
        let second = of(&root, &["a"]).unwrap();
        assert_ne!(second, first);
        fs::rename(root.join("a/one"), root.join("a/two")).unwrap();
        assert_ne!(of(&root, &["a"]).unwrap(), second);
        assert_eq!(files(&root, &["a"]).unwrap().into_iter().collect::<Vec<_>>(), ["a/two"]);
        fs::remove_dir_all(root).unwrap();
    }
}
