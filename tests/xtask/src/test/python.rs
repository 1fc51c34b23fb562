//! The tests of the Python package: always of the built wheel in a fresh environment, never of the source tree.

use std::process::Command;

use anyhow::{Result, bail};

use super::report::Report;
use super::shared::{Package, Run, counted, one};
use crate::counts::Runner;
use crate::python::{self, Environment, Python};
use crate::readme::scripts;
use crate::{cargo, package};

/// A fresh environment with the wheel in it, besides the tools of the tests.
#[derive(Debug)]
pub(crate) struct Prepared {
    python: Python,
    environment: Environment,
}

pub(crate) fn prepare(run: &Run<'_>) -> Result<Prepared> {
    let python = Python::find()?;
    let wheel = package::wheel(run.workspace, &python)?;
    let environment = python::fresh(run.workspace, &python, "test", &wheel)?;
    environment.add(run.workspace, &python::environment(run.workspace, &python, python::TEST)?)?;
    let installed = environment.ask(run.workspace, "import senders; print(senders.__file__)")?;
    let packages = environment.packages(run.workspace)?;
    if !installed.starts_with(&packages) {
        bail!("`import senders` finds {installed}, not the installed wheel in {packages}");
    }
    Ok(Prepared { python, environment })
}

impl Package for Prepared {
    fn drive(&self, _: &Run<'_>, runner: &mut Command) -> Result<()> {
        runner.args(["--driver", "python", "--python"]).arg(self.environment.python());
        Ok(())
    }

    fn test(&self, run: &Run<'_>, report: &mut Report) {
        let workspace = run.workspace;
        let command = |line: &str| self.environment.command(workspace, line);
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
        report.step("README: the quickstart", || {
            let folder = workspace.empty("fresh-python/readme")?;
            run.readme("python", None, |sources| scripts(&folder, "py", sources, || command("")))
        });
        report.step("emulator: the official helper library", || {
            let peer = python::environment(workspace, &self.python, python::PEER)?;
            run.peer(peer.command(workspace, "tests/e2e/twilio_peer.py"))
        });
    }
}
