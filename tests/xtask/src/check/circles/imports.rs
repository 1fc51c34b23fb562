//! The imports between files, and a circle among them.

use std::collections::{BTreeMap, BTreeSet};

/// The importing file, and the imported one.
pub(super) type Imports = BTreeSet<(String, String)>;

/// Returns a circle, `a.rs → b.rs → a.rs`, if there is one.
pub(super) fn circle(imports: &Imports) -> Option<String> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in imports {
        next.entry(from).or_default().push(to);
    }
    // Files whose imports all lead to an end are taken away: then every way goes on until it meets itself.
    loop {
        let files: BTreeSet<&str> = next.keys().copied().collect();
        next.values_mut().for_each(|to| to.retain(|to| files.contains(to)));
        next.retain(|_, to| !to.is_empty());
        if next.len() == files.len() {
            break;
        }
    }
    let mut way = vec![*next.keys().next()?];
    loop {
        let to = *next.get(way.last()?)?.first()?;
        if let Some(start) = way.iter().position(|file| *file == to) {
            return Some([way.get(start..)?, &[to]].concat().join(" → "));
        }
        way.push(to);
    }
}
