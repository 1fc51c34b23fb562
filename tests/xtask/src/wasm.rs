//! WebAssembly: Rust's standard library for it, and the command-line tool that generates JavaScript for a module.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use fs_err as fs;

use crate::console::{making, warn};
use crate::process;
use crate::rustup;
use crate::workspace::Workspace;

/// The target of the npm package's module.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const CLI: &str = "wasm-bindgen";
const TEST_RUNNER: &str = "wasm-bindgen-test-runner";

/// Makes sure that the active toolchain can compile to WebAssembly.
pub(crate) fn standard_library() -> Result<()> {
    rustup::add("target", TARGET, &format!("{TARGET}/lib"))
}

/// Makes sure that the toolchain has the sources of its standard library, which the npm package compiles for size.
/// Without them the package is built nevertheless, but larger, and the check of its sizes reports it.
pub(crate) fn library_sources() {
    if let Err(error) = rustup::add("component", "rust-src", "src/rust/library/Cargo.lock") {
        warn(format!("{error:#}: the npm package comes out about a sixth larger than it is published"));
    }
}

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
    let version = pinned(workspace)?;
    let root = workspace.scratch().join("tools");
    let private = root.join("bin");
    let on_path = process::on_path(CLI).and_then(|path| path.parent().map(Path::to_owned));
    let find = |folder: PathBuf| {
        let program = |name: &str| {
            let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            let output = process::capture(Command::new(&path).arg("--version")).ok()?;
            output.split_whitespace().take(2).eq([name, version.as_str()]).then_some(path)
        };
        let (cli, test_runner) = (program(CLI)?, program(TEST_RUNNER)?);
        Some(WasmBindgen { cli, test_runner, version: version.clone() })
    };
    if let Some(tool) = on_path.into_iter().chain([private.clone()]).find_map(find) {
        return Ok(tool);
    }
    let build = root.join("build");
    let mut install = workspace.cargo("install --quiet wasm-bindgen-cli --force");
    install.args(["--version", &format!("={version}"), "--bin", CLI, "--bin", TEST_RUNNER]);
    install.arg("--root").arg(&root).arg("--target-dir").arg(&build);
    // It runs for seconds per day: optimising it would take more time than it saves.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    let place = workspace.relative(&private);
    making(
        &format!("{CLI} {version}: compiling it into {place} (it refuses other versions of the crate)"),
        || {
            process::run(&mut install)?;
            Ok(fs::remove_dir_all(&build)?)
        },
    )?;
    find(private).with_context(|| format!("cargo installed {CLI}, but not {version}"))
}

/// Returns the version of the crate, which the root manifest pins with `=`.
fn pinned(workspace: &Workspace) -> Result<String> {
    let mut dependencies = workspace.packages.iter().flat_map(|package| &package.dependencies);
    let found = dependencies.find(|dependency| dependency.name == CLI);
    let asked = found.with_context(|| format!("no crate needs {CLI}"))?.req.to_string();
    let version = asked.strip_prefix('=');
    Ok(version.with_context(|| format!("{CLI} `{asked}` must be pinned: `=1.2.3`"))?.to_owned())
}
