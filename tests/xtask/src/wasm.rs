//! WebAssembly: Rust's standard library for it, and the command-line tool that generates JavaScript for a module.

mod compiler;
mod from_source;
mod library;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::console::{say, seconds};
use crate::process;
pub(crate) use crate::wasm::compiler::TARGET;
pub(crate) use crate::wasm::library::{library_sources, standard_library};
use crate::workspace::Workspace;

const CLI: &str = "wasm-bindgen";
const TEST_RUNNER: &str = "wasm-bindgen-test-runner";

/// The command-line tool of wasm-bindgen, of exactly the crate's version.
#[derive(Debug)]
pub(crate) struct WasmBindgen {
    pub(crate) cli: PathBuf,
    /// The program that runs, in Node, the tests of a crate compiled to WebAssembly.
    pub(crate) test_runner: PathBuf,
    pub(crate) version: String,
}

/// Finds the tool: the one on PATH if it has the version, the one installed earlier, or a new one below the target
/// folder.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<WasmBindgen> {
    let manifest = std::fs::read_to_string(workspace.root.join("Cargo.toml"))?;
    let version = pinned(&manifest)?;
    let root = workspace.scratch().join("tools");
    let private = root.join("bin");
    let on_path = process::on_path(CLI).and_then(|path| path.parent().map(Path::to_owned));
    for folder in on_path.into_iter().chain([private.clone()]) {
        let tool = tool(&folder, &version);
        if is_version(&tool.cli, CLI, &version) && is_version(&tool.test_runner, TEST_RUNNER, &version) {
            return Ok(tool);
        }
    }
    say(&format!(
        "{CLI} {version}: compiling it into {} (it refuses other versions of the crate)",
        workspace.relative(&private).display()
    ));
    let start = Instant::now();
    let build = root.join("build");
    let mut install = workspace.cargo();
    install.args(["install", "--quiet", "wasm-bindgen-cli", "--force", "--version", &format!("={version}")]);
    install.args(["--bin", CLI, "--bin", TEST_RUNNER]);
    install.arg("--root").arg(&root).arg("--target-dir").arg(&build);
    // It runs for seconds per day: optimising it would take more time than it saves.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    process::run(&mut install)?;
    let tool = tool(&private, &version);
    if !is_version(&tool.cli, CLI, &version) {
        bail!("cargo installed {CLI}, but {} is not {version}", tool.cli.display());
    }
    std::fs::remove_dir_all(&build).context("cannot remove the build folder of the tool")?;
    say(&format!("{CLI} {version}: made in {}", seconds(start.elapsed())));
    Ok(tool)
}

fn tool(folder: &Path, version: &str) -> WasmBindgen {
    let program = |name: &str| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    WasmBindgen { cli: program(CLI), test_runner: program(TEST_RUNNER), version: version.to_owned() }
}

/// Returns whether a program prints `NAME VERSION`, perhaps with more after it.
fn is_version(program: &Path, name: &str, version: &str) -> bool {
    process::capture(Command::new(program).arg("--version"))
        .is_ok_and(|output| output.split_whitespace().take(2).eq([name, version]))
}

/// Returns the version of the crate that the root manifest pins with `=`.
fn pinned(manifest: &str) -> Result<String> {
    let manifest: toml::Table = manifest.parse().context("Cargo.toml is not TOML")?;
    let entry = manifest
        .get("workspace")
        .and_then(|table| table.get("dependencies")?.get(CLI))
        .with_context(|| format!("the root Cargo.toml has no `{CLI}` in [workspace.dependencies]"))?;
    let version = entry.as_str().or_else(|| entry.get("version")?.as_str()).unwrap_or_default();
    let Some(version) = version.strip_prefix('=') else {
        bail!("the root Cargo.toml asks for {CLI} `{version}`; it must be pinned: `=1.2.3`");
    };
    Ok(version.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crates_version_is_pinned() {
        let of = |entry: &str| pinned(&format!("[workspace.dependencies]\n{entry}\n"));
        assert_eq!(of("wasm-bindgen = '=0.2.130'").unwrap(), "0.2.130");
        assert_eq!(of("wasm-bindgen = { version = '= 0.2.130' }").unwrap(), "0.2.130");
        assert!(of("wasm-bindgen = '0.2'").unwrap_err().to_string().contains("pinned"));
        assert!(of("").is_err());
        assert!(pinned(include_str!("../../../Cargo.toml")).is_ok());
    }
}
