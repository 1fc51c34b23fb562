//! Environments of the peers, virtual ones of Python and npm projects: created once, and reused while the pinned
//! versions stay the same. Ours are created again from the wheel and the npm package every time.

mod npm;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::rows::{Env, Language};

/// One environment that is ready.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) env: Env,
    /// The interpreter that runs its scripts.
    pub(crate) program: PathBuf,
    /// The folder of its scripts.
    pub(crate) scripts: PathBuf,
    /// The size of the installed files.
    pub(crate) size: Installed,
}

/// The size of an installation, without pip and its own files.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Installed {
    pub(crate) bytes: u64,
    pub(crate) files: u64,
    pub(crate) packages: u64,
}

/// The sources that environments are made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    /// Folder of the environments.
    pub(crate) root: &'a Path,
    /// Folder of the peers' scripts and pins.
    pub(crate) peers: &'a Path,
    pub(crate) python: &'a str,
    pub(crate) node: &'a str,
    /// Our wheel.
    pub(crate) wheel: Option<&'a Path>,
    /// Our npm package.
    pub(crate) npm: Option<&'a Path>,
}

/// Name of the file in an environment that records its sources.
const STAMP: &str = "made-from.txt";

/// Creates the environment of a peer, or returns the existing one.
pub(crate) fn ready(env: Env, sources: &Sources<'_>) -> Result<Environment> {
    match env.language() {
        Language::Python => python(env, sources),
        Language::Node => npm::ready(env, sources),
    }
}

/// Returns whether the environment was made from exactly these sources and may be used again. Removes one that was
/// made from other sources.
fn made_from(home: &Path, stamp: &str, reusable: bool) -> Result<bool> {
    if reusable && fs::read_to_string(home.join(STAMP)).is_ok_and(|made| made == stamp) {
        return Ok(true);
    }
    if home.exists() {
        fs::remove_dir_all(home).with_context(|| format!("`{}` could not be removed", home.display()))?;
    }
    Ok(false)
}

fn python(env: Env, sources: &Sources<'_>) -> Result<Environment> {
    let Sources { root, python, peers, wheel, .. } = *sources;
    let home = root.join(env.name());
    let requirements = match env {
        Env::Senders => wheel.map(|wheel| vec![wheel.as_os_str().to_owned()]).context("no wheel given")?,
        _ if env.is_bare() => Vec::new(),
        _ => vec!["--requirement".into(), requirements(env, peers).into_os_string()],
    };
    let stamp = stamp(env, python, peers)?;
    let own_python = home.join("bin").join("python");
    if !made_from(&home, &stamp, env != Env::Senders)? {
        run(Command::new(python).args(["-m", "venv"]).arg(&home))?;
        if !requirements.is_empty() {
            run(Command::new(&own_python)
                .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
                .args(&requirements))?;
        }
        fs::write(home.join(STAMP), stamp)?;
    }
    let packages = output(
        Command::new(&own_python).args(["-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]),
    )?;
    let size = installed(Path::new(packages.trim()))?;
    Ok(Environment { env, program: own_python, scripts: peers.to_owned(), size })
}

fn requirements(env: Env, peers: &Path) -> PathBuf {
    peers.join(format!("requirements-{}.txt", env.tool()))
}

fn stamp(env: Env, python: &str, peers: &Path) -> Result<String> {
    let version =
        output(Command::new(python).args(["-c", "import sys; print(sys.executable, sys.version)"]))?;
    let pins = if env == Env::Senders || env.is_bare() {
        String::new()
    } else {
        fs::read_to_string(requirements(env, peers))?
    };
    Ok(format!("{version}\n{pins}"))
}

/// Returns whether a package is part of a fresh environment.
fn came_with_the_environment(name: &str) -> bool {
    ["pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence", "__pycache__"]
        .iter()
        .any(|own| name == *own || name.strip_prefix(own).is_some_and(|rest| rest.starts_with(['-', '.'])))
}

fn installed(site_packages: &Path) -> Result<Installed> {
    let mut size = Installed::default();
    for entry in fs::read_dir(site_packages)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if came_with_the_environment(&name) {
            continue;
        }
        size.packages += u64::from(name.ends_with(".dist-info"));
        add_files(&entry.path(), &mut size)?;
    }
    Ok(size)
}

fn add_files(path: &Path, size: &mut Installed) -> Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            add_files(&entry?.path(), size)?;
        }
    } else {
        size.bytes += metadata.len();
        size.files += 1;
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// Returns the standard output of a command that must succeed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("`{}` could not be started", command.get_program().display()))?;
    if !output.status.success() {
        bail!("`{command:?}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_installed_counts() {
        for own in ["pip", "pip-24.0.dist-info", "setuptools", "_distutils_hack", "distutils-precedence.pth"]
        {
            assert!(came_with_the_environment(own), "{own}");
        }
        for other in ["pipeline", "twilio", "twilio-9.13.0.dist-info", "senders", "msgspec"] {
            assert!(!came_with_the_environment(other), "{other}");
        }
    }
}
