//! Rules about the npm projects: the package itself, and the projects that only contain tools.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
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
    let files = workspace.files()?;
    let mut locked = 0;
    for manifest in
        files.iter().filter(|file| Path::new(file).file_name().is_some_and(|name| name == "package.json"))
    {
        let folder = workspace.root.join(manifest);
        let folder = folder.parent().context("a manifest in no folder")?;
        let read = |name: &str| std::fs::read_to_string(folder.join(name));
        let has_dependencies = DEPENDENCIES
            .iter()
            .chain(&["devDependencies"])
            .any(|key| read("package.json").is_ok_and(|text| has(&text, key).unwrap_or(true)));
        if !has_dependencies {
            continue;
        }
        let lock = read("package-lock.json")
            .with_context(|| format!("{manifest} has no package-lock.json beside it"))?;
        locked += objections(&lock).with_context(|| format!("the lock file beside {manifest}"))?;
        let settings = read(".npmrc").unwrap_or_default();
        if !settings.lines().any(|line| line.replace(' ', "") == OMITTED) {
            bail!("the .npmrc beside {manifest} does not say `{OMITTED}`");
        }
    }
    Ok(format!("{locked} packages, each with its hash"))
}

/// Returns how many packages a lock file names.
///
/// # Errors
/// If one has an address, or no hash.
fn objections(lock: &str) -> Result<usize> {
    let lock: Value = serde_json::from_str(lock).context("it is not JSON")?;
    let packages = lock.get("packages").and_then(Value::as_object).context("it has no `packages`")?;
    let mut count = 0;
    for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
        let text = |key: &str| package.get(key).and_then(Value::as_str);
        if text("resolved").is_some() {
            bail!(
                "it names an address for {name}; remove it and run `npm install` with this .npmrc: {OMITTED}"
            );
        }
        // A package inside another package is covered by the hash of that one.
        if text("integrity").is_none() && package.get("inBundle") != Some(&Value::Bool(true)) {
            bail!("it has no hash of {name}");
        }
        count += 1;
    }
    Ok(count)
}

/// Returns whether a manifest has an entry under a key.
fn has(manifest: &str, key: &str) -> Result<bool> {
    let manifest: Value = serde_json::from_str(manifest).context("package.json is not JSON")?;
    Ok(match manifest.get(key) {
        Some(Value::Object(entries)) => !entries.is_empty(),
        Some(Value::Array(entries)) => !entries.is_empty(),
        _ => false,
    })
}

/// Checks that the installation of the package downloads nothing and runs nothing.
pub(super) fn bare(workspace: &Workspace) -> Seen {
    let manifest = workspace.root.join(node::PACKAGE).join("package.json");
    let text = std::fs::read_to_string(&manifest)
        .with_context(|| format!("cannot read {}", workspace.relative(&manifest).display()))?;
    for key in DEPENDENCIES {
        if has(&text, key)? {
            bail!("the package has `{key}`: everyone who installs it would fetch them");
        }
    }
    let parsed: Value = serde_json::from_str(&text)?;
    let scripts = parsed.get("scripts");
    if let Some(name) = SCRIPTS.iter().find(|name| scripts.is_some_and(|scripts| scripts.get(name).is_some()))
    {
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
        let lock = |package: &str| {
            format!(r#"{{"packages": {{"": {{"name": "x"}}, "node_modules/a": {package}}}}}"#)
        };
        assert_eq!(objections(&lock(r#"{"version": "1.0.0", "integrity": "sha512-x"}"#)).unwrap(), 1);
        assert_eq!(objections(&lock(r#"{"version": "1.0.0", "inBundle": true}"#)).unwrap(), 1);
        let addressed = lock(r#"{"resolved": "https://npm.example.net/a.tgz", "integrity": "sha512-x"}"#);
        let error = objections(&addressed).unwrap_err().to_string();
        assert!(error.contains("node_modules/a") && !error.contains("example.net"), "{error}");
        assert!(objections(&lock(r#"{"version": "1.0.0"}"#)).unwrap_err().to_string().contains("no hash"));
        assert!(objections("{}").is_err());
    }

    #[test]
    fn an_empty_list_is_none() {
        assert!(has(r#"{"dependencies": {"a": "1"}}"#, "dependencies").unwrap());
        assert!(!has(r#"{"dependencies": {}}"#, "dependencies").unwrap());
        assert!(!has("{}", "dependencies").unwrap());
    }
}
