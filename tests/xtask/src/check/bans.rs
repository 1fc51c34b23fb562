//! Proves that the core's bans work: a copy of the core with every banned item in it must fail its lints.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};
use fs_err as fs;
use serde::Deserialize;

use super::seen::Seen;
use crate::workspace::Workspace;

/// The type arguments that the compiler cannot know where a banned item is only named.
const ARGUMENTS: [(&str, &str); 11] = [
    ("std::thread::spawn", "fn(), ()"),
    ("std::env::var", "&str"),
    ("std::env::var_os", "&str"),
    ("std::fs::read", "&str"),
    ("std::fs::read_to_string", "&str"),
    ("std::fs::write", "&str, &str"),
    ("std::fs::File::open", "&str"),
    ("std::net::TcpStream::connect", "&str"),
    ("std::process::Command::new", "&str"),
    ("std::collections::HashMap", "u8, u8"),
    ("std::collections::HashSet", "u8"),
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
    let config = fs::read_to_string(copy.join("core/.clippy.toml"))?;
    let Config { methods, types } = toml::from_str(&config).context("the core's .clippy.toml")?;
    let library = copy.join("core/src/lib.rs");
    let mut source = fs::read_to_string(&library)?;
    source += "\n#[allow(dead_code, reason = \"only its lints are looked at\")]\nfn breaks_every_ban() {\n";
    for method in &methods {
        source += &format!("    let _ = {};\n", method.named());
    }
    for of in &types {
        source += &format!("    let _: Option<{}> = None;\n", of.named());
    }
    fs::write(&library, source + "}\n")?;

    let mut command = workspace.cargo("clippy --quiet --offline --package senders-core --lib");
    command.current_dir(&copy).env("CARGO_TARGET_DIR", &workspace.target).env("CARGO_TERM_COLOR", "never");
    let output = command.stdin(Stdio::null()).output().context("cannot start cargo clippy")?;
    let printed = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "a core that breaks every ban passes its lints");
    let bans: Vec<&Ban> = methods.iter().chain(&types).collect();
    let silent: Vec<&str> =
        bans.iter().filter(|ban| !is_reported(&printed, ban)).map(|ban| ban.path.as_str()).collect();
    if !silent.is_empty() {
        bail!("not refused, or not with our reason: {}; clippy printed:\n{printed}", silent.join(", "));
    }
    Ok(format!("{} bans, each broken in a copy of the core and refused with its reason", bans.len()))
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

impl Ban {
    /// Returns the path as code names it.
    fn named(&self) -> String {
        let arguments = ARGUMENTS.iter().find(|(path, _)| *path == self.path);
        arguments.map_or_else(|| self.path.clone(), |(path, arguments)| format!("{path}::<{arguments}>"))
    }
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
}
