//! The result as tables and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};

use crate::environments::Installed;
use crate::machine::Machine;
use crate::rows::{
    Bound, Env, Goal, INSTALLED_BYTES, Language, Metric, PACKAGE_BYTES, PeerResult, Row, goals,
};
use crate::stats::Spread;

/// The results of a peer in all rounds of a row.
#[derive(Debug)]
pub(crate) struct PeerOutcome {
    pub(crate) name: &'static str,
    /// The reason why there is no valid number.
    pub(crate) problem: Option<String>,
    pub(crate) check: Option<u64>,
    rounds: Vec<BTreeMap<String, f64>>,
}

impl PeerOutcome {
    pub(crate) fn new(name: &'static str, problem: Option<String>) -> Self {
        Self { name, problem, check: None, rounds: Vec::new() }
    }

    pub(crate) fn push(&mut self, result: PeerResult) {
        self.check = result.check.or(self.check);
        self.rounds.push(result.metrics);
    }

    fn samples(&self, metric: &str) -> Vec<Option<f64>> {
        self.rounds.iter().map(|round| round.get(metric).copied()).collect()
    }

    fn spread(&self, metric: &str) -> Option<Spread> {
        let samples: Vec<f64> = self.samples(metric).into_iter().flatten().collect();
        Spread::of(&samples).filter(|_| self.problem.is_none())
    }

    /// Returns how many times the amount of this peer `other` used.
    fn times(&self, other: &Self, metric: &str) -> Option<Spread> {
        let ratios = Spread::of_ratios(&self.samples(metric), &other.samples(metric));
        ratios.filter(|_| self.problem.is_none() && other.problem.is_none())
    }
}

/// A row that was run.
#[derive(Debug)]
pub(crate) struct RowOutcome {
    pub(crate) row: &'static Row,
    /// Requests measured in one run of a peer; 0 if the row has its own number.
    pub(crate) count: usize,
    pub(crate) peers: Vec<PeerOutcome>,
    /// CPU of the stub for each request of the row, in microseconds. `None` without a request.
    pub(crate) stub_us: Option<u64>,
}

/// Sizes, which need no rounds.
#[derive(Debug)]
pub(crate) struct SizeOutcome {
    pub(crate) language: Language,
    /// Our package as it is published.
    pub(crate) package_bytes: Option<u64>,
    pub(crate) installed: Vec<(&'static str, Installed)>,
}

/// Everything that was measured.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) load_after: String,
    pub(crate) rounds: usize,
    pub(crate) quick: bool,
    pub(crate) wheel: Option<String>,
    pub(crate) npm: Option<String>,
    pub(crate) rows: Vec<RowOutcome>,
    pub(crate) sizes: Vec<SizeOutcome>,
}

/// A goal with its measured value.
#[derive(Debug)]
struct Verdict {
    goal: &'static Goal,
    measured: Option<Spread>,
    verdict: &'static str,
}

/// The beginning of the problem of a peer that ran and did not do its work.
pub(crate) const FAILED: &str = "failed";

const MET: &str = "met";
const MISSED: &str = "missed";

impl Report {
    /// Returns the tables, for a terminal or in Markdown.
    pub(crate) fn text(&self, markdown: bool) -> String {
        let mut text = String::new();
        let heading = if markdown { "### " } else { "" };
        let _ = writeln!(text, "{}", self.preamble(markdown));
        for outcome in &self.rows {
            let requests = if outcome.count > 0 {
                format!(" ({} requests)", thousands(outcome.count as f64))
            } else {
                String::new()
            };
            let _ = writeln!(text, "\n{heading}{}: {}{requests}\n", outcome.row.id, outcome.row.title);
            let _ = writeln!(text, "{}", outcome.table(markdown));
            if let Some(stub) = outcome.stub_us {
                let _ = writeln!(text, "The stub used {stub} µs of CPU per request.");
            }
            if let Some(ratios) = outcome.ratio_table(markdown) {
                let _ = writeln!(text, "\nRatios to {}, round by round:\n\n{ratios}", outcome.ours().name);
            }
        }
        for sizes in &self.sizes {
            let row = sizes.language.size_row();
            let _ = writeln!(text, "\n{heading}{row}: Size of an installation, without pip or npm\n");
            let _ = writeln!(text, "{}", sizes.table(markdown));
        }
        let _ = writeln!(text, "\n{heading}Goals\n\n{}", self.goal_table(markdown));
        text
    }

    /// Returns `row: peer` for each peer that ran and did not do its work.
    pub(crate) fn failed(&self) -> Vec<String> {
        let failed = |peer: &&PeerOutcome| peer.problem.as_ref().is_some_and(|why| why.starts_with(FAILED));
        let of_row = |outcome: &RowOutcome| -> Vec<String> {
            let peers = outcome.peers.iter().filter(failed);
            peers.map(|peer| format!("{}: {}", outcome.row.id, peer.name)).collect()
        };
        self.rows.iter().flat_map(of_row).collect()
    }

    fn preamble(&self, markdown: bool) -> String {
        let machine = &self.machine;
        let bullet = if markdown { "- " } else { "" };
        let mut lines = vec![
            format!("{}, {} cores, {}", machine.cpu, machine.cores, machine.system),
            format!("{}; Node {}; {}", machine.python, machine.node, machine.rustc),
            machine.peers.join(", "),
        ];
        for (language, name, package) in
            [(Language::Python, "wheel", &self.wheel), (Language::Node, "npm package", &self.npm)]
        {
            if self.covers(language) {
                let none = || format!("NO {} GIVEN, rows of senders are skipped", name.to_uppercase());
                lines.push(format!("{name}: {}", package.clone().unwrap_or_else(none)));
            }
        }
        lines.push(format!("load before {}, after {}", machine.load_before, self.load_after));
        lines.push(format!(
            "{} rounds in turn{}; cells are median (min–max) over rounds",
            self.rounds,
            if self.quick { ", quick: shows that it runs, measures little" } else { "" }
        ));
        lines.iter().map(|line| format!("{bullet}{line}")).collect::<Vec<_>>().join("\n")
    }

    /// Returns whether a row of the language was run.
    fn covers(&self, language: Language) -> bool {
        let rows = self.rows.iter().map(|outcome| outcome.row.language());
        rows.chain(self.sizes.iter().map(|sizes| sizes.language)).any(|of| of == language)
    }

    fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        goals().filter(|goal| self.covers(goal.language())).map(|goal| {
            let measured = self.measured(goal);
            let verdict = measured.map_or("not measured", |measured| verdict(&goal.bound, measured.median));
            Verdict { goal, measured, verdict }
        })
    }

    fn measured(&self, goal: &Goal) -> Option<Spread> {
        if let Some(sizes) = self.sizes.iter().find(|sizes| goal.row == sizes.language.size_row()) {
            return sizes.measured(goal.metric);
        }
        let outcome = self.rows.iter().find(|outcome| outcome.row.id == goal.row)?;
        let peer = |name: &str| outcome.peers.iter().find(|peer| peer.name == name);
        match goal.bound {
            Bound::TimesLess { peer: other, .. } => peer(other)?.times(outcome.ours(), goal.metric),
            Bound::ShareOf { ours, peer: other, .. } => peer(ours)?.times(peer(other)?, goal.metric),
            Bound::AtMost { .. } => outcome.ours().spread(goal.metric),
        }
    }

    fn goal_table(&self, markdown: bool) -> Table {
        let mut table =
            table(markdown, ["goal", "set by", "wanted", "measured", "verdict"].map(str::to_owned));
        for Verdict { goal, measured, verdict } in self.verdicts() {
            let (wanted, measured) = match goal.bound {
                Bound::TimesLess { peer, at_least, stretch } => {
                    let stretch = stretch.map(|stretch| format!(" (stretch {stretch})")).unwrap_or_default();
                    (
                        format!("≥ {at_least} × less than {peer}{stretch}"),
                        measured.map(|times| format!("{} ×", cell(times))),
                    )
                }
                Bound::ShareOf { ours, peer, at_most } => (
                    format!("{ours} ≤ {at_most} × {peer}"),
                    measured.map(|share| format!("{} ×", cell(share))),
                ),
                Bound::AtMost { value, unit } => (
                    format!("≤ {} {unit}", thousands(value)),
                    measured.map(|value| format!("{} {unit}", cell(value))),
                ),
            };
            let set_by = if goal.agreed { "project" } else { "prototypes" };
            let measured = measured.unwrap_or_else(|| "–".to_owned());
            table.add_row([goal.what.to_owned(), set_by.to_owned(), wanted, measured, verdict.to_owned()]);
        }
        table
    }

    /// Returns every sample as JSON; the tables need not be parsed.
    pub(crate) fn json(&self) -> Result<String> {
        let rows: Vec<Value> = self.rows.iter().map(RowOutcome::json).collect();
        let goals: Vec<Value> = self
            .verdicts()
            .map(|Verdict { goal, measured, verdict }| {
                let bound = match goal.bound {
                    Bound::TimesLess { peer, at_least, stretch } => {
                        json!({"peer": peer, "at_least_times_less": at_least, "stretch": stretch})
                    }
                    Bound::ShareOf { ours, peer, at_most } => {
                        json!({"ours": ours, "peer": peer, "share_at_most": at_most})
                    }
                    Bound::AtMost { value, .. } => json!({"at_most": value}),
                };
                json!({
                    "row": goal.row, "metric": goal.metric, "what": goal.what, "agreed": goal.agreed, "bound": bound,
                    "measured": measured, "verdict": verdict,
                })
            })
            .collect();
        let sizes: Vec<Value> = self.sizes.iter().map(SizeOutcome::json).collect();
        Ok(serde_json::to_string_pretty(&json!({
            "format": 2,
            "machine": self.machine,
            "load_after": self.load_after,
            "rounds": self.rounds,
            "quick": self.quick,
            "wheel": self.wheel,
            "npm": self.npm,
            "rows": rows,
            "sizes": sizes,
            "goals": goals,
        }))?)
    }
}

fn verdict(bound: &Bound, median: f64) -> &'static str {
    match *bound {
        Bound::TimesLess { stretch: Some(stretch), .. } if median >= stretch => "met, stretch too",
        Bound::TimesLess { at_least, .. } if median >= at_least => MET,
        Bound::ShareOf { at_most, .. } if median <= at_most => MET,
        Bound::AtMost { value, .. } if median <= value => MET,
        Bound::TimesLess { .. } | Bound::ShareOf { .. } | Bound::AtMost { .. } => MISSED,
    }
}

impl RowOutcome {
    /// Returns the first peer of the row, which is ours.
    fn ours(&self) -> &PeerOutcome {
        #[expect(
            clippy::expect_used,
            reason = "a row without peers does not compile past the test of the rows"
        )]
        self.peers.first().expect("a row has peers")
    }

    fn table(&self, markdown: bool) -> Table {
        let headings = self.row.metrics.iter().map(|metric| metric.heading.to_owned());
        let mut table = table(markdown, ["peer".to_owned()].into_iter().chain(headings));
        for peer in &self.peers {
            let mut cells = vec![peer.name.to_owned()];
            match &peer.problem {
                Some(problem) => {
                    cells.push(problem.clone());
                    cells.resize(self.row.metrics.len() + 1, String::new());
                }
                None => {
                    let spread =
                        |metric: &Metric| peer.spread(metric.key).map_or_else(|| "–".to_owned(), cell);
                    cells.extend(self.row.metrics.iter().map(spread));
                }
            }
            table.add_row(cells);
        }
        table
    }

    /// Builds the table of ratios; `None` without a peer to compare with.
    fn ratio_table(&self, markdown: bool) -> Option<Table> {
        let metrics: Vec<&Metric> = self.row.metrics.iter().filter(|metric| metric.compared).collect();
        let headings = metrics.iter().map(|metric| format!("{}, ×", metric.heading));
        let mut table = table(markdown, ["peer".to_owned()].into_iter().chain(headings));
        let ours = self.ours();
        for peer in self.peers.iter().skip(1) {
            let times: Vec<Option<Spread>> =
                metrics.iter().map(|metric| peer.times(ours, metric.key)).collect();
            if times.iter().any(Option::is_some) {
                let cells = times.into_iter().map(|times| times.map_or_else(|| "–".to_owned(), cell));
                table.add_row([peer.name.to_owned()].into_iter().chain(cells));
            }
        }
        (table.row_count() > 0).then_some(table)
    }

    fn json(&self) -> Value {
        let peers: Vec<Value> = self
            .peers
            .iter()
            .map(|peer| {
                let metrics: BTreeMap<&str, Value> = self
                    .row
                    .metrics
                    .iter()
                    .map(|metric| {
                        let key = metric.key;
                        let times = peer.times(self.ours(), key);
                        let value = json!({
                            "samples": peer.samples(key), "spread": peer.spread(key), "times_ours": times,
                        });
                        (key, value)
                    })
                    .collect();
                json!({"peer": peer.name, "problem": peer.problem, "metrics": metrics})
            })
            .collect();
        json!({
            "row": self.row.id, "title": self.row.title, "requests": self.count, "stub_cpu_us_a_request": self.stub_us,
            "peers": peers,
        })
    }
}

impl SizeOutcome {
    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52 bytes")]
    fn table(&self, markdown: bool) -> Table {
        let mut table = table(markdown, ["peer", "MiB on disk", "files", "packages"].map(str::to_owned));
        for (peer, size) in &self.installed {
            let mib = size.bytes as f64 / 1_048_576.0;
            table.add_row([
                (*peer).to_owned(),
                format!("{mib:.2}"),
                thousands(size.files as f64),
                size.packages.to_string(),
            ]);
        }
        let package = match self.package_bytes {
            Some(bytes) => format!("{} bytes", thousands(bytes as f64)),
            None => "not given".to_owned(),
        };
        let name = match self.language {
            Language::Python => "senders: the wheel itself",
            Language::Node => "senders: the npm package itself",
        };
        table.add_row([name.to_owned(), package, String::new(), String::new()]);
        table
    }

    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52 bytes")]
    fn measured(&self, metric: &str) -> Option<Spread> {
        let ours = |(peer, _): &&(&str, Installed)| *peer == Env::Senders.peer();
        let bytes = match metric {
            PACKAGE_BYTES => self.package_bytes,
            INSTALLED_BYTES => self.installed.iter().find(ours).map(|(_, size)| size.bytes),
            _ => None,
        };
        Spread::of(&[bytes? as f64])
    }

    fn json(&self) -> Value {
        let installed: Vec<Value> = self
            .installed
            .iter()
            .map(|(peer, size)| {
                json!({"peer": peer, "bytes": size.bytes, "files": size.files, "packages": size.packages})
            })
            .collect();
        json!({"row": self.language.size_row(), "package_bytes": self.package_bytes, "installed": installed})
    }
}

fn table(markdown: bool, headings: impl IntoIterator<Item = String>) -> Table {
    let mut table = Table::new();
    table.load_preset(if markdown { presets::ASCII_MARKDOWN } else { presets::UTF8_BORDERS_ONLY });
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Formats the median (min–max), each with its significant digits.
fn cell(spread: Spread) -> String {
    let Spread { min, median, max } = spread;
    if min.to_bits() == max.to_bits() {
        return number(median);
    }
    format!("{} ({}–{})", number(median), number(min), number(max))
}

fn number(value: f64) -> String {
    match value.abs() {
        _ if value.fract() == 0.0 => thousands(value),
        size if size >= 1000.0 => thousands(value),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Formats a whole number with a comma before every three digits.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::rows;

    fn outcome(name: &'static str, samples: &[f64]) -> PeerOutcome {
        let mut outcome = PeerOutcome::new(name, None);
        for sample in samples {
            let metrics = BTreeMap::from([("warm_cpu_ms".to_owned(), *sample)]);
            outcome.push(PeerResult { seen: 10_000, check: None, metrics });
        }
        outcome
    }

    fn report(id: &str, peers: Vec<PeerOutcome>) -> Report {
        let machine = Machine {
            cpu: "a processor".to_owned(),
            cores: 2,
            system: "Linux".to_owned(),
            python: "CPython".to_owned(),
            node: "v20".to_owned(),
            rustc: "rustc".to_owned(),
            peers: Vec::new(),
            load_before: "0".to_owned(),
        };
        let row = rows().find(|row| row.id == id).unwrap();
        let sizes = vec![SizeOutcome {
            language: row.language(),
            package_bytes: Some(1_500_001),
            installed: Vec::new(),
        }];
        let rows = vec![RowOutcome { row, count: 0, peers, stub_us: None }];
        Report {
            machine,
            load_after: "0".to_owned(),
            rounds: 3,
            quick: false,
            wheel: None,
            npm: None,
            rows,
            sizes,
        }
    }

    fn verdict_of(report: &Report, metric: &str, peer: Option<&str>) -> &'static str {
        let matches = |goal: &Goal| {
            goal.metric == metric
                && match goal.bound {
                    Bound::TimesLess { peer: of, .. } | Bound::ShareOf { peer: of, .. } => Some(of) == peer,
                    Bound::AtMost { .. } => peer.is_none(),
                }
        };
        report.verdicts().find(|verdict| matches(verdict.goal)).unwrap().verdict
    }

    #[test]
    fn goals_are_met_missed_or_not_measured() {
        let report = report(
            "list",
            vec![
                outcome("senders", &[10.0, 20.0, 10.0]),
                outcome("twilio", &[85.0, 160.0, 80.0]),
                outcome("aiohttp + msgspec", &[29.0, 40.0, 31.0]),
                PeerOutcome::new("reqwest + serde_json", Some("failed".to_owned())),
            ],
        );
        assert_eq!(verdict_of(&report, "warm_cpu_ms", Some("twilio")), "met, stretch too");
        assert_eq!(verdict_of(&report, "warm_cpu_ms", Some("aiohttp + msgspec")), MISSED);
        assert_eq!(verdict_of(&report, "warm_cpu_ms", Some("reqwest + serde_json")), "not measured");
        assert_eq!(verdict_of(&report, PACKAGE_BYTES, None), MISSED);
        assert_eq!(verdict_of(&report, "import_cpu_ms", None), "not measured");
    }

    #[test]
    fn without_a_wheel_there_is_no_ratio_and_the_report_says_so() {
        let report = report(
            "list",
            vec![
                PeerOutcome::new("senders", Some("no wheel given".to_owned())),
                outcome("twilio", &[85.0, 90.0]),
            ],
        );
        let text = report.text(true);
        assert!(text.contains("NO WHEEL GIVEN") && text.contains("no wheel given"));
        assert!(!text.contains("Ratios to"));
        let value: Value = serde_json::from_str(&report.json().unwrap()).unwrap();
        assert_eq!(value["rows"][0]["peers"][1]["metrics"]["warm_cpu_ms"]["spread"]["median"], 87.5);
    }

    #[test]
    fn a_share_is_ours_of_the_peers_round_by_round() {
        let report = report(
            "node-list",
            vec![
                outcome("senders (fetch)", &[85.0, 170.0, 84.0]),
                outcome("twilio", &[100.0, 200.0, 100.0]),
                outcome("fetch + JSON.parse", &[80.0, 160.0, 80.0]),
            ],
        );
        assert_eq!(verdict_of(&report, "warm_cpu_ms", Some("twilio")), MET);
        assert_eq!(verdict_of(&report, "warm_cpu_ms", Some("fetch + JSON.parse")), MISSED);
        assert_eq!(verdict_of(&report, "cold_cpu_ms", Some("twilio")), "not measured");
        assert!(report.text(false).contains("NO NPM PACKAGE GIVEN"));
    }

    #[test]
    fn numbers_keep_the_digits_that_mean_something() {
        assert_eq!(
            [0.4321, 12.345, 123.45, 1234.5, 9_000_000.0, 0.0].map(number),
            ["0.43", "12.3", "123", "1,234", "9,000,000", "0"]
        );
    }
}
