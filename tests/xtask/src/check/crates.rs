//! Rules about our dependencies: the core has few crates, and only allowed ones.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use cargo_metadata::{MetadataCommand, Package};
use serde::Deserialize;

use super::seen::{SKIPPED, Seen};
use crate::console::warn;
use crate::process;
use crate::workspace::Workspace;

/// The most crates that the core may be built from, including itself and build-time ones.
const CORE_LIMIT: usize = 35;

/// Crates with IO, randomness or a binding in them; the core must not depend on them.
const NOT_IN_CORE: &str = "async-std futures-util getrandom hyper js-sys libc mio native-tls pyo3 rand reqwest ring rustls smol \
    socket2 tokio uniffi ureq ureq-proto wasm-bindgen web-sys web-time";

pub(super) fn core(workspace: &Workspace) -> Seen {
    let line = "tree --package senders-core --edges normal,build --prefix none --no-dedupe --format {p}";
    let tree = process::capture(&mut workspace.cargo(line))?;
    // Name and version: what follows differs between the places of one crate.
    let crates: BTreeSet<Vec<&str>> = tree.lines().map(|line| line.split(' ').take(2).collect()).collect();
    let names: Vec<&str> = crates.iter().filter_map(|words| words.first().copied()).collect();
    let forbidden: Vec<&str> =
        NOT_IN_CORE.split_whitespace().filter(|forbidden| names.contains(forbidden)).collect();
    if !forbidden.is_empty() {
        bail!("the core does no IO and knows no binding, but depends on {}", forbidden.join(", "));
    }
    if names.len() > CORE_LIMIT {
        bail!("the core is built from {} crates; at most {CORE_LIMIT}", names.len());
    }
    Ok(format!("{} of at most {CORE_LIMIT} crates: {}", names.len(), names.join(", ")))
}

/// The rules of cargo-deny that are applied here too.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licences,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

/// Licences that are allowed for one crate only.
#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

pub(super) fn licences_and_sources(workspace: &Workspace) -> Seen {
    let rules: Rules = toml::from_str(&workspace.read(".deny.toml")?).context(".deny.toml")?;
    let locked = ["--locked".to_owned()];
    let metadata = MetadataCommand::new().current_dir(&workspace.root).other_options(locked).exec()?;
    let objections: Vec<String> =
        metadata.packages.iter().filter_map(|package| objection(package, &rules.licenses)).collect();
    if !objections.is_empty() {
        bail!("{}", objections.join("; "));
    }
    let (crates, licences) = (metadata.packages.len(), rules.licenses.allow.len());
    Ok(format!("{crates} crates, {licences} licences allowed, one registry"))
}

/// Returns the mistake in a crate that we build; the only source of others' crates is the public registry.
fn objection(package: &Package, licences: &Licences) -> Option<String> {
    let name = &package.name;
    if let Some(source) = package.source.as_ref().filter(|source| !source.is_crates_io()) {
        return Some(format!("{name} comes from `{source}`"));
    }
    let Some(licence) = &package.license else { return Some(format!("{name} names no licence")) };
    let Ok(expression) = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX) else {
        return Some(format!("{name} has a licence that cannot be read: `{licence}`"));
    };
    let excepted = licences.exceptions.iter().filter(|exception| exception.name == **name);
    let allowed: Vec<&String> =
        licences.allow.iter().chain(excepted.flat_map(|exception| &exception.allow)).collect();
    let is_met = expression.evaluate(|requirement| allowed.contains(&&requirement.to_string()));
    (!is_met).then(|| format!("{name} is under `{licence}`"))
}

/// Runs the full tool if it is installed. It takes over a minute to build, and its advisories are in a repository
/// that a closed network cannot reach, so `cargo xtask setup` does not install it.
pub(super) fn deny(workspace: &Workspace) -> Seen {
    if process::on_path("cargo-deny").is_none() {
        warn(
            "SKIPPED: cargo-deny is not installed (`cargo install cargo-deny`); licences and sources were checked above",
        );
        return Ok(format!("{SKIPPED}: duplicate versions and advisories were not looked at"));
    }
    let line = "deny --all-features check --config .deny.toml bans licenses sources";
    process::run(&mut workspace.cargo(line))?;
    Ok("clean; advisories need a network: `cargo deny check advisories`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objection_to(licence: &str, source: &str) -> Option<String> {
        let package = serde_json::json!({
            "name": "x", "version": "1.0.0", "id": "x", "dependencies": [], "targets": [], "features": {},
            "manifest_path": "/x", "license": licence, "source": source,
        });
        let allow = ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        let mpl = Exception { name: "x".into(), allow: vec!["MPL-2.0".into()] };
        let licences = Licences { allow: allow.into(), exceptions: vec![mpl] };
        objection(&serde_json::from_value(package).unwrap(), &licences)
    }

    #[test]
    fn licences_are_read_as_expressions_and_other_sources_are_refused() {
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        for good in ["MIT OR GPL-3.0", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "MPL-2.0"] {
            assert_eq!(objection_to(good, registry), None);
        }
        assert_eq!(objection_to("Apache-2.0 WITH LLVM-exception", registry), None);
        for bad in ["MIT AND GPL-3.0-only", "as you like"] {
            assert!(objection_to(bad, registry).is_some());
        }
        assert!(objection_to("MIT", "git+https://example.com/x#1").is_some());
    }
}
