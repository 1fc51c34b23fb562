//! Chromium, for the tests in a real browser.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

use crate::console::or_skipped;
use crate::process::{self, command};

/// Tried in this order.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// The variable that names a browser, and passes the one found to the tests.
pub(crate) const VARIABLE: &str = "CHROMIUM";

/// Finds the browser of this machine, or installs Debian's package if possible; `None`, after a warning, if there is
/// none.
pub(crate) fn ready() -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os(VARIABLE).map(PathBuf::from) {
        ensure!(named.is_file(), "{VARIABLE} names `{}`, which is no file", named.display());
        return Ok(Some(named));
    }
    let find = || NAMES.into_iter().find_map(process::on_path);
    let found = find().map_or_else(
        || install().and_then(|()| find().context("Debian's package has no program `chromium`")),
        Ok,
    );
    let advice = || format!("install Chromium or Chrome, or name one: {VARIABLE}=/path/to/browser");
    or_skipped(found.with_context(advice), "everything in a real browser")
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
