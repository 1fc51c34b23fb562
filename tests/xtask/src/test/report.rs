//! The report of a test run: rows, then the closing line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::console::{heading, seconds, warn};
use crate::counts::Counts;

/// Rows in the order they were run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    counts: Counts,
    time: Option<Duration>,
}

impl Report {
    pub(crate) fn add(&mut self, name: &str, counts: Counts) {
        self.rows.push(Row { name: name.to_owned(), counts, time: None });
    }

    pub(crate) fn add_timed(&mut self, name: &str, counts: Counts, time: Duration) {
        self.rows.push(Row { name: name.to_owned(), counts, time: Some(time) });
    }

    /// Runs a part of the tests; a part that cannot be run has failed.
    pub(crate) fn step(&mut self, name: &str, run: impl FnOnce() -> Result<Counts>) {
        heading(name);
        let start = Instant::now();
        let counts = run().unwrap_or_else(|error| {
            warn(format!("{name}: {error:#}"));
            Counts::ONE_FAILED
        });
        self.add_timed(name, counts, start.elapsed());
    }

    /// Runs something that is not a test, and records its time.
    pub(crate) fn timed<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
        heading(name);
        let start = Instant::now();
        let outcome = run();
        self.add_timed(name, Counts::default(), start.elapsed());
        outcome
    }

    /// Records that the next part could not be run.
    pub(crate) fn broke(&mut self, error: &anyhow::Error) {
        warn(format!("{error:#}"));
        self.add("stopped early", Counts::ONE_FAILED);
    }

    /// Prints the table and, as the last line, the sum.
    pub(crate) fn close(&self) -> ExitCode {
        heading("summary");
        for line in self.table() {
            println!("{line}");
        }
        let total = self.total();
        println!("\n{total}");
        if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn table(&self) -> Vec<String> {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or_default();
        let line = |name: &str, passed: &str, failed: &str, skipped: &str, time: &str| {
            format!("{name:width$}  {passed:>7} {failed:>7} {skipped:>7} {time:>12}").trim_end().to_owned()
        };
        let mut lines = vec![line("", "passed", "failed", "skipped", "time")];
        lines.extend(self.rows.iter().map(|row| {
            let number = |count: u64| if row.counts.is_empty() { String::new() } else { count.to_string() };
            let time = row.time.map(seconds).unwrap_or_default();
            let Counts { passed, failed, skipped } = row.counts;
            line(&row.name, &number(passed), &number(failed), &number(skipped), &time)
        }));
        lines
    }

    /// Returns the sum; a run without any test is a failure too.
    fn total(&self) -> Counts {
        let mut total = Counts::default();
        for row in &self.rows {
            total += row.counts;
        }
        total.judged(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_add_up_and_line_up() {
        let mut report = Report::default();
        report.add_timed("core", Counts { passed: 12, failed: 0, skipped: 1 }, Duration::from_millis(1_500));
        report.step("python", || anyhow::bail!("no wheel"));
        report.timed("compiling", || Ok(())).unwrap();
        assert_eq!(report.total(), Counts { passed: 12, failed: 1, skipped: 1 });
        let table = report.table();
        assert_eq!(table[0], "            passed  failed skipped         time");
        assert_eq!(table[1], "core            12       0       1        1.5 s");
        assert!(table[3].starts_with("compiling  ") && !table[3].contains("0  "), "{}", table[3]);
        assert_eq!(report.close(), ExitCode::FAILURE);
    }

    #[test]
    fn an_empty_report_has_failed() {
        assert_eq!(Report::default().total(), Counts::ONE_FAILED);
    }
}
