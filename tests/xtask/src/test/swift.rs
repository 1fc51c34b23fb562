//! The tests of the Swift package: its own, and the README's quickstart through the package as it is shipped.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::report::Report;
use super::shared::{EMULATOR, README_ADDRESS, counted, one};
use crate::cargo::Built;
use crate::counts::Counts;
use crate::emulator::Emulator;
use crate::swift::{self, Project, Swift};
use crate::workspace::Workspace;
use crate::{package, readme};

/// The parts that are skipped if there is no Swift: the package's own tests, the vectors, the quickstart.
const PARTS: u64 = 3;

/// Returns the toolchain after building everything that the tests run; `None`, counted as skipped, if there is none.
pub(crate) fn prepare(workspace: &Workspace, report: &mut Report) -> Result<Option<Swift>> {
    let Some(swift) = swift::ready(workspace)? else {
        report.add("swift", Counts { skipped: PARTS, ..Counts::default() });
        return Ok(None);
    };
    report.timed("building the Swift package", || swift.build(workspace))?;
    Ok(Some(swift))
}

pub(crate) fn suite(workspace: &Workspace, report: &mut Report, swift: &Swift, built: Option<&Built>) {
    let program = || built.context("the emulator was not built")?.binary(EMULATOR);
    report.step("swift: tests", || {
        let mut command = swift.test(workspace);
        command.env(swift::EMULATOR, program()?);
        counted(command, Counts::from_swift)
    });
    report.step("README: the quickstart in Swift", || {
        let emulator = Emulator::start(program()?, true)?;
        let mut project = Project::new(workspace, "readme", &package::swift(workspace)?.0)?;
        let text = std::fs::read_to_string(workspace.root.join("README.md"))?;
        let mut names = Vec::new();
        for block in readme::blocks(&text, "swift") {
            let name = format!("line-{}", block.line);
            project.add(&name, &block.code.replace(README_ADDRESS, &emulator.base_url))?;
            names.push(name);
        }
        project.build(workspace, swift)?;
        let mut counts = Counts::default();
        for name in names {
            let mut example: Command = project.program(workspace, swift, &name);
            emulator.environment(&mut example);
            counts += one(&mut example)?;
        }
        Ok(counts.judged(true))
    });
}
