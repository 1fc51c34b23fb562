//! Rules about the native half of the Kotlin and Swift packages.

use anyhow::bail;
use fs_err as fs;

use super::seen::Seen;
use crate::console::size;
use crate::mobile;
use crate::workspace::Workspace;

/// The most bytes the library may have, stripped.
const LARGEST: u64 = 1_000_000;

/// Checks that the library in the packages is small.
pub(super) fn library(workspace: &Workspace) -> Seen {
    let bytes = fs::metadata(mobile::library(workspace)?)?.len();
    if bytes > LARGEST {
        bail!("the library has {bytes} bytes, more than {LARGEST}");
    }
    Ok(format!("{} of {} allowed ({bytes} bytes)", size(bytes), size(LARGEST)))
}

/// Checks that the generated files of a language equal the present output of UniFFI.
pub(super) fn generated(workspace: &Workspace, language: &str) -> Seen {
    let files = mobile::generate(workspace, language)?;
    for (made, place) in &files {
        if fs::read(made)? != fs::read(place)? {
            bail!("{} is not up to date; run `cargo xtask generate`", workspace.relative(place));
        }
    }
    Ok(format!("{} files", files.len()))
}
