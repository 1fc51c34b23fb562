//! The form of the files that are not Rust: ruff for Python, prettier for TypeScript and JavaScript, ktlint for Kotlin.
//!
//! Swift has none here: the toolchain that Debian has comes without swift-format.

use std::process::Command;

use super::seen::{SKIPPED, Seen};
use crate::kotlin::Maven;
use crate::node::{Node, PACKAGE};
use crate::process;
use crate::python::{self, Python};
use crate::workspace::Workspace;

/// The endings that prettier checks.
const SCRIPTS: [&str; 4] = [".ts", ".mts", ".cts", ".mjs"];
/// Projects that others made: their form is theirs.
const FOREIGN: &str = "bindings-wasm/tests/next/";

pub(super) fn python(workspace: &Workspace) -> Seen {
    let files = ending(workspace, &[".py", ".pyi"])?;
    let environment = python::environment(workspace, &Python::find()?, python::BUILD)?;
    let ruff = |task: &[&str]| {
        let mut command = environment.command(workspace);
        command.args(["-m", "ruff"]).args(task).arg("--quiet").args(&files);
        process::run(&mut command)
    };
    ruff(&["format", "--check"])?;
    ruff(&["check"])?;
    Ok(format!("{} files", files.len()))
}

pub(super) fn scripts(workspace: &Workspace) -> Seen {
    let files = ending(workspace, &SCRIPTS)?;
    let node = Node::find()?;
    node.install(workspace, PACKAGE)?;
    let prettier = workspace.root.join(PACKAGE).join("node_modules/prettier/bin/prettier.cjs");
    let mut command: Command = node.command(workspace);
    process::run(command.arg(prettier).args(["--check", "--log-level", "warn"]).args(&files))?;
    Ok(format!("{} files", files.len()))
}

/// The folder of the Kotlin that is generated: its form is that of its generator.
const GENERATED: &str = "/src/main/generated/";

pub(super) fn kotlin(workspace: &Workspace) -> Seen {
    let Some(maven) = Maven::find(workspace)? else { return Ok(format!("{SKIPPED}: there is no Maven")) };
    let files: Vec<String> =
        ending(workspace, &[".kt"])?.into_iter().filter(|file| !file.contains(GENERATED)).collect();
    let jar = maven.ktlint(workspace)?;
    let mut command = Command::new("java");
    command.current_dir(&workspace.root).arg("-jar").arg(jar).args(["--log-level=error", "--relative"]);
    process::run(command.args(&files))?;
    Ok(format!("{} files", files.len()))
}

fn ending(workspace: &Workspace, endings: &[&str]) -> anyhow::Result<Vec<String>> {
    let files = workspace.files()?.into_iter();
    Ok(files
        .filter(|file| !file.starts_with(FOREIGN) && endings.iter().any(|ending| file.ends_with(ending)))
        .collect())
}
