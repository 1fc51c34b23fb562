//! Rust's own builds and tests: several crates at once, so that what they share is compiled once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::counts::Counts;
use crate::process;
use crate::workspace::Workspace;

/// What a build made.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The folder that holds each test program, its file name, and the crate it tests.
    owners: BTreeMap<String, String>,
    binaries: BTreeMap<String, PathBuf>,
}

impl Built {
    /// The program of that name.
    pub(crate) fn binary(&self, name: &str) -> Result<&Path> {
        self.binaries
            .get(name)
            .map(PathBuf::as_path)
            .with_context(|| format!("no program `{name}` was built"))
    }
}

/// Builds programs and, for `tests`, the test programs of all the crates, in one go.
///
/// One go, because cargo chooses the features of shared dependencies for the crates named: crate by crate, `syn` and
/// all that stands on it would be compiled once for each choice.
pub(crate) fn build(workspace: &Workspace, crates: &[&str], binaries: &[&str], tests: bool) -> Result<Built> {
    let mut command = workspace.cargo();
    command.args(["build", "--message-format", "json-render-diagnostics"]);
    for name in crates {
        command.args(["--package", name]);
    }
    for name in binaries {
        if !workspace.packages.iter().any(|package| package.binaries.iter().any(|binary| binary == name)) {
            bail!("no crate has a program `{name}` yet");
        }
        command.args(["--bin", name]);
    }
    if tests {
        command.arg("--tests");
    }
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("{} did not compile", crates.join(", "));
    }
    let mut built = Built::default();
    for message in String::from_utf8_lossy(&output.stdout).lines() {
        if let Ok(message) = serde_json::from_str(message) {
            built.note(workspace, &message);
        }
    }
    Ok(built)
}

impl Built {
    fn note(&mut self, workspace: &Workspace, message: &Value) {
        let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
        let (Some(program), Some(id), Some(name)) =
            (text("/executable"), text("/package_id"), text("/target/name"))
        else {
            return;
        };
        let Some(owner) = workspace.packages.iter().find(|package| package.id == id) else { return };
        let program = PathBuf::from(program);
        if message.pointer("/profile/test") == Some(&Value::Bool(true)) {
            if let Some(file) = program.file_name() {
                self.owners.insert(file.to_string_lossy().into_owned(), owner.name.clone());
            }
        } else {
            self.binaries.insert(name.to_owned(), program);
        }
    }
}

/// The tests of one crate.
#[derive(Debug)]
pub(crate) struct Tested {
    pub(crate) name: String,
    pub(crate) counts: Counts,
    pub(crate) time: Duration,
}

/// Runs the unit, integration and documentation tests of crates that were built together.
///
/// `library` is the folder of Python's library, which the dynamic linker may not know of.
pub(crate) fn test(
    workspace: &Workspace,
    crates: &[&str],
    built: &Built,
    library: Option<&Path>,
) -> Result<Vec<Tested>> {
    let mut command = workspace.cargo();
    command.args(["test", "--no-fail-fast"]).env("CARGO_TERM_COLOR", "never");
    for name in crates {
        command.args(["--package", name]);
    }
    if let Some(library) = library {
        let known = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let folders = std::env::split_paths(&known)
            .chain([library.to_owned()])
            .filter(|path| !path.as_os_str().is_empty());
        command.env("LD_LIBRARY_PATH", std::env::join_paths(folders)?);
    }
    let mut watch = Watch::new(crates, &built.owners);
    let status = process::tee(command, |line| watch.line(line))?;
    Ok(watch.finish(status.success()))
}

/// Follows the output of `cargo test` and keeps account by crate.
struct Watch<'a> {
    owners: &'a BTreeMap<String, String>,
    tested: Vec<Tested>,
    current: Option<usize>,
    since: Instant,
}

impl<'a> Watch<'a> {
    fn new(crates: &[&str], owners: &'a BTreeMap<String, String>) -> Self {
        let tested = |name: &&str| Tested {
            name: (*name).to_owned(),
            counts: Counts::default(),
            time: Duration::ZERO,
        };
        Self { owners, tested: crates.iter().map(tested).collect(), current: None, since: Instant::now() }
    }

    fn line(&mut self, line: &str) {
        if let Some(owner) = self.owner(line) {
            self.stop_clock();
            self.current = self.tested.iter().position(|tested| tested.name == owner);
        } else if let Some(counts) = Counts::from_cargo(line)
            && let Some(tested) = self.current.and_then(|index| self.tested.get_mut(index))
        {
            tested.counts += counts;
        }
    }

    /// Reads `Running unittests src/lib.rs (target/debug/deps/NAME-HASH)` and `Doc-tests NAME`.
    fn owner(&self, line: &str) -> Option<String> {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("Doc-tests ") {
            return Some(name.replace('_', "-"));
        }
        let (_, program) = line.strip_prefix("Running ")?.strip_suffix(')')?.rsplit_once('(')?;
        self.owners.get(Path::new(program).file_name()?.to_str()?).cloned()
    }

    fn stop_clock(&mut self) {
        if let Some(tested) = self.current.and_then(|index| self.tested.get_mut(index)) {
            tested.time += self.since.elapsed();
        }
        self.since = Instant::now();
    }

    /// Where cargo failed although no test did, something did not compile or crashed: every crate is suspect then.
    fn finish(mut self, success: bool) -> Vec<Tested> {
        self.stop_clock();
        let named = self.tested.iter().any(|tested| tested.counts.failed > 0);
        for tested in &mut self.tested {
            tested.counts = tested.counts.judged(success || named);
        }
        self.tested
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
     Running unittests src/lib.rs (target/debug/deps/senders_core-0a1b)
running 2 tests
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/it/main.rs (/elsewhere/debug/deps/it-2c3d)
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running tests/it/main.rs (target/debug/deps/it-4e5f)
test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
   Doc-tests senders_core
test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";

    fn watched(output: &str, success: bool) -> Vec<(String, Counts)> {
        let owners = [
            ("senders_core-0a1b", "senders-core"),
            ("it-2c3d", "senders-core"),
            ("it-4e5f", "senders-emulator"),
        ]
        .map(|(file, name)| (file.to_owned(), name.to_owned()))
        .into();
        let mut watch = Watch::new(&["senders-core", "senders-emulator"], &owners);
        output.lines().for_each(|line| watch.line(line));
        watch.finish(success).into_iter().map(|tested| (tested.name, tested.counts)).collect()
    }

    #[test]
    fn counts_go_to_the_crate_that_owns_the_program() {
        let tested = watched(OUTPUT, false);
        assert_eq!(tested[0], ("senders-core".into(), Counts { passed: 12, failed: 1, skipped: 0 }));
        assert_eq!(tested[1], ("senders-emulator".into(), Counts { passed: 5, failed: 0, skipped: 1 }));
    }

    #[test]
    fn a_crate_without_tests_has_failed() {
        let tested =
            watched("   Doc-tests senders_core\ntest result: ok. 1 passed; 0 failed; 0 ignored;", true);
        assert_eq!(tested[0].1, Counts::ONE_PASSED);
        assert_eq!(tested[1].1, Counts::ONE_FAILED);
    }

    #[test]
    fn a_crash_without_a_failed_test_is_a_failure() {
        let tested = watched("error: could not compile `senders-core`", false);
        assert!(tested.iter().all(|(_, counts)| counts.failed == 1));
    }
}
