//! `cargo xtask package`: the files that users install, in `dist/`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use crate::console::{heading, say, size};
use crate::process;
use crate::python::{self, Python};
use crate::setup;
use crate::workspace::Workspace;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One package only
    package: Option<Name>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    Python,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let python = setup::tools()?;
    match options.package {
        Some(Name::Python) | None => wheel(workspace, &python)?,
    };
    Ok(ExitCode::SUCCESS)
}

/// Builds the wheel into `dist/`. Where its sources are unchanged cargo has nothing to compile and this takes seconds.
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
    // Built aside and moved: `dist/` never holds a wheel of an earlier version or another machine's.
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

    let built = std::fs::read_dir(&aside)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("maturin made no wheel")?;
    let dist = workspace.root.join("dist");
    std::fs::create_dir_all(&dist)?;
    for entry in std::fs::read_dir(&dist)? {
        let old = entry?.path();
        if old.extension().is_some_and(|extension| extension == "whl") {
            std::fs::remove_file(old)?;
        }
    }
    let wheel = dist.join(built.file_name().context("a wheel without a name")?);
    std::fs::copy(&built, &wheel)?;
    let bytes = std::fs::metadata(&wheel)?.len();
    say(&format!("{}: {}", workspace.relative(&wheel).display(), size(bytes)));
    Ok(wheel)
}
