//! `cargo xtask check`: format, lints, documentation, licences, and the project's own rules.

mod bans;
mod circles;
mod crates;
mod files;
mod formats;
mod mobile;
mod npm;
pub(crate) mod platforms;
mod seen;
mod versions;
mod words;

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, bail};

use seen::{SKIPPED, Seen};

use crate::console::{heading, seconds, warn};
use crate::workspace::Workspace;
use crate::{process, setup, test, wasm};

type Check = (&'static str, fn(&Workspace) -> Seen);

/// Quick ones first.
const CHECKS: [Check; 27] = [
    ("Cargo.lock is up to date", lock),
    ("format", |workspace| cargo(workspace, "fmt --all --check")),
    ("the top level is as designed", files::top_level),
    ("no source file over 600 lines", files::lengths),
    ("no file imports another in a circle", circles::none),
    ("comments and messages in plain English", words::plain),
    ("no path of this machine, no registry host", files::machine),
    ("one version everywhere", versions::agree),
    ("npm: locked, and no address of a registry", npm::locks),
    ("npm: nothing needed or run at installation", npm::bare),
    ("the core: few crates, no IO, no binding", crates::core),
    ("licences and sources of every crate", crates::licences_and_sources),
    ("cargo-deny", crates::deny),
    ("Python: format and lint", formats::python),
    ("TypeScript and JavaScript: format", formats::scripts),
    ("Kotlin: format and lint", formats::kotlin),
    ("lints", |workspace| cargo(workspace, "clippy --workspace --all-targets -- -D warnings")),
    ("lints of the WebAssembly", clippy_wasm),
    ("it compiles for Windows and macOS", platforms::compile),
    ("the core's bans work", bans::bite),
    ("generated files are up to date", generated),
    ("documentation", documentation),
    ("the form of the vectors", vectors),
    ("npm: the sizes are within their budget", npm::sizes),
    ("mobile: the library is within its limit", mobile::library),
    ("mobile: the generated Kotlin is up to date", |workspace| mobile::generated(workspace, "kotlin")),
    ("mobile: the generated Swift is up to date", |workspace| mobile::generated(workspace, "swift")),
];

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only the checks with this text in their name
    only: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut failed = Vec::new();
    let mut rows = Vec::new();
    let is_wanted = |name: &str| options.only.as_deref().is_none_or(|only| name.contains(only));
    let checks: Vec<Check> = CHECKS.into_iter().filter(|(name, _)| is_wanted(name)).collect();
    if checks.is_empty() {
        bail!("no check has this text in its name: {}", CHECKS.map(|(name, _)| name).join("; "));
    }
    for (name, check) in &checks {
        heading(name);
        let start = Instant::now();
        let verdict = match check(workspace) {
            Ok(seen) => {
                println!("{seen}");
                if seen.starts_with(SKIPPED) { SKIPPED } else { "ok" }
            }
            Err(error) => {
                warn(format!("{name}: {error:#}"));
                failed.push(*name);
                "FAILED"
            }
        };
        rows.push(format!("{verdict:>7}  {name} ({})", seconds(start.elapsed())));
    }
    heading("summary");
    println!("{}", rows.join("\n"));
    if !failed.is_empty() {
        bail!("{} of {} checks failed: {}", failed.len(), checks.len(), failed.join("; "));
    }
    Ok(ExitCode::SUCCESS)
}

fn lock(workspace: &Workspace) -> Seen {
    process::capture(&mut workspace.cargo("metadata --locked --format-version 1"))?;
    Ok("yes".to_owned())
}

fn cargo(workspace: &Workspace, line: &str) -> Seen {
    process::run(&mut workspace.cargo(line))?;
    Ok("clean".to_owned())
}

fn clippy_wasm(workspace: &Workspace) -> Seen {
    wasm::standard_library()?;
    let (name, target) = (test::WASM, wasm::TARGET);
    let line =
        format!("clippy --package {name} --target {target} --all-targets --all-features -- -D warnings");
    cargo(workspace, &line)
}

fn generated(workspace: &Workspace) -> Seen {
    Ok(process::capture(&mut workspace.generator("check"))?.trim().to_owned())
}

fn documentation(workspace: &Workspace) -> Seen {
    let mut command = workspace.cargo("doc --no-deps --package senders-core --package senders-emulator");
    process::run(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok("clean".to_owned())
}

fn vectors(workspace: &Workspace) -> Seen {
    // The same build as in the tests, so that CI compiles it once.
    let built = test::build_all(workspace, Some(&setup::tools()?))?;
    let mut runner = Command::new(built.program(test::RUNNER)?);
    process::run(runner.arg("--check-schema").current_dir(&workspace.root))?;
    Ok("every file is valid".to_owned())
}
