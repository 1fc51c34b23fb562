//! The parts that rustup adds to the active toolchain: standard libraries of targets, and sources.

use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::process::{self, command};

/// Makes sure that the active toolchain has a target or a component; `file` is below its `lib/rustlib`.
pub(crate) fn add(kind: &str, name: &str, file: &str) -> Result<()> {
    let sysroot = process::capture(&mut command("rustc --print sysroot"))?;
    let file = Path::new(sysroot.trim()).join("lib/rustlib").join(file);
    if file.exists() {
        return Ok(());
    }
    if process::on_path("rustup").is_none() {
        bail!("the toolchain lacks `{name}`, which only rustup can add, and there is no rustup");
    }
    println!("{name}: rustup adds it to the active toolchain");
    let mut rustup = command(&format!("rustup {kind} add {name}"));
    // If it cannot reach its server it would try for many minutes.
    process::run(rustup.env("RUSTUP_DOWNLOAD_TIMEOUT", "60").env("RUSTUP_MAX_RETRIES", "1"))?;
    ensure!(file.exists(), "rustup added `{name}` to another toolchain than the active one");
    Ok(())
}
