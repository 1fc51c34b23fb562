//! Rust's own builds and tests: several crates in one build, so that shared dependencies are compiled once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Artifact, CrateType, Message};

use crate::process::words;
use crate::workspace::Workspace;

/// The files of a build, made now or earlier.
#[derive(Debug, Default)]
pub(crate) struct Built {
    pub(crate) artifacts: Vec<Artifact>,
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
