//! `cargo xtask test`: every test, with its suite's time, a table, and one closing line.

mod python;
mod report;
mod rust;
mod shared;
mod wasm;

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::{Args, ValueEnum};

pub(crate) use shared::{EMULATOR, RUNNER, WASM};
use shared::{NATIVE, Run, counted};

use crate::cargo::{self, Built};
use crate::console::{heading, is_ci, warn};
use crate::counts::{Counts, Runner};
use crate::node::{self, Node};
use crate::package::{Installed, LANGUAGES, Language};
use crate::python::Python;
use crate::test::report::Report;
use crate::workspace::Workspace;
use crate::{kotlin, setup};

/// Every crate with tests; those of the tasks and of the benchmark have no suite.
const CRATES: [&str; 9] =
    ["senders-core", EMULATOR, RUNNER, WASM, JSON, MOBILE, "senders-bench", "xtask", NATIVE];
/// The part of the core that reads responses, a separate crate so that it is compiled for speed.
const JSON: &str = "senders-json";
/// The native half of the Kotlin and Swift packages.
const MOBILE: &str = "senders-mobile";
/// The programs that the tests of the packages run.
const PROGRAMS: [&str; 2] = [EMULATOR, RUNNER];

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

/// The crates, the languages whose drivers run the vectors, and the languages whose packages are tested.
type Plan = (&'static [&'static str], &'static [Language], &'static [Language]);

/// Returns the plan of a suite, or of all of them.
const fn plan(suite: Option<Suite>) -> Plan {
    match suite {
        None => (&CRATES, &LANGUAGES, &LANGUAGES),
        Some(Suite::Core) => (&["senders-core"], &[], &[]),
        Some(Suite::Emulator) => (&[EMULATOR], &[], &[]),
        Some(Suite::Conformance) => (&[RUNNER], &LANGUAGES, &[]),
        Some(Suite::Python) => (&[NATIVE], &[], &[Language::Python]),
        Some(Suite::Wasm) => (&[WASM, JSON], &[Language::Node], &[Language::Node]),
        Some(Suite::Kotlin) => (&[MOBILE], &[Language::Kotlin], &[Language::Kotlin]),
        Some(Suite::Swift) => (&[], &[Language::Swift], &[Language::Swift]),
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut report = Report::default();
    // A task that stopped half-way has failed, and still ends with its closing line.
    if let Err(error) = suites(workspace, options, &mut report) {
        report.broke(&error);
    }
    Ok(report.close())
}

fn suites(workspace: &Workspace, options: &Options, report: &mut Report) -> Result<()> {
    let (crates, vectors, packages) = plan(options.suite);
    let needs = |language| vectors.contains(&language) || packages.contains(&language);
    // Missing programs are reported now, not after minutes.
    setup::compiler()?;
    let python = needs(Language::Python).then(Python::find).transpose()?;
    if needs(Language::Node) {
        Node::find()?;
    }
    let built = match options.suite {
        None => report.timed("compiling the tests", || build_all(workspace, python.as_ref())),
        Some(_) if vectors.is_empty() && packages.is_empty() => Ok(Built::default()),
        // Not together with the tests: cargo would choose other features for them than for the tests alone, and
        // compile them twice.
        Some(_) => report.timed("compiling the emulator and the runner of the vectors", || {
            cargo::programs(workspace, &PROGRAMS, &PROGRAMS, false)
        }),
    };
    let built = built.map_err(|error| report.broke(&error)).unwrap_or_default();
    if let Err(error) = test_crates(workspace, report, crates, python.as_ref()) {
        report.broke(&error);
    }
    if matches!(options.suite, None | Some(Suite::Conformance)) {
        report.step("vectors: core", || {
            let mut runner = Command::new(built.program(RUNNER)?);
            counted(runner.args(["--driver", "core"]).current_dir(&workspace.root), Runner::Plain)
        });
    }
    let run = Run { workspace, built, bundlers: options.bundlers || is_ci() };
    for language in LANGUAGES.into_iter().filter(|language| needs(*language)) {
        // If one package cannot be built, the tests of the others run nevertheless.
        match report.timed(&format!("{language:?}: building the package"), || install(workspace, language)) {
            Err(error) => report.broke(&error),
            Ok(None) => report.add(&format!("{language:?}"), Counts::skipped(1)),
            Ok(Some(package)) => {
                if vectors.contains(&language) {
                    report.step(&format!("vectors: {language:?}"), || {
                        let mut runner = Command::new(run.built.program(RUNNER)?);
                        drive(workspace, &package, &mut runner)?;
                        counted(runner.current_dir(&workspace.root), Runner::Plain)
                    });
                }
                if packages.contains(&language) {
                    test(&run, report, &package);
                    report.step(&format!("README: the quickstart in {language:?}"), || {
                        run.readme(language, |sources| Ok(package.examples(workspace, "readme", sources)?.0))
                    });
                }
            }
        }
    }
    Ok(())
}

/// Builds and installs a package with everything that its tests need; `None`, after a warning, if the machine lacks a
/// tool.
fn install(workspace: &Workspace, language: Language) -> Result<Option<Installed>> {
    let package = Installed::new(workspace, language, "test")?;
    match &package {
        Some(Installed::Python { python, environment, .. }) => {
            python::prepare(workspace, python, environment)?;
        }
        Some(Installed::Kotlin(maven)) => maven.prepare(workspace)?,
        Some(Installed::Swift { swift, .. }) => swift.build(workspace)?,
        Some(Installed::Node { .. }) | None => {}
    }
    Ok(package)
}

/// Adds to the command of the vectors' runner how it drives a package.
fn drive(workspace: &Workspace, package: &Installed, runner: &mut Command) -> Result<()> {
    runner.arg("--driver");
    match package {
        Installed::Python { environment, .. } => {
            runner.args(["python", "--python"]).arg(environment.python())
        }
        Installed::Node { project, .. } => {
            runner.arg("node").env("SENDERS_PACKAGE", project.join(node::INSTALLED))
        }
        Installed::Kotlin(maven) => runner.args(["kotlin", "--class-path", &maven.class_path(workspace)?]),
        Installed::Swift { swift, .. } => {
            let driver = swift.driver(workspace);
            runner.arg("swift");
            for word in std::iter::once(driver.get_program()).chain(driver.get_args()) {
                runner.arg("--swift").arg(word);
            }
            runner.envs(driver.get_envs().filter_map(|(name, value)| Some((name, value?))))
        }
    };
    Ok(())
}

/// Runs the tests of a package.
fn test(run: &Run<'_>, report: &mut Report, package: &Installed) {
    match package {
        Installed::Python { python, environment, .. } => python::test(run, report, python, environment),
        Installed::Node { node, project, tarball } => {
            wasm::Packed { node, tarball, project }.test(run, report)
        }
        Installed::Kotlin(maven) => report.step("kotlin: JUnit through Maven", || {
            let mut maven = maven.command(&run.workspace.root.join(kotlin::PACKAGE), "test");
            run.name_emulator(&mut maven);
            counted(&mut maven, Runner::Maven)
        }),
        Installed::Swift { swift, .. } => report.step("swift: tests", || {
            let mut tests = swift.test(run.workspace);
            run.name_emulator(&mut tests);
            counted(&mut tests, Runner::Swift)
        }),
    }
}

/// Builds every crate's tests, and the programs that the other suites run, in one build.
pub(crate) fn build_all(workspace: &Workspace, python: Option<&Python>) -> Result<Built> {
    cargo::programs(workspace, &testable(&CRATES, python), &PROGRAMS, true)
}

/// Returns the crates whose tests can be linked: without Python's library those of the native half cannot.
fn testable(crates: &[&'static str], python: Option<&Python>) -> Vec<&'static str> {
    let is_linked = python.is_some_and(|python| python.library.is_some());
    crates.iter().copied().filter(|name| is_linked || *name != NATIVE).collect()
}

/// Runs the tests of crates.
fn test_crates(
    workspace: &Workspace,
    report: &mut Report,
    crates: &[&'static str],
    python: Option<&Python>,
) -> Result<()> {
    let testable = testable(crates, python);
    if testable.len() < crates.len() {
        warn(format!(
            "SKIPPED: the tests of {NATIVE} link Python's library, which this Python has not. \
             On Debian or Ubuntu: apt-get install libpython3-dev. The wheel's own tests still run it"
        ));
        report.add(NATIVE, Counts::skipped(1));
    }
    if testable.is_empty() {
        return Ok(());
    }
    heading(format!("Rust tests: {}", testable.join(", ")));
    let library = python.and_then(|python| python.library.as_deref());
    report.rows.extend(rust::test(workspace, &testable, library)?);
    Ok(())
}
