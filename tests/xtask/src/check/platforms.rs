//! Checks that the packages for other platforms compile, as far as this machine can: it checks types and links
//! nothing.

use std::process::Command;

use anyhow::{Result, bail};

use super::seen::{SKIPPED, Seen};
use crate::process;
use crate::test::NATIVE;
use crate::workspace::Workspace;

/// The targets, with a replacement for the platform's SDK, which a check of types does not need.
const PLATFORMS: [(&str, &[(&str, &str)]); 2] =
    [("x86_64-pc-windows-gnu", &[]), ("aarch64-apple-darwin", &[("SDKROOT", "/")])];

/// The crates that are checked. `ring` compiles C, which only linking needs: `true` replaces its compiler.
const CRATES: [&str; 4] = ["senders-core", "senders-emulator", "senders-mobile", NATIVE];

pub(super) fn compile(workspace: &Workspace) -> Seen {
    for (target, _) in PLATFORMS {
        if let Err(error) = add(target) {
            if std::env::var_os("CI").is_some() {
                return Err(error);
            }
            return Ok(format!("{SKIPPED}: {error:#}"));
        }
    }
    for (target, sdk) in PLATFORMS {
        let mut cargo = workspace.cargo();
        cargo.args(["check", "--target", target]).args(CRATES.iter().flat_map(|name| ["--package", *name]));
        let suffix = target.replace('-', "_");
        cargo.env(format!("CC_{suffix}"), "true").env(format!("AR_{suffix}"), "true");
        process::run(cargo.env("PYO3_NO_PYTHON", "1").envs(sdk.iter().copied()))?;
    }
    Ok(PLATFORMS.map(|(target, _)| target).join(", "))
}

/// Makes sure that the toolchain has the target's standard library.
pub(crate) fn add(target: &str) -> Result<()> {
    if !process::is_on_path("rustup") {
        bail!("only rustup can add the standard library for {target}, and there is no rustup");
    }
    let installed = process::capture(Command::new("rustup").args(["target", "list", "--installed"]))?;
    if installed.lines().any(|line| line == target) {
        return Ok(());
    }
    process::run(Command::new("rustup").args(["target", "add", target]))
}

/// Returns the targets that `cargo xtask setup` installs.
pub(crate) fn targets() -> impl Iterator<Item = &'static str> {
    PLATFORMS.iter().map(|(target, _)| *target)
}
