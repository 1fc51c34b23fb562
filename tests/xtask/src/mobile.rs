//! The native half of the Kotlin and Swift packages: built small, and the files that UniFFI generates from it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;
use crate::{cargo, process};

const KOTLIN: &str = "bindings-mobile/kotlin/src/main/generated";
const SWIFT: &str = "bindings-mobile/swift/Sources";

/// The generated files: the language, the file's place below a folder of the repository and as it is generated.
const FILES: [(&str, &str, &str, &str); 3] = [
    ("kotlin", KOTLIN, KOTLIN_FILE, KOTLIN_FILE),
    ("swift", SWIFT, "SendersFFI/SendersFFI.swift", "SendersFFI.swift"),
    ("swift", SWIFT, "CSendersFFI/CSendersFFI.h", "CSendersFFI.h"),
];
const KOTLIN_FILE: &str = "io/github/senderssdk/senders/ffi/senders_mobile.kt";

/// Builds the library of the packages, as small as possible, and returns its path.
pub(crate) fn library(workspace: &Workspace) -> Result<PathBuf> {
    // Only one crate type: link-time optimisation is lost if `lib` is among several.
    let line = "rustc --quiet --profile mobile --package senders-mobile --lib --crate-type cdylib";
    cargo::build(&mut workspace.cargo(line))?.library()
}

/// Generates the files of a language into a folder of the tasks; returns each with its place in the repository.
pub(crate) fn generate(workspace: &Workspace, language: &str) -> Result<Vec<(PathBuf, PathBuf)>> {
    // The development build is used: the small one has no names left to generate from.
    let line = "build --quiet --package senders-mobile --features bindgen --lib --bin uniffi-bindgen";
    let built = cargo::build(&mut workspace.cargo(line))?;
    let made = workspace.empty(&format!("generated/{language}"))?;
    let mut generate = Command::new(built.program("uniffi-bindgen")?);
    generate.current_dir(&workspace.root).args(["generate", "--no-format", "--language", language]);
    process::run(generate.arg("--out-dir").arg(&made).arg(built.library()?))
        .with_context(|| format!("the {language} files were not generated"))?;
    let files = FILES.iter().filter(|(of, ..)| *of == language);
    Ok(files
        .map(|(_, folder, place, file)| (made.join(file), workspace.root.join(folder).join(place)))
        .collect())
}
