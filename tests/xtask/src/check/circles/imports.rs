//! The imports between files, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};

/// The imports of each file.
#[derive(Debug, Default)]
pub(super) struct Imports(pub(super) BTreeMap<String, BTreeSet<String>>);

impl Imports {
    pub(super) fn add(&mut self, from: &str, to: &str) {
        if from != to {
            self.0.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
    }

    fn of(&self, file: &str) -> impl Iterator<Item = &str> {
        self.0.get(file).into_iter().flatten().map(String::as_str)
    }

    /// Returns the shortest path from a file back to itself.
    fn circle(&self, start: &str) -> Option<Vec<&str>> {
        let mut ways: Vec<Vec<&str>> = self.of(start).map(|next| vec![next]).collect();
        let mut seen = BTreeSet::new();
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let at = *way.last()?;
                if at == start {
                    return Some(way);
                }
                if seen.insert(at) {
                    longer.extend(self.of(at).map(|next| [way.as_slice(), &[next]].concat()));
                }
            }
            ways = longer;
        }
        None
    }

    /// Returns one line for each circle: the files in it, the shortest path first.
    pub(super) fn circles(&self) -> Vec<String> {
        let mut named = BTreeSet::new();
        let mut lines = Vec::new();
        let mut all: Vec<_> =
            self.0.keys().filter_map(|start| Some((start.as_str(), self.circle(start)?))).collect();
        all.sort_by_key(|(_, way)| way.len());
        for (start, way) in all {
            if way.iter().all(|file| !named.contains(file)) {
                lines.push(format!("{start} → {}", way.join(" → ")));
            }
            named.extend(way);
        }
        lines
    }
}
