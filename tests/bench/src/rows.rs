//! What is measured: rows, the peers in each, the numbers they give, and the goals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::SENDERS;

/// What a peer prints at its end.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct PeerResult {
    /// Distinct senders listed, or requests made.
    pub(crate) seen: u64,
    /// Characters in all texts of all senders, in the row that reads them all. Must be the same for every peer.
    pub(crate) check: Option<u64>,
    pub(crate) metrics: BTreeMap<String, f64>,
}

/// The Python environments, one a peer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Env {
    Senders,
    Twilio,
    Aiohttp,
    Bare,
}

impl Env {
    pub(crate) const ALL: [Self; 4] = [Self::Senders, Self::Twilio, Self::Aiohttp, Self::Bare];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Senders => "senders",
            Self::Twilio => "twilio",
            Self::Aiohttp => "aiohttp",
            Self::Bare => "bare",
        }
    }

    pub(crate) fn peer(self) -> &'static str {
        match self {
            Self::Senders => "senders",
            Self::Twilio => "twilio",
            Self::Aiohttp => "aiohttp + msgspec",
            Self::Bare => "bare interpreter",
        }
    }
}

/// How a peer is run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// `peers/with_….py` with the name of a row in it.
    Script(Env, &'static str),
    /// `peers/import_cost.py` with a statement.
    Import(Env, &'static str),
    /// `peers/start_….py`, measured from outside.
    Start(Env),
    /// This binary's own peer with the name of a row in it.
    Reqwest(&'static str),
    /// The same, measured from outside.
    ReqwestStart,
}

impl How {
    pub(crate) fn env(self) -> Option<Env> {
        match self {
            Self::Script(env, _) | Self::Import(env, _) | Self::Start(env) => Some(env),
            Self::Reqwest(_) | Self::ReqwestStart => None,
        }
    }

    /// Whether one run takes so little that a round is the median of several.
    pub(crate) fn is_short(self) -> bool {
        matches!(self, Self::Import(..) | Self::Start(_) | Self::ReqwestStart)
    }
}

/// The requests that a peer must have made by the end of one run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// So many pages.
    Pages(u64),
    /// The number of fetches asked for, and the warm-up.
    Fetches,
    /// The number of creates asked for, and the warm-up.
    Creates,
    /// One create.
    Create,
    /// Nothing.
    Nothing,
    /// All senders in as many pages as the peer's defaults make of it.
    AllSenders,
}

/// How many requests a row makes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    Large,
    Small,
    /// The row has its own.
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

/// One row: the same work done by each peer, the first being ours where there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) size: Size,
    pub(crate) work: Work,
    /// Whether the row talks to the stub that answers late.
    pub(crate) late: bool,
    pub(crate) metrics: &'static [Metric],
    pub(crate) peers: &'static [(&'static str, How)],
}

/// A number that a peer gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metric {
    /// Its name in the peer's result.
    pub(crate) key: &'static str,
    pub(crate) heading: &'static str,
    /// Whether a ratio of it says anything: not of a mere count.
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

/// Milliseconds by which the second stub answers late.
pub(crate) const LATENCY_MS: u64 = 20;

pub(crate) const ROWS: &[Row] = &[
    Row {
        id: "list",
        title: "List 10,000 senders, 1,000 a page, all kept, sid and status of each read",
        size: Size::Fixed,
        work: Work::Pages(40),
        late: false,
        metrics: LIST,
        peers: &[
            ("senders", How::Script(Env::Senders, "list")),
            ("senders (async)", How::Script(Env::Senders, "list-async")),
            ("twilio", How::Script(Env::Twilio, "list")),
            ("twilio (async)", How::Script(Env::Twilio, "list-async")),
            ("aiohttp + msgspec", How::Script(Env::Aiohttp, "list")),
            ("reqwest + serde_json", How::Reqwest("list")),
        ],
    },
    Row {
        id: "stream",
        title: "The same, read in a loop, nothing kept",
        size: Size::Fixed,
        work: Work::Pages(40),
        late: false,
        metrics: LIST,
        peers: &[
            ("senders", How::Script(Env::Senders, "stream")),
            ("twilio", How::Script(Env::Twilio, "stream")),
            ("aiohttp + msgspec", How::Script(Env::Aiohttp, "stream")),
            ("reqwest + serde_json", How::Reqwest("stream")),
        ],
    },
    Row {
        id: "list-leaves",
        title: "List 10,000 senders, 1,000 a page, all kept, every text of each read",
        size: Size::Fixed,
        work: Work::Pages(50),
        late: false,
        metrics: LIST,
        peers: &[
            ("senders", How::Script(Env::Senders, "list-leaves")),
            ("twilio", How::Script(Env::Twilio, "list-leaves")),
            ("aiohttp + msgspec", How::Script(Env::Aiohttp, "list-leaves")),
            ("reqwest + serde_json", How::Reqwest("list-leaves")),
        ],
    },
    Row {
        id: "fetch64",
        title: "Fetch single senders, 64 at a time in one event loop",
        size: Size::Large,
        work: Work::Fetches,
        late: false,
        metrics: REQUEST,
        peers: &[
            ("senders (async)", How::Script(Env::Senders, "fetch64")),
            ("twilio (async)", How::Script(Env::Twilio, "fetch64")),
            ("aiohttp + msgspec", How::Script(Env::Aiohttp, "fetch64")),
            ("reqwest + serde_json", How::Reqwest("fetch64")),
        ],
    },
    Row {
        id: "fetch1",
        title: "Fetch single senders, one after the other",
        size: Size::Small,
        work: Work::Fetches,
        late: false,
        metrics: REQUEST,
        peers: &[
            ("senders", How::Script(Env::Senders, "fetch1")),
            ("senders (async)", How::Script(Env::Senders, "fetch1-async")),
            ("twilio", How::Script(Env::Twilio, "fetch1")),
            ("twilio (async)", How::Script(Env::Twilio, "fetch1-async")),
            ("aiohttp + msgspec", How::Script(Env::Aiohttp, "fetch1")),
            ("reqwest + serde_json", How::Reqwest("fetch1")),
        ],
    },
    Row {
        id: "create",
        title: "Create, from the caller's values to the answer read, one after the other",
        size: Size::Small,
        work: Work::Creates,
        late: false,
        metrics: REQUEST,
        peers: &[
            ("senders", How::Script(Env::Senders, "create")),
            ("twilio", How::Script(Env::Twilio, "create")),
            ("aiohttp + msgspec", How::Script(Env::Aiohttp, "create")),
            ("reqwest + serde_json", How::Reqwest("create")),
        ],
    },
    Row {
        id: "import",
        title: "Import in a fresh process, above the bare interpreter",
        size: Size::Fixed,
        work: Work::Nothing,
        late: false,
        metrics: &[
            cost("import_cpu_ms", "import CPU ms"),
            cost("import_wall_ms", "import wall ms"),
            tally("heavy_modules", "of ssl, http.client, asyncio"),
            tally("modules", "modules"),
            tally("threads", "threads"),
            cost("peak_rss_mib", "peak RSS MiB"),
        ],
        peers: &[
            ("senders", How::Import(Env::Senders, "import senders")),
            (
                "senders, both clients named",
                How::Import(Env::Senders, "from senders import AsyncSenders, Senders"),
            ),
            ("bare interpreter", How::Import(Env::Bare, "pass")),
            ("twilio", How::Import(Env::Twilio, "from twilio.rest import Client")),
            (
                "twilio, senders module too",
                How::Import(
                    Env::Twilio,
                    "from twilio.rest import Client; import twilio.rest.messaging.v2.channels_sender",
                ),
            ),
            (
                "twilio, async client too",
                How::Import(
                    Env::Twilio,
                    "from twilio.rest import Client; import twilio.rest.messaging.v2.channels_sender; import twilio.http.async_http_client",
                ),
            ),
            ("aiohttp + msgspec", How::Import(Env::Aiohttp, "import aiohttp, msgspec")),
        ],
    },
    Row {
        id: "start",
        title: "Process start to the first create answered, and the process ended",
        size: Size::Fixed,
        work: Work::Create,
        late: false,
        metrics: &[cost("process_cpu_ms", "process CPU ms"), cost("process_wall_ms", "process wall ms")],
        peers: &[
            ("senders", How::Start(Env::Senders)),
            ("bare interpreter, no request", How::Start(Env::Bare)),
            ("twilio", How::Start(Env::Twilio)),
            ("aiohttp + msgspec", How::Start(Env::Aiohttp)),
            ("reqwest + serde_json", How::ReqwestStart),
        ],
    },
    Row {
        id: "latency",
        title: "List everything with the defaults, every answer 20 ms late",
        size: Size::Fixed,
        work: Work::AllSenders,
        late: true,
        metrics: &[cost("wall_ms", "wall ms"), cost("cpu_ms", "CPU ms"), tally("requests", "requests")],
        peers: &[
            ("senders", How::Script(Env::Senders, "latency")),
            ("twilio", How::Script(Env::Twilio, "latency")),
        ],
    },
];

/// Not a row of processes: the sizes of the wheel and of what was installed.
pub(crate) const SIZE_ROW: &str = "size";

/// What must hold of a number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// The peer needs at least so many times what ours needs; more would be the stretch goal.
    TimesLess { peer: &'static str, at_least: f64, stretch: Option<f64> },
    /// Ours is at most this.
    AtMost { value: f64, unit: &'static str },
}

/// A goal and where it was set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    pub(crate) row: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) what: &'static str,
    pub(crate) bound: Bound,
    /// Whether it is one of the project's goals; the others are values that prototypes reached.
    pub(crate) agreed: bool,
}

const fn times_less(peer: &'static str, at_least: f64, stretch: Option<f64>) -> Bound {
    Bound::TimesLess { peer, at_least, stretch }
}

const fn goal(row: &'static str, metric: &'static str, what: &'static str, bound: Bound) -> Goal {
    Goal { row, metric, what, bound, agreed: true }
}

const fn reached_before(row: &'static str, metric: &'static str, what: &'static str, bound: Bound) -> Goal {
    Goal { row, metric, what, bound, agreed: false }
}

pub(crate) const GOALS: &[Goal] = &[
    goal("list", "warm_cpu_ms", "list: warm CPU", times_less("twilio", 6.0, Some(8.0))),
    goal("list", "warm_cpu_ms", "list: warm CPU", times_less("aiohttp + msgspec", 3.0, None)),
    goal("list", "warm_cpu_ms", "list: warm CPU", times_less("reqwest + serde_json", 1.0, None)),
    goal("fetch64", "cpu_us", "64 fetches at a time: CPU", times_less("twilio (async)", 6.0, Some(9.0))),
    goal("fetch64", "cpu_us", "64 fetches at a time: CPU", times_less("aiohttp + msgspec", 4.0, Some(6.0))),
    goal(
        "import",
        "import_cpu_ms",
        "import above the bare interpreter: CPU",
        Bound::AtMost { value: 5.0, unit: "ms" },
    ),
    goal(
        "import",
        "heavy_modules",
        "ssl, http.client, asyncio after the import",
        Bound::AtMost { value: 0.0, unit: "modules" },
    ),
    goal(SIZE_ROW, "wheel_bytes", "size of the wheel", Bound::AtMost { value: 1_500_000.0, unit: "bytes" }),
    reached_before("list", "cold_cpu_ms", "list: cold CPU", times_less("twilio", 4.0, None)),
    reached_before("list", "peak_rss_mib", "list: peak RSS", times_less("twilio", 1.67, None)),
    reached_before(
        "list-leaves",
        "warm_cpu_ms",
        "every text read: warm CPU",
        times_less("aiohttp + msgspec", 1.0, None),
    ),
    reached_before(
        "start",
        "process_cpu_ms",
        "process start to first answer: CPU",
        times_less("twilio", 6.0, None),
    ),
    reached_before(
        "latency",
        "wall_ms",
        "list everything, answers 20 ms late: wall",
        times_less("twilio", 10.0, None),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_goal_names_a_row_a_metric_and_a_peer_that_exist() {
        for goal in GOALS.iter().filter(|goal| goal.row != SIZE_ROW) {
            let row = ROWS.iter().find(|row| row.id == goal.row).unwrap();
            assert!(row.metrics.iter().any(|metric| metric.key == goal.metric), "{goal:?}");
            if let Bound::TimesLess { peer, .. } = goal.bound {
                assert!(row.peers.iter().any(|(name, _)| *name == peer), "{goal:?}");
            }
        }
    }

    #[test]
    fn ours_comes_first_in_every_row() {
        assert!(ROWS.iter().all(|row| row.peers[0].1.env() == Some(Env::Senders)));
    }
}
