//! The folders of the project: read from `cargo metadata`, so `CARGO_TARGET_DIR` and similar settings work.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use cargo_metadata::{MetadataCommand, Package};
use fs_err as fs;

use crate::process::{self, words};

/// The repository this task runs in.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's build folder.
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let metadata = MetadataCommand::new().no_deps().exec()?;
        Ok(Self {
            root: metadata.workspace_root.into(),
            target: metadata.target_directory.into(),
            packages: metadata.packages,
        })
    }

    /// Returns a command for cargo at the root, with the words of a line as arguments.
    pub(crate) fn cargo(&self, line: &str) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).args(words(line));
        command
    }

    /// Returns the command that writes, or checks, what is generated from the tables of the core.
    pub(crate) fn generator(&self, task: &str) -> Command {
        self.cargo(&format!("run --quiet --package senders-generator -- {task}"))
    }

    /// Returns the one version of all crates.
    pub(crate) fn version(&self) -> Result<String> {
        Ok(self.packages.first().context("no crate")?.version.to_string())
    }

    /// Returns the tasks' own folder: tool environments and all generated files.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Returns a folder of the tasks after removing everything in it.
    pub(crate) fn empty(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch().join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Returns the text of a file of the repository.
    pub(crate) fn read(&self, name: &str) -> Result<String> {
        Ok(fs::read_to_string(self.root.join(name))?)
    }

    /// Returns a path of the repository as people write it, for messages.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }

    /// Returns the files of the repository, committed or new: all that git does not ignore; relative to the root.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let mut list = process::command("git ls-files -z --cached --others --exclude-standard");
        let listing =
            process::capture(list.current_dir(&self.root)).context("the checks need git and a clone")?;
        let exists = |name: &&str| !name.is_empty() && self.root.join(name).is_file();
        Ok(listing.split('\0').filter(exists).map(str::to_owned).collect())
    }
}
