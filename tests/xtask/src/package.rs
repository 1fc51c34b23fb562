//! `cargo xtask package`: the files that users install, in `dist/`.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use fs_err as fs;

use crate::console::{heading, size};
use crate::kotlin::Maven;
use crate::node::{self, Node};
use crate::process::{self, command, words};
use crate::python::{self, Environment, Python};
use crate::readme::{Source, scripts};
use crate::swift::{self, Swift};
use crate::workspace::Workspace;
use crate::{setup, stamp};

/// A language whose package is built, tested and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Python,
    #[value(alias = "npm")]
    Node,
    Kotlin,
    Swift,
}

/// The order in which they are built: the quickest first.
pub(crate) const LANGUAGES: [Language; 4] =
    [Language::Python, Language::Node, Language::Kotlin, Language::Swift];

impl Language {
    /// Returns the example of one sender's life, and about how long the first build takes on two idle cores; later ones
    /// take seconds.
    pub(crate) const fn example(self) -> (&'static str, &'static str) {
        match self {
            Self::Python => ("bindings-python/examples/demo.py", "one or two minutes"),
            Self::Node => (
                "bindings-wasm/examples/demo.mjs",
                "about two and a half minutes, most of them for wasm-bindgen's tool and the standard library",
            ),
            Self::Kotlin => ("bindings-mobile/kotlin/examples/Demo.kt", "one or two minutes"),
            Self::Swift => (
                "bindings-mobile/swift/Examples/demo.swift",
                "one or two minutes, and a gigabyte if there is no Swift on PATH",
            ),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One package only; `npm` is another name of `node`
    package: Option<Language>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    for language in LANGUAGES.into_iter().filter(|it| options.package.is_none_or(|only| only == *it)) {
        match language {
            Language::Python => drop(wheel(workspace, &setup::tools()?)?),
            Language::Node => sizes(workspace, &npm(workspace)?.0)?,
            Language::Kotlin => {
                if let Some(maven) = Maven::find(workspace)? {
                    into_dist(workspace, &maven.package(workspace)?)?;
                }
            }
            Language::Swift => drop(swift(workspace)?),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A package that is built and installed, so that programs can use it.
#[derive(Debug)]
pub(crate) enum Installed {
    Python { python: Python, environment: Environment, wheel: PathBuf },
    Node { node: Node, project: PathBuf, tarball: PathBuf },
    Kotlin(Maven),
    Swift { swift: Swift, folder: PathBuf, packed: PathBuf },
}

impl Installed {
    /// Builds a package and installs it into a fresh environment of that name; `None`, after a warning, if the machine
    /// lacks a tool.
    pub(crate) fn new(workspace: &Workspace, language: Language, name: &str) -> Result<Option<Self>> {
        Ok(match language {
            Language::Python => {
                let python = setup::tools()?;
                let wheel = wheel(workspace, &python)?;
                let environment = python::fresh(workspace, &python, name, &wheel)?;
                Some(Self::Python { python, environment, wheel })
            }
            Language::Node => {
                let (node, tarball) = npm(workspace)?;
                let project = node.fresh(workspace, name, &tarball)?;
                Some(Self::Node { node, project, tarball })
            }
            Language::Kotlin => Maven::find(workspace)?.map(Self::Kotlin),
            Language::Swift => {
                let Some(swift) = swift::ready(workspace)? else { return Ok(None) };
                let (folder, packed) = self::swift(workspace)?;
                Some(Self::Swift { swift, folder, packed })
            }
        })
    }

    /// Makes programs that use the package, in a folder of that name; returns a command for each, and the package.
    pub(crate) fn examples(
        &self,
        workspace: &Workspace,
        name: &str,
        sources: &[Source],
    ) -> Result<(Vec<Command>, PathBuf)> {
        Ok(match self {
            Self::Python { environment, wheel, .. } => {
                let folder = workspace.empty(&format!("fresh-python/{name}"))?;
                let python = || environment.command(workspace, "");
                (scripts(&folder, "py", sources, python)?, wheel.clone())
            }
            Self::Node { node, project, tarball } => {
                (scripts(project, "mjs", sources, || node.command(workspace))?, tarball.clone())
            }
            Self::Kotlin(maven) => maven.examples(workspace, name, sources)?,
            Self::Swift { swift, folder, packed } => {
                (swift.examples(workspace, name, folder, sources)?, packed.clone())
            }
        })
    }
}

/// Builds the Swift package with this machine's native library, into a folder and, packed, into `dist/`.
///
/// This needs no Swift: except the library, the package is source code.
pub(crate) fn swift(workspace: &Workspace) -> Result<(PathBuf, PathBuf)> {
    heading("the Swift package, with the native library of this machine");
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let name = format!("senders-swift-{}-{system}-{machine}", workspace.version()?);
    let aside = workspace.empty("swift-package")?;
    let folder = aside.join(&name);
    swift::assemble(workspace, &folder)?;
    let packed = aside.join(format!("{name}.tar.gz"));
    process::run(Command::new("tar").arg("-czf").arg(&packed).arg("-C").arg(&aside).arg(&name))?;
    Ok((folder, into_dist(workspace, &packed)?))
}

/// Builds the wheel into `dist/`. If its sources are unchanged, cargo compiles nothing and this takes seconds.
pub(crate) fn wheel(workspace: &Workspace, python: &Python) -> Result<PathBuf> {
    let build = python::environment(workspace, python, python::BUILD)?;
    heading("the Python package, release build");
    // Built in another folder and moved: `dist/` never contains a wheel of an earlier version or another machine.
    let aside = workspace.empty("wheel")?;
    let line =
        "-m maturin build --profile wheel --compression-level 9 --manifest-path bindings-python/Cargo.toml";
    let mut maturin = build.command(workspace, line);
    process::run(maturin.arg("--interpreter").arg(build.python()).arg("--out").arg(&aside))?;
    into_dist(workspace, &only(&aside, "whl")?)
}

/// The sources of the npm package, besides the compiler.
const NPM_SOURCES: &str = "core tests/emulator/src tests/emulator/Cargo.toml bindings-wasm/src bindings-wasm/npm \
    bindings-wasm/Cargo.toml Cargo.toml Cargo.lock LICENSE LICENSE-APACHE LICENSE-MIT";

/// Builds the npm package and packs it into `dist/`, if any of its sources changed since the last time.
///
/// The built files also stay in `bindings-wasm/npm/dist`, for tasks that check them there.
pub(crate) fn npm(workspace: &Workspace) -> Result<(Node, PathBuf)> {
    let (node, bindgen) = setup::npm_tools(workspace)?;
    let aside = workspace.scratch().join("npm/packed");
    let stamp = workspace.scratch().join("npm/made-from.txt");
    let made_from = || -> Result<String> {
        let rustc = process::capture(&mut command("rustc -vV"))?;
        let sources: Vec<&str> = words(NPM_SOURCES).collect();
        Ok(format!("{rustc}{}\n{}\n", node.version, stamp::of(&workspace.root, &sources)?))
    };
    let is_built = workspace.root.join(node::PACKAGE).join("dist").is_dir();
    if is_built
        && let Ok(built) = only(&aside, "tgz")
        && fs::read_to_string(&stamp)? == made_from()?
    {
        return Ok((node, into_dist(workspace, &built)?));
    }
    heading("the npm package, release build");
    workspace.empty("npm")?;
    fs::create_dir_all(&aside)?;
    let mut build = node.command(workspace);
    build.arg("bindings-wasm/npm/build.mjs").arg("--pack").arg(&aside);
    build.env("WASM_BINDGEN", &bindgen.cli).env("CARGO_TARGET_DIR", &workspace.target);
    process::run(&mut build)?;
    let built = only(&aside, "tgz")?;
    // Only now, because the build may copy files (the licences, for example) next to its sources.
    fs::write(&stamp, made_from()?)?;
    Ok((node, into_dist(workspace, &built)?))
}

/// Prints the sizes of the files that a page loads, against their budget.
///
/// # Errors
/// If one is over it.
pub(crate) fn sizes(workspace: &Workspace, node: &Node) -> Result<()> {
    process::run(node.command(workspace).arg("bindings-wasm/npm/sizes.mjs"))
        .context("the sizes of the npm package")
}

/// Returns the only file in a folder with that ending.
fn only(folder: &Path, ending: &str) -> Result<PathBuf> {
    let found = stamp::files(folder, &[""])?;
    let mut found = found.into_iter().filter(|file| file.ends_with(&format!(".{ending}")));
    match (found.next(), found.next()) {
        (Some(file), None) => Ok(folder.join(file)),
        _ => bail!("there is not one file that ends with .{ending} in {}", folder.display()),
    }
}

/// Moves a package into `dist/` and removes others of its kind.
fn into_dist(workspace: &Workspace, built: &Path) -> Result<PathBuf> {
    let dist = workspace.root.join("dist");
    fs::create_dir_all(&dist)?;
    for entry in fs::read_dir(&dist)? {
        let old = entry?.path();
        if old.extension() == built.extension() {
            fs::remove_file(old)?;
        }
    }
    let package = dist.join(built.file_name().context("a package without a name")?);
    let bytes = fs::copy(built, &package)?;
    println!("{}: {}", workspace.relative(&package), size(bytes));
    Ok(package)
}
