//! One version for every package: a release is one number.

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::seen::Seen;
use crate::kotlin;
use crate::node;
use crate::workspace::Workspace;

pub(super) fn agree(workspace: &Workspace) -> Seen {
    let mut found: Vec<(String, String)> = workspace
        .packages
        .iter()
        .map(|package| (format!("crate {}", package.name), package.version.to_string()))
        .collect();
    let manifest: toml::Table = workspace.read("bindings-python/pyproject.toml")?.parse()?;
    // A `dynamic` version is read from the crate by maturin, so it cannot differ.
    if let Some(version) = manifest.get("project").and_then(|project| project.get("version")?.as_str()) {
        found.push(("pyproject.toml".to_owned(), version.to_owned()));
    }
    for name in ["package.json", "package-lock.json"] {
        let place = format!("{}/{name}", node::PACKAGE);
        let package: Value = serde_json::from_str(&workspace.read(&place)?)?;
        let version = package.get("version").and_then(Value::as_str);
        found.push((place, version.context("an npm manifest has no version")?.to_owned()));
    }
    let place = format!("{}/pom.xml", kotlin::PACKAGE);
    let pom = workspace.read(&place)?;
    found.push((place, kotlin::element(&pom, "version").context("pom.xml has no <version>")?.to_owned()));
    let changelog = workspace.read("CHANGELOG.md")?;
    let newest = changelog
        .lines()
        .filter_map(|line| Some(line.strip_prefix("## [")?.split_once(']')?.0))
        .find(|name| name.starts_with(|first: char| first.is_ascii_digit()))
        .context("CHANGELOG.md has no heading like `## [0.1.0]`")?;
    found.push(("CHANGELOG.md".to_owned(), newest.to_owned()));

    let version = workspace.version()?;
    let other: Vec<String> = found
        .iter()
        .filter(|(_, other)| *other != version)
        .map(|(place, other)| format!("{place} says {other}"))
        .collect();
    if !other.is_empty() {
        bail!("the crates say {version}, but {}", other.join(", "));
    }
    Ok(format!("{version} in {} places", found.len()))
}
