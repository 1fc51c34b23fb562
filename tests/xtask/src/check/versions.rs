//! One version for every package: a release is one number.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::seen::Seen;
use crate::kotlin;
use crate::node;
use crate::workspace::Workspace;

pub(super) fn agree(workspace: &Workspace) -> Seen {
    let mut found: Vec<(String, String)> = workspace
        .packages
        .iter()
        .map(|package| (format!("crate {}", package.name), package.version.clone()))
        .collect();
    let pyproject = workspace.root.join("bindings-python/pyproject.toml");
    if pyproject.is_file() {
        // A `dynamic` version is read from the crate by maturin, so it cannot differ.
        if let Some(version) = pyproject_version(&std::fs::read_to_string(pyproject)?)? {
            found.push(("pyproject.toml".to_owned(), version));
        }
    }
    for name in ["package.json", "package-lock.json"] {
        let path = workspace.root.join(node::PACKAGE).join(name);
        if path.is_file() {
            let version = npm_version(&std::fs::read_to_string(path)?)?;
            found.push((format!("{}/{name}", node::PACKAGE), version));
        }
    }
    let pom = std::fs::read_to_string(workspace.root.join(kotlin::PACKAGE).join("pom.xml"))?;
    let version = kotlin::element(&pom, "version").context("pom.xml has no <version>")?;
    found.push((format!("{}/pom.xml", kotlin::PACKAGE), version.to_owned()));
    let changelog =
        std::fs::read_to_string(workspace.root.join("CHANGELOG.md")).context("cannot read CHANGELOG.md")?;
    let newest = newest_version(&changelog).context("CHANGELOG.md has no heading like `## [0.1.0]`")?;
    found.push(("CHANGELOG.md".to_owned(), newest.to_owned()));

    let (_, version) = found.first().context("no crate")?;
    let other: Vec<String> = found
        .iter()
        .filter(|(_, other)| other != version)
        .map(|(place, other)| format!("{place} says {other}"))
        .collect();
    if !other.is_empty() {
        bail!("the crates say {version}, but {}", other.join(", "));
    }
    Ok(format!("{version} in {} places", found.len()))
}

fn pyproject_version(text: &str) -> Result<Option<String>> {
    let manifest: toml::Table = text.parse().context("pyproject.toml is not TOML")?;
    let project =
        manifest.get("project").and_then(toml::Value::as_table).context("pyproject.toml has no [project]")?;
    Ok(project.get("version").and_then(toml::Value::as_str).map(str::to_owned))
}

/// Returns the version in a `package.json`, or the one that a `package-lock.json` was written for.
fn npm_version(text: &str) -> Result<String> {
    let package: Value = serde_json::from_str(text).context("an npm manifest is not JSON")?;
    let version = package.get("version").and_then(Value::as_str);
    version.map(str::to_owned).context("an npm manifest has no version")
}

/// Returns the version of the first heading such as `## [0.1.0]`.
fn newest_version(changelog: &str) -> Option<&str> {
    changelog
        .lines()
        .filter_map(|line| Some(line.strip_prefix("## [")?.split_once(']')?.0))
        .find(|name| name.starts_with(|first: char| first.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_the_first_number() {
        assert_eq!(
            newest_version("# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n## [0.1.0]\n"),
            Some("0.2.0")
        );
        assert_eq!(newest_version("# Changelog\n"), None);
    }

    #[test]
    fn npms_manifests_have_one() {
        let lock = r#"{"name": "senders", "version": "0.1.0", "packages": {"": {"version": "0.1.0"}}}"#;
        assert_eq!(npm_version(lock).unwrap(), "0.1.0");
        assert!(npm_version("{}").is_err());
    }

    #[test]
    fn a_dynamic_version_is_none() {
        assert_eq!(pyproject_version("[project]\nname = 'senders'\ndynamic = ['version']").unwrap(), None);
        assert_eq!(pyproject_version("[project]\nversion = '0.1.0'").unwrap().as_deref(), Some("0.1.0"));
        assert!(pyproject_version("name = 'senders'").is_err());
    }
}
