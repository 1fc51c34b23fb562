//! npm projects of the Node peers.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{Environment, Installed, Sources, add_files, made_from, output};
use crate::rows::Env;

const PINS: [&str; 2] = ["package.json", "package-lock.json"];

/// Options of every call of npm. They run no scripts of packages and make no requests that are not needed.
const QUIET: [&str; 5] =
    ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--no-update-notifier"];

/// Creates the project of a peer, or returns the existing one. Always copies the peers' scripts into it, since Node
/// looks packages up from the folder of the script.
pub(super) fn ready(env: Env, sources: &Sources<'_>) -> Result<Environment> {
    let home = sources.root.join(env.name());
    let scripts = sources.peers.join("node");
    let pins = scripts.join(env.tool());
    let version = output(Command::new(sources.node).args(["-p", "process.version"]))?;
    let mut stamp = version;
    if env != Env::NodeSenders && !env.is_bare() {
        for file in PINS {
            stamp.push_str(&fs::read_to_string(pins.join(file))?);
        }
    }
    if !made_from(&home, &stamp, env != Env::NodeSenders)? {
        fs::create_dir_all(&home)?;
        match env {
            Env::NodeSenders => {
                let tarball = fs::canonicalize(sources.npm.context("no npm package given")?)?;
                fs::write(home.join("package.json"), "{ \"private\": true }\n")?;
                // It has no dependencies, so that nothing needs to be fetched.
                npm(&home, &["install", "--offline", "--no-package-lock"], Some(&tarball))
                    .context("the npm package could not be installed into an empty project")?;
            }
            _ if env.is_bare() => {}
            _ => {
                for file in PINS {
                    fs::copy(pins.join(file), home.join(file))?;
                }
                npm(&home, &["ci", "--prefer-offline"], None).context(
                    "its packages could not be installed; run again when the registry can be reached: they are kept afterwards",
                )?;
            }
        }
        fs::write(home.join(super::STAMP), stamp)?;
    }
    for entry in fs::read_dir(&scripts)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|it| it == "mjs")) {
            fs::copy(&path, home.join(name))?;
        }
    }
    let size = installed(&home.join("node_modules"))?;
    Ok(Environment { env, program: sources.node.into(), scripts: home, size })
}

fn npm(home: &Path, arguments: &[&str], package: Option<&Path>) -> Result<()> {
    let output = Command::new("npm")
        .args(arguments)
        .args(QUIET)
        .args(package)
        .current_dir(home)
        .output()
        .context("`npm` could not be started")?;
    if !output.status.success() {
        bail!("{}", said(&String::from_utf8_lossy(&output.stderr)));
    }
    Ok(())
}

/// Returns the first line of npm's error, which has the error's code; the whole output would not fit into a table.
fn said(stderr: &str) -> &str {
    stderr.lines().find(|line| line.starts_with("npm error")).unwrap_or("npm failed without a message")
}

fn installed(modules: &Path) -> Result<Installed> {
    let mut size = Installed::default();
    if modules.is_dir() {
        add_modules(modules, &mut size)?;
    }
    Ok(size)
}

/// Adds the sizes of the packages of a `node_modules` or of a scope in it, without npm's own files beside them.
fn add_modules(modules: &Path, size: &mut Installed) -> Result<()> {
    for entry in fs::read_dir(modules)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if name.starts_with('@') {
            add_modules(&entry.path(), size)?;
            continue;
        }
        size.packages += 1;
        add_files(&entry.path(), size)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_is_quoted_with_the_code_of_its_error() {
        assert_eq!(
            said("npm warn x\nnpm error code ENOTCACHED\nnpm error more"),
            "npm error code ENOTCACHED"
        );
        assert_eq!(said(""), "npm failed without a message");
    }

    #[test]
    fn packages_count_and_what_npm_keeps_does_not() {
        let root = std::env::temp_dir().join(format!("senders-bench-npm-{}", std::process::id()));
        let modules = root.join("node_modules");
        for (file, text) in [
            ("one/package.json", "12345"),
            ("one/dist/index.js", "123"),
            ("@scope/two/package.json", "1234567"),
            (".bin/one", "1"),
            (".package-lock.json", "1"),
        ] {
            let path = modules.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let size = installed(&modules);
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(size.unwrap(), Installed { bytes: 15, files: 3, packages: 2 });
        assert_eq!(installed(&modules).unwrap(), Installed::default());
    }
}
