//! The form of the files that are not Rust: ruff for Python, prettier for TypeScript and JavaScript, ktlint for Kotlin.
//!
//! Swift has none here: the toolchain that Debian has comes without swift-format.

use super::seen::{SKIPPED, Seen};
use crate::kotlin::Maven;
use crate::node::{Node, PACKAGE};
use crate::process::{self, command, words};
use crate::python::{self, Python};
use crate::workspace::Workspace;

/// Files of others, whose form is theirs: projects that were copied, and Kotlin that is generated.
const FOREIGN: [&str; 2] = ["bindings-wasm/tests/next/", "/src/main/generated/"];

pub(super) fn python(workspace: &Workspace) -> Seen {
    let files = ending(workspace, &[".py", ".pyi"])?;
    let environment = python::environment(workspace, &Python::find()?, python::BUILD)?;
    for line in ["-m ruff format --check --quiet", "-m ruff check --quiet"] {
        process::run(environment.command(workspace, line).args(&files))?;
    }
    Ok(format!("{} files", files.len()))
}

pub(super) fn scripts(workspace: &Workspace) -> Seen {
    let files = ending(workspace, &[".ts", ".mts", ".cts", ".mjs"])?;
    let node = Node::find()?;
    node.install(workspace, PACKAGE)?;
    let mut prettier = node.command(workspace);
    prettier.arg(format!("{PACKAGE}/node_modules/prettier/bin/prettier.cjs"));
    process::run(prettier.args(words("--check --log-level warn")).args(&files))?;
    Ok(format!("{} files", files.len()))
}

pub(super) fn kotlin(workspace: &Workspace) -> Seen {
    let Some(maven) = Maven::find(workspace)? else { return Ok(format!("{SKIPPED}: there is no Maven")) };
    let files = ending(workspace, &[".kt"])?;
    let mut ktlint = command("java -jar");
    ktlint.arg(maven.ktlint(workspace)?).args(words("--log-level=error --relative"));
    process::run(ktlint.args(&files).current_dir(&workspace.root))?;
    Ok(format!("{} files", files.len()))
}

/// Returns our files with these endings.
fn ending(workspace: &Workspace, endings: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut files = workspace.files()?;
    files.retain(|file| {
        endings.iter().any(|ending| file.ends_with(ending))
            && !FOREIGN.iter().any(|folder| file.contains(folder))
    });
    Ok(files)
}
