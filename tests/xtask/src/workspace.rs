//! The folders of the project: read from `cargo metadata`, so `CARGO_TARGET_DIR` and similar settings work.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;

/// The repository this task runs in.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's build folder.
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// A crate of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// The names of its binaries.
    pub(crate) binaries: Vec<String>,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let text =
            process::capture(cargo_command().args(["metadata", "--format-version", "1", "--no-deps"]))?;
        let metadata: Value = serde_json::from_str(&text).context("cargo metadata did not return JSON")?;
        let folder = |key: &str| -> Result<PathBuf> {
            Ok(PathBuf::from(
                metadata
                    .get(key)
                    .and_then(Value::as_str)
                    .with_context(|| format!("no `{key}` in cargo metadata"))?,
            ))
        };
        let packages =
            metadata.get("packages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            root: folder("workspace_root")?,
            target: folder("target_directory")?,
            packages: packages.iter().map(Package::parse).collect(),
        })
    }

    /// Returns a command for cargo at the root.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = cargo_command();
        command.current_dir(&self.root);
        command
    }

    /// Returns the tasks' own folder: tool environments and all generated files.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Returns the command that writes, or checks, what is generated from the tables of the core.
    pub(crate) fn generator(&self, task: &str) -> Command {
        let mut command = self.cargo();
        command.args(["run", "--quiet", "--package", "senders-generator", "--", task]);
        command
    }

    /// Returns a path of the repository as people write it, for messages.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// Returns the files of the repository, committed or new: all that git does not ignore; relative to the root.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let mut command = Command::new("git");
        command.current_dir(&self.root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let listing = process::capture(&mut command).context("the checks need git and a clone")?;
        let exists = |name: &&str| !name.is_empty() && self.root.join(name).is_file();
        Ok(listing.split('\0').filter(exists).map(str::to_owned).collect())
    }
}

impl Package {
    fn parse(package: &Value) -> Self {
        let text =
            |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let targets = package.get("targets").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_binary = |target: &&Value| {
            target
                .get("kind")
                .and_then(Value::as_array)
                .is_some_and(|kinds| kinds.iter().any(|kind| kind == "bin"))
        };
        Self {
            id: text(package, "id"),
            name: text(package, "name"),
            version: text(package, "version"),
            binaries: targets.iter().filter(is_binary).map(|target| text(target, "name")).collect(),
        }
    }
}

fn cargo_command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
