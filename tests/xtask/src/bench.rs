//! `cargo xtask bench`: runs the benchmark with the packages that users install.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::console::heading;
use crate::workspace::Workspace;
use crate::{package, process, setup};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Passed on to `senders-bench run`
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let python = setup::tools()?;
    let wheel = package::wheel(workspace, &python)?;
    let (_, tarball) = package::npm(workspace)?;
    heading("the benchmark");
    let line = "run --profile tools --package senders-bench -- run --wheel";
    let mut command = workspace.cargo(line);
    process::run(command.arg(wheel).arg("--npm").arg(tarball).args(&options.arguments))?;
    Ok(ExitCode::SUCCESS)
}
