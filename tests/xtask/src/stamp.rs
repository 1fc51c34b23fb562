//! A short record of the sources of something: it is made again when the record changes.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::Path;

use anyhow::Result;
use fs_err as fs;
use walkdir::{DirEntry, WalkDir};

/// Folders of built or downloaded files, which are never sources.
const MADE: [&str; 6] = ["node_modules", "dist", "docs", "made", "target", "__pycache__"];

/// Returns a hash over names and contents of files and of all files below folders; both relative to the root. It may
/// differ in another build of the tasks.
pub(crate) fn of(root: &Path, sources: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files(root, sources)? {
        let bytes = fs::read(root.join(&file))?;
        hasher.write(file.as_bytes());
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Returns the files, in order and relative to the root; a missing source has none.
pub(crate) fn files(root: &Path, sources: &[&str]) -> Result<BTreeSet<String>> {
    let is_source =
        |entry: &DirEntry| entry.depth() == 0 || !MADE.iter().any(|name| entry.file_name() == *name);
    let mut files = BTreeSet::new();
    for source in sources.iter().map(|source| root.join(source)).filter(|source| source.exists()) {
        for entry in WalkDir::new(source).follow_links(true).into_iter().filter_entry(is_source) {
            let path = entry?.into_path();
            if path.is_file() {
                files.insert(path.strip_prefix(root)?.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(files)
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
        fs::remove_dir_all(root).unwrap();
    }
}
