//! Rust's standard library for WebAssembly, built from exactly the compiler's own sources, for machines where rustup
//! cannot download it. The sources are the toolchain's `rust-src`, or Debian's package of that name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use super::compiler::{Compiler, TARGET};
use crate::console::{say, seconds};
use crate::process;
use crate::workspace::Workspace;

/// The suites in which Debian has newer compilers than in its stable release; downloads go into a private folder.
const SUITES: [&str; 3] = ["trixie-backports", "forky", "sid"];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Returns the compiled libraries of a folder, none if there is no folder.
pub(super) fn rlibs(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rlib") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Builds the library into a folder.
pub(super) fn build(workspace: &Workspace, compiler: &Compiler, into: &Path) -> Result<()> {
    let start = Instant::now();
    let work = workspace.scratch().join("wasm32-std").join("work");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let library = sources(workspace, compiler, &work)?;
    say(&format!("{TARGET}: compiling the standard library from source, because rustup's is missing"));

    let manifest = library.join("sysroot/Cargo.toml");
    let cargo = |verb: &str| {
        let mut cargo = workspace.cargo();
        cargo.args([verb, "--quiet", "--locked", "--target", TARGET, "--manifest-path"]).arg(&manifest);
        // The standard library uses unstable features, as in its own build; nothing else here may use them.
        cargo.env("RUSTC_BOOTSTRAP", "1").env("__CARGO_DEFAULT_LIB_METADATA", "stablestd");
        cargo.env("CARGO_INCREMENTAL", "0");
        for name in ["RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_WRAPPER"] {
            cargo.env_remove(name);
        }
        cargo
    };
    process::run(&mut cargo("fetch"))?;
    let built = work.join("target");
    let mut command = cargo("build");
    command.args(["--offline", "--profile", "dist", "--features", "panic-unwind backtrace"]);
    command.arg("--target-dir").arg(&built).env("CARGO_ENCODED_RUSTFLAGS", flags(compiler, &library)?);
    process::run(&mut command)?;

    // Filled in another folder and renamed: a folder with that name is complete.
    let aside = work.join("rlibs");
    fs::create_dir_all(&aside)?;
    for path in rlibs(&built.join(TARGET).join("dist/deps"))? {
        let name = path.file_name().context("a library without a name")?;
        // The crate that only connects the others is in no toolchain.
        if !name.to_string_lossy().starts_with("libsysroot-") {
            fs::copy(&path, aside.join(name))?;
        }
    }
    if rlibs(&aside)?.is_empty() {
        bail!("cargo built the standard library, but left nothing in {}", built.display());
    }
    if let Some(parent) = into.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::rename(&aside, into)?;
    fs::remove_dir_all(&work)?;
    say(&format!("{TARGET}: compiled in {}", seconds(start.elapsed())));
    Ok(())
}

/// Returns the flags of rustc's own build; no path of this machine stays in the result.
fn flags(compiler: &Compiler, library: &Path) -> Result<String> {
    let hash = compiler.line("commit-hash")?;
    let mut flags = vec![
        "-Zforce-unstable-if-unmarked".to_owned(),
        "-Cembed-bitcode=yes".to_owned(),
        format!("--remap-path-prefix={}=/rustc/{hash}/library", library.display()),
    ];
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    if let Ok(registries) = fs::read_dir(home.unwrap_or_default().join("registry/src")) {
        for registry in registries {
            flags.push(format!("--remap-path-prefix={}=/rust/deps", registry?.path().display()));
        }
    }
    // Uses Cargo's own separator: a path may contain spaces.
    Ok(flags.join("\u{1f}"))
}

/// Returns the folder `library` of the compiler's sources.
fn sources(workspace: &Workspace, compiler: &Compiler, work: &Path) -> Result<PathBuf> {
    let of_toolchain = compiler.sysroot.join("lib/rustlib/src/rust/library");
    if is_library(&of_toolchain) {
        return Ok(of_toolchain);
    }
    let missing = ["apt-get", "apt-cache", "dpkg-deb"].into_iter().find(|name| !process::is_on_path(name));
    if missing.is_some() || !Path::new(KEYRING).is_file() {
        bail!(
            "the npm package needs Rust's standard library for {TARGET}: rustup could not add it, and only on Debian \
             can its sources be fetched instead. Try `rustup target add {TARGET}` or `rustup component add rust-src`"
        );
    }
    let package = debian_package(workspace, compiler.line("release")?, work)?;
    let unpacked = work.join("src");
    process::capture(Command::new("dpkg-deb").arg("-x").arg(package).arg(&unpacked))?;
    fs::read_dir(unpacked.join("usr/src"))?
        .filter_map(|entry| Some(entry.ok()?.path().join("library")))
        .find(|library| is_library(library))
        .context("Debian's rust-src holds no sources of the standard library")
}

fn is_library(folder: &Path) -> bool {
    folder.join("sysroot/Cargo.toml").is_file()
}

/// Downloads Debian's `rust-src` of the compiler's release into a private folder. Neither reads nor changes the
/// machine's own lists and packages; uses only its mirror and its keyring.
fn debian_package(workspace: &Workspace, release: &str, work: &Path) -> Result<PathBuf> {
    let mirror = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"]
        .into_iter()
        .filter_map(|file| mirror(&fs::read_to_string(file).ok()?))
        .next()
        .context("the sources of apt name no mirror")?;
    let apt = work.join("apt");
    for folder in ["state/lists/partial", "cache/archives/partial", "etc", "deb"] {
        fs::create_dir_all(apt.join(folder))?;
    }
    fs::write(apt.join("state/status"), "")?;
    let sources: Vec<String> =
        SUITES.iter().map(|suite| format!("deb [signed-by={KEYRING}] {mirror} {suite} main\n")).collect();
    fs::write(apt.join("etc/sources.list"), sources.concat())?;
    let at = |name: &str| apt.join(name).display().to_string();
    fs::write(
        apt.join("apt.conf"),
        format!(
            "Dir::State \"{}\";\nDir::State::status \"{}\";\nDir::Cache \"{}\";\nDir::Etc::SourceList \"{}\";\n\
             Dir::Etc::SourceParts \"/dev/null\";\nDir::Etc::PreferencesParts \"/dev/null\";\n\
             APT::Sandbox::User \"root\";\nAcquire::Languages \"none\";\n",
            at("state"),
            at("state/status"),
            at("cache"),
            at("etc/sources.list"),
        ),
    )?;
    say(&format!(
        "{TARGET}: downloading the sources of Rust {release} (Debian's rust-src) into {}",
        workspace.relative(work).display()
    ));
    let tool = |program: &str| {
        let mut command = Command::new(program);
        command.env("APT_CONFIG", apt.join("apt.conf")).current_dir(apt.join("deb"));
        command
    };
    process::capture(tool("apt-get").args(["update", "-qq"]))?;
    let offered = process::capture(tool("apt-cache").args(["madison", "rust-src"]))?;
    let Some(version) = matching(&offered, release) else {
        bail!("Debian has no rust-src of Rust {release} now; it has:\n{}", offered.trim_end());
    };
    process::capture(tool("apt-get").args(["download", "-qq", &format!("rust-src={version}")]))?;
    fs::read_dir(apt.join("deb"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt downloaded no package")
}

/// Returns the first mirror of apt's sources, in either of their forms.
fn mirror(sources: &str) -> Option<String> {
    let is_url = |word: &&str| word.contains("://");
    sources
        .lines()
        .filter(|line| line.starts_with("URIs:") || line.starts_with("deb "))
        .find_map(|line| line.split_whitespace().find(is_url))
        .map(str::to_owned)
}

/// Returns the version of a release among the lines of `apt-cache madison`; for a nightly, a release that was made
/// from it.
fn matching<'a>(offered: &'a str, release: &str) -> Option<&'a str> {
    let number = release.split('-').next()?;
    let (minor, _) = number.rsplit_once('.')?;
    let versions = || offered.lines().filter_map(|line| Some(line.split('|').nth(1)?.trim()));
    versions().find(|version| version.strip_prefix(number).is_some_and(|rest| rest.starts_with('+'))).or_else(
        || versions().find(|version| version.strip_prefix(minor).is_some_and(|rest| rest.starts_with('.'))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: &str = "  rust-src | 1.96.0+dfsg1-1 | mirror sid/main amd64 Packages
  rust-src | 1.95.1+dfsg1-2 | mirror forky/main amd64 Packages
  rust-src | 1.95.0+dfsg1-2 | mirror forky/main amd64 Packages
";

    #[test]
    fn the_release_itself_before_another_of_its_minor() {
        assert_eq!(matching(OFFERED, "1.95.0"), Some("1.95.0+dfsg1-2"));
        assert_eq!(matching(OFFERED, "1.96.0-nightly"), Some("1.96.0+dfsg1-1"));
        assert_eq!(matching(OFFERED, "1.95.2"), Some("1.95.1+dfsg1-2"));
        assert_eq!(matching(OFFERED, "1.9.0"), None);
        assert_eq!(matching("", "1.95.0"), None);
    }

    #[test]
    fn both_forms_of_apts_sources_name_a_mirror() {
        let deb822 = "Types: deb\n# http://old.example.org/debian\nURIs: http://deb.example.org/debian\nSuites: bookworm\n";
        assert_eq!(mirror(deb822).as_deref(), Some("http://deb.example.org/debian"));
        let list = "# deb http://x\ndeb [arch=amd64] http://deb.example.org/debian bookworm main\n";
        assert_eq!(mirror(list).as_deref(), Some("http://deb.example.org/debian"));
        assert_eq!(mirror("Types: deb\n"), None);
    }
}
