//! Virtual environments of the Python peers: made once, reused while what is pinned stays the same. Ours is made anew
//! from the wheel every time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::rows::Env;

/// One environment that is ready.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) env: Env,
    pub(crate) python: PathBuf,
    /// What was installed into it.
    pub(crate) size: Installed,
}

/// What an installation takes, without pip and what comes with it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Installed {
    pub(crate) bytes: u64,
    pub(crate) files: u64,
    pub(crate) packages: u64,
}

/// Makes the environment of a peer in `root`, or takes the one that is there. `wheel` is ours.
pub(crate) fn ready(
    env: Env,
    root: &Path,
    python: &str,
    peers: &Path,
    wheel: Option<&Path>,
) -> Result<Environment> {
    let home = root.join(env.name());
    let requirements = match env {
        Env::Senders => wheel.map(|wheel| vec![wheel.as_os_str().to_owned()]).context("no wheel given")?,
        Env::Twilio | Env::Aiohttp => {
            let file = peers.join(format!("requirements-{}.txt", env.name()));
            vec!["--requirement".into(), file.into_os_string()]
        }
        Env::Bare => Vec::new(),
    };
    let stamp = stamp(env, python, peers)?;
    let stamp_file = home.join("made-from.txt");
    let reusable = env != Env::Senders && fs::read_to_string(&stamp_file).is_ok_and(|made| made == stamp);
    let own_python = home.join("bin").join("python");
    if !reusable {
        if home.exists() {
            fs::remove_dir_all(&home)
                .with_context(|| format!("`{}` could not be removed", home.display()))?;
        }
        run(Command::new(python).args(["-m", "venv"]).arg(&home))?;
        if !requirements.is_empty() {
            run(Command::new(&own_python)
                .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
                .args(&requirements))?;
        }
        fs::write(&stamp_file, stamp)?;
    }
    let packages = output(
        Command::new(&own_python).args(["-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]),
    )?;
    let size = installed(Path::new(packages.trim()))?;
    Ok(Environment { env, python: own_python, size })
}

fn stamp(env: Env, python: &str, peers: &Path) -> Result<String> {
    let version =
        output(Command::new(python).args(["-c", "import sys; print(sys.executable, sys.version)"]))?;
    let pins = match env {
        Env::Twilio | Env::Aiohttp => {
            fs::read_to_string(peers.join(format!("requirements-{}.txt", env.name())))?
        }
        Env::Senders | Env::Bare => String::new(),
    };
    Ok(format!("{version}\n{pins}"))
}

/// What belongs to a fresh environment already.
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

/// The standard output of a command that must succeed.
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
