//! Rust's own builds and tests: several crates in one build, so that shared dependencies are compiled once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Artifact, CrateType, Message};

use crate::counts::{Counts, Runner};
use crate::process::{self, words};
use crate::workspace::Workspace;

/// The files of a build, made now or earlier.
#[derive(Debug, Default)]
pub(crate) struct Built {
    artifacts: Vec<Artifact>,
}

impl Built {
    /// Returns the program of that name.
    pub(crate) fn program(&self, name: &str) -> Result<&Path> {
        let made = self.artifacts.iter().find(|made| made.target.name == name && !made.profile.test);
        let path = made.and_then(|made| made.executable.as_ref());
        Ok(path.with_context(|| format!("the program `{name}` was not built"))?.as_std_path())
    }

    /// Returns the dynamic library of the crate that was built last.
    pub(crate) fn library(&self) -> Result<PathBuf> {
        let is_dynamic = |made: &&Artifact| made.target.crate_types.contains(&CrateType::CDyLib);
        let made = self.artifacts.iter().rfind(is_dynamic);
        let ending = Some(std::env::consts::DLL_EXTENSION);
        let path = made.and_then(|made| made.filenames.iter().find(|file| file.extension() == ending));
        Ok(path.context("cargo made no dynamic library")?.into())
    }
}

/// Runs a cargo command that builds.
pub(crate) fn build(command: &mut Command) -> Result<Built> {
    command.args(words("--message-format json-render-diagnostics")).stdin(Stdio::null());
    let output = command.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo ended with {}", output.status);
    }
    let artifact = |message| match message {
        Ok(Message::CompilerArtifact(artifact)) => Some(artifact),
        _ => None,
    };
    Ok(Built { artifacts: Message::parse_stream(output.stdout.as_slice()).filter_map(artifact).collect() })
}

/// Builds programs and, for `tests`, the test programs of all the crates, in one build.
///
/// One build, because cargo chooses the features of shared dependencies for the named crates: crate by crate, `syn`
/// and everything that depends on it would be compiled once for each choice.
pub(crate) fn programs(
    workspace: &Workspace,
    crates: &[&str],
    programs: &[&str],
    tests: bool,
) -> Result<Built> {
    let mut command = workspace.cargo(if tests { "build --tests" } else { "build" });
    command.args(packages(crates)).args(programs.iter().flat_map(|name| ["--bin", name]));
    build(&mut command).with_context(|| format!("{} did not compile", crates.join(", ")))
}

/// Returns the arguments of cargo that choose crates.
pub(crate) fn packages<'a>(crates: &[&'a str]) -> impl Iterator<Item = &'a str> {
    crates.iter().flat_map(|name| ["--package", name])
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
    let test = |line: &str| {
        let mut command = workspace.cargo(line);
        command.args(packages(crates));
        command
    };
    // The run itself reports and counts compile errors.
    let built = build(&mut test("test --no-fail-fast --no-run")).unwrap_or_default();
    let mut command = test("test --no-fail-fast");
    command.env("CARGO_TERM_COLOR", "never");
    if let Some(library) = library {
        let known = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let folders = std::env::split_paths(&known).chain([library.to_owned()]);
        command.env(
            "LD_LIBRARY_PATH",
            std::env::join_paths(folders.filter(|path| !path.as_os_str().is_empty()))?,
        );
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
    tested: Vec<Tested>,
    /// The crate whose tests run now.
    current: String,
    since: Instant,
}

impl Watch {
    fn new(crates: &[&str], owners: BTreeMap<String, String>) -> Self {
        let tested = |name: &&str| Tested {
            name: (*name).to_owned(),
            counts: Counts::default(),
            time: Duration::ZERO,
        };
        let tested = crates.iter().map(tested).collect();
        Self { owners, tested, current: String::new(), since: Instant::now() }
    }

    fn line(&mut self, line: &str) {
        if let Some(owner) = self.owner(line) {
            // Counts of an unknown program belong to no crate; the crate that misses its counts has failed.
            self.current = owner;
            self.since = Instant::now();
        } else if let Some(counts) = Runner::Cargo.read(line)
            && let Some(tested) = self.tested.iter_mut().find(|tested| tested.name == self.current)
        {
            tested.counts += counts;
            tested.time += self.since.elapsed();
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

    /// Returns the counts. If cargo failed although no test did, some crate did not compile or crashed: then every
    /// crate fails.
    fn finish(mut self, success: bool) -> Vec<Tested> {
        let is_named = self.tested.iter().any(|tested| tested.counts.failed > 0);
        for tested in &mut self.tested {
            tested.counts = tested.counts.judged(success || is_named);
        }
        self.tested
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
        watch.finish(success).into_iter().map(|tested| tested.counts.to_string()).collect()
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
