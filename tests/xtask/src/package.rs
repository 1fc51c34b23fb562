//! `cargo xtask package`: the files that users install, in `dist/`.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use crate::console::{heading, say, size};
use crate::kotlin::Maven;
use crate::node::{self, Node};
use crate::python::{self, Python};
use crate::workspace::Workspace;
use crate::{process, setup, stamp, swift};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One package only
    package: Option<Name>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    Python,
    Npm,
    Kotlin,
    Swift,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if matches!(options.package, Some(Name::Python) | None) {
        wheel(workspace, &setup::tools()?)?;
    }
    if matches!(options.package, Some(Name::Npm) | None) {
        let (node, _) = npm(workspace)?;
        sizes(workspace, &node)?;
    }
    if matches!(options.package, Some(Name::Kotlin) | None)
        && let Some(maven) = Maven::find(workspace)?
    {
        into_dist(workspace, &maven.package(workspace)?)?;
    }
    if matches!(options.package, Some(Name::Swift) | None) {
        swift(workspace)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the Swift package with this machine's native library, into a folder and, packed, into `dist/`.
///
/// This needs no Swift: except the library, the package is source code.
pub(crate) fn swift(workspace: &Workspace) -> Result<(PathBuf, PathBuf)> {
    heading("the Swift package, with the native library of this machine");
    let package = |key| workspace.packages.iter().find(|package| package.name == key);
    let version = &package("senders-mobile").context("there is no crate senders-mobile")?.version;
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let name = format!("senders-swift-{version}-{system}-{machine}");
    let aside = workspace.scratch().join("swift-package");
    let folder = aside.join(&name);
    swift::assemble(workspace, &folder)?;
    let packed = aside.join(format!("{name}.tar.gz"));
    process::run(Command::new("tar").arg("-czf").arg(&packed).arg("-C").arg(&aside).arg(&name))?;
    Ok((folder, into_dist(workspace, &packed)?))
}

/// Builds the wheel into `dist/`. If its sources are unchanged, cargo compiles nothing and this takes seconds.
pub(crate) fn wheel(workspace: &Workspace, python: &Python) -> Result<PathBuf> {
    let manifest = workspace.root.join("bindings-python/pyproject.toml");
    if !manifest.is_file() {
        bail!(
            "the Python package cannot be built yet: there is no {}",
            workspace.relative(&manifest).display()
        );
    }
    let build = python::environment(workspace, python, python::BUILD)?;
    heading("the Python package, release build");
    // Built in another folder and moved: `dist/` never contains a wheel of an earlier version or another machine.
    let aside = workspace.scratch().join("wheel");
    if aside.exists() {
        std::fs::remove_dir_all(&aside)?;
    }
    let mut maturin = build.command(workspace);
    maturin.args([
        "-m",
        "maturin",
        "build",
        "--profile",
        "wheel",
        "--compression-level",
        "9",
        "--manifest-path",
    ]);
    maturin.arg(workspace.root.join("bindings-python/Cargo.toml"));
    maturin.arg("--interpreter").arg(build.python()).arg("--out").arg(&aside);
    process::run(&mut maturin)?;

    let built = only(&aside, "whl").context("maturin made no wheel")?;
    into_dist(workspace, &built)
}

/// The sources of the npm package, besides the compiler.
const NPM_SOURCES: [&str; 11] = [
    "core",
    "tests/emulator/src",
    "tests/emulator/Cargo.toml",
    "bindings-wasm/src",
    "bindings-wasm/npm",
    "bindings-wasm/Cargo.toml",
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

/// Builds the npm package and packs it into `dist/`, if any of its sources changed since the last time.
///
/// The built files also stay in `bindings-wasm/npm/dist`, for tasks that check them there.
pub(crate) fn npm(workspace: &Workspace) -> Result<(Node, PathBuf)> {
    let (node, bindgen) = setup::npm_tools(workspace)?;
    let folder = workspace.scratch().join("npm");
    let aside = folder.join("packed");
    let stamp = folder.join("made-from.txt");
    let made_from = || -> Result<String> {
        let rustc = process::capture(Command::new("rustc").arg("-vV"))?;
        Ok(format!("{rustc}{node}\n{}\n", stamp::of(&workspace.root, &NPM_SOURCES)?))
    };
    let is_built = workspace.root.join(node::PACKAGE).join("dist").is_dir();
    if is_built
        && let Ok(built) = only(&aside, "tgz")
        && std::fs::read_to_string(&stamp)? == made_from()?
    {
        return Ok((node, into_dist(workspace, &built)?));
    }
    heading("the npm package, release build");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&aside)?;
    let mut build = node.command(workspace);
    build.arg("bindings-wasm/npm/build.mjs").arg("--pack").arg(&aside);
    build.env("WASM_BINDGEN", &bindgen.cli).env("CARGO_TARGET_DIR", &workspace.target);
    process::run(&mut build)?;
    let built = only(&aside, "tgz")?;
    // Only now, because the build may copy files (the licences, for example) next to its sources.
    std::fs::write(&stamp, made_from()?)?;
    Ok((node, into_dist(workspace, &built)?))
}

/// Prints the sizes of the files that a page loads, against their budget.
///
/// # Errors
/// If one is over it.
pub(crate) fn sizes(workspace: &Workspace, node: &Node) -> Result<()> {
    process::run(node.command(workspace).arg("bindings-wasm/npm/sizes.mjs"))
        .context("the sizes of the npm package")
}

/// Returns the only file in a folder with that ending.
fn only(folder: &Path, ending: &str) -> Result<PathBuf> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .collect();
    match <[PathBuf; 1]>::try_from(found) {
        Ok([path]) => Ok(path),
        Err(found) => bail!("{} files end with .{ending} in {}, not one", found.len(), folder.display()),
    }
}

/// Moves a package into `dist/` and removes others of its kind.
fn into_dist(workspace: &Workspace, built: &Path) -> Result<PathBuf> {
    let dist = workspace.root.join("dist");
    std::fs::create_dir_all(&dist)?;
    for entry in std::fs::read_dir(&dist)? {
        let old = entry?.path();
        if old.extension() == built.extension() {
            std::fs::remove_file(old)?;
        }
    }
    let package = dist.join(built.file_name().context("a package without a name")?);
    std::fs::copy(built, &package)?;
    let bytes = std::fs::metadata(&package)?.len();
    say(&format!("{}: {}", workspace.relative(&package).display(), size(bytes)));
    Ok(package)
}
