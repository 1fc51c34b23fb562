//! Rules about our dependencies: the core has few crates, and only allowed ones.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::seen::{SKIPPED, Seen};
use crate::console::{say, warn};
use crate::process;
use crate::workspace::Workspace;

/// The most crates that the core may be built from, including itself and build-time ones.
const CORE_LIMIT: usize = 35;

/// Crates with IO, randomness or a binding in them; the core must not depend on them.
const NOT_IN_CORE: [&str; 22] = [
    "async-std",
    "futures-util",
    "getrandom",
    "hyper",
    "js-sys",
    "libc",
    "mio",
    "native-tls",
    "pyo3",
    "rand",
    "reqwest",
    "ring",
    "rustls",
    "smol",
    "socket2",
    "tokio",
    "uniffi",
    "ureq",
    "ureq-proto",
    "wasm-bindgen",
    "web-sys",
    "web-time",
];

/// The only source of crates: the public registry, by the name that cargo writes into the lock file.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn core(workspace: &Workspace) -> Seen {
    let mut command = workspace.cargo();
    command.args([
        "tree",
        "--package",
        "senders-core",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--no-dedupe",
    ]);
    let tree = process::capture(&mut command)?;
    let crates = crates_of(&tree);
    let forbidden: Vec<&str> =
        crates.iter().map(|(name, _)| *name).filter(|name| NOT_IN_CORE.contains(name)).collect();
    if !forbidden.is_empty() {
        bail!("the core does no IO and knows no binding, but depends on {}", forbidden.join(", "));
    }
    if crates.len() > CORE_LIMIT {
        bail!("the core is built from {} crates; at most {CORE_LIMIT}", crates.len());
    }
    let names: Vec<&str> = crates.iter().map(|(name, _)| *name).collect();
    Ok(format!("{} of at most {CORE_LIMIT} crates: {}", crates.len(), names.join(", ")))
}

/// Returns name and version of each line of `cargo tree --prefix none`.
fn crates_of(tree: &str) -> BTreeSet<(&str, &str)> {
    tree.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, rest)| (name, rest.split(' ').next().unwrap_or_default()))
        .collect()
}

pub(super) fn licences_and_sources(workspace: &Workspace) -> Seen {
    let rules =
        std::fs::read_to_string(workspace.root.join(".deny.toml")).context("cannot read .deny.toml")?;
    let rules: toml::Table = rules.parse().context(".deny.toml is not TOML")?;
    let (allowed, excepted) = (allowed_licences(&rules)?, exceptions(&rules));
    let metadata =
        process::capture(workspace.cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages =
        metadata.get("packages").and_then(Value::as_array).context("no packages in cargo metadata")?;
    let objection = |package: &Value| {
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
        let more =
            excepted.iter().filter(|(excepted, _)| excepted == name).map(|(_, licence)| licence.clone());
        objection(package, &allowed.iter().cloned().chain(more).collect::<Vec<_>>())
    };
    let wrong: Vec<String> = packages.iter().filter_map(objection).collect();
    if !wrong.is_empty() {
        bail!("{}", wrong.join("; "));
    }
    Ok(format!("{} crates, {} licences allowed, one registry", packages.len(), allowed.len()))
}

/// Returns `licenses.allow` of `.deny.toml`.
fn allowed_licences(rules: &toml::Table) -> Result<Vec<String>> {
    let allowed = rules.get("licenses").and_then(|table| table.get("allow")).and_then(toml::Value::as_array);
    let allowed = allowed.context(".deny.toml has no `licenses.allow`")?;
    Ok(allowed.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

/// Returns `licenses.exceptions` of `.deny.toml`: a crate and a licence allowed for it only.
fn exceptions(rules: &toml::Table) -> Vec<(String, String)> {
    let entries =
        rules.get("licenses").and_then(|table| table.get("exceptions")).and_then(toml::Value::as_array);
    let pairs = |entry: &toml::Value| {
        let name = entry.get("crate").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let licences = entry.get("allow").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        licences
            .into_iter()
            .filter_map(move |licence| Some((name.clone(), licence.as_str()?.to_owned())))
            .collect::<Vec<_>>()
    };
    entries.into_iter().flatten().flat_map(pairs).collect()
}

/// Returns the mistake in a package of cargo's metadata.
fn objection(package: &Value, allowed: &[String]) -> Option<String> {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let name = text("name").unwrap_or_default();
    if let Some(source) = text("source").filter(|source| *source != REGISTRY) {
        return Some(format!("{name} comes from `{source}`"));
    }
    let Some(licence) = text("license") else { return Some(format!("{name} names no licence")) };
    match spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX) {
        Ok(expression) => {
            let met = expression.evaluate(|requirement| allowed.contains(&requirement.to_string()));
            (!met).then(|| format!("{name} is under `{licence}`"))
        }
        Err(_) => Some(format!("{name} has a licence that cannot be read: `{licence}`")),
    }
}

/// Runs the full tool if it is installed. It takes over a minute to build, and its advisories are in a repository
/// that a closed network cannot reach, so `cargo xtask setup` does not install it.
pub(super) fn deny(workspace: &Workspace) -> Seen {
    if !process::is_on_path("cargo-deny") {
        warn(
            "SKIPPED: cargo-deny is not installed (`cargo install cargo-deny`); licences and sources were checked above",
        );
        return Ok(format!("{SKIPPED}: duplicate versions and advisories were not looked at"));
    }
    let mut command = workspace.cargo();
    command.args([
        "deny",
        "--all-features",
        "check",
        "--config",
        ".deny.toml",
        "bans",
        "licenses",
        "sources",
    ]);
    process::run(&mut command)?;
    say("advisories need a network: `cargo deny check advisories`");
    Ok("clean".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn objection_to(licence: &str) -> Option<String> {
        let allowed =
            ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        objection(&json!({"name": "x", "license": licence, "source": REGISTRY}), &allowed)
    }

    #[test]
    fn licences_are_read_as_expressions() {
        assert_eq!(objection_to("MIT OR GPL-3.0"), None);
        assert_eq!(objection_to("MIT/Apache-2.0"), None);
        assert_eq!(objection_to("(MIT OR Apache-2.0) AND Unicode-3.0"), None);
        assert_eq!(objection_to("Apache-2.0 WITH LLVM-exception"), None);
        assert_eq!(objection_to("MIT AND GPL-3.0-only").unwrap(), "x is under `MIT AND GPL-3.0-only`");
        assert!(objection_to("as you like").unwrap().contains("cannot be read"));
    }

    #[test]
    fn a_crate_from_elsewhere_is_refused() {
        let package = json!({"name": "x", "license": "MIT", "source": "git+https://example.com/x#1"});
        assert!(objection(&package, &["MIT".to_owned()]).unwrap().starts_with("x comes from `git+"));
        let ours = json!({"name": "x", "license": "MIT", "source": null});
        assert_eq!(objection(&ours, &["MIT".to_owned()]), None);
    }

    #[test]
    fn a_tree_is_counted_once_a_crate() {
        let tree = "senders-core v0.1.0 (/somewhere/core)\nserde v1.0.229\nserde_derive v1.0.229 (proc-macro)\nserde v1.0.229\n";
        let names: Vec<&str> = crates_of(tree).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["senders-core", "serde", "serde_derive"]);
    }

    #[test]
    fn the_list_is_the_one_of_cargo_deny() {
        let rules: toml::Table = include_str!("../../../../.deny.toml").parse().unwrap();
        let allowed = allowed_licences(&rules).unwrap();
        assert!(exceptions(&rules).iter().any(|(name, _)| name == "uniffi"));
        assert!(
            allowed.iter().any(|licence| licence == "MIT")
                && allowed.iter().all(|licence| !licence.contains("GPL"))
        );
    }
}
