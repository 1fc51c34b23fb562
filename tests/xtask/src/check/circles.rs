//! Checks that no files import each other in a circle, within each part of the project.

mod imports;
mod rust;
mod script;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use fs_err as fs;

use imports::circle;

use super::seen::Seen;
use crate::stamp;
use crate::workspace::Workspace;

/// The folders whose TypeScript or Python files are checked.
const SCRIPT: [&str; 3] =
    ["bindings-wasm/console/src", "bindings-wasm/npm/src", "bindings-python/python/senders"];

pub(super) fn none(workspace: &Workspace) -> Seen {
    bite()?;
    let (mut count, mut found) = (0, Vec::new());
    // The files of the benchmark do import each other.
    let crates = workspace.packages.iter().filter(|package| package.name != "senders-bench");
    let crates = crates.map(|package| package.manifest_path.with_file_name("src"));
    let scripts = SCRIPT.iter().map(|folder| workspace.root.join(folder));
    for root in crates.map(PathBuf::from).chain(scripts) {
        let folder = workspace.relative(&root);
        let mut sources = Vec::new();
        for file in stamp::files(&root, &[""])? {
            if [".rs", ".ts", ".py"].iter().any(|ending| file.ends_with(ending)) {
                let source = fs::read_to_string(root.join(&file))?;
                sources.push((file, source));
            }
        }
        let mut imports = rust::imports(&sources).with_context(|| folder.to_string())?;
        imports.extend(script::imports(&sources));
        ensure!(!imports.is_empty(), "{folder} imports nothing: the check reads it wrongly");
        count += imports.len();
        found.extend(circle(&imports).map(|circle| format!("  {folder}: {circle}")));
    }
    if !found.is_empty() {
        bail!("these files import each other in a circle:\n{}", found.join("\n"));
    }
    Ok(format!("{count} imports, no circle"))
}

/// Tests the check itself: it must find a circle in each language.
fn bite() -> Result<()> {
    let files = |sources: &[(&str, &str)]| -> Vec<(String, String)> {
        sources.iter().map(|(name, source)| ((*name).to_owned(), (*source).to_owned())).collect()
    };
    let imports = rust::imports(&files(&[
        ("lib.rs", "pub use a::A; use crate::a::A as B;"),
        ("a.rs", "use crate::b::{B, C};"),
        ("b/mod.rs", "mod c; pub use c::C; struct B;"),
        ("b/c.rs", "fn f() { super::super::d::g!(super::super::e::h()); }"),
        ("d.rs", "use crate::A;"),
        ("e.rs", "struct E;"),
    ]))?;
    let is_imported = imports.contains(&("b/c.rs".to_owned(), "e.rs".to_owned()));
    ensure!(is_imported, "Rust: the text of a macro is not read: {imports:?}");
    ensure!(circle(&imports).as_deref() == Some("a.rs → b/c.rs → d.rs → a.rs"), "Rust: {imports:?}");
    let imports = |sources| circle(&script::imports(&files(sources)));
    let scripts =
        [("a.ts", "import type {\n  B,\n} from \"./b.js\";"), ("b.ts", "export { A } from \"./a.js\";")];
    ensure!(imports(&scripts).as_deref() == Some("a.ts → b.ts → a.ts"), "TypeScript");
    let scripts = [("c.py", "    from ._d import e"), ("_d.py", "from . import c")];
    ensure!(imports(&scripts).as_deref() == Some("_d.py → c.py → _d.py"), "Python");
    Ok(())
}
