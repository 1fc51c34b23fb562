//! `cargo xtask …`: every task of the project. The README, `.ci/run` and people run the same tasks.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task runner prints messages for the person at the terminal"
)]

mod bench;
mod cargo;
mod check;
mod chromium;
mod console;
mod counts;
mod demo;
mod emulator;
mod kotlin;
mod mobile;
mod node;
mod package;
mod process;
mod python;
mod readme;
mod rustup;
mod setup;
mod stamp;
mod swift;
mod test;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The tasks of the Senders repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Show one sender's whole life, through the real package, against the emulator
    Demo(demo::Options),
    /// Run every test, or one suite; the last line is `N passed, N failed`
    Test(test::Options),
    /// Create the private tool environments below target/xtask; does nothing if nothing is missing
    Setup,
    /// Build the packages into dist/
    Package(package::Options),
    /// Write the generated files again: the types of every language, and the native half of Kotlin and Swift
    Generate,
    /// Format, lints, documentation, licences, and the project's own rules; or some of them: `check circle`
    Check(check::Options),
    /// Measure against the peers, as ratios in one run
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome =
        process::end_servers_on_signal().and_then(|()| Workspace::find()).and_then(
            |workspace| match arguments.task {
                Task::Demo(options) => demo::run(&workspace, &options),
                Task::Test(options) => test::run(&workspace, &options),
                Task::Setup => setup::run(&workspace),
                Task::Package(options) => package::run(&workspace, &options),
                Task::Generate => generate(&workspace),
                Task::Check(options) => check::run(&workspace, &options),
                Task::Bench(options) => bench::run(&workspace, &options),
            },
        );
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the types of every language, then the files of UniFFI, each to its place.
fn generate(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    process::run(&mut workspace.generator("write"))?;
    for language in ["kotlin", "swift"] {
        for (made, place) in mobile::generate(workspace, language)? {
            fs_err::copy(made, &place)?;
            println!("written: {}", workspace.relative(&place));
        }
    }
    Ok(ExitCode::SUCCESS)
}
