//! Rules about the native half of the Kotlin and Swift packages.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::seen::Seen;
use crate::console::size;
use crate::mobile::{self, Language};
use crate::stamp;
use crate::workspace::Workspace;

/// The folder of UniFFI's Kotlin. The files beside it are generated from the tables of the core.
const FFI: &str = "io/github/senderssdk/senders/ffi";

/// Checks that the library in the packages is small.
pub(super) fn library(workspace: &Workspace) -> Seen {
    let library = mobile::library(workspace)?;
    let bytes = std::fs::metadata(&library)?.len();
    if bytes > mobile::LARGEST {
        bail!("the library has {bytes} bytes, more than {}", mobile::LARGEST);
    }
    Ok(format!("{} of {} allowed ({bytes} bytes)", size(bytes), size(mobile::LARGEST)))
}

/// Checks that the generated Kotlin equals the present output of UniFFI.
pub(super) fn kotlin(workspace: &Workspace) -> Seen {
    let made = workspace.scratch().join("generated/kotlin");
    generate_again(workspace, Language::Kotlin, &made)?;
    same(&files(&made.join(FFI))?, &files(&workspace.root.join(mobile::KOTLIN).join(FFI))?)
}

/// Checks that the generated Swift equals the present output of UniFFI: each file of it, anywhere below the Swift
/// package.
pub(super) fn swift(workspace: &Workspace) -> Seen {
    let made = workspace.scratch().join("generated/swift");
    generate_again(workspace, Language::Swift, &made)?;
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    // The module map is written by hand.
    let by_name = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        files
            .into_iter()
            .map(|(path, text)| (name(&path), text))
            .filter(|(name, _)| matches!(name.as_str(), "SendersFFI.swift" | "CSendersFFI.h"))
            .collect()
    };
    let have = by_name(files(&workspace.root.join("bindings-mobile/swift/Sources"))?);
    same(&by_name(files(&made)?), &have)
}

fn generate_again(workspace: &Workspace, language: Language, into: &Path) -> Result<()> {
    if into.exists() {
        std::fs::remove_dir_all(into)?;
    }
    mobile::generate(workspace, language, into)
}

fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let names = stamp::files(folder, &["."])?;
    names
        .into_iter()
        .map(|name| {
            let text = std::fs::read(folder.join(&name)).with_context(|| format!("cannot read {name}"))?;
            Ok((name, text))
        })
        .collect()
}

fn same(made: &BTreeMap<String, Vec<u8>>, have: &BTreeMap<String, Vec<u8>>) -> Seen {
    let names: Vec<&String> = made.keys().chain(have.keys()).collect();
    let other: Vec<&str> =
        names.into_iter().filter(|name| made.get(*name) != have.get(*name)).map(String::as_str).collect();
    if !other.is_empty() || made.is_empty() {
        bail!("generated files are not up to date; run `cargo xtask generate`: {}", other.join(", "));
    }
    Ok(format!("{} files", made.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_named() {
        let of = |text: &str| BTreeMap::from([("a.kt".to_owned(), text.as_bytes().to_vec())]);
        assert!(same(&of("1"), &of("1")).is_ok());
        assert!(same(&of("1"), &of("2")).unwrap_err().to_string().contains("a.kt"));
        assert!(same(&of("1"), &BTreeMap::new()).is_err());
        assert!(same(&BTreeMap::new(), &BTreeMap::new()).is_err());
    }
}
