//! Code that the suites share: what they are given, and the counting of a program's tests.

use std::process::Command;

use anyhow::Result;

use crate::cargo::Built;
use crate::console::warn;
use crate::counts::{Counts, Runner};
use crate::emulator::Emulator;
use crate::package::Language;
use crate::process;
use crate::readme::{self, Source};
use crate::workspace::Workspace;

pub(crate) const EMULATOR: &str = "senders-emulator";
pub(crate) const RUNNER: &str = "senders-conformance";
/// The Rust half of the npm package.
pub(crate) const WASM: &str = "senders-wasm";
/// The native half of the Python package: its tests link Python's own library.
pub(crate) const NATIVE: &str = "senders-python";
/// The address in the README's examples; the tests replace it by the real one.
const README_ADDRESS: &str = "http://127.0.0.1:8421";

/// A run of the tests: what every suite is given.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) built: Built,
    /// Whether the tests of the npm package in bundlers and frameworks run.
    pub(crate) bundlers: bool,
}

impl Run<'_> {
    /// Sets the variable that names the emulator's program, if it was built, for tests that start one themselves.
    pub(crate) fn name_emulator(&self, command: &mut Command) {
        if let Ok(program) = self.built.program(EMULATOR) {
            command.env("SENDERS_EMULATOR", program);
        }
    }

    /// Starts an emulator in which no time passes.
    fn emulator(&self) -> Result<Emulator> {
        Emulator::start(self.built.program(EMULATOR)?, true)
    }

    /// Runs the README's examples in a language, each of which counts as one test; `make` makes programs of them.
    pub(crate) fn readme(
        &self,
        language: Language,
        make: impl FnOnce(&[Source]) -> Result<Vec<Command>>,
    ) -> Result<Counts> {
        let emulator = self.emulator()?;
        let text = self.workspace.read("README.md")?.replace(README_ADDRESS, &emulator.base_url);
        let fence = match language {
            Language::Python => "python",
            Language::Node => "js",
            Language::Kotlin => "kotlin",
            Language::Swift => "swift",
        };
        let mut sources = readme::blocks(&text, fence);
        if language == Language::Kotlin {
            // Its package has no other test of the example.
            let code = self.workspace.read(language.example().0)?;
            sources.push(Source { name: "Demo".to_owned(), code });
        }
        let mut counts = Counts::default();
        for mut example in make(&sources)? {
            emulator.environment(&mut example);
            counts += one(&mut example);
        }
        Ok(counts.judged(true))
    }

    /// Runs the official helper library against an emulator: a program that is given its address.
    pub(crate) fn peer(&self, mut command: Command) -> Result<Counts> {
        let emulator = self.emulator()?;
        emulator.environment(&mut command);
        counted_or_one(command.arg(&emulator.base_url))
    }
}

/// Runs a program that ends with lines of counts, which are added up; a program without any has failed.
pub(crate) fn counted(command: &mut Command, runner: Runner) -> Result<Counts> {
    let mut counts = Counts::default();
    let status = process::tee(command, |line| counts += runner.read(line).unwrap_or_default())?;
    Ok(counts.judged(status.success()))
}

/// Runs a program that may end with its counts; without them it counts as one test.
pub(crate) fn counted_or_one(command: &mut Command) -> Result<Counts> {
    let mut closing = None;
    let status = process::tee(command, |line| closing = Runner::Plain.read(line).or(closing))?;
    let one = if status.success() { Counts::ONE_PASSED } else { Counts::ONE_FAILED };
    Ok(closing.unwrap_or(one).judged(status.success()))
}

/// Runs a program that counts as one test.
pub(crate) fn one(command: &mut Command) -> Counts {
    process::run(command).map_or_else(
        |error| {
            warn(format!("{error:#}"));
            Counts::ONE_FAILED
        },
        |()| Counts::ONE_PASSED,
    )
}
