//! Node: this machine's Node, dev dependencies as locked, and fresh projects with the packed package in them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use fs_err as fs;

use crate::console::making;
use crate::process::{self, command, words};
use crate::stamp;
use crate::workspace::Workspace;

/// The oldest Node that the package supports.
const OLDEST: u32 = 20;
/// The folder of the npm package.
pub(crate) const PACKAGE: &str = "bindings-wasm/npm";
/// The folder of the console page.
pub(crate) const CONSOLE: &str = "bindings-wasm/console";
/// The folder of the installed package, below that of a project.
pub(crate) const INSTALLED: &str = "node_modules/senders";
/// The file that names the lock file from which the dependencies beside it were installed.
const STAMP: &str = "node_modules/.xtask-made-from";
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// This machine's Node with its npm.
#[derive(Debug)]
pub(crate) struct Node {
    /// Their versions, for messages and stamps.
    pub(crate) version: String,
}

impl Node {
    pub(crate) fn find() -> Result<Self> {
        let version_of = |program: &str| process::capture(Command::new(program).arg("--version"));
        let (Ok(version), Ok(npm_version)) = (version_of("node"), version_of(NPM)) else {
            bail!(
                "Node {OLDEST} or later with npm is needed. On Debian 13 or Ubuntu: apt-get install nodejs npm"
            );
        };
        let version = version.trim().trim_start_matches('v').to_owned();
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        if major.is_none_or(|major| major < OLDEST) {
            bail!("Node {OLDEST} or later is needed; `node` is {version}. Put a later one first on PATH");
        }
        Ok(Self { version: format!("Node {version}, npm {}", npm_version.trim()) })
    }

    /// Returns a command for Node at the root of the repository; its test runner prints counts without colours.
    #[expect(clippy::unused_self, reason = "a value proves that Node was found")]
    pub(crate) fn command(&self, workspace: &Workspace) -> Command {
        let mut command = command("node");
        command.current_dir(&workspace.root).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        command.env_remove("NODE_OPTIONS");
        command
    }

    /// Returns a command for npm in a folder.
    #[expect(clippy::unused_self, reason = "a value proves that npm was found")]
    pub(crate) fn npm(&self, folder: &Path, line: &str) -> Command {
        let mut command = command(NPM);
        command.current_dir(folder).env("NO_COLOR", "1").env_remove("FORCE_COLOR").args(words(line));
        command
    }

    /// Installs the packages of a `package-lock.json` beside it; does nothing if they are installed already.
    ///
    /// Scripts of the packages are not run: none of our packages needs them.
    pub(crate) fn install(&self, workspace: &Workspace, folder: &str) -> Result<()> {
        let at = workspace.root.join(folder);
        let made_from = format!("{}\n{}", self.version, fs::read_to_string(at.join("package-lock.json"))?);
        let stamp = at.join(STAMP);
        if fs::read_to_string(&stamp).is_ok_and(|text| text == made_from) {
            return Ok(());
        }
        making(&format!("{folder}: installing the dev dependencies of its package-lock.json"), || {
            process::run(&mut self.npm(&at, "ci --ignore-scripts --no-audit --no-fund --loglevel=error"))?;
            fs::create_dir_all(at.join("node_modules"))?;
            Ok(fs::write(&stamp, made_from)?)
        })
    }

    /// Creates an empty project with only the packed package in it: `--offline` proves that it needs nothing else.
    /// Returns its folder.
    pub(crate) fn fresh(&self, workspace: &Workspace, name: &str, tarball: &Path) -> Result<PathBuf> {
        let folder = workspace.empty(&format!("fresh-npm/{name}"))?;
        fs::write(folder.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
        let line =
            "install --offline --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error";
        process::run(self.npm(&folder, line).arg(tarball))?;
        fs::metadata(folder.join(INSTALLED).join("package.json"))?;
        Ok(folder)
    }
}

/// Returns the folders below `bindings-wasm` that have their own dependencies.
pub(crate) fn folders_with_lock(workspace: &Workspace) -> Result<Vec<String>> {
    let locks = stamp::files(&workspace.root, &["bindings-wasm"])?;
    Ok(locks.iter().filter_map(|file| file.strip_suffix("/package-lock.json")).map(str::to_owned).collect())
}
