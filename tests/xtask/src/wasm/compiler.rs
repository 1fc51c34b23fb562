//! The compiler that the standard library for WebAssembly must belong to.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;

/// The target of the npm package's module.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The compiler that the library must belong to.
#[derive(Debug)]
pub(super) struct Compiler {
    /// The output of `rustc -vV`.
    pub(super) version: String,
    pub(super) sysroot: PathBuf,
}

impl Compiler {
    pub(super) fn find() -> Result<Self> {
        let version = process::capture(Command::new("rustc").arg("-vV"))?;
        let sysroot = process::capture(Command::new("rustc").args(["--print", "sysroot"]))?;
        Ok(Self { version, sysroot: PathBuf::from(sysroot.trim()) })
    }

    /// Returns a line of its version: `release`, `commit-hash`.
    pub(super) fn line(&self, name: &str) -> Result<&str> {
        self.version
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .with_context(|| format!("`rustc -vV` names no `{name}`"))
    }

    /// Returns `lib/rustlib/wasm32-unknown-unknown`, which rustup fills too.
    pub(super) fn target(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(TARGET)
    }
}
