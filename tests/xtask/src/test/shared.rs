//! Code that the suites share: the names of crates, and the counting of a program's tests.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cargo::Built;
use crate::console::warn;
use crate::counts::Counts;
use crate::process;
use crate::workspace::Workspace;

/// The Rust half of the npm package.
pub(crate) const WASM: &str = "senders-wasm";
/// The part of the core that reads responses, a separate crate so that it is compiled for speed.
pub(crate) const JSON: &str = "senders-json";
/// The native half of the Kotlin and Swift packages.
pub(crate) const MOBILE: &str = "senders-mobile";
/// The native half of the Python package: its tests link Python's own library.
pub(crate) const NATIVE: &str = "senders-python";
pub(crate) const EMULATOR: &str = "senders-emulator";
pub(crate) const RUNNER: &str = "senders-conformance";
/// The address in the README's examples; the tests replace it by the real one.
pub(crate) const README_ADDRESS: &str = "http://127.0.0.1:8421";

/// Runs the vectors; `package` is where the driver finds the package it drives.
pub(super) fn drive(
    workspace: &Workspace,
    built: Option<&Built>,
    arguments: &[&str],
    package: Option<&Path>,
) -> Result<Counts> {
    let runner = built.context("the runner of the vectors was not built")?.binary(RUNNER)?;
    let mut command = Command::new(runner);
    command.args(arguments).current_dir(&workspace.root);
    if let Some(package) = package {
        command.env("SENDERS_PACKAGE", package);
    }
    counted(command, Counts::from_plain)
}

/// Runs a program that ends with lines of counts, which are added up; a program without any has failed.
pub(super) fn counted(command: Command, read: impl Fn(&str) -> Option<Counts>) -> Result<Counts> {
    let mut counts = Counts::default();
    let status = process::tee(command, |line| {
        if let Some(closing) = read(line) {
            counts += closing;
        }
    })?;
    Ok(counts.judged(status.success()))
}

/// Runs a program that may end with its counts; without them it counts as one test.
pub(super) fn counted_or_one(command: Command) -> Result<Counts> {
    let mut closing = None;
    let status = process::tee(command, |line| closing = Counts::from_plain(line).or(closing))?;
    Ok(closing
        .unwrap_or(if status.success() { Counts::ONE_PASSED } else { Counts::ONE_FAILED })
        .judged(status.success()))
}

/// Runs a program that counts as one test.
pub(super) fn one(command: &mut Command) -> Result<Counts> {
    Ok(match process::run(command) {
        Ok(()) => Counts::ONE_PASSED,
        Err(error) => {
            warn(&format!("{error:#}"));
            Counts::ONE_FAILED
        }
    })
}
