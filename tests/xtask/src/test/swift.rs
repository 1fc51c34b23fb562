//! The tests of the Swift package: its own, and the README's quickstart through the package as it is shipped.

use std::process::Command;

use anyhow::Result;

use super::report::Report;
use super::shared::{Package, Run, counted};
use crate::counts::Runner;
use crate::package;
use crate::swift::{self, Swift};

/// Returns the toolchain after building everything that the tests run; `None` if there is none.
pub(crate) fn prepare(run: &Run<'_>) -> Result<Option<Swift>> {
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
