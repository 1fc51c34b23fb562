//! Rust's standard library for WebAssembly in the active toolchain: already installed, added by rustup, or built from
//! source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::compiler::{Compiler, TARGET};
use super::from_source;

use crate::console::{say, warn};
use crate::process;
use crate::workspace::Workspace;

/// The time limit of rustup: if it cannot reach its server it tries for many minutes.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// Makes sure that the active toolchain can compile to WebAssembly.
///
/// Two libraries in one folder cause error E0464 in every build: the library that was built here earlier is removed
/// first if it belongs to another compiler, or if rustup has added its own.
pub(crate) fn standard_library(workspace: &Workspace) -> Result<()> {
    let compiler = Compiler::find()?;
    let target = compiler.target();
    let own = Own::read(&target);
    let is_stale = |own: &Own| {
        let is_missing = |name: &String| !target.join("lib").join(name).is_file();
        own.made_for != compiler.version || libraries(&target) > 1 || own.files.iter().any(is_missing)
    };
    if let Some(own) = own.filter(is_stale) {
        own.remove(&target)?;
    }
    if libraries(&target) > 0 {
        return Ok(());
    }
    if process::is_on_path("rustup") {
        say(&format!("{TARGET}: rustup adds its standard library to the active toolchain"));
        match process::run_within(Command::new("rustup").args(["target", "add", TARGET]), RUSTUP_LIMIT) {
            Ok(()) if libraries(&target) > 0 => return Ok(()),
            Ok(()) => warn("rustup added it to another toolchain than the active one"),
            Err(error) => warn(&format!("{error:#}")),
        }
    }
    let cache = workspace.scratch().join("wasm32-std").join(compiler.line("commit-hash")?);
    if from_source::rlibs(&cache)?.is_empty() {
        from_source::build(workspace, &compiler, &cache)?;
    }
    Own::install(&compiler, &from_source::rlibs(&cache)?, &target)?;
    say(&format!("{TARGET}: the standard library built from source is in {}", target.display()));
    Ok(())
}

/// Makes sure that the toolchain has the sources of its standard library, which the npm package compiles for size.
/// Without them the package is built nevertheless, but larger, and the check of its sizes reports it.
pub(crate) fn library_sources() -> Result<()> {
    let compiler = Compiler::find()?;
    let there = || compiler.sysroot.join("lib/rustlib/src/rust/library/Cargo.lock").is_file();
    if there() {
        return Ok(());
    }
    if process::is_on_path("rustup") {
        say(
            "rust-src: rustup adds the standard library's sources to the active toolchain, to compile it for size",
        );
        match process::run_within(Command::new("rustup").args(["component", "add", "rust-src"]), RUSTUP_LIMIT)
        {
            Ok(()) if there() => return Ok(()),
            Ok(()) => warn("rustup added them to another toolchain than the active one"),
            Err(error) => warn(&format!("{error:#}")),
        }
    }
    warn(
        "the toolchain has no rust-src: the npm package comes out about a sixth larger than it is published",
    );
    Ok(())
}

/// Returns how many standard libraries there are.
fn libraries(target: &Path) -> usize {
    from_source::rlibs(&target.join("lib"))
        .unwrap_or_default()
        .iter()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libstd-")))
        .count()
}

/// The files that we copied into a toolchain, as listed in a file next to them.
#[derive(Debug, PartialEq, Eq)]
struct Own {
    made_for: String,
    files: Vec<String>,
}

impl Own {
    const MARK: &str = "BUILT_BY_XTASK";
    const BETWEEN: &str = "--\n";

    fn read(target: &Path) -> Option<Self> {
        let text = fs::read_to_string(target.join(Self::MARK)).ok()?;
        let (made_for, files) = text.split_once(Self::BETWEEN)?;
        Some(Self { made_for: made_for.to_owned(), files: files.lines().map(str::to_owned).collect() })
    }

    fn remove(self, target: &Path) -> Result<()> {
        say(&format!("{TARGET}: removing the standard library that was built here earlier"));
        for name in self.files {
            match fs::remove_file(target.join("lib").join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        fs::remove_file(target.join(Self::MARK))
            .context("cannot remove the mark of the library that was built here")
    }

    fn install(compiler: &Compiler, rlibs: &[PathBuf], target: &Path) -> Result<()> {
        let lib = target.join("lib");
        fs::create_dir_all(&lib).with_context(|| {
            format!("{} cannot be written; try `rustup target add {TARGET}`", target.display())
        })?;
        let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
        let files: Vec<String> = rlibs.iter().filter_map(name).collect();
        // The mark is written first: an incomplete copy is known to be ours.
        fs::write(
            target.join(Self::MARK),
            format!("{}{}{}\n", compiler.version, Self::BETWEEN, files.join("\n")),
        )?;
        for (path, name) in rlibs.iter().zip(&files) {
            fs::copy(path, lib.join(name))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("senders-xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("from")).unwrap();
        folder
    }

    #[test]
    fn what_was_put_in_is_found_again_and_removed_and_nothing_else() {
        let folder = scratch("std");
        let compiler =
            Compiler { version: "rustc 1.95.0\nrelease: 1.95.0\n".into(), sysroot: folder.clone() };
        let rlib = folder.join("from/libstd-1.rlib");
        fs::write(&rlib, "ours").unwrap();
        let target = compiler.target();
        Own::install(&compiler, &[rlib], &target).unwrap();
        assert_eq!(libraries(&target), 1);
        // rustup adds its library later.
        fs::write(target.join("lib/libstd-2.rlib"), "rustup's").unwrap();
        assert_eq!(libraries(&target), 2);
        let own = Own::read(&target).unwrap();
        assert_eq!((own.made_for.as_str(), own.files.len()), (compiler.version.as_str(), 1));
        own.remove(&target).unwrap();
        assert_eq!(libraries(&target), 1);
        assert!(target.join("lib/libstd-2.rlib").is_file());
        assert_eq!(Own::read(&target), None);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_compiler_says_what_it_is() {
        let compiler = Compiler {
            version: "rustc 1.95.0\ncommit-hash: 5980\nrelease: 1.95.0\n".into(),
            sysroot: PathBuf::new(),
        };
        assert_eq!(compiler.line("release").unwrap(), "1.95.0");
        assert_eq!(compiler.line("commit-hash").unwrap(), "5980");
        assert!(compiler.line("commit").is_err());
    }
}
