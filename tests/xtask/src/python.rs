//! Python: one found on this machine, and private environments below the target folder.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::console::{say, seconds};
use crate::process;
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
#[derive(Debug)]
pub(crate) struct Python {
    path: PathBuf,
    version: (u64, u64),
    /// Whether `venv` can install pip into a new environment; if not, this Python has pip itself.
    has_ensurepip: bool,
    /// The folder of `libpython`, if it can be linked.
    pub(crate) library: Option<PathBuf>,
}

impl Python {
    pub(crate) fn find() -> Result<Self> {
        let mut reasons = Vec::new();
        for name in NAMES {
            let Ok(answer) = process::capture(Command::new(name).args(["-c", PROBE])) else { continue };
            match Self::parse(&answer) {
                Ok(python) => return Ok(python),
                Err(reason) => reasons.push(format!("{name} {reason}")),
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

    fn parse(answer: &str) -> Result<Self, String> {
        let answer: Value =
            serde_json::from_str(answer).map_err(|_| "did not report its version".to_owned())?;
        let path = |key: &str| answer.get(key).and_then(Value::as_str).map(PathBuf::from);
        let number = |pointer: &str| answer.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
        let has = |key: &str| answer.get(key) == Some(&Value::Bool(true));
        let version = (number("/version/0"), number("/version/1"));
        if version < (3, 10) {
            Err(format!("is {}.{}", version.0, version.1))
        } else if !has("venv") || !(has("ensurepip") || has("pip")) {
            Err("has no venv or no pip".to_owned())
        } else {
            let path_of = path("path").ok_or("does not report its path")?;
            Ok(Self { path: path_of, version, has_ensurepip: has("ensurepip"), library: path("library") })
        }
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
        if cfg!(windows) { self.folder.join("Scripts/python.exe") } else { self.folder.join("bin/python") }
    }

    /// Returns a command for this environment's interpreter, at the root of the repository; it leaves no files there.
    pub(crate) fn command(&self, workspace: &Workspace) -> Command {
        let mut command = Command::new(self.python());
        command.current_dir(&workspace.root).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1");
        command
    }

    /// Returns the folder of its packages.
    pub(crate) fn packages(&self) -> Result<PathBuf> {
        let question = "import sysconfig; print(sysconfig.get_path('purelib'))";
        Ok(PathBuf::from(process::capture(Command::new(self.python()).args(["-c", question]))?.trim()))
    }

    /// Adds the packages of another environment after its own.
    pub(crate) fn add(&self, other: &Self) -> Result<()> {
        let link = self.packages()?.join("xtask.pth");
        let line = format!("{}\n", other.packages()?.display());
        std::fs::write(&link, line).with_context(|| format!("cannot write {}", link.display()))
    }
}

/// The sources of an environment: it is created again when any of them changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kit {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    requirements: &'static str,
}

pub(crate) const BUILD: Kit = Kit {
    name: "build",
    purpose: "maturin, which builds the wheel",
    requirements: include_str!("../requirements/build.txt"),
};
pub(crate) const TEST: Kit = Kit {
    name: "test",
    purpose: "pytest, mypy and the other packages of the Python tests",
    requirements: include_str!("../requirements/test.txt"),
};
pub(crate) const PEER: Kit = Kit {
    name: "peer",
    purpose: "the official helper library, to run against the emulator",
    requirements: include_str!("../requirements/peer.txt"),
};

/// Returns the environment of a kit: the existing one, or a new one.
pub(crate) fn environment(workspace: &Workspace, python: &Python, kit: Kit) -> Result<Environment> {
    let environment = Environment { folder: workspace.scratch().join("env").join(kit.name) };
    let stamp = environment.folder.join("made-from.txt");
    let made_from = format!("{python}\n{}", kit.requirements);
    if std::fs::read_to_string(&stamp).is_ok_and(|text| text == made_from) {
        return Ok(environment);
    }
    say(&format!(
        "environment `{}`: making it in {} ({})",
        kit.name,
        workspace.relative(&environment.folder).display(),
        kit.purpose
    ));
    let start = Instant::now();
    let list = workspace.scratch().join("env").join(format!("{}.txt", kit.name));
    if kit.name == BUILD.name {
        make(python, &environment, python.has_ensurepip)?;
        std::fs::write(&list, kit.requirements)?;
        let mut pip = if python.has_ensurepip {
            pip(&environment.python(), None)
        } else {
            pip(&python.path, Some(&environment))
        };
        process::run(pip.args(["install", "--quiet", "--requirement"]).arg(&list))?;
    } else {
        let build = self::environment(workspace, python, BUILD)?;
        make(python, &environment, false)?;
        std::fs::write(&list, kit.requirements)?;
        let mut pip = pip(&build.python(), Some(&environment));
        process::run(pip.args(["install", "--quiet", "--requirement"]).arg(&list))?;
    }
    std::fs::write(&stamp, made_from)?;
    say(&format!("environment `{}`: made in {}", kit.name, seconds(start.elapsed())));
    Ok(environment)
}

/// Creates an empty environment with only the wheel in it: `--no-index` proves that it needs nothing else.
pub(crate) fn fresh(workspace: &Workspace, python: &Python, name: &str, wheel: &Path) -> Result<Environment> {
    let environment = Environment { folder: workspace.scratch().join("fresh").join(name) };
    let build = self::environment(workspace, python, BUILD)?;
    make(python, &environment, false)?;
    let mut pip = pip(&build.python(), Some(&environment));
    process::run(pip.args(["install", "--quiet", "--no-index"]).arg(wheel))?;
    Ok(environment)
}

fn make(python: &Python, environment: &Environment, with_pip: bool) -> Result<()> {
    let folder = &environment.folder;
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut command = Command::new(&python.path);
    command.args(["-m", "venv"]).arg(folder);
    if !with_pip {
        command.arg("--without-pip");
    }
    process::run(&mut command)
        .context("cannot make a Python environment; on Debian or Ubuntu: apt-get install python3-venv")
}

/// Returns a command for pip of one interpreter, for another environment if one is given.
fn pip(python: &Path, target: Option<&Environment>) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
    if let Some(target) = target {
        command.arg("--python").arg(target.python());
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(minor: u8, ensurepip: bool, pip: bool) -> String {
        let path = "/opt/my python/bin/python3";
        serde_json::json!({"path": path, "version": [3, minor], "venv": true, "ensurepip": ensurepip, "pip": pip, "library": null})
            .to_string()
    }

    #[test]
    fn an_interpreter_says_what_it_is() {
        let python = Python::parse(&answer(12, false, true)).unwrap();
        assert_eq!(python.to_string(), "Python 3.12 (/opt/my python/bin/python3)");
        assert!(!python.has_ensurepip && python.library.is_none());
    }

    #[test]
    fn too_old_or_too_bare_is_refused_with_the_reason() {
        assert_eq!(Python::parse(&answer(9, true, true)).unwrap_err(), "is 3.9");
        assert_eq!(Python::parse(&answer(11, false, false)).unwrap_err(), "has no venv or no pip");
        assert!(Python::parse("Traceback").is_err());
    }

    #[test]
    fn every_requirement_is_pinned() {
        for kit in [BUILD, TEST, PEER] {
            let lines = kit.requirements.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            for line in lines {
                assert!(line.contains("=="), "`{line}` of {} has no version", kit.name);
            }
        }
    }
}
