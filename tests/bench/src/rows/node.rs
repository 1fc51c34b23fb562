//! Rows and goals of the npm package.

use super::{
    Bound, Env, Goal, How, INSTALLED_BYTES, LIST, Language, REQUEST, Row, Size, Work, cost, goal,
    reached_before, share_of,
};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "node-page",
        title: "One page of 1,000 from bytes in memory to objects, sid and status of each read",
        size: Size::Fixed,
        work: Work::PageInMemory,
        late: false,
        metrics: &[
            cost("cold_cpu_ms", "CPU ms a page, first 10"),
            cost("warm_cpu_ms", "CPU ms a page, warm"),
            cost("warm_wall_ms", "wall ms a page, warm"),
            cost("peak_rss_mib", "peak RSS MiB"),
        ],
        peers: &[
            ("senders (given transport)", How::Script(Env::NodeSenders, "page")),
            ("senders (given fetch)", How::Script(Env::NodeSenders, "page-fetch")),
            ("twilio", How::Script(Env::NodeTwilio, "page")),
            ("decode + JSON.parse", How::Script(Env::NodeFetch, "page")),
            ("decode + JSON.parse + zod", How::Script(Env::NodeZod, "page")),
        ],
    },
    Row {
        id: "node-list",
        title: "List 10,000 senders, 1,000 a page, all kept, sid and status of each read",
        size: Size::Fixed,
        work: Work::Pages(40),
        late: false,
        metrics: LIST,
        peers: &[
            ("senders (fetch)", How::Script(Env::NodeSenders, "list")),
            ("senders (node-http)", How::Script(Env::NodeSenders, "list-http")),
            ("twilio", How::Script(Env::NodeTwilio, "list")),
            ("fetch + JSON.parse", How::Script(Env::NodeFetch, "list")),
            ("fetch + zod", How::Script(Env::NodeZod, "list")),
        ],
    },
    Row {
        id: "node-fetch64",
        title: "Fetch single senders, 64 at a time",
        size: Size::Large,
        work: Work::Fetches,
        late: false,
        metrics: REQUEST,
        peers: &[
            ("senders (node-http)", How::Script(Env::NodeSenders, "fetch64-http")),
            ("senders (fetch)", How::Script(Env::NodeSenders, "fetch64")),
            ("twilio", How::Script(Env::NodeTwilio, "fetch64")),
            ("fetch + JSON.parse", How::Script(Env::NodeFetch, "fetch64")),
            ("fetch + zod", How::Script(Env::NodeZod, "fetch64")),
        ],
    },
    Row {
        id: "node-ready",
        title: "From the import in a fresh process to the first client ready to send",
        size: Size::Fixed,
        work: Work::Nothing,
        late: false,
        metrics: &[
            cost("ready_cpu_ms", "CPU ms"),
            cost("ready_wall_ms", "wall ms"),
            cost("peak_rss_mib", "peak RSS MiB"),
        ],
        peers: &[
            ("senders, import", How::Prepare(Env::NodeSenders, "senders")),
            ("senders, require", How::Prepare(Env::NodeSenders, "senders-require")),
            ("senders, import with node-http", How::Prepare(Env::NodeSenders, "senders-http")),
            ("bare Node", How::Prepare(Env::NodeFetch, "bare")),
            ("twilio, require", How::Prepare(Env::NodeTwilio, "twilio")),
            ("fetch, first touched", How::Prepare(Env::NodeFetch, "fetch")),
            ("fetch + zod, import", How::Prepare(Env::NodeZod, "zod")),
        ],
    },
    Row {
        id: "node-start",
        title: "From process start to the first response to a create, and to the end of the process",
        size: Size::Fixed,
        work: Work::Create,
        late: false,
        metrics: &[cost("process_cpu_ms", "process CPU ms"), cost("process_wall_ms", "process wall ms")],
        peers: &[
            ("senders (fetch)", How::Start(Env::NodeSenders, "start_senders")),
            ("senders (node-http)", How::Start(Env::NodeSenders, "start_senders_http")),
            ("bare Node, no request", How::Start(Env::NodeFetch, "start_bare")),
            ("twilio", How::Start(Env::NodeTwilio, "start_twilio")),
            ("fetch + JSON.parse", How::Start(Env::NodeFetch, "start_fetch")),
            ("fetch + zod", How::Start(Env::NodeZod, "start_zod")),
        ],
    },
];

pub(super) const GOALS: &[Goal] = &[
    goal(
        "node-page",
        "warm_cpu_ms",
        "bytes to objects: CPU",
        share_of("senders (given transport)", "decode + JSON.parse", 0.9),
    ),
    goal(
        "node-list",
        "warm_cpu_ms",
        "list: warm CPU",
        share_of("senders (fetch)", "fetch + JSON.parse", 1.0),
    ),
    goal("node-list", "warm_cpu_ms", "list: warm CPU", share_of("senders (fetch)", "twilio", 0.85)),
    goal("node-list", "cold_cpu_ms", "list: cold CPU", share_of("senders (node-http)", "twilio", 0.7)),
    goal(
        "node-fetch64",
        "cpu_us",
        "64 fetches at a time: CPU",
        share_of("senders (node-http)", "twilio", 0.55),
    ),
    goal(
        "node-ready",
        "ready_wall_ms",
        "import to the first client ready: wall",
        Bound::AtMost { value: 15.0, unit: "ms" },
    ),
    goal(
        Language::Node.size_row(),
        INSTALLED_BYTES,
        "npm package installed",
        Bound::AtMost { value: 1_000_000.0, unit: "bytes" },
    ),
    reached_before(
        "node-list",
        "cold_cpu_ms",
        "list: cold CPU",
        share_of("senders (fetch)", "fetch + JSON.parse", 1.0),
    ),
    reached_before(
        "node-fetch64",
        "cpu_us",
        "64 fetches at a time: CPU",
        share_of("senders (fetch)", "fetch + JSON.parse", 1.0),
    ),
];
