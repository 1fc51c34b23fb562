//! The tests of the Python package: always of the built wheel in a fresh environment, never of the source tree.

use anyhow::{Result, ensure};

use super::report::Report;
use super::shared::{Run, counted, one};
use crate::cargo;
use crate::counts::Runner;
use crate::python::{self, Environment, Python};
use crate::workspace::Workspace;

/// Adds the tools of the tests to a fresh environment, and makes sure that the tests import the wheel in it.
pub(crate) fn prepare(workspace: &Workspace, python: &Python, environment: &Environment) -> Result<()> {
    environment.add(workspace, &python::environment(workspace, python, python::TEST)?)?;
    let installed = environment.ask(workspace, "import senders; print(senders.__file__)")?;
    let packages = environment.packages(workspace)?;
    ensure!(
        installed.starts_with(&packages),
        "`import senders` finds {installed}, not the wheel in {packages}"
    );
    Ok(())
}

pub(crate) fn test(run: &Run<'_>, report: &mut Report, python: &Python, environment: &Environment) {
    let workspace = run.workspace;
    let command = |line: &str| environment.command(workspace, line);
    report.step("python: pytest", || {
        let mut pytest =
            command("-m pytest bindings-python/tests -p no:cacheprovider --color=no --durations=5");
        // A test that hangs prints its stack, and ends.
        pytest.args(["-o", "faulthandler_timeout=300", "-o", "faulthandler_exit_on_timeout=true"]);
        run.name_emulator(&mut pytest);
        // Only the reader of responses, for a comparison with other readers.
        let wire = "build --package senders-python --features wire --lib";
        pytest.env("SENDERS_WIRE", cargo::build(&mut workspace.cargo(wire))?.library()?);
        counted(&mut pytest, Runner::Pytest)
    });
    report.step("python: mypy --strict on the examples", || {
        let mut mypy = command("-m mypy --strict bindings-python/examples --cache-dir");
        Ok(one(mypy.arg(workspace.scratch().join("mypy"))))
    });
    report.step("python: stubtest on the installed package", || {
        let mut stubtest = command("-m mypy.stubtest senders --allowlist");
        stubtest.arg(workspace.root.join("bindings-python/tests/stubtest-allowlist.txt"));
        // It leaves its cache in its folder.
        Ok(one(stubtest.current_dir(workspace.scratch())))
    });
    report.step("emulator: the official helper library", || {
        let peer = python::environment(workspace, python, python::PEER)?;
        run.peer(peer.command(workspace, "tests/e2e/twilio_peer.py"))
    });
}
