//! Counts of tests: read from the closing lines of the test runners and of our own tools.

use std::fmt;
use std::ops::AddAssign;

/// The counts of a test run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

/// A program that prints counts, each in its form; the counts of several lines are added up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s`.
    Cargo,
    /// `===== 1 failed, 10 passed, 2 skipped in 1.20s =====`, with or without the rules.
    Pytest,
    /// The closing lines `# pass 12` or `ℹ fail 0`; the lines within a test are indented and are not read.
    Node,
    /// `[INFO] Tests run: 31, Failures: 0, Errors: 0, Skipped: 0`; lines of single classes have a time.
    Maven,
    /// The line of swift-testing at the end of each test: `✔ Test "adds" passed after 0.1 seconds.`
    Swift,
    /// The line of our own tools, alone: `12 passed, 0 failed`, followed by `, 1 skipped` if there are any.
    Plain,
}

impl Runner {
    /// Reads a line of the program; most have no counts.
    pub(crate) fn read(self, line: &str) -> Option<Counts> {
        match self {
            Self::Cargo => Counts::sum(line.trim().strip_prefix("test result: ")?.split_once(". ")?.1),
            Self::Pytest => {
                let (counts, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
                time.starts_with(|first: char| first.is_ascii_digit()).then(|| Counts::sum(counts))?
            }
            Self::Node => Counts::sum(line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?),
            Self::Maven => {
                let (_, counts) = line.split_once("Tests ").filter(|_| !line.contains("Time elapsed"))?;
                Counts::sum(counts)
            }
            Self::Swift => {
                let test = line.split_once(' ')?.1.strip_prefix("Test ")?;
                let (_, end) = test.rsplit_once("\" ").or_else(|| test.split_once(' '))?;
                let verdict = end.split([' ', '.']).next().filter(|_| !test.starts_with("run "))?;
                Counts::sum(&format!("1 {verdict}"))
            }
            Self::Plain => Counts::sum(line).filter(|counts| counts.to_string() == line.trim()),
        }
    }
}

impl Counts {
    pub(crate) const ONE_PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub(crate) const ONE_FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    pub(crate) fn skipped(skipped: usize) -> Self {
        Self { skipped: skipped as u64, ..Self::default() }
    }

    /// Returns whether no test ran.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Returns these counts with a failure added if the program failed without naming one (it did not compile, it
    /// crashed) or ran no test.
    pub(crate) fn judged(mut self, success: bool) -> Self {
        if (!success && self.failed == 0) || self.is_empty() {
            self.failed += 1;
        }
        self
    }

    /// Adds up parts such as `12 passed` or `Failures: 1`; `None` if no part is about tests.
    fn sum(text: &str) -> Option<Self> {
        let mut counts = Self::default();
        let mut is_read = false;
        for part in text.split([',', ';']).map(str::trim) {
            let Some((number, word)) =
                part.split_once(' ').and_then(|(first, rest)| match first.parse::<u64>() {
                    Ok(number) => Some((number, rest)),
                    Err(_) => Some((rest.parse().ok()?, first)),
                })
            else {
                continue;
            };
            match word {
                "passed" | "pass" | "xfailed" | "xpassed" | "run:" => counts.passed += number,
                "failed" | "fail" | "error" | "errors" | "cancelled" => counts.failed += number,
                "skipped" | "ignored" | "todo" => counts.skipped += number,
                // Maven counts these among those that ran.
                "Failures:" | "Errors:" | "Skipped:" => {
                    counts.passed = counts.passed.saturating_sub(number);
                    *(if word == "Skipped:" { &mut counts.skipped } else { &mut counts.failed }) += number;
                }
                _ => continue,
            }
            is_read = true;
        }
        is_read.then_some(counts)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 { write!(out, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the sum of all lines that have counts, as it is printed.
    fn sum(runner: Runner, text: &str) -> String {
        let mut sum = Counts::default();
        text.lines().filter_map(|line| runner.read(line)).for_each(|counts| sum += counts);
        sum.to_string()
    }

    #[test]
    fn closing_lines_are_read() {
        let cargo = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 3 filtered out; finished in 0.00s";
        assert_eq!(sum(Runner::Cargo, cargo), "3 passed, 2 failed, 1 skipped");
        let pytest = "==== 2 failed, 1 error, 10 passed, 3 xfailed, 2 skipped, 1 warning in 1.20s ====";
        assert_eq!(sum(Runner::Pytest, pytest), "13 passed, 3 failed, 2 skipped");
        assert_eq!(sum(Runner::Pytest, "128 passed in 61.20s (0:01:01)"), "128 passed, 0 failed");
        let node = "# tests 8\n# pass 3\nℹ fail 1\n# cancelled 1\nℹ skipped 1\n# todo 2\n# duration_ms 58.3";
        assert_eq!(sum(Runner::Node, node), "3 passed, 2 failed, 3 skipped");
        let maven = "[INFO] Tests run: 31, Failures: 1, Errors: 2, Skipped: 3";
        assert_eq!(sum(Runner::Maven, maven), "25 passed, 3 failed, 3 skipped");
        let swift = "✔ Test \"it failed\" passed after 0.1 seconds.\n✔ Test adds() passed after 0.1 seconds.\n\
            ✘ Test \"b\" failed after 0.06 seconds with 1 issue.\n➜ Test \"c\" skipped.";
        assert_eq!(sum(Runner::Swift, swift), "2 passed, 1 failed, 1 skipped");
        assert_eq!(sum(Runner::Plain, "12 passed, 3 failed, 1 skipped"), "12 passed, 3 failed, 1 skipped");
    }

    #[test]
    fn other_lines_are_not_read() {
        for (runner, line) in [
            (Runner::Cargo, "running 12 tests"),
            (Runner::Pytest, "== no tests ran in 0.01s =="),
            (Runner::Pytest, "1 failed in the morning"),
            (Runner::Node, "    # pass 7"),
            (Runner::Node, "# pass all"),
            (
                Runner::Maven,
                "[INFO] Tests run: 8, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 5.3 s -- in x",
            ),
            (Runner::Swift, "✘ Test \"b\" recorded an issue: it failed after 1"),
            (Runner::Swift, "✘ Test run with 3 tests failed after 5.8 seconds with 4 issues."),
            (Runner::Plain, "core: 12 passed, 0 failed"),
            (Runner::Plain, "12 passed, some failed"),
            (Runner::Plain, "12 failed, 0 passed"),
        ] {
            assert_eq!(runner.read(line), None, "{line}");
        }
    }

    #[test]
    fn a_silent_failure_and_an_empty_run_count_as_failed() {
        let counts = |passed, failed, skipped| Counts { passed, failed, skipped };
        assert_eq!(counts(5, 0, 0).judged(false), counts(5, 1, 0));
        assert_eq!(counts(5, 2, 0).judged(false), counts(5, 2, 0));
        assert_eq!(counts(5, 0, 0).judged(true), counts(5, 0, 0));
        assert_eq!(Counts::default().judged(true), counts(0, 1, 0));
        assert_eq!(counts(0, 0, 2).judged(true), counts(0, 0, 2));
    }
}
