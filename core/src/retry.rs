//! The retry decision: policy as data, outcome as data, a pure function between them.
//!
//! The rules are the table of [`Repeatability`] against [`Outcome`], which the tests walk cell by cell.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::time::Now;

/// How often and how patiently a call is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    /// The first attempt and its repetitions.
    pub(crate) max_attempts: u32,
    /// Milliseconds an attempt may take.
    pub(crate) attempt_timeout_ms: u64,
    /// Milliseconds a call may take, waits included.
    pub(crate) total_timeout_ms: u64,
    /// The bound of the first delay in milliseconds; it doubles each time.
    pub(crate) base_ms: u64,
    /// The same after a 429.
    pub(crate) throttled_base_ms: u64,
    /// The bound no delay of our own exceeds, in milliseconds.
    pub(crate) cap_ms: u64,
    /// The longest `Retry-After` that is waited for, in milliseconds; a longer one ends the call at once.
    pub(crate) retry_after_cap_ms: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            attempt_timeout_ms: 30_000,
            total_timeout_ms: 60_000,
            base_ms: 500,
            throttled_base_ms: 1_000,
            cap_ms: 20_000,
            retry_after_cap_ms: 60_000,
        }
    }
}

/// What may be done about a call whose outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeatability {
    /// Repeating it changes nothing more: list, fetch, delete, an update that sets what it set before.
    Repeatable,
    /// Repeating it costs something that is counted, a code or a change of name: look first.
    Countable,
    /// Repeating it may register a number twice: never.
    Create,
}

/// How one attempt ended, but for success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The request did not go out.
    NotSent,
    /// 429: not processed.
    Throttled,
    /// 408 or 5xx: may have been processed or not.
    Unsure,
    /// It went out, or may have, and no whole answer came.
    SentUnknown,
    /// An answer or a failure that a repetition would only bring again.
    Final,
}

impl Outcome {
    /// The outcome of an answer with this status, which is no success.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            429 => Self::Throttled,
            408 | 500..=599 => Self::Unsure,
            _ => Self::Final,
        }
    }

    /// Whether the server may have acted.
    pub(crate) const fn is_uncertain(self) -> bool {
        matches!(self, Self::Unsure | Self::SentUnknown)
    }
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Repeat it after this many milliseconds; `asked` if the server named the time.
    Retry { delay_ms: u64, asked: bool },
    /// It must not be repeated.
    Permanent,
    /// It might be repeated, but attempts, time or budget have run out.
    Exhausted,
    /// Find out what became of it first.
    Reconcile,
}

/// What is known when deciding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation {
    pub(crate) repeatability: Repeatability,
    pub(crate) outcome: Outcome,
    /// Attempts made so far, this one included.
    pub(crate) attempts: u32,
    /// Milliseconds left of the call's time.
    pub(crate) left_ms: u64,
    /// What the server asked for, in milliseconds.
    pub(crate) retry_after_ms: Option<u64>,
}

/// Decides. `random` is called once at most, with a bound, and answers a number from 0 to it.
pub(crate) fn decide(
    policy: &RetryPolicy,
    budget: &Budget,
    situation: Situation,
    random: impl FnOnce(u64) -> u64,
) -> Decision {
    let Situation { repeatability, outcome, attempts, left_ms, retry_after_ms } = situation;
    match (outcome, repeatability) {
        (Outcome::Final, _) => return Decision::Permanent,
        (Outcome::Unsure | Outcome::SentUnknown, Repeatability::Create | Repeatability::Countable) => {
            return Decision::Reconcile;
        }
        _ => {}
    }
    if attempts >= policy.max_attempts {
        return Decision::Exhausted;
    }
    let throttled = outcome == Outcome::Throttled;
    let base = if throttled { policy.throttled_base_ms } else { policy.base_ms };
    let doubled = base.saturating_mul(1_u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX));
    // At least 1, so that a wait is always a wait.
    let own = random(doubled.min(policy.cap_ms)).max(1);
    let asked = retry_after_ms.unwrap_or(0);
    let delay_ms = own.max(asked);
    // A wait that cannot end in time is not begun; a wait the server made too long is the caller's to plan.
    if asked > policy.retry_after_cap_ms || delay_ms >= left_ms || !budget.take(throttled) {
        return Decision::Exhausted;
    }
    Decision::Retry { delay_ms, asked: asked > own }
}

/// Reads a `Retry-After` header: seconds, or an HTTP date. Answers milliseconds; a past date is 0, garbage is `None`.
///
/// Source: RFC 9110 section 10.2.3.
pub(crate) fn retry_after_ms(value: &str, now: Now) -> Option<u64> {
    let value = value.trim_ascii();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(value.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1_000));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    let since_1970 = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX).saturating_sub(now.unix_ms))
}

/// What all calls of a client may spend on repeating together, so that a dead server is not asked three times as much.
///
/// A full bucket has 500 tokens; a repetition costs 14, after a 429 5; a success gives back what its last repetition
/// cost, or 1.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const CAPACITY: u32 = 500;
    const COST: u32 = 14;
    const THROTTLED_COST: u32 = 5;

    pub(crate) const fn full() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }

    const fn cost(throttled: bool) -> u32 {
        if throttled { Self::THROTTLED_COST } else { Self::COST }
    }

    fn take(&self, throttled: bool) -> bool {
        let taken = |have: u32| have.checked_sub(Self::cost(throttled));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// After a success: `last_retry` says whether its last repetition followed a 429, `None` if there was none.
    pub(crate) fn give_back(&self, last_retry: Option<bool>) {
        let back = last_retry.map_or(1, Self::cost);
        let given = |have: u32| Some((have + back).min(Self::CAPACITY));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, given);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Now = Now::new(0, 1_767_225_600_000);

    fn situation(repeatability: Repeatability, outcome: Outcome) -> Situation {
        Situation { repeatability, outcome, attempts: 1, left_ms: 60_000, retry_after_ms: None }
    }

    fn decided(situation: Situation) -> Decision {
        decide(&RetryPolicy::default(), &Budget::full(), situation, |bound| bound)
    }

    #[test]
    fn every_cell_of_the_table() {
        use Outcome::{Final, NotSent, SentUnknown, Throttled, Unsure};
        use Repeatability::{Countable, Create, Repeatable};
        let retry = |delay_ms| Decision::Retry { delay_ms, asked: false };
        for (repeatability, outcome, expected) in [
            (Repeatable, NotSent, retry(500)),
            (Repeatable, Throttled, retry(1_000)),
            (Repeatable, Unsure, retry(500)),
            (Repeatable, SentUnknown, retry(500)),
            (Repeatable, Final, Decision::Permanent),
            (Countable, NotSent, retry(500)),
            (Countable, Throttled, retry(1_000)),
            (Countable, Unsure, Decision::Reconcile),
            (Countable, SentUnknown, Decision::Reconcile),
            (Countable, Final, Decision::Permanent),
            (Create, NotSent, retry(500)),
            (Create, Throttled, retry(1_000)),
            (Create, Unsure, Decision::Reconcile),
            (Create, SentUnknown, Decision::Reconcile),
            (Create, Final, Decision::Permanent),
        ] {
            assert_eq!(decided(situation(repeatability, outcome)), expected, "{repeatability:?} {outcome:?}");
        }
    }

    #[test]
    fn delays_double_up_to_the_cap() {
        let policy = RetryPolicy { max_attempts: 100, ..RetryPolicy::default() };
        for (attempts, expected) in
            [(1, 500), (2, 1_000), (6, 16_000), (7, 20_000), (64, 20_000), (99, 20_000)]
        {
            let situation = Situation { attempts, ..situation(Repeatability::Repeatable, Outcome::Unsure) };
            let decision = decide(&policy, &Budget::full(), situation, |bound| bound);
            assert_eq!(decision, Decision::Retry { delay_ms: expected, asked: false });
        }
    }

    #[test]
    fn attempts_and_time_run_out() {
        let base = situation(Repeatability::Repeatable, Outcome::Unsure);
        assert_eq!(decided(Situation { attempts: 3, ..base }), Decision::Exhausted);
        assert_eq!(decided(Situation { left_ms: 500, ..base }), Decision::Exhausted);
        assert!(matches!(decided(Situation { left_ms: 501, ..base }), Decision::Retry { .. }));
    }

    #[test]
    fn a_longer_retry_after_wins_within_bounds() {
        let base = situation(Repeatability::Create, Outcome::Throttled);
        let asked = |ms| decided(Situation { retry_after_ms: Some(ms), left_ms: 3_600_000, ..base });
        assert_eq!(asked(200), Decision::Retry { delay_ms: 1_000, asked: false });
        assert_eq!(asked(7_000), Decision::Retry { delay_ms: 7_000, asked: true });
        assert_eq!(asked(60_000), Decision::Retry { delay_ms: 60_000, asked: true });
        assert_eq!(asked(60_001), Decision::Exhausted);
        assert_eq!(decided(Situation { retry_after_ms: Some(60_000), ..base }), Decision::Exhausted);
    }

    #[test]
    fn the_budget_bounds_what_a_dead_server_is_asked() {
        let budget = Budget::full();
        let policy = RetryPolicy::default();
        let mut requests = 0;
        for _ in 0..10_000 {
            for attempts in 1.. {
                requests += 1;
                let situation =
                    Situation { attempts, ..situation(Repeatability::Repeatable, Outcome::Unsure) };
                if !matches!(decide(&policy, &budget, situation, |bound| bound), Decision::Retry { .. }) {
                    break;
                }
            }
        }
        assert_eq!(requests, 10_000 + 500 / 14);
        budget.give_back(Some(false));
        assert!(budget.take(false) && !budget.take(false));
        for _ in 0..1_000 {
            budget.give_back(None);
        }
        assert_eq!(budget.0.load(Ordering::Relaxed), Budget::CAPACITY);
    }

    #[test]
    fn retry_after_has_two_forms() {
        for (value, expected) in [
            ("0", Some(0)),
            ("120", Some(120_000)),
            (" 5 ", Some(5_000)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Thu, 01 Jan 2026 00:00:30 GMT", Some(30_000)),
            ("Wed, 31 Dec 2025 23:59:30 GMT", Some(0)),
            ("Thursday, 01-Jan-26 00:00:30 GMT", Some(30_000)),
            ("Thu Jan  1 00:00:30 2026", Some(30_000)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after_ms(value, NOW), expected, "{value}");
        }
    }
}
