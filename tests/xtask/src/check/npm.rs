//! Rules about the npm projects: the package itself, and the projects that only contain tools.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::seen::Seen;
use crate::node;
use crate::package;
use crate::workspace::Workspace;

/// The setting that keeps addresses of a registry, possibly that of this machine, out of the lock file.
const OMITTED: &str = "omit-lockfile-registry-resolved=true";
/// The keys of dependencies that everyone who installs the package would download.
const DEPENDENCIES: [&str; 5] =
    ["dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies", "bundledDependencies"];
/// The scripts that would run on the machine of everyone who installs the package.
const SCRIPTS: [&str; 3] = ["preinstall", "install", "postinstall"];

/// Checks that every npm project has a lock file, with hashes and without addresses.
pub(super) fn locks(workspace: &Workspace) -> Seen {
    let mut locked = 0;
    for name in workspace.files()? {
        let Some(folder) = name.strip_suffix("package.json").filter(|it| it.is_empty() || it.ends_with('/'))
        else {
            continue;
        };
        let manifest = manifest(workspace, &name)?;
        if !DEPENDENCIES.iter().chain(&["devDependencies"]).any(|key| has(&manifest, key)) {
            continue;
        }
        let lock = workspace.read(&format!("{folder}package-lock.json"))?;
        locked += packages(&lock).with_context(|| format!("the lock file beside {name}"))?;
        let settings = workspace.read(&format!("{folder}.npmrc")).unwrap_or_default();
        let is_omitted = settings.lines().any(|line| line.replace(' ', "") == OMITTED);
        ensure!(is_omitted, "the .npmrc beside {name} does not say `{OMITTED}`");
    }
    Ok(format!("{locked} packages, each with its hash"))
}

/// Returns how many packages a lock file names.
///
/// # Errors
/// If one has an address, or no hash.
fn packages(lock: &str) -> Result<usize> {
    let mut lock: Value = serde_json::from_str(lock)?;
    let packages = lock.get_mut("packages").and_then(Value::as_object_mut).context("it has no `packages`")?;
    // The project itself.
    packages.remove("");
    for (name, package) in &*packages {
        let advice = format!("remove it and run `npm install` with this .npmrc: {OMITTED}");
        ensure!(package.get("resolved").is_none(), "it names an address for {name}; {advice}");
        // A package inside another package is covered by the hash of that one.
        let is_hashed = package.get("integrity").is_some_and(Value::is_string)
            || package.get("inBundle") == Some(&Value::Bool(true));
        ensure!(is_hashed, "it has no hash of {name}");
    }
    Ok(packages.len())
}

fn manifest(workspace: &Workspace, name: &str) -> Result<Value> {
    serde_json::from_str(&workspace.read(name)?).with_context(|| format!("{name} is not JSON"))
}

/// Returns whether a manifest has an entry under a key.
fn has(manifest: &Value, key: &str) -> bool {
    match manifest.get(key) {
        Some(Value::Object(entries)) => !entries.is_empty(),
        Some(Value::Array(entries)) => !entries.is_empty(),
        _ => false,
    }
}

/// Checks that the installation of the package downloads nothing and runs nothing.
pub(super) fn bare(workspace: &Workspace) -> Seen {
    let manifest = manifest(workspace, &format!("{}/package.json", node::PACKAGE))?;
    if let Some(key) = DEPENDENCIES.iter().find(|key| has(&manifest, key)) {
        bail!("the package has `{key}`: everyone who installs it would fetch them");
    }
    if let Some(name) = SCRIPTS.iter().find(|name| manifest.pointer(&format!("/scripts/{name}")).is_some()) {
        bail!("the package has a script `{name}`: it would run on every machine that installs the package");
    }
    Ok("no dependencies, no scripts".to_owned())
}

/// Builds the package, which prints its sizes.
pub(super) fn sizes(workspace: &Workspace) -> Seen {
    let (node, _) = package::npm(workspace)?;
    package::sizes(workspace, &node)?;
    Ok("within it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_has_hashes_and_no_addresses() {
        let read = |package: &str| {
            packages(&format!(r#"{{"packages": {{"": {{"name": "x"}}, "node_modules/a": {package}}}}}"#))
        };
        assert_eq!(read(r#"{"version": "1.0.0", "integrity": "sha512-x"}"#).unwrap(), 1);
        assert_eq!(read(r#"{"version": "1.0.0", "inBundle": true}"#).unwrap(), 1);
        let error = read(r#"{"resolved": "https://npm.example.net/a.tgz", "integrity": "sha512-x"}"#);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("node_modules/a") && !error.contains("example.net"), "{error}");
        assert!(read(r#"{"version": "1.0.0"}"#).unwrap_err().to_string().contains("no hash"));
    }
}
