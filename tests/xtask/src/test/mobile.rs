//! The tests of the Kotlin and Swift packages: their own, and the README's quickstart through the packages as they are
//! shipped.

use std::process::Command;

use anyhow::Result;

use super::report::Report;
use super::shared::{Package, Run, counted};
use crate::counts::Runner;
use crate::demo;
use crate::kotlin::{self, Maven};
use crate::package::{self, Language};
use crate::readme::Source;
use crate::swift::{self, Swift};

/// Returns Maven after building the native library; `None` if the machine has none.
pub(crate) fn kotlin(run: &Run<'_>) -> Result<Option<Maven>> {
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

/// Returns the toolchain after building everything that the tests run; `None` if there is none.
pub(crate) fn swift(run: &Run<'_>) -> Result<Option<Swift>> {
    let swift = swift::ready(run.workspace)?;
    if let Some(swift) = &swift {
        swift.build(run.workspace)?;
    }
    Ok(swift)
}

impl Package for Swift {
    fn drive(&self, run: &Run<'_>, runner: &mut Command) -> Result<()> {
        let driver = self.driver(run.workspace);
        runner.args(["--driver", "swift"]);
        for word in std::iter::once(driver.get_program()).chain(driver.get_args()) {
            runner.arg("--swift").arg(word);
        }
        runner.envs(driver.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Ok(())
    }

    fn test(&self, run: &Run<'_>, report: &mut Report) {
        report.step("swift: tests", || {
            let mut tests = self.test(run.workspace);
            run.name_emulator(&mut tests);
            counted(&mut tests, Runner::Swift)
        });
        report.step("README: the quickstart in Swift", || {
            let (package, _) = package::swift(run.workspace)?;
            run.readme("swift", None, |sources| self.examples(run.workspace, "readme", &package, sources))
        });
    }
}
