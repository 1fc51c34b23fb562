//! Swift: this machine's toolchain or a private one, and everything that is built with it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use fs_err as fs;

use crate::console::{making, or_skipped, warn};
use crate::process::{self, command, words};
use crate::readme::Source;
use crate::workspace::Workspace;
use crate::{mobile, stamp};

/// The folder of the Swift package.
pub(crate) const PACKAGE: &str = "bindings-mobile/swift";
/// The oldest Swift that the package supports.
const OLDEST: u32 = 6;
/// The script that installs a private toolchain if this machine has none.
const SETUP: &str = "tests/xtask/src/swift/setup.sh";
/// The variable with the folder of the private toolchain, which clones can share and CI can keep; it takes about 0.9
/// GB.
const FOLDER: &str = "SWIFT_PREFIX";
/// The variable with the folder of the native library, for the package.
const LIBRARY: &str = "SENDERS_LIBRARY_DIR";
/// The variables that reach the programs in the private toolchain.
const VARIABLES: &str = "SENDERS_LIBRARY_DIR SENDERS_EMULATOR SENDERS_BASE_URL TWILIO_ACCOUNT_SID \
    TWILIO_AUTH_TOKEN NO_COLOR";
/// The driver of the vectors.
const DRIVER: &str = "conformance-driver";

/// A Swift that can be run.
#[derive(Debug)]
pub(crate) struct Swift {
    /// The script that runs a program inside the private toolchain; none if `swift` is on PATH.
    root: Option<PathBuf>,
    pub(crate) version: String,
}

/// Finds the toolchain: the one on PATH, or a private one, installed if possible; `None`, after a warning, if there is
/// none.
pub(crate) fn ready(workspace: &Workspace) -> Result<Option<Swift>> {
    let advice = || format!("install Swift {OLDEST} or later and put `swift` on PATH");
    or_skipped(find(workspace).with_context(advice), "everything in Swift")
}

fn find(workspace: &Workspace) -> Result<Swift> {
    if process::on_path("swift").is_some() {
        let version = version(&process::capture(&mut command("swift --version"))?)?;
        if version.split('.').next().and_then(|major| major.parse().ok()) >= Some(OLDEST) {
            return Ok(Swift { root: None, version });
        }
        warn(format!("`swift` on PATH is {version}, older than {OLDEST}: it is not used"));
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("none is on PATH, and Debian's can only be set up on Linux on x86-64");
    }
    if ["apt-get", "dpkg-deb", "unshare", "tar"].iter().any(|name| process::on_path(name).is_none()) {
        bail!("none is on PATH, and without apt-get, dpkg-deb, unshare and tar Debian's cannot be set up");
    }
    let folder = std::env::var_os(FOLDER).map_or_else(|| workspace.scratch().join("swift"), PathBuf::from);
    let set_up = || {
        process::capture(Command::new("sh").arg(workspace.root.join(SETUP)).arg(&folder))
            .context("Debian's Swift could not be set up")
    };
    if folder.join("root").is_dir() {
        set_up()?;
    } else {
        let place = workspace.relative(&folder);
        let what = format!(
            "Swift: setting Debian's up in {place} (a download of 490 MB, once; nothing is installed)"
        );
        making(&what, set_up)?;
    }
    let root = folder.canonicalize()?.join("bin/swift-root");
    let mut private = Command::new(&root);
    private.args(["swift", "--version"]).env("SWIFT_MOUNTS", &workspace.root);
    let output = process::capture(&mut private)
        .context("Debian's Swift cannot be run (it needs root, or user namespaces)")?;
    Ok(Swift { root: Some(root), version: version(&output)? })
}

/// Reads `6.0.3` in `Swift version 6.0.3 (swift-6.0.3-RELEASE)` or `Apple Swift version 6.2 (…)`.
fn version(output: &str) -> Result<String> {
    let (_, rest) = output.split_once("Swift version ").context("`swift --version` names no version")?;
    Ok(rest.split_whitespace().next().unwrap_or_default().to_owned())
}

impl Swift {
    /// Returns a command for a program of the toolchain or one built with it, at the root of the repository.
    pub(crate) fn command(&self, workspace: &Workspace, program: impl AsRef<OsStr>) -> Command {
        let mut command = match &self.root {
            None => Command::new(program),
            Some(root) => {
                let mut command = Command::new(root);
                command.arg(program).env("SWIFT_ENV", VARIABLES);
                command.env("SWIFT_MOUNTS", mounts(&workspace.root, &workspace.target));
                command
            }
        };
        command.current_dir(&workspace.root).env("NO_COLOR", "1");
        command.env(LIBRARY, workspace.target.join("mobile"));
        command
    }

    /// Returns a command of the toolchain for a package, such as `build`, with its build folder below the scratch
    /// folder.
    fn tool(&self, workspace: &Workspace, package: &Path, scratch: &str, line: &str) -> Command {
        let mut command = self.command(workspace, "swift");
        command.args(words(line)).arg("--package-path").arg(package);
        command.arg("--scratch-path").arg(workspace.scratch().join(scratch));
        command
    }

    /// Builds the package, its tests and the driver of the vectors.
    pub(crate) fn build(&self, workspace: &Workspace) -> Result<()> {
        mobile::library(workspace)?;
        let package = workspace.root.join(PACKAGE);
        process::run(&mut self.tool(workspace, &package, BUILT, "build --quiet --build-tests"))?;
        process::run(&mut self.tool(workspace, &package, BUILT, &format!("build --quiet --product {DRIVER}")))
    }

    /// Returns a command that runs the tests that were built.
    pub(crate) fn test(&self, workspace: &Workspace) -> Command {
        let package = workspace.root.join(PACKAGE);
        self.tool(workspace, &package, BUILT, "test --skip-build --disable-xctest")
    }

    /// Returns the driver of the vectors that was built.
    pub(crate) fn driver(&self, workspace: &Workspace) -> Command {
        self.command(workspace, workspace.scratch().join(BUILT).join("debug").join(DRIVER))
    }

    /// Builds programs of top-level code in a project that depends only on the packed package; returns a command for
    /// each. The builds are kept, like the toolchain's cache.
    pub(crate) fn examples(
        &self,
        workspace: &Workspace,
        name: &str,
        package: &Path,
        sources: &[Source],
    ) -> Result<Vec<Command>> {
        let folder = workspace.empty(&format!("fresh-swift/{name}"))?;
        // SwiftPM names a package at a path after its folder.
        copy(package, &folder.join("senders"), &[""])?;
        let mut targets = String::new();
        for Source { name, code } in sources {
            fs::create_dir_all(folder.join("Sources").join(name))?;
            fs::write(folder.join("Sources").join(name).join("main.swift"), code)?;
            targets += &format!(".executableTarget(name: \"{name}\", dependencies: [senders]),\n        ");
        }
        let manifest = include_str!("swift/Package.swift").replace("TARGETS", targets.trim_end());
        fs::write(folder.join("Package.swift"), manifest)?;
        let scratch = format!("swift-{name}");
        // The library of the package itself, and no other one.
        let mut build = self.tool(workspace, &folder, &scratch, "build --quiet");
        process::run(build.env_remove(LIBRARY))?;
        let built = workspace.scratch().join(scratch).join("debug");
        let example = |source: &Source| {
            let mut command = self.command(workspace, built.join(&source.name));
            command.env_remove(LIBRARY);
            command
        };
        Ok(sources.iter().map(example).collect())
    }
}

/// The build folder of the package, below the scratch folder.
const BUILT: &str = "swift-build";

/// The folders of this machine that programs in the private toolchain see.
fn mounts(root: &Path, target: &Path) -> String {
    let root_name = root.display().to_string();
    if target.starts_with(root) { root_name } else { format!("{root_name}:{}", target.display()) }
}

/// The parts of the package's folder that a Swift user gets, and of the root of the repository.
const SHIPPED: [&str; 6] =
    ["Package.swift", "Sources/Senders", "Sources/SendersFFI", "Sources/CSendersFFI", "README.md", "NOTICE"];
const PAPERS: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// Builds the package as it is shipped, with the native library in it, in an empty folder.
pub(crate) fn assemble(workspace: &Workspace, into: &Path) -> Result<()> {
    let library = mobile::library(workspace)?;
    copy(&workspace.root.join(PACKAGE), into, &SHIPPED)?;
    copy(&workspace.root, into, &PAPERS)?;
    fs::create_dir_all(into.join("lib"))?;
    fs::copy(&library, into.join("lib").join(library.file_name().context("a library without a name")?))?;
    Ok(())
}

/// Copies files, and all files below folders, from one folder to another.
fn copy(from: &Path, to: &Path, sources: &[&str]) -> Result<()> {
    for source in sources {
        fs::metadata(from.join(source))?;
    }
    for file in stamp::files(from, sources)? {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().context("a file without a folder")?)?;
        fs::copy(from.join(&file), target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read() {
        assert_eq!(version("Swift version 6.0.3 (swift-6.0.3-RELEASE)").unwrap(), "6.0.3");
        assert_eq!(version("swift-driver version: 1.1 Apple Swift version 6.2 (x)").unwrap(), "6.2");
        assert!(version("not swift").is_err());
    }
}
