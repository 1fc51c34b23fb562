//! `cargo xtask test`: every test, with its suite's time, a table, and one closing line.

mod kotlin;
mod python;
mod report;
mod shared;
mod swift;
mod wasm;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

pub(crate) use shared::{EMULATOR, NATIVE, RUNNER, WASM};
use shared::{JSON, MOBILE, counted, drive};

use crate::cargo::{self, Built};
use crate::console::{heading, warn};
use crate::counts::Counts;
use crate::node::Node;
use crate::python::Python;
use crate::swift::Swift;
use crate::test::report::Report;
use crate::workspace::Workspace;
use crate::{chromium, setup};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One suite only
    suite: Option<Suite>,
    /// The npm package in bundlers, frameworks and test runners too, which takes minutes; CI always does it
    #[arg(long)]
    bundlers: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// The core: unit, integration and documentation tests
    Core,
    /// The emulator
    Emulator,
    /// The shared vectors, with the core and with every language's driver
    Conformance,
    /// The wheel in a fresh environment: its tests, types, the README's quickstart, the official library as a peer
    Python,
    /// The packed npm package in a fresh project: in Node and in Chromium, its types, the README's quickstart, leaks, the
    /// official library as a peer
    Wasm,
    /// The Kotlin package through Maven: JUnit, the vectors, the README's quickstart against the packed jar
    Kotlin,
    /// The Swift package: its tests, the vectors, the README's quickstart through the package as it is shipped
    Swift,
}

/// The crates whose tests need no Python; those of the tasks and of the benchmark have no suite.
const CRATES: [&str; 8] = ["senders-core", EMULATOR, RUNNER, WASM, JSON, MOBILE, "senders-bench", "xtask"];
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut report = Report::default();
    let bundlers = options.bundlers || chromium::is_ci();
    match options.suite {
        None => all(workspace, &mut report, bundlers),
        Some(Suite::Core) => single(workspace, &mut report, "senders-core"),
        Some(Suite::Emulator) => single(workspace, &mut report, EMULATOR),
        Some(Suite::Conformance) => conformance(workspace, &mut report),
        Some(Suite::Python) => python(workspace, &mut report),
        Some(Suite::Wasm) => wasm(workspace, &mut report, bundlers),
        Some(Suite::Kotlin) => kotlin(workspace, &mut report),
        Some(Suite::Swift) => swift(workspace, &mut report),
    }
    // A task that stopped half-way has failed, and still ends with its closing line.
    .unwrap_or_else(|error| report.broke(&error));
    Ok(report.close())
}

/// Builds every crate's tests, and the programs that the other suites run, in one build.
pub(crate) fn build_all(workspace: &Workspace, python: &Python) -> Result<Built> {
    cargo::build(workspace, &crates(python), &[EMULATOR, RUNNER], true)
}

fn crates(python: &Python) -> Vec<&'static str> {
    CRATES.into_iter().chain(python.library.is_some().then_some(NATIVE)).collect()
}

fn all(workspace: &Workspace, report: &mut Report, bundlers: bool) -> Result<()> {
    let python = setup::tools()?;
    // Missing programs are reported now, not after minutes.
    Node::find()?;
    let built = report.timed("compiling the tests", || build_all(workspace, &python));
    let built = built.map_err(|error| report.broke(&error)).ok();
    if built.is_some() {
        rust(workspace, report, &crates(&python), python.library.as_deref())?;
        without_library(report, &python);
    }
    drive_core(workspace, report, built.as_ref());
    // If one package cannot be built, the tests of the other one run nevertheless.
    match python::prepare(workspace, report, python) {
        Ok(prepared) => {
            drive_python(workspace, report, built.as_ref(), &prepared);
            python::suite(workspace, report, &prepared, built.as_ref());
        }
        Err(error) => report.broke(&error),
    }
    let prepared = wasm::prepare(workspace, report)?;
    drive_node(workspace, report, built.as_ref(), &prepared);
    wasm::suite(workspace, report, &prepared, built.as_ref(), bundlers);
    kotlin::suite(workspace, report, built.as_ref());
    if let Some(prepared) = swift::prepare(workspace, report)? {
        drive_swift(workspace, report, built.as_ref(), &prepared);
        swift::suite(workspace, report, &prepared, built.as_ref());
    }
    Ok(())
}

/// Warns if the native half cannot be tested by itself; the wheel's own tests still run it.
fn without_library(report: &mut Report, python: &Python) {
    if python.library.is_none() {
        warn(&format!(
            "SKIPPED: the tests of {NATIVE} link Python's library, which {python} has not. \
             On Debian or Ubuntu: apt-get install libpython3-dev"
        ));
        report.add(NATIVE, Counts { passed: 0, failed: 0, skipped: 1 });
    }
}

fn single(workspace: &Workspace, report: &mut Report, name: &str) -> Result<()> {
    setup::compiler()?;
    build_and_test(workspace, report, &[name], &[], None).map(drop)
}

/// Tests crates and builds programs of these crates. Returns the programs, also if tests fail.
fn build_and_test(
    workspace: &Workspace,
    report: &mut Report,
    crates: &[&str],
    programs: &[&str],
    library: Option<&Path>,
) -> Result<Built> {
    let built = report.timed("compiling the tests", || cargo::build(workspace, crates, programs, true))?;
    rust(workspace, report, crates, library)?;
    Ok(built)
}

fn conformance(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let python = setup::tools()?;
    let built = build_and_test(workspace, report, &[RUNNER], &[RUNNER], None)?;
    drive_core(workspace, report, Some(&built));
    match python::prepare(workspace, report, python) {
        Ok(prepared) => drive_python(workspace, report, Some(&built), &prepared),
        Err(error) => report.broke(&error),
    }
    let prepared = wasm::prepare(workspace, report)?;
    drive_node(workspace, report, Some(&built), &prepared);
    kotlin::conformance(workspace, report, Some(&built))?;
    if let Some(prepared) = swift::prepare(workspace, report)? {
        drive_swift(workspace, report, Some(&built), &prepared);
    }
    Ok(())
}

fn swift(workspace: &Workspace, report: &mut Report) -> Result<()> {
    // Before minutes of compiling: without Swift there is nothing to test.
    let Some(prepared) = swift::prepare(workspace, report)? else { return Ok(()) };
    let built = report.timed("compiling the emulator and the runner of the vectors", || {
        cargo::build(workspace, &[EMULATOR, RUNNER], &[EMULATOR, RUNNER], false)
    });
    let built = built.map_err(|error| report.broke(&error)).ok();
    drive_swift(workspace, report, built.as_ref(), &prepared);
    swift::suite(workspace, report, &prepared, built.as_ref());
    Ok(())
}

fn wasm(workspace: &Workspace, report: &mut Report, bundlers: bool) -> Result<()> {
    Node::find()?;
    build_and_test(workspace, report, &[WASM, JSON], &[], None)
        .map_or_else(|error| report.broke(&error), drop);
    // Not together with the tests: cargo would choose other features for them than for the tests alone, and compile
    // them twice.
    let programs = [EMULATOR, RUNNER];
    let built = report.timed("compiling the emulator and the runner", || {
        cargo::build(workspace, &programs, &programs, false)
    });
    let built = built.map_err(|error| report.broke(&error)).ok();
    let prepared = wasm::prepare(workspace, report)?;
    drive_node(workspace, report, built.as_ref(), &prepared);
    wasm::suite(workspace, report, &prepared, built.as_ref(), bundlers);
    Ok(())
}

fn kotlin(workspace: &Workspace, report: &mut Report) -> Result<()> {
    setup::compiler()?;
    build_and_test(workspace, report, &[MOBILE], &[], None).map_or_else(|error| report.broke(&error), drop);
    let programs = [EMULATOR, RUNNER];
    let built =
        report.timed("compiling the programs", || cargo::build(workspace, &programs, &programs, false));
    let built = built.map_err(|error| report.broke(&error)).ok();
    kotlin::suite(workspace, report, built.as_ref());
    Ok(())
}

fn python(workspace: &Workspace, report: &mut Report) -> Result<()> {
    let python = setup::tools()?;
    if python.library.is_some() {
        build_and_test(workspace, report, &[NATIVE], &[], python.library.as_deref())
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
fn rust(workspace: &Workspace, report: &mut Report, crates: &[&str], library: Option<&Path>) -> Result<()> {
    heading(&format!("Rust tests: {}", crates.join(", ")));
    for tested in cargo::test(workspace, crates, library)? {
        report.add_timed(&tested.name, tested.counts, tested.time);
    }
    Ok(())
}

fn drive_core(workspace: &Workspace, report: &mut Report, built: Option<&Built>) {
    report.step("vectors: core", || drive(workspace, built, &["--driver", "core"], None));
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
        drive(workspace, built, &["--driver", "python", "--python", interpreter], None)
    });
}

fn drive_node(workspace: &Workspace, report: &mut Report, built: Option<&Built>, prepared: &wasm::Prepared) {
    report.step("vectors: node", || {
        drive(workspace, built, &["--driver", "node"], Some(&prepared.project.package()))
    });
}

fn drive_swift(workspace: &Workspace, report: &mut Report, built: Option<&Built>, prepared: &Swift) {
    report.step("vectors: swift", || {
        let driver = prepared.driver(workspace);
        let mut command =
            Command::new(built.context("the runner of the vectors was not built")?.binary(RUNNER)?);
        command.args(["--driver", "swift"]).current_dir(&workspace.root);
        for word in std::iter::once(driver.get_program()).chain(driver.get_args()) {
            command.arg("--swift").arg(word);
        }
        command.envs(driver.get_envs().filter_map(|(name, value)| Some((name, value?))));
        counted(command, Counts::from_plain)
    });
}
