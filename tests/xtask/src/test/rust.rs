//! The tests of crates: run by cargo all at once, and counted by crate.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use cargo_metadata::Artifact;

use super::report::Row;
use crate::cargo::{self, Built};
use crate::counts::{Counts, Runner};
use crate::process;
use crate::workspace::Workspace;

/// Runs the unit, integration and documentation tests of crates; returns a row for each crate.
///
/// The crate of a test program is found by asking cargo with exactly the arguments with which it then runs the tests:
/// for another choice of crates it chooses other features, and builds programs with other names.
///
/// `library` is the folder of Python's library, which the dynamic linker may not find by itself.
pub(crate) fn test(workspace: &Workspace, crates: &[&str], library: Option<&Path>) -> Result<Vec<Row>> {
    let test = |line: &str| {
        let mut command = workspace.cargo(line);
        command.args(cargo::packages(crates));
        command
    };
    // The run itself reports and counts compile errors.
    let built = cargo::build(&mut test("test --no-fail-fast --no-run")).unwrap_or_default();
    let mut command = test("test --no-fail-fast");
    command.env("CARGO_TERM_COLOR", "never");
    if let Some(library) = library {
        let known = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let folders = std::env::split_paths(&known).filter(|path| !path.as_os_str().is_empty());
        command.env("LD_LIBRARY_PATH", std::env::join_paths(folders.chain([library.to_owned()]))?);
    }
    let mut watch = Watch::new(crates, owners(workspace, &built));
    let status = process::tee(&mut command, |line| watch.line(line))?;
    Ok(watch.finish(status.success()))
}

/// Returns the crates of the test programs, by the programs' file names.
fn owners(workspace: &Workspace, built: &Built) -> BTreeMap<String, String> {
    let tests = built.artifacts.iter().filter(|made| made.profile.test);
    let owner = |made: &Artifact| {
        let package = workspace.packages.iter().find(|package| package.id == made.package_id)?;
        Some((made.executable.as_ref()?.file_name()?.to_owned(), package.name.to_string()))
    };
    tests.filter_map(owner).collect()
}

/// Follows the output of `cargo test` and counts by crate.
struct Watch {
    owners: BTreeMap<String, String>,
    rows: Vec<Row>,
    /// The crate whose tests run now.
    current: String,
    since: Instant,
}

impl Watch {
    fn new(crates: &[&str], owners: BTreeMap<String, String>) -> Self {
        let rows =
            crates.iter().map(|name| Row::new(name, Counts::default(), Some(Duration::ZERO))).collect();
        Self { owners, rows, current: String::new(), since: Instant::now() }
    }

    fn line(&mut self, line: &str) {
        if let Some(owner) = self.owner(line) {
            // Counts of an unknown program belong to no crate; the crate that misses its counts has failed.
            self.current = owner;
            self.since = Instant::now();
        } else if let Some(counts) = Runner::Cargo.read(line)
            && let Some(row) = self.rows.iter_mut().find(|row| row.name == self.current)
        {
            row.counts += counts;
            row.time = row.time.map(|time| time + self.since.elapsed());
        }
    }

    /// Reads `Running unittests src/lib.rs (target/debug/deps/NAME-HASH)` and `Doc-tests NAME`; empty for an unknown
    /// crate.
    fn owner(&self, line: &str) -> Option<String> {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("Doc-tests ") {
            return Some(name.replace('_', "-"));
        }
        let (_, program) = line.strip_prefix("Running ")?.strip_suffix(')')?.rsplit_once('(')?;
        Some(self.owners.get(Path::new(program).file_name()?.to_str()?).cloned().unwrap_or_default())
    }

    /// Returns the rows. If cargo failed although no test did, some crate did not compile or crashed: then every
    /// crate fails.
    fn finish(mut self, success: bool) -> Vec<Row> {
        let is_named = self.rows.iter().any(|row| row.counts.failed > 0);
        for row in &mut self.rows {
            row.counts = row.counts.judged(success || is_named);
        }
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
     Running unittests src/lib.rs (target/debug/deps/senders_core-0a1b)
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/it/main.rs (/elsewhere/debug/deps/it-2c3d)
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/it/main.rs (target/debug/deps/it-4e5f)
test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
   Doc-tests senders_core
test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    fn watched(output: &str, success: bool) -> Vec<String> {
        let owners = [("senders_core-0a1b", "core"), ("it-2c3d", "core"), ("it-4e5f", "emulator")]
            .map(|(file, name)| (file.to_owned(), format!("senders-{name}")))
            .into();
        let mut watch = Watch::new(&["senders-core", "senders-emulator"], owners);
        output.lines().for_each(|line| watch.line(line));
        watch.finish(success).into_iter().map(|row| row.counts.to_string()).collect()
    }

    #[test]
    fn counts_go_to_the_crate_that_owns_the_program() {
        assert_eq!(watched(OUTPUT, false), ["12 passed, 1 failed", "5 passed, 0 failed, 1 skipped"]);
        let unknown = OUTPUT.replace("it-4e5f", "it-6a7b");
        assert_eq!(watched(&unknown, false), ["12 passed, 1 failed", "0 passed, 1 failed"]);
    }

    #[test]
    fn a_crate_without_tests_and_a_crash_without_a_failed_test_are_failures() {
        let line = "   Doc-tests senders_core\ntest result: ok. 1 passed; 0 failed; 0 ignored;";
        assert_eq!(watched(line, true), ["1 passed, 0 failed", "0 passed, 1 failed"]);
        assert_eq!(watched("error: could not compile", false), ["0 passed, 1 failed"; 2]);
    }
}
