//! The tests of the npm package: always of the packed tarball in a fresh project, never of the source tree.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::report::Report;
use super::shared::{Run, WASM, counted, counted_or_one, one};
use crate::console::warn;
use crate::counts::{Counts, Runner};
use crate::node::{self, Node};
use crate::process::words;
use crate::{chromium, stamp, wasm};

/// The folder of the tests in Node, with those below that need a browser, and those that build programs with bundlers
/// and frameworks, which takes minutes.
const TESTS: &str = "bindings-wasm/tests";
const BROWSER: [&str; 1] = ["bindings-wasm/tests/browser"];
const BUNDLERS: [&str; 2] = ["bindings-wasm/tests/bundlers", "bindings-wasm/tests/next"];
/// The project that has the runtimes other than Node and browsers.
const RUNTIMES: &str = "bindings-wasm/tests/runtimes";

/// The packed package, in a fresh project.
#[derive(Debug)]
pub(crate) struct Packed<'a> {
    pub(crate) node: &'a Node,
    pub(crate) tarball: &'a Path,
    /// The folder of the project.
    pub(crate) project: &'a Path,
}

impl Packed<'_> {
    /// Runs every test of the package.
    pub(crate) fn test(&self, run: &Run<'_>, report: &mut Report) {
        let workspace = run.workspace;
        report.step("npm: the core as WebAssembly, in Node", || {
            wasm::standard_library()?;
            let bindgen = wasm::wasm_bindgen(workspace)?;
            let mut cargo = workspace.cargo("test --test core_in_wasm --package");
            cargo.args([WASM, "--target", wasm::TARGET]).env("CARGO_TERM_COLOR", "never");
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen.test_runner);
            counted(&mut cargo, Runner::Cargo)
        });
        report.step("npm: tests in Node", || {
            self.node.install(workspace, RUNTIMES)?;
            self.run_tests(run, &tests_in(run, &[TESTS])?, None)
        });
        report.step("npm: tests in Chromium", || {
            let files = tests_in(run, &BROWSER)?;
            let Some(browser) = chromium::ready()? else { return Ok(Counts::skipped(files.len())) };
            self.install(run, |folder| !is_below(folder, &BUNDLERS))?;
            self.run_tests(run, &files, Some(browser))
        });
        report.step("npm: bundlers, frameworks and test runners", || {
            let files = tests_in(run, &BUNDLERS)?;
            if !run.bundlers {
                warn(
                    "SKIPPED: the npm package in bundlers and frameworks, which takes minutes. \
                     `cargo xtask test wasm --bundlers` runs them, as CI does",
                );
                return Ok(Counts::skipped(files.len()));
            }
            let browser = chromium::ready()?;
            self.install(run, |folder| is_below(folder, &BUNDLERS) || is_below(folder, &BROWSER))?;
            self.run_tests(run, &files, browser)
        });
        report.step("npm: types, exports and documentation", || self.run_checks(run));
        report.step("npm: memory over many calls", || {
            counted_or_one(self.command(run).arg("bindings-wasm/tests/leak.mjs"))
        });
        report.step("emulator: the official npm library", || {
            let mut peer = self.command(run);
            peer.arg("tests/e2e/twilio_peer.mjs");
            run.peer(peer)
        });
    }

    /// Returns a command for Node with the paths that the tests of the package need.
    fn command(&self, run: &Run<'_>) -> Command {
        let mut command = self.node.command(run.workspace);
        self.environment(run, &mut command);
        command
    }

    fn environment(&self, run: &Run<'_>, command: &mut Command) {
        command
            .env("SENDERS_TARBALL", self.tarball)
            .env("SENDERS_PACKAGE", self.project.join(node::INSTALLED));
        command.env("NODE_PATH", run.workspace.root.join(node::PACKAGE).join("node_modules"));
        run.name_emulator(command);
    }

    /// Runs files with Node's test runner.
    fn run_tests(&self, run: &Run<'_>, files: &[String], browser: Option<PathBuf>) -> Result<Counts> {
        let mut command = self.command(run);
        command.envs(browser.map(|browser| (chromium::VARIABLE, browser)));
        // No single test takes this long: a test that hangs prints its name, and ends.
        command.args(words("--test --test-reporter=spec --test-timeout=300000")).args(files);
        counted(&mut command, Runner::Node)
    }

    /// Runs the scripts of the manifests that check the package beside them: `check`, all whose names begin with
    /// `check:`, and `docs`, in which every warning is an error.
    fn run_checks(&self, run: &Run<'_>) -> Result<Counts> {
        let mut counts = Counts::default();
        for folder in node::folders_with_lock(run.workspace)? {
            let manifest: Value =
                serde_json::from_str(&run.workspace.read(&format!("{folder}/package.json"))?)
                    .context("package.json is not JSON")?;
            let scripts = manifest.get("scripts").and_then(Value::as_object).into_iter().flatten();
            let is_check = |name: &str| matches!(name, "check" | "docs") || name.starts_with("check:");
            for (script, _) in scripts.filter(|(name, _)| is_check(name)) {
                self.node.install(run.workspace, &folder)?;
                println!("{folder}: npm run {script}");
                let mut npm = self.node.npm(&run.workspace.root.join(&folder), "run --silent");
                self.environment(run, &mut npm);
                counts += one(npm.arg(script));
            }
        }
        Ok(counts.judged(true))
    }

    /// Installs the dev dependencies of the folders that are needed.
    fn install(&self, run: &Run<'_>, is_needed: impl Fn(&str) -> bool) -> Result<()> {
        for folder in node::folders_with_lock(run.workspace)?.iter().filter(|folder| is_needed(folder)) {
            self.node.install(run.workspace, folder)?;
        }
        Ok(())
    }
}

fn is_below(folder: &str, above: &[&str]) -> bool {
    above.iter().any(|above| Path::new(folder).starts_with(above))
}

/// Returns the files `*.test.mjs` of folders, in order.
fn tests_in(run: &Run<'_>, folders: &[&str]) -> Result<Vec<String>> {
    let mut tests = Vec::new();
    for folder in folders {
        let before = tests.len();
        let is_test = |file: &String| {
            file.ends_with(".test.mjs") && Path::new(file).parent() == Some(Path::new(folder))
        };
        tests.extend(stamp::files(&run.workspace.root, &[folder])?.into_iter().filter(is_test));
        ensure!(tests.len() > before, "no file in {folder} ends with .test.mjs");
    }
    Ok(tests)
}
