//! Chromium, for the tests in a real browser.

use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};

use crate::console::warn;
use crate::process::{self, command};

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
    let find = || NAMES.into_iter().find_map(process::on_path);
    let missing = match find().map_or_else(install, |_| Ok(())) {
        Ok(()) => match find() {
            Some(found) => return Ok(Some(found)),
            None => anyhow!("Debian's package was installed, but there is no `chromium` on PATH"),
        },
        Err(error) => error,
    };
    if process::is_ci() {
        return Err(missing.context("no Chromium. In CI the tests in the browser must run"));
    }
    warn(format!(
        "SKIPPED: everything in a real browser, because there is no Chromium: {missing:#}. \
         Install Chromium or Chrome, or name one: {VARIABLE}=/path/to/browser"
    ));
    Ok(None)
}

/// Installs Debian's package where that is possible: as root, on Debian itself. In its descendants the package has
/// other content (Ubuntu's is a snap).
fn install() -> Result<()> {
    let system = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !system.lines().any(|line| line.trim() == "ID=debian") {
        bail!("none is on PATH, and this is not Debian");
    }
    if process::capture(&mut command("id -u"))?.trim() != "0" {
        bail!("none is on PATH, and only root can install Debian's (apt-get install chromium)");
    }
    println!(
        "Chromium: installing Debian's own package `chromium` (apt-get), for the tests in a real browser"
    );
    let apt = |line: &str| {
        process::capture(command(line).env("DEBIAN_FRONTEND", "noninteractive").current_dir("/"))
    };
    let package = || apt("apt-get install -y -qq --no-install-recommends chromium");
    // The lists may be missing or old: then they are downloaded, once.
    package().or_else(|_| apt("apt-get update -qq").and_then(|_| package())).map(drop)
}
