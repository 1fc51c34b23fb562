//! Python: one found on this machine, and private environments below the target folder.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use fs_err as fs;
use serde::Deserialize;

use crate::console::making;
use crate::process::{self, words};
use crate::workspace::Workspace;

/// Tried in this order; a name that does not start (such as a version manager's shim) is skipped.
const NAMES: [&str; 7] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/// The program that asks an interpreter for its version and paths; `library` is the folder of the library that Rust programs with
/// Python in them link.
const PROBE: &str = "
import importlib.util, json, os, sys, sysconfig
has = lambda module: importlib.util.find_spec(module) is not None
folder, name = sysconfig.get_config_var('LIBDIR'), sysconfig.get_config_var('LDLIBRARY')
print(json.dumps({
    'path': sys.executable, 'version': sys.version_info[:2],
    'venv': has('venv'), 'ensurepip': has('ensurepip'), 'pip': has('pip'),
    'library': folder if folder and name and os.path.exists(os.path.join(folder, name)) else None,
}))";

/// A Python of this machine, 3.10 or later.
#[derive(Debug, Deserialize)]
pub(crate) struct Python {
    path: PathBuf,
    version: (u64, u64),
    venv: bool,
    /// Whether `venv` can install pip into a new environment; if not, this Python has pip itself.
    ensurepip: bool,
    pip: bool,
    /// The folder of `libpython`, if it can be linked.
    pub(crate) library: Option<PathBuf>,
}

impl Python {
    pub(crate) fn find() -> Result<Self> {
        let mut reasons = Vec::new();
        for name in NAMES {
            let Ok(answer) = process::capture(Command::new(name).args(["-c", PROBE])) else { continue };
            match serde_json::from_str::<Self>(&answer) {
                Err(_) => reasons.push(format!("{name} did not report its version")),
                Ok(python) if python.version < (3, 10) => {
                    reasons.push(format!("{name} is {}.{}", python.version.0, python.version.1));
                }
                Ok(python) if !python.venv || !(python.ensurepip || python.pip) => {
                    reasons.push(format!("{name} has no venv or no pip"));
                }
                Ok(python) => return Ok(python),
            }
        }
        if reasons.is_empty() {
            reasons.push("none is on PATH".to_owned());
        }
        bail!(
            "Python 3.10 or later with venv and pip is needed: {}. On Debian or Ubuntu: apt-get install python3-venv",
            reasons.join("; ")
        );
    }
}

impl fmt::Display for Python {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Python {}.{} ({})", self.version.0, self.version.1, self.path.display())
    }
}

/// A private environment.
#[derive(Debug)]
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
    }

    /// Returns a command for this environment's interpreter, at the root of the repository; it leaves no files there.
    pub(crate) fn command(&self, workspace: &Workspace, line: &str) -> Command {
        let mut command = Command::new(self.python());
        command.current_dir(&workspace.root).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1");
        command.args(words(line));
        command
    }

    /// Runs a line of Python and returns its output.
    pub(crate) fn ask(&self, workspace: &Workspace, question: &str) -> Result<String> {
        Ok(process::capture(self.command(workspace, "-c").arg(question))?.trim().to_owned())
    }

    /// Returns the folder of its packages.
    pub(crate) fn packages(&self, workspace: &Workspace) -> Result<String> {
        self.ask(workspace, "import sysconfig; print(sysconfig.get_path('purelib'))")
    }

    /// Adds the packages of another environment after its own.
    pub(crate) fn add(&self, workspace: &Workspace, other: &Self) -> Result<()> {
        let link = Path::new(&self.packages(workspace)?).join("xtask.pth");
        Ok(fs::write(link, format!("{}\n", other.packages(workspace)?))?)
    }
}

/// The environment with maturin, which builds the wheel, and with the pip that fills every other one.
pub(crate) const BUILD: &str = "build";
/// The environment with pytest, mypy and the other packages of the Python tests.
pub(crate) const TEST: &str = "test";
/// The environment with the official helper library, to run against the emulator.
pub(crate) const PEER: &str = "peer";

/// Returns the environment of that name: the existing one, or a new one if its requirements changed.
pub(crate) fn environment(workspace: &Workspace, python: &Python, name: &str) -> Result<Environment> {
    let environment = Environment { folder: workspace.scratch().join("env").join(name) };
    let requirements = format!("tests/xtask/requirements/{name}.txt");
    let stamp = environment.folder.join("made-from.txt");
    let made_from = format!("{python}\n{}", workspace.read(&requirements)?);
    if fs::read_to_string(&stamp).is_ok_and(|text| text == made_from) {
        return Ok(environment);
    }
    let other =
        if name == BUILD { None } else { Some(self::environment(workspace, python, BUILD)?.python()) };
    let with_pip = other.is_none() && python.ensurepip;
    let folder = workspace.relative(&environment.folder);
    making(&format!("environment `{name}`: making it in {folder}, from {requirements}"), || {
        make(python, &environment, with_pip)?;
        let mut pip = if with_pip {
            pip(&environment.python(), None)
        } else {
            pip(other.as_ref().unwrap_or(&python.path), Some(&environment))
        };
        process::run(pip.arg("--requirement").arg(workspace.root.join(&requirements)))?;
        Ok(fs::write(&stamp, made_from)?)
    })?;
    Ok(environment)
}

/// Creates an empty environment with only the wheel in it: `--no-index` proves that it needs nothing else.
pub(crate) fn fresh(workspace: &Workspace, python: &Python, name: &str, wheel: &Path) -> Result<Environment> {
    let environment = Environment { folder: workspace.scratch().join("fresh").join(name) };
    make(python, &environment, false)?;
    let build = self::environment(workspace, python, BUILD)?;
    process::run(pip(&build.python(), Some(&environment)).arg("--no-index").arg(wheel))?;
    Ok(environment)
}

/// Creates an environment in its folder, which is emptied first.
fn make(python: &Python, environment: &Environment, with_pip: bool) -> Result<()> {
    let line = if with_pip { "-m venv --clear" } else { "-m venv --clear --without-pip" };
    process::run(Command::new(&python.path).args(words(line)).arg(&environment.folder))
        .context("cannot make a Python environment; on Debian or Ubuntu: apt-get install python3-venv")
}

/// Returns the command `pip install` of one interpreter, for another environment if one is given.
fn pip(python: &Path, target: Option<&Environment>) -> Command {
    let mut command = Command::new(python);
    command.args(words("-m pip --disable-pip-version-check --no-input"));
    if let Some(target) = target {
        command.arg("--python").arg(target.python());
    }
    command.args(["install", "--quiet"]);
    command
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_requirement_is_pinned() {
        let all = concat!(
            include_str!("../requirements/build.txt"),
            include_str!("../requirements/test.txt"),
            include_str!("../requirements/peer.txt")
        );
        for line in all.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert!(line.contains("=="), "`{line}` has no version");
        }
    }
}
