//! The native half of the Kotlin and Swift packages: built small, and the files that UniFFI generates from it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::workspace::Workspace;

const CRATE: &str = "senders-mobile";
const GENERATOR: &str = "uniffi-bindgen";
/// The most bytes the library may have, stripped.
pub(crate) const LARGEST: u64 = 1_000_000;
/// The folder of the generated Kotlin.
pub(crate) const KOTLIN: &str = "bindings-mobile/kotlin/src/main/generated";

/// A language that UniFFI generates files for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Language {
    Kotlin,
    Swift,
}

/// Builds the library of the packages, as small as possible, and returns its path.
pub(crate) fn library(workspace: &Workspace) -> Result<PathBuf> {
    let mut build = workspace.cargo();
    // Only one crate type: link-time optimisation is lost if `lib` is among several.
    build.args([
        "rustc",
        "--quiet",
        "--profile",
        "mobile",
        "--package",
        CRATE,
        "--lib",
        "--crate-type",
        "cdylib",
    ]);
    process::run(&mut build)?;
    let built = workspace.target.join("mobile").join(file_name());
    if !built.is_file() {
        bail!("cargo made no {}", built.display());
    }
    Ok(built)
}

/// Returns the library's file name on this system.
fn file_name() -> String {
    format!("{}senders_mobile{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// Generates the files of a language into a folder.
pub(crate) fn generate(workspace: &Workspace, language: Language, into: &Path) -> Result<()> {
    let mut build = workspace.cargo();
    build.args([
        "build",
        "--quiet",
        "--package",
        CRATE,
        "--features",
        "bindgen",
        "--lib",
        "--bin",
        GENERATOR,
    ]);
    process::run(&mut build)?;
    // The development build is used: the small one has no names left to generate from.
    let made = workspace.target.join("debug");
    let mut generate = Command::new(made.join(format!("{GENERATOR}{}", std::env::consts::EXE_SUFFIX)));
    generate.current_dir(&workspace.root).arg("generate").arg("--no-format").arg("--language");
    generate.arg(match language {
        Language::Kotlin => "kotlin",
        Language::Swift => "swift",
    });
    process::run(generate.arg("--out-dir").arg(into).arg(made.join(file_name())))
        .with_context(|| format!("the {language:?} files were not generated"))
}
