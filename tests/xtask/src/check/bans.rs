//! Proves that the core's bans work: a copy of the core with every banned item in it must fail its lints.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};
use fs_err as fs;
use serde::Deserialize;

use super::seen::Seen;
use crate::workspace::Workspace;

/// Code that breaks each ban of `core/.clippy.toml`, by the banned path; empty if the core is built without the item.
const BREACHES: [(&str, &str); 23] = [
    ("std::time::Instant::now", "let _ = std::time::Instant::now();"),
    ("std::time::Instant::elapsed", "let _ = std::time::Instant::elapsed;"),
    ("std::time::SystemTime::now", "let _ = std::time::SystemTime::now();"),
    ("std::time::SystemTime::elapsed", "let _ = std::time::SystemTime::elapsed;"),
    ("std::thread::sleep", "std::thread::sleep(std::time::Duration::ZERO);"),
    ("std::thread::spawn", "let _ = std::thread::spawn(|| ());"),
    ("std::env::var", "let _ = std::env::var(\"HOME\");"),
    ("std::env::var_os", "let _ = std::env::var_os(\"HOME\");"),
    ("std::env::vars", "let _ = std::env::vars();"),
    ("std::fs::read", "let _ = std::fs::read(\"x\");"),
    ("std::fs::read_to_string", "let _ = std::fs::read_to_string(\"x\");"),
    ("std::fs::write", "let _ = std::fs::write(\"x\", \"y\");"),
    ("std::fs::File::open", "let _ = std::fs::File::open(\"x\");"),
    ("std::net::TcpStream::connect", "let _ = std::net::TcpStream::connect(\"x\");"),
    ("std::process::Command::new", "let _ = std::process::Command::new(\"x\");"),
    ("std::io::stdin", "let _ = std::io::stdin();"),
    ("std::io::stdout", "let _ = std::io::stdout();"),
    ("std::io::stderr", "let _ = std::io::stderr();"),
    // Needs the feature `std` of fastrand, which the core does not ask for.
    ("fastrand::Rng::new", ""),
    (
        "std::collections::hash_map::RandomState::new",
        "let _ = std::collections::hash_map::RandomState::new();",
    ),
    ("std::collections::HashMap", "let _: Option<std::collections::HashMap<u8, u8>> = None;"),
    ("std::collections::HashSet", "let _: Option<std::collections::HashSet<u8>> = None;"),
    ("std::time::Instant", "let _: Option<std::time::Instant> = None;"),
];

/// The bans in a `.clippy.toml`.
#[derive(Debug, Deserialize)]
struct Config {
    #[serde(rename = "disallowed-methods")]
    methods: Vec<Ban>,
    #[serde(rename = "disallowed-types")]
    types: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    path: String,
    reason: String,
}

pub(super) fn bite(workspace: &Workspace) -> Seen {
    let copy = workspace.empty("bans")?;
    copy_core(workspace, &copy)?;
    let bans = read_bans(&fs::read_to_string(copy.join("core/.clippy.toml"))?)?;
    let breaches = breaches(&bans)?;
    let library = copy.join("core/src/lib.rs");
    let source = fs::read_to_string(&library)?;
    let function = "#[allow(dead_code, reason = \"only its lints are looked at\")]\nfn breaks_every_ban()";
    fs::write(&library, format!("{source}\n{function} {{\n{}\n}}\n", breaches.join("\n")))?;

    let mut command = workspace.cargo("clippy --quiet --offline --package senders-core --lib");
    command.current_dir(&copy).env("CARGO_TARGET_DIR", &workspace.target).env("CARGO_TERM_COLOR", "never");
    let output = command.stdin(Stdio::null()).output().context("cannot start cargo clippy")?;
    let printed = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "a core that breaks every ban passes its lints");
    let broken = || bans.iter().zip(&breaches).filter(|(_, breach)| !breach.is_empty()).map(|(ban, _)| ban);
    let silent: Vec<&str> =
        broken().filter(|ban| !is_reported(&printed, ban)).map(|ban| ban.path.as_str()).collect();
    if !silent.is_empty() {
        bail!("not refused, or not with our reason: {}; clippy printed:\n{printed}", silent.join(", "));
    }
    Ok(format!("{} bans, each broken in a copy of the core and refused with its reason", broken().count()))
}

/// Creates a workspace with only the core, so that `workspace = true` in its manifest has the same meaning as here.
fn copy_core(workspace: &Workspace, copy: &Path) -> Result<()> {
    for file in workspace.files()? {
        if file.starts_with("core/") || file == "Cargo.lock" {
            let target = copy.join(&file);
            fs::create_dir_all(target.parent().unwrap_or(copy))?;
            fs::copy(workspace.root.join(&file), target)?;
        }
    }
    let mut manifest: toml::Table = workspace.read("Cargo.toml")?.parse()?;
    let shared =
        manifest.get_mut("workspace").and_then(toml::Value::as_table_mut).context("no [workspace]")?;
    shared.insert("members".to_owned(), vec!["core"].into());
    shared.remove("default-members");
    fs::write(copy.join("Cargo.toml"), manifest.to_string())?;
    Ok(())
}

/// Reads the bans of a `.clippy.toml`: methods and types.
fn read_bans(config: &str) -> Result<Vec<Ban>> {
    let Config { mut methods, types } = toml::from_str(config).context("the core's .clippy.toml")?;
    methods.extend(types);
    Ok(methods)
}

/// Returns for each ban the code that breaks it.
fn breaches(bans: &[Ban]) -> Result<Vec<&'static str>> {
    let breach = |ban: &Ban| {
        let found = BREACHES.iter().find(|(path, _)| *path == ban.path).map(|(_, code)| *code);
        found.with_context(|| {
            format!(
                "no line of code that breaks the ban of `{}`: add one to BREACHES in tests/xtask",
                ban.path
            )
        })
    };
    bans.iter().map(breach).collect()
}

/// Returns whether clippy refused the path and printed the reason.
fn is_reported(output: &str, ban: &Ban) -> bool {
    ["method", "type"].iter().any(|kind| {
        let complaint = format!("use of a disallowed {kind} `{}`\n", ban.path);
        output
            .split("error: ")
            .any(|message| message.starts_with(&complaint) && message.contains(&ban.reason))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_needs_the_path_and_the_reason_together() {
        let ban = Ban { path: "std::env::var".into(), reason: "the binding reads it".into() };
        let output = "error: use of a disallowed method `std::env::var`\n  = note: the binding reads it\n\n";
        assert!(is_reported(output, &ban));
        let other =
            "error: use of a disallowed method `std::env::var`\n\nerror: x\n  = note: the binding reads it\n";
        assert!(!is_reported(other, &ban));
    }

    #[test]
    fn a_ban_that_no_code_breaks_is_an_error() {
        let unknown = Ban { path: "std::net::UdpSocket::bind".into(), reason: String::new() };
        assert!(breaches(&[unknown]).unwrap_err().to_string().contains("UdpSocket"));
    }
}
