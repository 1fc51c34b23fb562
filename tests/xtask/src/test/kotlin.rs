//! The tests of the Kotlin package: its own through Maven, the README's quickstart against the packed jar.

use anyhow::{Context as _, Result};

use super::report::Report;
use super::shared::{EMULATOR, README_ADDRESS, counted, drive, one};
use crate::cargo::Built;
use crate::counts::Counts;
use crate::emulator::Emulator;
use crate::kotlin::{self, Maven};
use crate::readme;
use crate::workspace::Workspace;

/// Runs them all, or reports that they were skipped.
pub(crate) fn suite(workspace: &Workspace, report: &mut Report, built: Option<&Built>) {
    let maven = match Maven::find(workspace) {
        Ok(Some(maven)) => maven,
        Ok(None) => return report.add("kotlin", Counts { skipped: 1, ..Counts::default() }),
        Err(error) => return report.broke(&error),
    };
    report.step("kotlin: JUnit through Maven", || {
        maven.prepare(workspace)?;
        let mut command = maven.command(&workspace.root.join(kotlin::PACKAGE));
        command.arg("test");
        if let Some(program) = built.and_then(|built| built.binary(EMULATOR).ok()) {
            command.env("SENDERS_EMULATOR", program);
        }
        counted(command, Counts::from_maven)
    });
    vectors(workspace, report, built, &maven);
    report.step("README and example in Kotlin, with the jar", || quickstart(workspace, built, &maven));
}

/// Runs only the vectors, or reports that they were skipped.
pub(crate) fn conformance(workspace: &Workspace, report: &mut Report, built: Option<&Built>) -> Result<()> {
    match Maven::find(workspace)? {
        Some(maven) => {
            maven.prepare(workspace)?;
            vectors(workspace, report, built, &maven);
        }
        None => report.add("vectors: kotlin", Counts { skipped: 1, ..Counts::default() }),
    }
    Ok(())
}

fn vectors(workspace: &Workspace, report: &mut Report, built: Option<&Built>, maven: &Maven) {
    report.step("vectors: kotlin", || {
        let class_path = maven.class_path(workspace)?;
        drive(workspace, built, &["--driver", "kotlin", "--class-path", &class_path], None)
    });
}

fn quickstart(workspace: &Workspace, built: Option<&Built>, maven: &Maven) -> Result<Counts> {
    let emulator = Emulator::start(built.context("the emulator was not built")?.binary(EMULATOR)?, true)?;
    let text = std::fs::read_to_string(workspace.root.join("README.md"))?;
    let mut sources: Vec<(String, String)> = readme::blocks(&text, "kotlin")
        .into_iter()
        .map(|block| {
            (format!("Line{}.kt", block.line), block.code.replace(README_ADDRESS, &emulator.base_url))
        })
        .collect();
    let demo = std::fs::read_to_string(workspace.root.join(kotlin::DEMO))?;
    sources.push(("Demo.kt".to_owned(), demo));
    let program = maven.program(workspace, "readme", &sources)?;
    let mut counts = Counts::default();
    for (source, _) in &sources {
        let mut example = program.command(workspace, source);
        emulator.environment(&mut example);
        counts += one(&mut example)?;
    }
    Ok(counts.judged(true))
}
