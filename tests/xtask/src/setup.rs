//! `cargo xtask setup`: what the other tasks need, made below the target folder; the machine itself is left as it is.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::console::say;
use crate::process;
use crate::python::{self, Python};
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let python = tools()?;
    say(&format!("Rust: {}", process::capture(Command::new("rustc").arg("--version"))?.trim()));
    say(&format!("C compiler: {}", compiler()?));
    say(&format!("Python: {python}"));
    for kit in [python::BUILD, python::TEST, python::PEER] {
        python::environment(workspace, &python, kit)?;
        say(&format!("environment `{}`: ready ({})", kit.name, kit.purpose));
    }
    Ok(ExitCode::SUCCESS)
}

/// What must be on the machine beside Rust; says what is missing and how to get it, and installs nothing.
pub(crate) fn tools() -> Result<Python> {
    compiler()?;
    Python::find()
}

/// The name of the C compiler that is there.
pub(crate) fn compiler() -> Result<&'static str> {
    let Some(name) = ["cc", "gcc", "clang"].into_iter().find(|name| process::is_on_path(name)) else {
        bail!(
            "a C compiler is needed (it links, and builds the TLS library). \
             On Debian or Ubuntu: apt-get install gcc libc6-dev"
        );
    };
    Ok(name)
}
