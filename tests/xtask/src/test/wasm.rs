//! The tests of the npm package: always of the packed tarball in a fresh project, never of the source tree.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::report::Report;
use super::shared::{EMULATOR, README_ADDRESS, WASM, counted, counted_or_one, one};
use crate::cargo::Built;
use crate::console::{say, warn};
use crate::counts::Counts;
use crate::emulator::Emulator;
use crate::node::{self, Node, Project};
use crate::workspace::Workspace;
use crate::{chromium, package, readme, wasm};

/// The folders of the tests that need a browser.
const BROWSER: [&str; 2] = ["bindings-wasm/tests/browser", "bindings-wasm/console/tests"];
/// The folders of the tests that build programs with bundlers and frameworks, which takes minutes.
const BUNDLERS: [&str; 2] = ["bindings-wasm/tests/bundlers", "bindings-wasm/tests/next"];
/// The project that has the runtimes other than Node and browsers.
const RUNTIMES: &str = "bindings-wasm/tests/runtimes";
/// No single test takes this long: a test that hangs prints its name, and ends.
const TIME_LIMIT: &str = "--test-timeout=300000";

/// A fresh project with the packed package in it.
#[derive(Debug)]
pub(crate) struct Prepared {
    node: Node,
    tarball: PathBuf,
    pub(crate) project: Project,
}

pub(crate) fn prepare(workspace: &Workspace, report: &mut Report) -> Result<Prepared> {
    report.timed("building and installing the npm package", || {
        let (node, tarball) = package::npm(workspace)?;
        let project = node.fresh(workspace, "test", &tarball)?;
        Ok(Prepared { node, tarball, project })
    })
}

impl Prepared {
    /// Returns a command for Node with the paths that the tests of the package need.
    fn command(&self, workspace: &Workspace, built: Option<&Built>) -> Command {
        let mut command = self.node.command(workspace);
        self.environment(workspace, &mut command, built);
        command
    }

    fn environment(&self, workspace: &Workspace, command: &mut Command, built: Option<&Built>) {
        command.env("SENDERS_TARBALL", &self.tarball).env("SENDERS_PACKAGE", self.project.package());
        command.env("NODE_PATH", workspace.root.join(node::PACKAGE).join("node_modules"));
        if let Some(program) = built.and_then(|built| built.binary(EMULATOR).ok()) {
            command.env("SENDERS_EMULATOR", program);
        }
    }
}

pub(crate) fn suite(
    workspace: &Workspace,
    report: &mut Report,
    prepared: &Prepared,
    built: Option<&Built>,
    bundlers: bool,
) {
    let command = || prepared.command(workspace, built);
    let emulator = || Emulator::start(built.context("the emulator was not built")?.binary(EMULATOR)?, true);

    report.step("npm: the core as WebAssembly, in Node", || in_wasm(workspace));
    report.step("npm: tests in Node", || {
        prepared.node.install(workspace, RUNTIMES)?;
        let files = tests_in(workspace, "bindings-wasm/tests")?;
        counted(runner(command(), &files), Counts::from_node)
    });
    report.step("npm: tests in Chromium", || in_browser(workspace, prepared, &command));
    report.step("npm: bundlers, frameworks and test runners", || {
        in_bundlers(workspace, prepared, &command, bundlers)
    });
    report.step("npm: types, exports and documentation", || {
        let mut counts = Counts::default();
        for folder in node::folders_with_lock(workspace)? {
            let at = workspace.root.join(&folder);
            let scripts = checks(&std::fs::read_to_string(at.join("package.json"))?)?;
            if !scripts.is_empty() {
                prepared.node.install(workspace, &folder)?;
            }
            for script in scripts {
                say(&format!("{folder}: npm run {script}"));
                let mut npm = prepared.node.npm(&at);
                prepared.environment(workspace, &mut npm, built);
                counts += one(npm.args(["run", "--silent", &script]))?;
            }
        }
        Ok(counts.judged(true))
    });
    report.step("npm: memory over many calls", || {
        let mut leak = command();
        leak.arg("bindings-wasm/tests/leak.mjs");
        counted_or_one(leak)
    });
    report.step("README: the quickstart in JavaScript", || {
        let emulator = emulator()?;
        let text = std::fs::read_to_string(workspace.root.join("README.md"))?;
        let mut counts = Counts::default();
        for block in readme::blocks(&text, "js") {
            let code = block.code.replace(README_ADDRESS, &emulator.base_url);
            let script = prepared.project.write(&format!("line-{}.mjs", block.line), &code)?;
            let mut example = command();
            emulator.environment(&mut example);
            counts += one(example.arg(&script))?;
        }
        Ok(counts.judged(true))
    });
    report.step("emulator: the official npm library", || {
        let emulator = emulator()?;
        let mut peer = command();
        emulator.environment(&mut peer);
        peer.arg("tests/e2e/twilio_peer.mjs").arg(&emulator.base_url);
        counted_or_one(peer)
    });
}

/// Compiles the core to WebAssembly and tests it there.
fn in_wasm(workspace: &Workspace) -> Result<Counts> {
    wasm::standard_library(workspace)?;
    let bindgen = wasm::wasm_bindgen(workspace)?;
    let mut command = workspace.cargo();
    command.args(["test", "--package", WASM, "--target", wasm::TARGET, "--test", "core_in_wasm"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen.test_runner);
    command.env("CARGO_TERM_COLOR", "never");
    counted(command, Counts::from_cargo)
}

/// Runs the tests in a real browser; without one, each file is a test that was skipped.
fn in_browser(workspace: &Workspace, prepared: &Prepared, command: &impl Fn() -> Command) -> Result<Counts> {
    let mut files = Vec::new();
    for folder in BROWSER {
        if workspace.root.join(folder).is_dir() {
            files.extend(tests_in(workspace, folder)?);
        }
    }
    let Some(browser) = chromium::ready()? else {
        return Ok(Counts { skipped: files.len() as u64, ..Counts::default() });
    };
    install_where(workspace, prepared, |folder| !in_any(folder, &BUNDLERS))?;
    let mut command = command();
    command.env(chromium::VARIABLE, browser);
    counted(runner(command, &files), Counts::from_node)
}

/// Runs the tests that build programs with bundlers; if they are not requested, each file is a test that was skipped.
fn in_bundlers(
    workspace: &Workspace,
    prepared: &Prepared,
    command: &impl Fn() -> Command,
    asked: bool,
) -> Result<Counts> {
    let mut files = Vec::new();
    for folder in BUNDLERS {
        files.extend(tests_in(workspace, folder)?);
    }
    if !asked {
        warn(
            "SKIPPED: the npm package in bundlers and frameworks, which takes minutes. `cargo xtask test wasm --bundlers` runs them, as CI does",
        );
        return Ok(Counts { skipped: files.len() as u64, ..Counts::default() });
    }
    let browser = chromium::ready()?;
    install_where(workspace, prepared, |folder| in_any(folder, &BUNDLERS) || in_any(folder, &BROWSER))?;
    let mut command = command();
    if let Some(browser) = browser {
        command.env(chromium::VARIABLE, browser);
    }
    counted(runner(command, &files), Counts::from_node)
}

/// Installs the dev dependencies of the folders that are needed.
fn install_where(workspace: &Workspace, prepared: &Prepared, wanted: impl Fn(&str) -> bool) -> Result<()> {
    for folder in node::folders_with_lock(workspace)?.iter().filter(|folder| wanted(folder)) {
        prepared.node.install(workspace, folder)?;
    }
    Ok(())
}

fn in_any(folder: &str, above: &[&str]) -> bool {
    above.iter().any(|above| Path::new(folder).starts_with(above))
}

/// Returns a command for Node's test runner with these files.
fn runner(mut command: Command, files: &[PathBuf]) -> Command {
    command.args(["--test", "--test-reporter=spec", TIME_LIMIT]).args(files);
    command
}

/// Returns the files `*.test.mjs` of a folder, in order.
fn tests_in(workspace: &Workspace, folder: &str) -> Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(workspace.root.join(folder)).with_context(|| format!("cannot read {folder}"))?;
    let is_test = |name: &str| name.ends_with(".test.mjs");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_test(name))
        .collect();
    if names.is_empty() {
        bail!("no file in {folder} ends with .test.mjs");
    }
    names.sort();
    Ok(names.iter().map(|name| Path::new(folder).join(name)).collect())
}

/// Returns the scripts of a manifest that check the package beside it: `check`, all whose names begin with `check:`,
/// and `docs`, in which every warning is an error.
fn checks(manifest: &str) -> Result<Vec<String>> {
    let manifest: Value = serde_json::from_str(manifest).context("package.json is not JSON")?;
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let is_check = |name: &&String| matches!(name.as_str(), "check" | "docs") || name.starts_with("check:");
    Ok(scripts.map(|scripts| scripts.keys().filter(is_check).cloned().collect()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_are_named_so() {
        let package = r#"{"scripts": {"build": "x", "check:types": "tsc", "check:exports": "attw", "checks": "y", "docs": "z"}}"#;
        assert_eq!(checks(package).unwrap(), ["check:exports", "check:types", "docs"]);
        assert_eq!(checks(r#"{"scripts": {"check": "tsc"}}"#).unwrap(), ["check"]);
        assert_eq!(checks("{}").unwrap(), [""; 0]);
    }
}
