//! Checks that the packages for other platforms compile, as far as this machine can: it checks types and links
//! nothing.

use anyhow::Result;

use super::seen::{SKIPPED, Seen};
use crate::console::or_skipped;
use crate::workspace::Workspace;
use crate::{cargo, process, rustup};

/// The targets, with a replacement for the platform's SDK, which a check of types does not need.
pub(crate) const PLATFORMS: [(&str, Option<(&str, &str)>); 2] =
    [("x86_64-pc-windows-gnu", None), ("aarch64-apple-darwin", Some(("SDKROOT", "/")))];

/// The crates that are checked. `ring` compiles C, which only linking needs: `true` replaces its compiler.
const CRATES: [&str; 4] = ["senders-core", "senders-emulator", "senders-mobile", "senders-python"];

pub(super) fn compile(workspace: &Workspace) -> Seen {
    for (target, _) in PLATFORMS {
        if or_skipped(add(target), "compiling for other platforms")?.is_none() {
            return Ok(format!("{SKIPPED}: there is no standard library for {target}"));
        }
    }
    for (target, sdk) in PLATFORMS {
        let mut check = workspace.cargo("check --target");
        check.arg(target).args(cargo::packages(&CRATES));
        let suffix = target.replace('-', "_");
        check.env(format!("CC_{suffix}"), "true").env(format!("AR_{suffix}"), "true");
        process::run(check.env("PYO3_NO_PYTHON", "1").envs(sdk))?;
    }
    Ok(PLATFORMS.map(|(target, _)| target).join(", "))
}

/// Makes sure that the toolchain has the target's standard library.
pub(crate) fn add(target: &str) -> Result<()> {
    rustup::add("target", target, &format!("{target}/lib"))
}
