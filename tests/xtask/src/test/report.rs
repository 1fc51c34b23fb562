//! The report of a test run: rows, then the closing line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::console::{heading, seconds, warn};
use crate::counts::Counts;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) counts: Counts,
    pub(crate) time: Option<Duration>,
}

impl Row {
    pub(crate) fn new(name: &str, counts: Counts, time: Option<Duration>) -> Self {
        Self { name: name.to_owned(), counts, time }
    }
}

/// Rows in the order they were run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
}

impl Report {
    pub(crate) fn add(&mut self, name: &str, counts: Counts) {
        self.rows.push(Row::new(name, counts, None));
    }

    /// Runs a part of the tests; a part that cannot be run has failed.
    pub(crate) fn step(&mut self, name: &str, run: impl FnOnce() -> Result<Counts>) {
        let counts = self.timed(name, run).unwrap_or_else(|error| {
            warn(format!("{name}: {error:#}"));
            Counts::ONE_FAILED
        });
        if let Some(row) = self.rows.last_mut() {
            row.counts = counts;
        }
    }

    /// Runs something that is not a test, and records its time.
    pub(crate) fn timed<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
        heading(name);
        let start = Instant::now();
        let outcome = run();
        self.rows.push(Row::new(name, Counts::default(), Some(start.elapsed())));
        outcome
    }

    /// Records that the next part could not be run.
    pub(crate) fn broke(&mut self, error: &anyhow::Error) {
        warn(format!("{error:#}"));
        self.add("stopped early", Counts::ONE_FAILED);
    }

    /// Prints the table and, as the last line, the sum; a run without any test is a failure too.
    pub(crate) fn close(&self) -> ExitCode {
        heading("summary");
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or_default();
        println!("{:width$}   passed  failed skipped         time", "");
        let mut total = Counts::default();
        for Row { name, counts, time } in &self.rows {
            let Counts { passed, failed, skipped } = counts;
            let numbers = if counts.is_empty() {
                String::new()
            } else {
                format!("{passed:>8} {failed:>7} {skipped:>7}")
            };
            println!("{name:width$} {numbers:24} {:>12}", time.map(seconds).unwrap_or_default());
            total += *counts;
        }
        println!("\n{}", total.judged(true));
        if total.judged(true).failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_cannot_be_run_and_an_empty_report_have_failed() {
        let mut report = Report::default();
        assert_eq!(report.close(), ExitCode::FAILURE);
        report.step("core", || Ok(Counts::ONE_PASSED));
        assert_eq!(report.close(), ExitCode::SUCCESS);
        report.step("python", || anyhow::bail!("no wheel"));
        assert_eq!(report.close(), ExitCode::FAILURE);
    }
}
