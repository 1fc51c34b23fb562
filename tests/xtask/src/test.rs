//! `cargo xtask test`: every test, with its suite's time, a table, and one closing line.

mod python;
mod report;

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::cargo::{self, Built};
use crate::console::{heading, warn};
use crate::counts::Counts;
use crate::python::Python;
use crate::test::report::Report;
use crate::workspace::Workspace;
use crate::{process, setup};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One suite only
    suite: Option<Suite>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// The core: unit, integration and documentation tests
    Core,
    /// The emulator
    Emulator,
    /// The shared vectors, by the core and by every language's driver
    Conformance,
    /// The wheel in a fresh environment: its tests, types, the README's quickstart, the official library as a peer
    Python,
    /// Not built yet
    Wasm,
    /// Not built yet
    Kotlin,
    /// Not built yet
    Swift,
}

/// The crates whose tests need no Python; those of the tasks and of the benchmark belong to no suite of their own.
const CRATES: [&str; 5] = ["senders-core", EMULATOR, RUNNER, "senders-bench", "xtask"];
/// The native half of the Python package: its tests link Python's own library.
const NATIVE: &str = "senders-python";
pub(crate) const EMULATOR: &str = "senders-emulator";
pub(crate) const RUNNER: &str = "senders-conformance";

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut report = Report::default();
    match options.suite {
        None => all(workspace, &mut report),
        Some(Suite::Core) => one(workspace, &mut report, "senders-core"),
        Some(Suite::Emulator) => one(workspace, &mut report, EMULATOR),
        Some(Suite::Conformance) => conformance(workspace, &mut report),
        Some(Suite::Python) => python(workspace, &mut report),
        Some(suite @ (Suite::Wasm | Suite::Kotlin | Suite::Swift)) => {
            let name = format!("{suite:?}").to_lowercase();
            warn(&format!("the {name} package is not built yet: nothing was tested"));
            report.add(&name, Counts::ONE_FAILED);
            Ok(())
        }
    }
    // A task that broke off half-way has failed, and still ends with its closing line.
    .unwrap_or_else(|error| report.broke(&error));
    Ok(report.close())
}

/// Builds every crate's tests, and the programs that the other suites run, in one go.
pub(crate) fn build_all(workspace: &Workspace, python: &Python) -> Result<Built> {
    cargo::build(workspace, &crates(python), &[EMULATOR, RUNNER], true)
}

fn crates(python: &Python) -> Vec<&'static str> {
    CRATES.into_iter().chain(python.library.is_some().then_some(NATIVE)).collect()
}

fn all(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let python = setup::tools()?;
    let built = report.timed("compiling the tests", || build_all(workspace, &python));
    let built = built.map_err(|error| report.broke(&error)).ok();
    if let Some(built) = &built {
        rust(workspace, report, &crates(&python), built, &python)?;
        without_library(report, &python);
    }
    drive_core(workspace, report, built.as_ref());
    let prepared = python::prepare(workspace, report, python)?;
    drive_python(workspace, report, built.as_ref(), &prepared);
    python::suite(workspace, report, &prepared, built.as_ref());
    Ok(())
}

/// Says it where the native half cannot be tested by itself; the wheel's own tests still run it.
fn without_library(report: &mut Report, python: &Python) {
    if python.library.is_none() {
        warn(&format!(
            "SKIPPED: the tests of {NATIVE} link Python's library, which {python} has not. \
             On Debian or Ubuntu: apt-get install libpython3-dev"
        ));
        report.add(NATIVE, Counts { passed: 0, failed: 0, skipped: 1 });
    }
}

fn one(workspace: &Workspace, report: &mut Report, name: &str) -> Result<()> {
    build_and_test(workspace, report, &setup::tools()?, name, &[]).map(drop)
}

/// Answers what was built, also where tests fail.
fn build_and_test(
    workspace: &Workspace,
    report: &mut Report,
    python: &Python,
    name: &str,
    programs: &[&str],
) -> Result<Built> {
    let built = report.timed("compiling the tests", || cargo::build(workspace, &[name], programs, true))?;
    rust(workspace, report, &[name], &built, python)?;
    Ok(built)
}

fn conformance(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let python = setup::tools()?;
    let built = build_and_test(workspace, report, &python, RUNNER, &[RUNNER])?;
    drive_core(workspace, report, Some(&built));
    let prepared = python::prepare(workspace, report, python)?;
    drive_python(workspace, report, Some(&built), &prepared);
    Ok(())
}

fn python(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let python = setup::tools()?;
    if python.library.is_some() {
        build_and_test(workspace, report, &python, NATIVE, &[])
            .map_or_else(|error| report.broke(&error), drop);
    }
    without_library(report, &python);
    let emulator =
        report.timed("compiling the emulator", || cargo::build(workspace, &[EMULATOR], &[EMULATOR], false));
    let emulator = emulator.map_err(|error| report.broke(&error)).ok();
    let prepared = python::prepare(workspace, report, python)?;
    python::suite(workspace, report, &prepared, emulator.as_ref());
    Ok(())
}

/// Runs the tests of crates that are built.
fn rust(
    workspace: &Workspace,
    report: &mut Report,
    crates: &[&str],
    built: &Built,
    python: &Python,
) -> Result<()> {
    heading(&format!("Rust tests: {}", crates.join(", ")));
    for tested in cargo::test(workspace, crates, built, python.library.as_deref())? {
        report.add_timed(&tested.name, tested.counts, tested.time);
    }
    Ok(())
}

fn drive_core(workspace: &Workspace, report: &mut Report, built: Option<&Built>) {
    report.step("vectors: core", || drive(workspace, built, &["--driver", "core"]));
}

fn drive_python(
    workspace: &Workspace,
    report: &mut Report,
    built: Option<&Built>,
    prepared: &python::Prepared,
) {
    report.step("vectors: python", || {
        let interpreter = prepared.environment.python();
        let interpreter = interpreter.to_str().context("the path of the environment is not UTF-8")?;
        drive(workspace, built, &["--driver", "python", "--python", interpreter])
    });
}

fn drive(workspace: &Workspace, built: Option<&Built>, arguments: &[&str]) -> Result<Counts> {
    let runner = built.context("the runner of the vectors was not built")?.binary(RUNNER)?;
    let mut command = Command::new(runner);
    command.args(arguments).current_dir(&workspace.root);
    let mut counts = Counts::default();
    let status = process::tee(command, |line| {
        if let Some(closing) = Counts::from_plain(line) {
            counts = closing;
        }
    })?;
    Ok(counts.judged(status.success()))
}
