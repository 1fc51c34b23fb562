//! Counts of tests: read from the closing lines of cargo's test runner, of pytest, of Node's test runner, and of our
//! own tools.

use std::fmt;
use std::ops::AddAssign;

/// The counts of a test run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    pub(crate) const ONE_PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub(crate) const ONE_FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

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

    /// Reads `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s`.
    pub(crate) fn from_cargo(line: &str) -> Option<Self> {
        let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
        Self::sum(counts.split("; "), |word| match word {
            "passed" => Some(Kind::Passed),
            "failed" => Some(Kind::Failed),
            "ignored" => Some(Kind::Skipped),
            _ => None,
        })
    }

    /// Reads `===== 1 failed, 10 passed, 2 skipped in 1.20s =====`, with or without the rules.
    pub(crate) fn from_pytest(line: &str) -> Option<Self> {
        let (counts, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
        if !time.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        Self::sum(counts.split(", "), |word| match word {
            "passed" | "xfailed" | "xpassed" => Some(Kind::Passed),
            "failed" | "error" | "errors" => Some(Kind::Failed),
            "skipped" => Some(Kind::Skipped),
            _ => None,
        })
    }

    /// Reads one of the closing lines of `node --test`: `# pass 12` or `ℹ fail 0`, from its reporters. They are added
    /// up; the lines within a test are indented and are not read.
    pub(crate) fn from_node(line: &str) -> Option<Self> {
        let (word, number) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?.split_once(' ')?;
        let number = number.parse().ok()?;
        let none = Self::default();
        match word {
            "pass" => Some(Self { passed: number, ..none }),
            "fail" | "cancelled" => Some(Self { failed: number, ..none }),
            "skipped" | "todo" => Some(Self { skipped: number, ..none }),
            _ => None,
        }
    }

    /// Reads Maven's closing line, `[INFO] Tests run: 31, Failures: 0, Errors: 0, Skipped: 0`; lines of single
    /// classes have a time.
    pub(crate) fn from_maven(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once("Tests run: ")?;
        if rest.contains("Time elapsed") {
            return None;
        }
        let numbers: Vec<u64> =
            rest.split(", ").filter_map(|part| part.rsplit(' ').next()?.parse().ok()).collect();
        match *numbers.as_slice() {
            [run, failures, errors, skipped] => {
                let failed = failures + errors;
                Some(Self { passed: run.saturating_sub(failed + skipped), failed, skipped })
            }
            _ => None,
        }
    }

    /// Reads the line of swift-testing at the end of each test; the lines are added up: `✔ Test "adds" passed after
    /// 0.1 seconds.`
    pub(crate) fn from_swift(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once(' ')?;
        let test = rest.strip_prefix("Test ").filter(|test| !test.starts_with("run "))?;
        let (_, end) = test.rsplit_once("\" ").or_else(|| test.split_once(' '))?;
        let none = Self::default();
        match end.split(' ').next() {
            Some("passed") => Some(Self::ONE_PASSED),
            Some("failed") => Some(Self::ONE_FAILED),
            Some("skipped" | "skipped.") => Some(Self { skipped: 1, ..none }),
            _ => None,
        }
    }

    /// Reads the plain closing line: `12 passed, 0 failed`, followed by `, 1 skipped` if there are any.
    pub(crate) fn from_plain(line: &str) -> Option<Self> {
        let parts: Vec<&str> = line.trim().split(", ").collect();
        let names: Vec<&str> =
            parts.iter().filter_map(|part| part.split_once(' ')).map(|(_, name)| name).collect();
        if names != ["passed", "failed"] && names != ["passed", "failed", "skipped"] {
            return None;
        }
        let counts: Vec<u64> = parts.iter().filter_map(|part| part.split_once(' ')?.0.parse().ok()).collect();
        match *counts.as_slice() {
            [passed, failed] => Some(Self { passed, failed, skipped: 0 }),
            [passed, failed, skipped] => Some(Self { passed, failed, skipped }),
            _ => None,
        }
    }

    fn sum<'a>(parts: impl Iterator<Item = &'a str>, kind: impl Fn(&str) -> Option<Kind>) -> Option<Self> {
        let mut counts = Self::default();
        let mut read = false;
        for part in parts {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let (Ok(number), Some(kind)) = (number.parse::<u64>(), kind(word)) else { continue };
            read = true;
            match kind {
                Kind::Passed => counts.passed += number,
                Kind::Failed => counts.failed += number,
                Kind::Skipped => counts.skipped += number,
            }
        }
        read.then_some(counts)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Passed,
    Failed,
    Skipped,
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

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn cargo_lines() {
        let line =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s";
        assert_eq!(Counts::from_cargo(line), Some(counts(12, 0, 1)));
        let line = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        assert_eq!(Counts::from_cargo(line), Some(counts(3, 2, 0)));
        assert_eq!(Counts::from_cargo("test counts::tests::cargo_lines ... ok"), None);
        assert_eq!(Counts::from_cargo("running 12 tests"), None);
    }

    #[test]
    fn pytest_lines() {
        let line =
            "=================== 1 failed, 10 passed, 2 skipped, 1 warning in 1.20s ====================";
        assert_eq!(Counts::from_pytest(line), Some(counts(10, 1, 2)));
        assert_eq!(Counts::from_pytest("128 passed in 61.20s (0:01:01)"), Some(counts(128, 0, 0)));
        assert_eq!(Counts::from_pytest("2 failed, 1 error in 0.10s"), Some(counts(0, 3, 0)));
        assert_eq!(Counts::from_pytest("3 xfailed, 1 xpassed, 4 deselected in 0.10s"), Some(counts(4, 0, 0)));
        assert_eq!(Counts::from_pytest("========= no tests ran in 0.01s ========="), None);
        assert_eq!(Counts::from_pytest("1 failed in the morning"), None);
        assert_eq!(Counts::from_pytest("bindings-python/tests/test_sync.py ....  [ 10%]"), None);
    }

    #[test]
    fn node_lines_add_up() {
        let sum = |output: &str| {
            let mut sum = Counts::default();
            output.lines().filter_map(Counts::from_node).for_each(|counts| sum += counts);
            sum
        };
        let tap = "# Subtest: adds\nok 1 - adds\n    # pass 7\n1..1\n# tests 8\n# suites 2\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 2\n# duration_ms 58.3\n";
        assert_eq!(sum(tap), counts(3, 2, 3));
        let spec = "✔ adds (0.8ms)\nℹ tests 1\nℹ suites 0\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 58.3\n";
        assert_eq!(sum(spec), counts(1, 0, 0));
        assert_eq!(Counts::from_node("# pass all"), None);
        assert_eq!(Counts::from_node("pass 3"), None);
    }

    #[test]
    fn maven_closes_with_a_line_without_a_time() {
        let line = "[INFO] Tests run: 31, Failures: 1, Errors: 2, Skipped: 3";
        assert_eq!(Counts::from_maven(line), Some(counts(25, 3, 3)));
        let class = "[INFO] Tests run: 8, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 5.3 s -- in x.OkHttpTransportTest";
        assert_eq!(Counts::from_maven(class), None);
        assert_eq!(Counts::from_maven("[INFO] BUILD SUCCESS"), None);
    }

    #[test]
    fn swift_lines_add_up() {
        let sum = |output: &str| {
            let mut sum = Counts::default();
            output.lines().filter_map(Counts::from_swift).for_each(|counts| sum += counts);
            sum
        };
        let output = "◇ Test run started.\n◇ Test \"a\" started.\n✔ Test \"a failed after all\" passed after 0.055 seconds.\n\
            ✘ Test \"b\" recorded an issue at A.swift:36:9: Expectation failed: it failed after 1\n\
            ✘ Test \"b\" failed after 0.063 seconds with 1 issue.\n✔ Test adds() passed after 0.1 seconds.\n\
            ➜ Test \"c\" skipped.\n✔ Suite All passed after 0.1 seconds.\n✘ Test run with 3 tests failed after 5.8 seconds with 4 issues.\n";
        assert_eq!(sum(output), counts(2, 1, 1));
    }

    #[test]
    fn the_plain_line_must_be_alone() {
        assert_eq!(Counts::from_plain("12 passed, 0 failed"), Some(counts(12, 0, 0)));
        assert_eq!(Counts::from_plain("12 passed, 3 failed, 1 skipped"), Some(counts(12, 3, 1)));
        assert_eq!(Counts::from_plain("core: 12 passed, 0 failed"), None);
        assert_eq!(Counts::from_plain("12 passed"), None);
        assert_eq!(Counts::from_plain("12 passed, some failed"), None);
        assert_eq!(Counts::from_plain("12 failed, 0 passed"), None);
    }

    #[test]
    fn what_is_printed_is_read_again() {
        for counts in [counts(1, 2, 0), counts(4, 0, 7)] {
            assert_eq!(Counts::from_plain(&counts.to_string()), Some(counts));
        }
    }

    #[test]
    fn a_silent_failure_and_an_empty_run_count_as_failed() {
        assert_eq!(counts(5, 0, 0).judged(false), counts(5, 1, 0));
        assert_eq!(counts(5, 2, 0).judged(false), counts(5, 2, 0));
        assert_eq!(counts(5, 0, 0).judged(true), counts(5, 0, 0));
        assert_eq!(Counts::default().judged(true), counts(0, 1, 0));
        assert_eq!(counts(0, 0, 2).judged(true), counts(0, 0, 2));
    }
}
