//! The imports between files, and the circles among them.

use std::collections::BTreeSet;

/// The importing file, and the imported one.
pub(super) type Imports = BTreeSet<(String, String)>;

/// Returns the imports that are part of a circle, or between two of them: others are taken away until all that
/// remain begin where one ends, and end where one begins.
pub(super) fn in_circles(mut imports: Imports) -> Imports {
    loop {
        let (from, to): (BTreeSet<String>, BTreeSet<String>) = imports.iter().cloned().unzip();
        let before = imports.len();
        imports.retain(|(file, imported)| to.contains(file) && from.contains(imported));
        if imports.len() == before {
            return imports;
        }
    }
}
