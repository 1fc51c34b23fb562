//! The tests of the Kotlin package: its own through Maven, the README's quickstart against the packed jar.

use std::process::Command;

use anyhow::Result;

use super::report::Report;
use super::shared::{Package, Run, counted};
use crate::counts::Runner;
use crate::demo;
use crate::kotlin::{self, Maven};
use crate::package::Language;
use crate::readme::Source;

pub(crate) fn prepare(run: &Run<'_>) -> Result<Option<Maven>> {
    let maven = Maven::find(run.workspace)?;
    if let Some(maven) = &maven {
        maven.prepare(run.workspace)?;
    }
    Ok(maven)
}

impl Package for Maven {
    fn drive(&self, run: &Run<'_>, runner: &mut Command) -> Result<()> {
        runner.args(["--driver", "kotlin", "--class-path", &self.class_path(run.workspace)?]);
        Ok(())
    }

    fn test(&self, run: &Run<'_>, report: &mut Report) {
        report.step("kotlin: JUnit through Maven", || {
            let mut maven = self.command(&run.workspace.root.join(kotlin::PACKAGE), "test");
            run.name_emulator(&mut maven);
            counted(&mut maven, Runner::Maven)
        });
        report.step("README and example in Kotlin, with the jar", || {
            let code = run.workspace.read(demo::example(Language::Kotlin).0)?;
            let demo = Source { name: "Demo".to_owned(), code };
            run.readme("kotlin", Some(demo), |sources| Ok(self.examples(run.workspace, "readme", sources)?.0))
        });
    }
}
