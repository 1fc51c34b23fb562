//! Swift: this machine's toolchain or a private one, and everything that is built with it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::console::{say, seconds, warn};
use crate::workspace::Workspace;
use crate::{chromium, mobile, process, stamp};

/// The folder of the Swift package.
pub(crate) const PACKAGE: &str = "bindings-mobile/swift";
/// The oldest Swift that the package supports.
const OLDEST: u32 = 6;
/// The script that installs a private toolchain if this machine has none.
const SETUP: &str = "tests/xtask/src/swift/setup.sh";
/// The variable with the folder of the private toolchain, which clones can share and CI can keep; it takes about 0.9
/// GB.
const FOLDER: &str = "SWIFT_PREFIX";
/// The variables that the programs use.
const VARIABLES: [&str; 6] =
    [LIBRARY, EMULATOR, "SENDERS_BASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "NO_COLOR"];
/// The variable with the folder of the native library, for the package.
const LIBRARY: &str = "SENDERS_LIBRARY_DIR";
/// The variable with the address of the emulator, for the tests.
pub(crate) const EMULATOR: &str = "SENDERS_EMULATOR";
/// The driver of the vectors.
const DRIVER: &str = "conformance-driver";

/// A Swift that can be run.
#[derive(Debug)]
pub(crate) struct Swift {
    /// The script that runs a program inside the private toolchain; none if `swift` is on PATH.
    root: Option<PathBuf>,
    pub(crate) version: String,
}

/// Finds the toolchain: the one on PATH, or a private one, installed if possible.
///
/// Returns `None`, after a message, if there is none: everything in Swift is skipped.
///
/// # Errors
/// If there is no Swift in CI, where it is required.
pub(crate) fn ready(workspace: &Workspace) -> Result<Option<Swift>> {
    let missing = match find(workspace) {
        Ok(swift) => return Ok(Some(swift)),
        Err(error) => error,
    };
    if chromium::is_ci() {
        return Err(missing.context("no Swift. In CI its tests must run"));
    }
    warn(&format!(
        "SKIPPED: everything in Swift, because there is no toolchain: {missing:#}. \
         Install Swift {OLDEST} or later and put `swift` on PATH"
    ));
    Ok(None)
}

fn find(workspace: &Workspace) -> Result<Swift> {
    if process::is_on_path("swift") {
        let swift = Swift { root: None, version: version(Command::new("swift").arg("--version"))? };
        if swift.major() >= Some(OLDEST) {
            return Ok(swift);
        }
        warn(&format!("`swift` on PATH is {}, older than {OLDEST}: it is not used", swift.version));
    }
    if let Some(reason) = not_here() {
        bail!("{reason}");
    }
    let folder = std::env::var_os(FOLDER).map_or_else(|| workspace.scratch().join("swift"), PathBuf::from);
    let is_new = !folder.join("root").is_dir();
    if is_new {
        say(&format!(
            "Swift: setting Debian's up in {} (a download of 490 MB, once; nothing is installed)",
            workspace.relative(&folder).display()
        ));
    }
    let start = Instant::now();
    process::capture(Command::new("sh").arg(workspace.root.join(SETUP)).arg(&folder))
        .context("Debian's Swift could not be set up")?;
    let root = folder.canonicalize()?.join("bin/swift-root");
    let version =
        version(Command::new(&root).args(["swift", "--version"]).env("SWIFT_MOUNTS", &workspace.root))
            .context("Debian's Swift cannot be run (it needs root, or user namespaces)")?;
    if is_new {
        say(&format!("Swift {version}: set up in {}", seconds(start.elapsed())));
    }
    Ok(Swift { root: Some(root), version })
}

/// Returns why a private toolchain is not possible on this machine.
fn not_here() -> Option<&'static str> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Some("none is on PATH, and Debian's can only be set up on Linux on x86-64");
    }
    let tools = ["apt-get", "dpkg-deb", "unshare", "tar"];
    tools.into_iter().any(|name| !process::is_on_path(name)).then_some(
        "none is on PATH, and without apt-get, dpkg-deb, unshare and tar Debian's cannot be set up",
    )
}

/// Reads `6.0.3` in `Swift version 6.0.3 (swift-6.0.3-RELEASE)` or `Apple Swift version 6.2 (…)`.
fn version(command: &mut Command) -> Result<String> {
    let output = process::capture(command)?;
    let (_, rest) = output.split_once("Swift version ").context("`swift --version` names no version")?;
    Ok(rest.split_whitespace().next().unwrap_or_default().to_owned())
}

impl Swift {
    fn major(&self) -> Option<u32> {
        self.version.split('.').next()?.parse().ok()
    }

    /// Returns a command for a program of the toolchain or one built with it, at the root of the repository.
    pub(crate) fn command(&self, workspace: &Workspace, program: impl AsRef<OsStr>) -> Command {
        let mut command = match &self.root {
            None => Command::new(program),
            Some(root) => {
                let mut command = Command::new(root);
                command.arg(program).env("SWIFT_ENV", VARIABLES.join(" "));
                command.env("SWIFT_MOUNTS", mounts(&workspace.root, &workspace.target));
                command
            }
        };
        command.current_dir(&workspace.root).env("NO_COLOR", "1");
        command.env(LIBRARY, workspace.target.join("mobile"));
        command
    }

    /// Returns `swift build`, `swift test`, … of a package, with the native library built.
    pub(crate) fn of_package(
        &self,
        workspace: &Workspace,
        verb: &str,
        package: &Path,
        scratch: &str,
    ) -> Command {
        let mut command = self.command(workspace, "swift");
        command.arg(verb).arg("--package-path").arg(package);
        command.arg("--scratch-path").arg(workspace.scratch().join(scratch));
        command
    }

    /// Builds the package, its tests and the driver of the vectors.
    pub(crate) fn build(&self, workspace: &Workspace) -> Result<()> {
        mobile::library(workspace)?;
        process::run(self.tool(workspace, "build").args(["--quiet", "--build-tests"]))?;
        process::run(self.tool(workspace, "build").args(["--quiet", "--product", DRIVER]))
    }

    /// Returns a command that runs the tests that were built.
    pub(crate) fn test(&self, workspace: &Workspace) -> Command {
        let mut command = self.tool(workspace, "test");
        command.args(["--skip-build", "--disable-xctest"]);
        command
    }

    fn tool(&self, workspace: &Workspace, verb: &str) -> Command {
        self.of_package(workspace, verb, &workspace.root.join(PACKAGE), BUILT)
    }

    /// Returns the driver of the vectors that was built.
    pub(crate) fn driver(&self, workspace: &Workspace) -> Command {
        self.command(workspace, workspace.scratch().join(BUILT).join("debug").join(DRIVER))
    }
}

/// The build folder of the package, below the scratch folder.
const BUILT: &str = "swift-build";

fn mounts(root: &Path, target: &Path) -> String {
    let folders: &[&Path] = if target.starts_with(root) { &[root] } else { &[root, target] };
    let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    names.join(":")
}

/// The parts of the package's folder that a Swift user gets.
const SHIPPED: [&str; 4] = ["Package.swift", "Sources/Senders", "Sources/SendersFFI", "Sources/CSendersFFI"];
const PAPERS: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// Builds the package as it is shipped, with the native library in it, in a separate folder.
pub(crate) fn assemble(workspace: &Workspace, into: &Path) -> Result<()> {
    let library = mobile::library(workspace)?;
    if into.exists() {
        std::fs::remove_dir_all(into)?;
    }
    let copy = |from: &Path, name: &str| -> Result<()> {
        let to = into.join(name);
        std::fs::create_dir_all(to.parent().context("a file without a folder")?)?;
        std::fs::copy(from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        Ok(())
    };
    let source = workspace.root.join(PACKAGE);
    for file in stamp::files(&source, &SHIPPED)? {
        copy(&source.join(&file), &file)?;
    }
    for paper in PAPERS {
        copy(&workspace.root.join(paper), paper)?;
    }
    for paper in ["README.md", "NOTICE"] {
        copy(&source.join(paper), paper)?;
    }
    let name = library.file_name().context("a library without a name")?.to_string_lossy().into_owned();
    copy(&library, &format!("lib/{name}"))
}

/// A project of a user of the package: programs that depend only on it.
#[derive(Debug)]
pub(crate) struct Project {
    folder: PathBuf,
    scratch: String,
    programs: Vec<String>,
}

impl Project {
    /// Creates a project next to a built package; its builds are kept, like the toolchain's cache.
    pub(crate) fn new(workspace: &Workspace, name: &str, package: &Path) -> Result<Self> {
        let folder = workspace.scratch().join("fresh-swift").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        // SwiftPM names a package at a path after its folder.
        copy_all(package, &folder.join("senders"))?;
        Ok(Self { folder, scratch: format!("swift-{name}"), programs: Vec::new() })
    }

    /// Adds a program of top-level code.
    pub(crate) fn add(&mut self, name: &str, code: &str) -> Result<()> {
        let at = self.folder.join("Sources").join(name);
        std::fs::create_dir_all(&at)?;
        std::fs::write(at.join("main.swift"), code)?;
        self.programs.push(name.to_owned());
        Ok(())
    }

    /// Builds every program.
    pub(crate) fn build(&self, workspace: &Workspace, swift: &Swift) -> Result<()> {
        let targets: Vec<String> = self
            .programs
            .iter()
            .map(|name| {
                format!(
                    "        .executableTarget(name: \"{name}\", dependencies: [.product(name: \"Senders\", package: \"senders\")]),\n"
                )
            })
            .collect();
        let manifest = format!(
            "// swift-tools-version: 6.0\nimport PackageDescription\n\nlet package = Package(\n    name: \"user\",\n    \
             platforms: [.macOS(.v13)],\n    dependencies: [.package(path: \"senders\")],\n    targets: [\n{}    ]\n)\n",
            targets.concat()
        );
        std::fs::write(self.folder.join("Package.swift"), manifest)?;
        let mut command = swift.of_package(workspace, "build", &self.folder, &self.scratch);
        // The library of the package itself, and no other one.
        process::run(command.arg("--quiet").env_remove(LIBRARY))
    }

    /// Returns a command for a program that was built.
    pub(crate) fn program(&self, workspace: &Workspace, swift: &Swift, name: &str) -> Command {
        let mut command =
            swift.command(workspace, workspace.scratch().join(&self.scratch).join("debug").join(name));
        command.env_remove(LIBRARY);
        command
    }
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read() {
        let output = |text: &str| version(Command::new("echo").arg(text));
        assert_eq!(output("Swift version 6.0.3 (swift-6.0.3-RELEASE)").unwrap(), "6.0.3");
        assert_eq!(output("swift-driver version: 1.1 Apple Swift version 6.2 (x)").unwrap(), "6.2");
        assert!(output("not swift").is_err());
        let swift = |version: &str| Swift { root: None, version: version.to_owned() };
        assert!(swift("6.0.3").major() >= Some(OLDEST) && swift("5.10").major() < Some(OLDEST));
        assert_eq!(swift("new").major(), None);
    }

    #[test]
    fn a_build_folder_elsewhere_is_there_too() {
        assert_eq!(mounts(Path::new("/a"), Path::new("/a/target")), "/a");
        assert_eq!(mounts(Path::new("/a"), Path::new("/b")), "/a:/b");
    }
}
