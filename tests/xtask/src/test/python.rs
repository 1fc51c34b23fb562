//! The tests of the Python package: always of the built wheel in a fresh environment, never of the source tree.

use anyhow::{Context as _, Result, bail};

use super::report::Report;
use super::shared::{NATIVE, README_ADDRESS, counted, counted_or_one, one};
use crate::cargo::{self, Built};
use crate::counts::Counts;
use crate::emulator::Emulator;
use crate::python::{self, Environment, Python};
use crate::workspace::Workspace;
use crate::{package, process, readme};

/// A fresh environment with the wheel in it, besides the tools of the tests.
#[derive(Debug)]
pub(crate) struct Prepared {
    python: Python,
    pub(crate) environment: Environment,
}

pub(crate) fn prepare(workspace: &Workspace, report: &mut Report, python: Python) -> Result<Prepared> {
    report.timed("building and installing the wheel", || {
        let wheel = package::wheel(workspace, &python)?;
        let environment = python::fresh(workspace, &python, "test", &wheel)?;
        environment.add(&python::environment(workspace, &python, python::TEST)?)?;
        let installed = imported_from(workspace, &environment)?;
        let packages = environment.packages()?;
        if !installed.starts_with(packages.to_string_lossy().as_ref()) {
            bail!("`import senders` finds {installed}, not the installed wheel in {}", packages.display());
        }
        Ok(Prepared { python, environment })
    })
}

/// Returns the path of the module that the tests will import.
fn imported_from(workspace: &Workspace, environment: &Environment) -> Result<String> {
    let question = "import senders; print(senders.__file__)";
    Ok(process::capture(environment.command(workspace).args(["-c", question]))?.trim().to_owned())
}

pub(crate) fn suite(workspace: &Workspace, report: &mut Report, prepared: &Prepared, built: Option<&Built>) {
    let command = || prepared.environment.command(workspace);
    let emulator = |instant| {
        Emulator::start(built.context("the emulator was not built")?.binary("senders-emulator")?, instant)
    };

    report.step("python: pytest", || {
        let mut pytest = command();
        pytest.args([
            "-m",
            "pytest",
            "bindings-python/tests",
            "-p",
            "no:cacheprovider",
            "--color=no",
            "--durations=5",
        ]);
        // A test that hangs prints its stack, and ends.
        pytest.args(["-o", "faulthandler_timeout=300", "-o", "faulthandler_exit_on_timeout=true"]);
        if let Some(program) = built.and_then(|built| built.binary("senders-emulator").ok()) {
            pytest.env("SENDERS_EMULATOR", program);
        }
        // Only the reader of responses, for a comparison with other readers.
        pytest.env("SENDERS_WIRE", cargo::library(workspace, NATIVE, "wire")?);
        counted(pytest, Counts::from_pytest)
    });
    report.step("python: mypy --strict on the examples", || {
        let mut mypy = command();
        mypy.args(["-m", "mypy", "--strict", "--cache-dir"]).arg(workspace.scratch().join("mypy"));
        one(mypy.arg("bindings-python/examples"))
    });
    report.step("python: stubtest on the installed package", || {
        let mut stubtest = command();
        stubtest.args(["-m", "mypy.stubtest", "senders"]);
        let allowed = workspace.root.join("bindings-python/tests/stubtest-allowlist.txt");
        if allowed.is_file() {
            stubtest.arg("--allowlist").arg(allowed);
        }
        // It leaves its cache in its folder.
        one(stubtest.current_dir(workspace.scratch()))
    });
    report.step("README: the quickstart", || {
        let emulator = emulator(true)?;
        let text = std::fs::read_to_string(workspace.root.join("README.md"))?;
        let folder = workspace.scratch().join("readme");
        std::fs::create_dir_all(&folder)?;
        let mut counts = Counts::default();
        for block in readme::blocks(&text, "python") {
            let script = folder.join(format!("line-{}.py", block.line));
            std::fs::write(&script, block.code.replace(README_ADDRESS, &emulator.base_url))?;
            let mut example = command();
            emulator.environment(&mut example);
            example.arg(&script);
            counts += one(&mut example)?;
        }
        Ok(counts.judged(true))
    });
    report.step("emulator: the official helper library", || {
        let peer = python::environment(workspace, &prepared.python, python::PEER)?;
        let emulator = emulator(true)?;
        let mut command = peer.command(workspace);
        emulator.environment(&mut command);
        command.arg("tests/e2e/twilio_peer.py").arg(&emulator.base_url);
        counted_or_one(command)
    });
}
