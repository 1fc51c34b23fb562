//! Node: this machine's Node, dev dependencies as locked, and fresh projects with the packed package in them.

use std::fmt;
use std::hash::Hasher as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::console::{say, seconds};
use crate::process;
use crate::stamp;
use crate::workspace::Workspace;

/// The oldest Node that the package supports.
const OLDEST: u32 = 20;
/// The folder of the npm package.
pub(crate) const PACKAGE: &str = "bindings-wasm/npm";
/// The folder of the console page.
pub(crate) const CONSOLE: &str = "bindings-wasm/console";
/// The file that names the lock file from which the dependencies beside it were installed.
const STAMP: &str = "node_modules/.xtask-made-from";

/// This machine's Node with its npm.
#[derive(Debug)]
pub(crate) struct Node {
    version: String,
    npm_version: String,
}

impl Node {
    pub(crate) fn find() -> Result<Self> {
        let version_of = |program: &str| process::capture(Command::new(program).arg("--version"));
        let (Ok(version), Ok(npm_version)) = (version_of("node"), version_of(npm_program())) else {
            bail!(
                "Node {OLDEST} or later with npm is needed. On Debian 13 or Ubuntu: apt-get install nodejs npm"
            );
        };
        let version = version.trim().trim_start_matches('v').to_owned();
        if major(&version).is_none_or(|major| major < OLDEST) {
            bail!("Node {OLDEST} or later is needed; `node` is {version}. Put a later one first on PATH");
        }
        Ok(Self { version, npm_version: npm_version.trim().to_owned() })
    }

    /// Returns a command for Node at the root of the repository; its test runner prints counts without colours.
    #[expect(clippy::unused_self, reason = "a value proves that Node was found")]
    pub(crate) fn command(&self, workspace: &Workspace) -> Command {
        let mut command = Command::new("node");
        command.current_dir(&workspace.root).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        command.env_remove("NODE_OPTIONS");
        command
    }

    /// Returns a command for npm in a folder.
    #[expect(clippy::unused_self, reason = "a value proves that npm was found")]
    pub(crate) fn npm(&self, folder: &Path) -> Command {
        let mut command = Command::new(npm_program());
        command.current_dir(folder).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        command
    }

    /// Installs the packages of a `package-lock.json` beside it; does nothing if they are installed already.
    ///
    /// Scripts of the packages are not run: none of our packages needs them.
    pub(crate) fn install(&self, workspace: &Workspace, folder: &str) -> Result<()> {
        let at = workspace.root.join(folder);
        let lock = at.join("package-lock.json");
        let text = std::fs::read(&lock).with_context(|| {
            format!("no dependencies can be installed without {folder}/package-lock.json")
        })?;
        let mut hasher = stamp::hasher();
        hasher.write(&text);
        let made_from = format!("{self}\n{:016x}\n", hasher.finish());
        let stamp = at.join(STAMP);
        if std::fs::read_to_string(&stamp).is_ok_and(|text| text == made_from) {
            return Ok(());
        }
        say(&format!("{folder}: installing the dev dependencies of its package-lock.json"));
        let start = Instant::now();
        process::run(self.npm(&at).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]))?;
        std::fs::create_dir_all(at.join("node_modules"))?;
        std::fs::write(&stamp, made_from)?;
        say(&format!("{folder}: installed in {}", seconds(start.elapsed())));
        Ok(())
    }

    /// Creates an empty project with only the packed package in it: `--offline` proves that it needs nothing else.
    pub(crate) fn fresh(&self, workspace: &Workspace, name: &str, tarball: &Path) -> Result<Project> {
        let folder = workspace.scratch().join("fresh-npm").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
        let mut install = self.npm(&folder);
        install.args([
            "install",
            "--offline",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
        ]);
        process::run(install.arg("--loglevel=error").arg(tarball))?;
        let project = Project { folder };
        if !project.package().join("package.json").is_file() {
            bail!("npm installed {}, but there is no {}", tarball.display(), project.package().display());
        }
        Ok(project)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Node {}, npm {}", self.version, self.npm_version)
    }
}

/// A project with the package installed in it.
#[derive(Debug)]
pub(crate) struct Project {
    folder: PathBuf,
}

impl Project {
    /// Returns the folder of the installed package.
    pub(crate) fn package(&self) -> PathBuf {
        self.folder.join("node_modules/senders")
    }

    /// Writes a module into the project, so that its imports find the installed package.
    pub(crate) fn write(&self, name: &str, code: &str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        std::fs::write(&path, code).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// Returns the folders below `bindings-wasm` that have their own dependencies.
pub(crate) fn folders_with_lock(workspace: &Workspace) -> Result<Vec<String>> {
    let locks = stamp::files(&workspace.root, &["bindings-wasm"])?;
    Ok(locks.iter().filter_map(|file| file.strip_suffix("/package-lock.json")).map(str::to_owned).collect())
}

const fn npm_program() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(major("20.20.2"), Some(20));
        assert_eq!(major("24.0.0-nightly"), Some(24));
        assert_eq!(major(""), None);
    }
}
