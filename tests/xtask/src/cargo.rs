//! Rust's own builds and tests: several crates in one build, so that shared dependencies are compiled once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::counts::Counts;
use crate::process;
use crate::workspace::{Package, Workspace};

/// The programs of a build, by name.
#[derive(Debug, Default)]
pub(crate) struct Built {
    binaries: BTreeMap<String, PathBuf>,
}

impl Built {
    /// Returns the program of that name.
    pub(crate) fn binary(&self, name: &str) -> Result<&Path> {
        self.binaries
            .get(name)
            .map(PathBuf::as_path)
            .with_context(|| format!("no program `{name}` was built"))
    }
}

/// Builds programs and, for `tests`, the test programs of all the crates, in one build.
///
/// One build, because cargo chooses the features of shared dependencies for the named crates: crate by crate, `syn`
/// and everything that depends on it would be compiled once for each choice.
pub(crate) fn build(workspace: &Workspace, crates: &[&str], binaries: &[&str], tests: bool) -> Result<Built> {
    let mut command = workspace.cargo();
    command.arg("build").args(packages(crates));
    for name in binaries {
        if !workspace.packages.iter().any(|package| package.binaries.iter().any(|binary| binary == name)) {
            bail!("no crate has a program `{name}` yet");
        }
        command.args(["--bin", name]);
    }
    if tests {
        command.arg("--tests");
    }
    let made = programs(command).with_context(|| format!("{} did not compile", crates.join(", ")))?;
    let made = made.into_iter().filter(|program| !program.is_test);
    Ok(Built { binaries: made.map(|program| (program.name, program.path)).collect() })
}

/// Adds the names of crates to a cargo command.
fn packages<'a>(crates: &[&'a str]) -> Vec<&'a str> {
    crates.iter().flat_map(|name| ["--package", name]).collect()
}

/// A program that cargo built, now or earlier.
#[derive(Debug, PartialEq, Eq)]
struct Program {
    /// The id of its crate.
    package: String,
    /// Its name in that crate.
    name: String,
    path: PathBuf,
    is_test: bool,
}

impl Program {
    /// Reads a message of cargo; most are about other things.
    fn read(message: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(message).ok()?;
        let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            package: text("/package_id")?,
            name: text("/target/name")?,
            path: text("/executable")?.into(),
            is_test: message.pointer("/profile/test") == Some(&Value::Bool(true)),
        })
    }
}

/// Runs cargo and returns the programs it built.
fn programs(mut command: Command) -> Result<Vec<Program>> {
    command.args(["--message-format", "json-render-diagnostics"]);
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo ended with {}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(Program::read).collect())
}

/// Builds a crate's dynamic library with a feature, and returns where it is.
pub(crate) fn library(workspace: &Workspace, package: &str, feature: &str) -> Result<PathBuf> {
    let mut command = workspace.cargo();
    command.args(["build", "--package", package, "--features", feature, "--lib"]);
    command.args(["--message-format", "json-render-diagnostics"]);
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo ended with {}", output.status);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let found = text.lines().rev().find_map(dynamic_library);
    found.with_context(|| format!("{package} has no dynamic library"))
}

/// Returns the dynamic library that a message of cargo is about.
fn dynamic_library(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let kinds = message.pointer("/target/kind")?.as_array()?;
    if !kinds.iter().any(|kind| kind == "cdylib") {
        return None;
    }
    let files = message.get("filenames")?.as_array()?.iter().filter_map(Value::as_str);
    files
        .map(PathBuf::from)
        .find(|file| file.extension().is_some_and(|extension| extension == std::env::consts::DLL_EXTENSION))
}

/// The tests of one crate.
#[derive(Debug)]
pub(crate) struct Tested {
    pub(crate) name: String,
    pub(crate) counts: Counts,
    pub(crate) time: Duration,
}

/// Runs the unit, integration and documentation tests of crates.
///
/// The crate of a test program is found by asking cargo with exactly the arguments with which it then runs the tests:
/// for another choice of crates it chooses other features, and builds programs with other names.
///
/// `library` is the folder of Python's library, which the dynamic linker may not find by itself.
pub(crate) fn test(workspace: &Workspace, crates: &[&str], library: Option<&Path>) -> Result<Vec<Tested>> {
    let test = || {
        let mut command = workspace.cargo();
        command.args(["test", "--no-fail-fast"]).args(packages(crates));
        command
    };
    let mut compile = test();
    compile.arg("--no-run");
    // The run itself reports and counts compile errors.
    let owners = owners(&workspace.packages, programs(compile).unwrap_or_default());
    let mut command = test();
    command.env("CARGO_TERM_COLOR", "never");
    if let Some(library) = library {
        let known = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let folders = std::env::split_paths(&known)
            .chain([library.to_owned()])
            .filter(|path| !path.as_os_str().is_empty());
        command.env("LD_LIBRARY_PATH", std::env::join_paths(folders)?);
    }
    let mut watch = Watch::new(crates, &owners);
    let status = process::tee(command, |line| watch.line(line))?;
    Ok(watch.finish(status.success()))
}

/// Returns the crates of the test programs, by the programs' file names.
fn owners(packages: &[Package], programs: Vec<Program>) -> BTreeMap<String, String> {
    let tests = programs.into_iter().filter(|program| program.is_test);
    tests
        .filter_map(|program| {
            let owner = packages.iter().find(|package| package.id == program.package)?;
            Some((program.path.file_name()?.to_str()?.to_owned(), owner.name.clone()))
        })
        .collect()
}

/// Follows the output of `cargo test` and counts by crate.
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
            // Counts without a crate do not belong to the crate before; the crate that misses its counts has failed.
            self.current = self.tested.iter().position(|tested| tested.name == owner);
        } else if let Some(counts) = Counts::from_cargo(line)
            && let Some(tested) = self.current.and_then(|index| self.tested.get_mut(index))
        {
            tested.counts += counts;
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

    fn stop_clock(&mut self) {
        if let Some(tested) = self.current.and_then(|index| self.tested.get_mut(index)) {
            tested.time += self.since.elapsed();
        }
        self.since = Instant::now();
    }

    /// Returns the counts. If cargo failed although no test did, some crate did not compile or crashed: then every crate fails.
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
    fn counts_of_an_unknown_program_go_to_no_crate() {
        let unknown = OUTPUT.replace("it-4e5f", "it-6a7b");
        let tested = watched(&unknown, false);
        assert_eq!(tested[0], ("senders-core".into(), Counts { passed: 12, failed: 1, skipped: 0 }));
        assert_eq!(tested[1], ("senders-emulator".into(), Counts::ONE_FAILED));
    }

    #[test]
    fn the_owner_of_a_test_program_is_the_crate_that_cargo_names() {
        let package = |id: &str, name: &str| Package {
            id: id.into(),
            name: name.into(),
            version: "1.0.0".into(),
            binaries: Vec::new(),
        };
        let messages = [
            r#"{"reason":"compiler-artifact","package_id":"path#1","target":{"name":"it"},"profile":{"test":true},"executable":"/t/deps/it-0a"}"#,
            r#"{"reason":"compiler-artifact","package_id":"path#2","target":{"name":"it"},"profile":{"test":true},"executable":"/t/deps/it-1b"}"#,
            r#"{"reason":"compiler-artifact","package_id":"path#2","target":{"name":"two"},"profile":{"test":false},"executable":"/t/two"}"#,
            r#"{"reason":"compiler-artifact","package_id":"path#2","target":{"name":"two"},"profile":{"test":false},"executable":null}"#,
            r#"{"reason":"compiler-artifact","package_id":"other#3","target":{"name":"it"},"profile":{"test":true},"executable":"/t/deps/it-2c"}"#,
            r#"{"reason":"build-finished","success":true}"#,
        ];
        let programs: Vec<Program> = messages.into_iter().filter_map(Program::read).collect();
        assert_eq!(programs.len(), 4);
        let owners = owners(&[package("path#1", "one"), package("path#2", "two")], programs);
        let expected = [("it-0a", "one"), ("it-1b", "two")];
        assert_eq!(owners, expected.map(|(file, name)| (file.to_owned(), name.to_owned())).into());
    }

    #[test]
    fn the_dynamic_library_of_a_message_is_found() {
        let file = format!("/t/lib_native.{}", std::env::consts::DLL_EXTENSION);
        let message = |kind: &str| {
            serde_json::json!({"target": {"kind": [kind]}, "filenames": ["/t/lib_native.d", file]})
                .to_string()
        };
        assert_eq!(dynamic_library(&message("cdylib")), Some(PathBuf::from(&file)));
        assert_eq!(dynamic_library(&message("lib")), None);
        assert_eq!(dynamic_library("{}"), None);
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
