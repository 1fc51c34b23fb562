//! Checks that no files import each other in a circle, within each part of the project.

mod imports;
mod rust;
mod script;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use super::seen::Seen;
use crate::workspace::Workspace;

/// The folders whose Rust files are checked.
const RUST: [&str; 8] = [
    "core/src",
    "core/json/src",
    "bindings-mobile/src",
    "bindings-python/src",
    "bindings-wasm/src",
    "tests/conformance/src",
    "tests/emulator/src",
    "tests/xtask/src",
];
/// The folders whose TypeScript or Python files are checked.
const SCRIPT: [&str; 3] =
    ["bindings-wasm/console/src", "bindings-wasm/npm/src", "bindings-python/python/senders"];

pub(super) fn none(workspace: &Workspace) -> Seen {
    bite()?;
    let (mut files, mut arrows, mut circles) = (0, 0, Vec::new());
    for folder in RUST.iter().chain(&SCRIPT) {
        let root = workspace.root.join(folder);
        let sources = sources(&root)?;
        let imports = if RUST.contains(folder) {
            rust::imports(&sources).context(*folder)?
        } else {
            script::imports(&sources)
        };
        ensure!(!imports.0.is_empty(), "{folder} imports nothing: the check reads it wrongly");
        files += imports.0.len();
        arrows += imports.0.values().map(BTreeSet::len).sum::<usize>();
        circles.extend(imports.circles().into_iter().map(|circle| format!("  {folder}: {circle}")));
    }
    if !circles.is_empty() {
        bail!("these files import each other in a circle:\n{}", circles.join("\n"));
    }
    Ok(format!("{files} files, {arrows} imports, no circle"))
}

/// Tests the check itself: it must find a circle in each language.
fn bite() -> Result<()> {
    let files = |sources: &[(&str, &str)]| -> Vec<(String, String)> {
        sources.iter().map(|(name, source)| ((*name).to_owned(), (*source).to_owned())).collect()
    };
    let imports = rust::imports(&files(&[
        ("lib.rs", "pub use a::A;"),
        ("a.rs", "use crate::b::{B, C};"),
        ("b/mod.rs", "mod c; pub use c::C; struct B;"),
        ("b/c.rs", "fn f() { super::super::d::g(); }"),
        ("d.rs", "use crate::A;"),
    ]))?;
    ensure!(imports.circles() == ["a.rs → b/c.rs → d.rs → a.rs"], "Rust: {imports:?}");
    let imports = script::imports(&files(&[
        ("a.ts", "import type {\n  B,\n} from \"./b.js\";"),
        ("b.ts", "export { A } from \"./a.js\";"),
        ("c.py", "    from ._d import e"),
        ("_d.py", "from . import c"),
    ]));
    ensure!(imports.circles() == ["_d.py → c.py → _d.py", "a.ts → b.ts → a.ts"], "TypeScript: {imports:?}");
    Ok(())
}

/// Returns the source files below a folder, by their path.
fn sources(root: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ["rs", "ts", "py"].iter().any(|own| ending == *own))
            {
                let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                found.push((name, std::fs::read_to_string(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}
