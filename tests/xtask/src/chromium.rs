//! Chromium, for the tests in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::console::{say, warn};
use crate::process;

/// Tried in this order.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// The variable that names a browser, and passes the one found to the tests.
pub(crate) const VARIABLE: &str = "CHROMIUM";

/// Finds the browser of this machine, or installs Debian's package if possible.
///
/// Returns `None`, after a message, if there is no browser: the tests in the browser are skipped.
///
/// # Errors
/// If there is no browser in CI, where it is required.
pub(crate) fn ready() -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os(VARIABLE).map(PathBuf::from) {
        if !named.is_file() {
            bail!("{VARIABLE} names `{}`, which is no file", named.display());
        }
        return Ok(Some(named));
    }
    if let Some(found) = find() {
        return Ok(Some(found));
    }
    let missing = match not_installable() {
        Some(reason) => reason.to_owned(),
        None => match install() {
            Ok(()) => match find() {
                Some(found) => return Ok(Some(found)),
                None => "Debian's package was installed, but there is no `chromium` on PATH".to_owned(),
            },
            Err(error) => format!("{error:#}"),
        },
    };
    if is_ci() {
        bail!("no Chromium: {missing}. In CI the tests in the browser must run");
    }
    warn(&format!(
        "SKIPPED: everything in a real browser, because there is no Chromium: {missing}. \
         Install Chromium or Chrome, or name one: {VARIABLE}=/path/to/browser"
    ));
    Ok(None)
}

fn find() -> Option<PathBuf> {
    NAMES.into_iter().find_map(process::on_path)
}

/// Returns why Debian's package cannot be installed here.
fn not_installable() -> Option<&'static str> {
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !is_debian(&system) || !process::is_on_path("apt-get") {
        return Some("none is on PATH, and this is not Debian");
    }
    let is_root = process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    (!is_root).then_some("none is on PATH, and only root can install Debian's (apt-get install chromium)")
}

/// Returns whether this is Debian itself: in its descendants the package has other content (Ubuntu's is a snap).
fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line.trim() == "ID=debian")
}

fn install() -> Result<()> {
    say("Chromium: installing Debian's own package `chromium` (apt-get), for the tests in a real browser");
    let package = || {
        let mut command = apt_get();
        command.args(["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
        process::capture(&mut command)
    };
    // The lists may be missing or old: then they are downloaded, once.
    if package().is_err() {
        process::capture(apt_get().args(["update", "-qq"]))?;
        package()?;
    }
    Ok(())
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").current_dir(Path::new("/"));
    command
}

/// Returns whether this is CI, where nothing is skipped.
pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debian_itself_is_debian() {
        assert!(is_debian("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n"));
        assert!(!is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_debian(""));
    }
}
