//! The rows of the benchmark, the peers in each, their numbers, and the goals.

mod node;
mod python;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::SENDERS;

/// The result that a peer prints at its end.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct PeerResult {
    /// Distinct senders listed, or requests made.
    pub(crate) seen: u64,
    /// Characters in all texts of all senders, in the row that reads them all; must be the same for every peer.
    pub(crate) check: Option<u64>,
    pub(crate) metrics: BTreeMap<String, f64>,
}

/// The language of a row and of its peers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Language {
    Python,
    Node,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::Python, Self::Node];

    /// Returns the name that selects all rows of the language.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
        }
    }

    /// Returns the row of the sizes of the package and of the installed files, which starts no processes.
    pub(crate) const fn size_row(self) -> &'static str {
        match self {
            Self::Python => "size",
            Self::Node => "node-size",
        }
    }
}

/// The environments, one for each peer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Env {
    Senders,
    Twilio,
    Aiohttp,
    Bare,
    NodeSenders,
    NodeTwilio,
    NodeFetch,
    NodeZod,
}

impl Env {
    pub(crate) const ALL: [Self; 8] = [
        Self::Senders,
        Self::Twilio,
        Self::Aiohttp,
        Self::Bare,
        Self::NodeSenders,
        Self::NodeTwilio,
        Self::NodeFetch,
        Self::NodeZod,
    ];

    /// Returns its folder.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Senders => "senders",
            Self::Twilio => "twilio",
            Self::Aiohttp => "aiohttp",
            Self::Bare => "bare",
            Self::NodeSenders => "node-senders",
            Self::NodeTwilio => "node-twilio",
            Self::NodeFetch => "node-fetch",
            Self::NodeZod => "node-zod",
        }
    }

    /// Returns the name of its scripts and pins.
    pub(crate) fn tool(self) -> &'static str {
        self.name().strip_prefix("node-").unwrap_or(self.name())
    }

    pub(crate) fn peer(self) -> &'static str {
        match self {
            Self::Senders | Self::NodeSenders => "senders",
            Self::Twilio | Self::NodeTwilio => "twilio",
            Self::Aiohttp => "aiohttp + msgspec",
            Self::Bare => "bare interpreter",
            Self::NodeFetch => "fetch + JSON.parse",
            Self::NodeZod => "fetch + zod",
        }
    }

    pub(crate) fn language(self) -> Language {
        match self {
            Self::Senders | Self::Twilio | Self::Aiohttp | Self::Bare => Language::Python,
            Self::NodeSenders | Self::NodeTwilio | Self::NodeFetch | Self::NodeZod => Language::Node,
        }
    }

    /// Returns whether anything is installed into it.
    pub(crate) fn is_bare(self) -> bool {
        matches!(self, Self::Bare | Self::NodeFetch)
    }
}

/// The ways to run a peer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// `with_….py` or `with_….mjs` with the name of a row in it.
    Script(Env, &'static str),
    /// `import_cost.py` with a statement, or `ready_cost.mjs` with the name of a case.
    Prepare(Env, &'static str),
    /// A script that is measured from outside.
    Start(Env, &'static str),
    /// The Rust peer in this binary, with the name of a row in it.
    Reqwest(&'static str),
    /// The same, measured from outside.
    ReqwestStart,
}

impl How {
    pub(crate) fn env(self) -> Option<Env> {
        match self {
            Self::Script(env, _) | Self::Prepare(env, _) | Self::Start(env, _) => Some(env),
            Self::Reqwest(_) | Self::ReqwestStart => None,
        }
    }

    /// Returns whether one run is so short that a round is the median of several.
    pub(crate) fn is_short(self) -> bool {
        matches!(self, Self::Prepare(..) | Self::Start(..) | Self::ReqwestStart)
    }
}

/// The requests that a peer must have made at the end of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// This many pages.
    Pages(u64),
    /// One page of 1,000, read several times from memory.
    PageInMemory,
    /// The given number of fetches, and the warm-up.
    Fetches,
    /// The given number of creates, and the warm-up.
    Creates,
    /// One create.
    Create,
    /// Nothing.
    Nothing,
    /// All senders, in as many pages as the peer's defaults need.
    AllSenders,
}

/// The number of requests of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    Large,
    Small,
    /// The row has its own number.
    Fixed,
}

impl Size {
    pub(crate) fn count(self, quick: bool) -> usize {
        match (self, quick) {
            (Self::Large, false) => SENDERS,
            (Self::Large, true) | (Self::Small, false) => 2_000,
            (Self::Small, true) => 500,
            (Self::Fixed, _) => 0,
        }
    }
}

/// One row: the same work for each peer; the first is ours if there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) size: Size,
    pub(crate) work: Work,
    /// Whether the row uses the stub that responds late.
    pub(crate) late: bool,
    pub(crate) metrics: &'static [Metric],
    pub(crate) peers: &'static [(&'static str, How)],
}

impl Row {
    /// Returns the language of its peers; the Rust peer is in rows of Python.
    pub(crate) fn language(&self) -> Language {
        self.peers.iter().find_map(|(_, how)| how.env()).map_or(Language::Python, Env::language)
    }
}

/// A number that a peer reports.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metric {
    /// Its name in the peer's result.
    pub(crate) key: &'static str,
    pub(crate) heading: &'static str,
    /// Whether a ratio of it is useful: not for a plain count.
    pub(crate) compared: bool,
}

const fn cost(key: &'static str, heading: &'static str) -> Metric {
    Metric { key, heading, compared: true }
}

const fn tally(key: &'static str, heading: &'static str) -> Metric {
    Metric { key, heading, compared: false }
}

const LIST: &[Metric] = &[
    cost("cold_cpu_ms", "cold CPU ms"),
    cost("warm_cpu_ms", "warm CPU ms"),
    cost("cold_wall_ms", "cold wall ms"),
    cost("warm_wall_ms", "warm wall ms"),
    cost("peak_rss_mib", "peak RSS MiB"),
];
const REQUEST: &[Metric] = &[
    cost("cpu_us", "CPU µs a request"),
    cost("wall_us", "wall µs a request"),
    cost("peak_rss_mib", "peak RSS MiB"),
];

/// Delay of the responses of the second stub, in milliseconds.
pub(crate) const LATENCY_MS: u64 = 20;

/// Returns all rows, in the order in which they are run.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    python::ROWS.iter().chain(node::ROWS)
}

/// Returns all goals, in the order of the report.
pub(crate) fn goals() -> impl Iterator<Item = &'static Goal> {
    python::GOALS.iter().chain(node::GOALS)
}

/// Size rows: bytes of our package as published.
pub(crate) const PACKAGE_BYTES: &str = "package_bytes";
/// Size rows: bytes of our package once it is installed.
pub(crate) const INSTALLED_BYTES: &str = "installed_bytes";

/// The condition on a number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// The peer needs at least this many times our number; the stretch goal is higher.
    TimesLess { peer: &'static str, at_least: f64, stretch: Option<f64> },
    /// Ours needs at most this share of the peer's number.
    ShareOf { ours: &'static str, peer: &'static str, at_most: f64 },
    /// Ours is at most this.
    AtMost { value: f64, unit: &'static str },
}

/// A goal and its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    pub(crate) row: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) what: &'static str,
    pub(crate) bound: Bound,
    /// Whether it is one of the project's goals; the others are values that prototypes reached.
    pub(crate) agreed: bool,
}

impl Goal {
    /// Returns the language of its row.
    pub(crate) fn language(&self) -> Language {
        let of_sizes = Language::ALL.into_iter().find(|language| language.size_row() == self.row);
        let row = rows().find(|row| row.id == self.row);
        of_sizes.or(row.map(Row::language)).unwrap_or(Language::Python)
    }
}

const fn times_less(peer: &'static str, at_least: f64, stretch: Option<f64>) -> Bound {
    Bound::TimesLess { peer, at_least, stretch }
}

const fn share_of(ours: &'static str, peer: &'static str, at_most: f64) -> Bound {
    Bound::ShareOf { ours, peer, at_most }
}

const fn goal(row: &'static str, metric: &'static str, what: &'static str, bound: Bound) -> Goal {
    Goal { row, metric, what, bound, agreed: true }
}

const fn reached_before(row: &'static str, metric: &'static str, what: &'static str, bound: Bound) -> Goal {
    Goal { row, metric, what, bound, agreed: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_goal_names_a_row_a_metric_and_a_peer_that_exist() {
        let of_sizes = |goal: &&Goal| Language::ALL.iter().any(|language| goal.row == language.size_row());
        for goal in goals().filter(of_sizes) {
            assert!([PACKAGE_BYTES, INSTALLED_BYTES].contains(&goal.metric), "{goal:?}");
        }
        for goal in goals().filter(|goal| !of_sizes(goal)) {
            let row = rows().find(|row| row.id == goal.row).unwrap();
            assert!(row.metrics.iter().any(|metric| metric.key == goal.metric), "{goal:?}");
            let named: &[&str] = match &goal.bound {
                Bound::TimesLess { peer, .. } => &[peer],
                Bound::ShareOf { ours, peer, .. } => &[ours, peer],
                Bound::AtMost { .. } => &[],
            };
            assert!(named.iter().all(|name| row.peers.iter().any(|(peer, _)| peer == name)), "{goal:?}");
        }
    }

    #[test]
    fn ours_comes_first_in_every_row() {
        for row in rows() {
            let ours = match row.language() {
                Language::Python => Env::Senders,
                Language::Node => Env::NodeSenders,
            };
            assert_eq!(row.peers[0].1.env(), Some(ours), "{}", row.id);
        }
    }

    #[test]
    fn every_row_has_a_name_of_its_own_and_peers_of_one_language() {
        let mut names = std::collections::BTreeSet::new();
        for row in rows() {
            assert!(names.insert(row.id), "{}", row.id);
            let envs = row.peers.iter().filter_map(|(_, how)| how.env());
            assert!(envs.into_iter().all(|env| env.language() == row.language()), "{}", row.id);
        }
    }
}
