//! The retry decision: policy as data, outcome as data, a pure function between them.
//!
//! The rules are the table of [`Idempotency`] against [`AttemptOutcome`], which the tests walk cell by cell.

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

/// How a request may be repeated when its outcome is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// Repeating it changes nothing more: list, fetch, delete, an update that sets what it set before.
    Idempotent,
    /// Repeating it costs something that is counted, a code or a change of name: look first.
    VerifyFirst,
    /// Repeating it may register a number twice: never.
    NonIdempotent,
}

/// The outcome of one attempt that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttemptOutcome {
    /// The request did not go out.
    NotSent,
    /// 429: not processed.
    Throttled,
    /// 408 or 5xx: may have been processed or not.
    ServerError,
    /// It went out, or may have, and no whole answer came.
    NoResponse,
    /// A response or a failure that a repetition would return again.
    Terminal,
}

impl AttemptOutcome {
    /// The outcome of an answer with this status, which is no success.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            429 => Self::Throttled,
            408 | 500..=599 => Self::ServerError,
            _ => Self::Terminal,
        }
    }

    /// Whether the server may have acted.
    pub(crate) const fn is_uncertain(self) -> bool {
        matches!(self, Self::ServerError | Self::NoResponse)
    }
}

/// The decision after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Repeat it after this many milliseconds; `asked` if the server named the time.
    Retry { delay_ms: u64, asked: bool },
    /// It must not be repeated.
    Permanent,
    /// It might be repeated, but attempts, time or budget have run out.
    Exhausted,
    /// Check its outcome first.
    Reconcile,
}

/// The facts a decision needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryState {
    pub(crate) idempotency: Idempotency,
    pub(crate) outcome: AttemptOutcome,
    /// Attempts made so far, this one included.
    pub(crate) attempts: u32,
    /// Milliseconds left of the call's time.
    pub(crate) left_ms: u64,
    /// The wait the server asked for, in milliseconds.
    pub(crate) retry_after_ms: Option<u64>,
}

/// Decides. `random` is called once at most, with a bound, and returns a number from 0 to it.
pub(crate) fn decide(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    situation: RetryState,
    random: impl FnOnce(u64) -> u64,
) -> Decision {
    let RetryState { idempotency, outcome, attempts, left_ms, retry_after_ms } = situation;
    match (outcome, idempotency) {
        (AttemptOutcome::Terminal, _) => return Decision::Permanent,
        (
            AttemptOutcome::ServerError | AttemptOutcome::NoResponse,
            Idempotency::NonIdempotent | Idempotency::VerifyFirst,
        ) => {
            return Decision::Reconcile;
        }
        _ => {}
    }
    if attempts >= policy.max_attempts {
        return Decision::Exhausted;
    }
    let throttled = outcome == AttemptOutcome::Throttled;
    let base = if throttled { policy.throttled_base_ms } else { policy.base_ms };
    let doubled = base.saturating_mul(1_u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX));
    // At least 1, so that a wait is always a wait.
    let own = random(doubled.min(policy.cap_ms)).max(1);
    let asked = retry_after_ms.unwrap_or(0);
    let delay_ms = own.max(asked);
    // A wait that cannot end in time is not begun; a wait the server made too long is the caller's to plan.
    if asked > policy.retry_after_cap_ms || delay_ms >= left_ms || !budget.try_acquire(throttled) {
        return Decision::Exhausted;
    }
    Decision::Retry { delay_ms, asked: asked > own }
}

/// Reads a `Retry-After` header: seconds, or an HTTP date. Returns milliseconds; a past date is 0, garbage is `None`.
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

/// The retries that all calls of a client share, so that a dead server does not get three times the load.
///
/// A full bucket has 500 tokens; a repetition costs 14, after a 429 5; a success gives back what its last repetition
/// cost, or 1.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    const CAPACITY: u32 = 500;
    const COST: u32 = 14;
    const THROTTLED_COST: u32 = 5;

    pub(crate) const fn full() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }

    const fn cost(throttled: bool) -> u32 {
        if throttled { Self::THROTTLED_COST } else { Self::COST }
    }

    fn try_acquire(&self, throttled: bool) -> bool {
        let taken = |have: u32| have.checked_sub(Self::cost(throttled));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// After a success: `last_retry` says whether its last repetition followed a 429, `None` if there was none.
    pub(crate) fn release(&self, last_retry: Option<bool>) {
        let back = last_retry.map_or(1, Self::cost);
        let given = |have: u32| Some((have + back).min(Self::CAPACITY));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, given);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Now = Now::new(0, 1_767_225_600_000);

    fn situation(idempotency: Idempotency, outcome: AttemptOutcome) -> RetryState {
        RetryState { idempotency, outcome, attempts: 1, left_ms: 60_000, retry_after_ms: None }
    }

    fn decided(situation: RetryState) -> Decision {
        decide(&RetryPolicy::default(), &RetryBudget::full(), situation, |bound| bound)
    }

    #[test]
    fn every_cell_of_the_table() {
        use AttemptOutcome::{NoResponse, NotSent, ServerError, Terminal, Throttled};
        use Idempotency::{Idempotent, NonIdempotent, VerifyFirst};
        let retry = |delay_ms| Decision::Retry { delay_ms, asked: false };
        for (idempotency, outcome, expected) in [
            (Idempotent, NotSent, retry(500)),
            (Idempotent, Throttled, retry(1_000)),
            (Idempotent, ServerError, retry(500)),
            (Idempotent, NoResponse, retry(500)),
            (Idempotent, Terminal, Decision::Permanent),
            (VerifyFirst, NotSent, retry(500)),
            (VerifyFirst, Throttled, retry(1_000)),
            (VerifyFirst, ServerError, Decision::Reconcile),
            (VerifyFirst, NoResponse, Decision::Reconcile),
            (VerifyFirst, Terminal, Decision::Permanent),
            (NonIdempotent, NotSent, retry(500)),
            (NonIdempotent, Throttled, retry(1_000)),
            (NonIdempotent, ServerError, Decision::Reconcile),
            (NonIdempotent, NoResponse, Decision::Reconcile),
            (NonIdempotent, Terminal, Decision::Permanent),
        ] {
            assert_eq!(decided(situation(idempotency, outcome)), expected, "{idempotency:?} {outcome:?}");
        }
    }

    #[test]
    fn delays_double_up_to_the_cap() {
        let policy = RetryPolicy { max_attempts: 100, ..RetryPolicy::default() };
        for (attempts, expected) in
            [(1, 500), (2, 1_000), (6, 16_000), (7, 20_000), (64, 20_000), (99, 20_000)]
        {
            let situation =
                RetryState { attempts, ..situation(Idempotency::Idempotent, AttemptOutcome::ServerError) };
            let decision = decide(&policy, &RetryBudget::full(), situation, |bound| bound);
            assert_eq!(decision, Decision::Retry { delay_ms: expected, asked: false });
        }
    }

    #[test]
    fn attempts_and_time_run_out() {
        let base = situation(Idempotency::Idempotent, AttemptOutcome::ServerError);
        assert_eq!(decided(RetryState { attempts: 3, ..base }), Decision::Exhausted);
        assert_eq!(decided(RetryState { left_ms: 500, ..base }), Decision::Exhausted);
        assert!(matches!(decided(RetryState { left_ms: 501, ..base }), Decision::Retry { .. }));
    }

    #[test]
    fn a_longer_retry_after_wins_within_bounds() {
        let base = situation(Idempotency::NonIdempotent, AttemptOutcome::Throttled);
        let asked = |ms| decided(RetryState { retry_after_ms: Some(ms), left_ms: 3_600_000, ..base });
        assert_eq!(asked(200), Decision::Retry { delay_ms: 1_000, asked: false });
        assert_eq!(asked(7_000), Decision::Retry { delay_ms: 7_000, asked: true });
        assert_eq!(asked(60_000), Decision::Retry { delay_ms: 60_000, asked: true });
        assert_eq!(asked(60_001), Decision::Exhausted);
        assert_eq!(decided(RetryState { retry_after_ms: Some(60_000), ..base }), Decision::Exhausted);
    }

    #[test]
    fn the_budget_bounds_what_a_dead_server_is_asked() {
        let budget = RetryBudget::full();
        let policy = RetryPolicy::default();
        let mut requests = 0;
        for _ in 0..10_000 {
            for attempts in 1.. {
                requests += 1;
                let situation = RetryState {
                    attempts,
                    ..situation(Idempotency::Idempotent, AttemptOutcome::ServerError)
                };
                if !matches!(decide(&policy, &budget, situation, |bound| bound), Decision::Retry { .. }) {
                    break;
                }
            }
        }
        assert_eq!(requests, 10_000 + 500 / 14);
        budget.release(Some(false));
        assert!(budget.try_acquire(false) && !budget.try_acquire(false));
        for _ in 0..1_000 {
            budget.release(None);
        }
        assert_eq!(budget.0.load(Ordering::Relaxed), RetryBudget::CAPACITY);
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
