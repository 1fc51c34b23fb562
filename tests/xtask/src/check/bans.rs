//! Proves that the core's bans work: a copy of the core with every banned item in it must fail its lints.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

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

#[derive(Debug, PartialEq, Eq)]
struct Ban {
    path: String,
    reason: String,
}

pub(super) fn bite(workspace: &Workspace) -> Seen {
    let copy = workspace.scratch().join("bans");
    if copy.exists() {
        std::fs::remove_dir_all(&copy)?;
    }
    copy_core(workspace, &copy)?;
    let bans = read_bans(
        &std::fs::read_to_string(copy.join("core/.clippy.toml")).context("the core has no .clippy.toml")?,
    )?;
    let library = copy.join("core/src/lib.rs");
    let source = std::fs::read_to_string(&library)?;
    std::fs::write(&library, format!("{source}\n{}", breaches(&bans)?))?;

    let mut command = workspace.cargo();
    command.current_dir(&copy).args(["clippy", "--quiet", "--offline", "--package", "senders-core", "--lib"]);
    command.env("CARGO_TARGET_DIR", &workspace.target).env("CARGO_TERM_COLOR", "never");
    let output = command.stdin(Stdio::null()).output().context("cannot start cargo clippy")?;
    let printed = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        bail!("a core that breaks every ban passes its lints");
    }
    let breakable = bans.iter().filter(|ban| breach(ban).is_some_and(|code| !code.is_empty()));
    let silent: Vec<&str> =
        breakable.clone().filter(|ban| !is_reported(&printed, ban)).map(|ban| ban.path.as_str()).collect();
    if !silent.is_empty() {
        bail!("not refused, or not with our reason: {}; clippy printed:\n{printed}", silent.join(", "));
    }
    Ok(format!("{} bans, each broken in a copy of the core and refused with its reason", breakable.count()))
}

/// Creates a workspace with only the core, so that `workspace = true` in its manifest has the same meaning as here.
fn copy_core(workspace: &Workspace, copy: &Path) -> Result<()> {
    for file in workspace.files()? {
        if file.starts_with("core/") || file == "Cargo.lock" {
            let target = copy.join(&file);
            if let Some(folder) = target.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::copy(workspace.root.join(&file), target)?;
        }
    }
    let mut manifest: toml::Table = std::fs::read_to_string(workspace.root.join("Cargo.toml"))?.parse()?;
    let shared =
        manifest.get_mut("workspace").and_then(toml::Value::as_table_mut).context("no [workspace]")?;
    shared.insert("members".to_owned(), vec!["core"].into());
    shared.remove("default-members");
    std::fs::write(copy.join("Cargo.toml"), manifest.to_string())?;
    Ok(())
}

/// Reads the bans of a `.clippy.toml`: methods and types.
fn read_bans(config: &str) -> Result<Vec<Ban>> {
    let config: toml::Table = config.parse().context("the core's .clippy.toml is not TOML")?;
    let mut bans = Vec::new();
    for key in ["disallowed-methods", "disallowed-types"] {
        let entries = config.get(key).and_then(toml::Value::as_array);
        for entry in entries.with_context(|| format!("the core's .clippy.toml has no `{key}`"))? {
            let text = |key: &str| entry.get(key).and_then(toml::Value::as_str).map(str::to_owned);
            let (Some(path), Some(reason)) = (text("path"), text("reason")) else {
                bail!("a ban needs a path and a reason: {entry}");
            };
            bans.push(Ban { path, reason });
        }
    }
    Ok(bans)
}

/// Returns a function that breaks every ban.
fn breaches(bans: &[Ban]) -> Result<String> {
    let mut code = String::from(
        "#[allow(dead_code, reason = \"only its lints are looked at\")]\nfn breaks_every_ban() {\n",
    );
    for ban in bans {
        let Some(breach) = breach(ban) else {
            bail!(
                "no line of code that breaks the ban of `{}`: add one to BREACHES in tests/xtask",
                ban.path
            );
        };
        code.push_str(&format!("    {breach}\n"));
    }
    code.push_str("}\n");
    Ok(code)
}

fn breach(ban: &Ban) -> Option<&'static str> {
    BREACHES.iter().find(|(path, _)| *path == ban.path).map(|(_, code)| *code)
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

    fn clock() -> Ban {
        Ban { path: "std::time::Instant::now".into(), reason: "time enters the core as `Now`".into() }
    }

    #[test]
    fn every_ban_of_the_core_can_be_broken() {
        let bans = read_bans(include_str!("../../../../core/.clippy.toml")).unwrap();
        for path in
            ["std::time::Instant::now", "std::thread::sleep", "std::env::var", "std::collections::HashMap"]
        {
            assert!(bans.iter().any(|ban| ban.path == path), "{path} is not banned any more");
        }
        assert!(breaches(&bans).unwrap().contains("std::thread::sleep("));
        let unknown = Ban { path: "std::net::UdpSocket::bind".into(), reason: String::new() };
        assert!(breaches(&[unknown]).unwrap_err().to_string().contains("UdpSocket"));
    }

    #[test]
    fn a_refusal_needs_the_path_and_the_reason_together() {
        let output = "error: use of a disallowed method `std::time::Instant::now`\n  = note: time enters the core as `Now`\n\n";
        assert!(is_reported(output, &clock()));
        let other = "error: use of a disallowed method `std::time::Instant::now`\n\nerror: use of a disallowed type `x`\n  = note: time enters the core as `Now`\n";
        assert!(!is_reported(other, &clock()));
        assert!(!is_reported("", &clock()));
    }
}
