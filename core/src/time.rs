//! Time as a value: the caller reads its clocks and hands the readings in.

/// One reading of the caller's two clocks, both in milliseconds.
///
/// `monotonic_ms` counts from any fixed point of the process and never goes back: deadlines and delays are
/// computed from it. `unix_ms` is wall-clock time since 1970-01-01 UTC: it is only used for what outlives the
/// process (a `Retry-After` date, a resumable deadline, the times an unknown outcome is reported with).
///
/// A monotonic reading that goes back is treated as no time having passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a driver in any language builds it from its two clocks")]
pub struct Now {
    /// Milliseconds of a clock that never goes back.
    pub monotonic_ms: u64,
    /// Milliseconds since 1970-01-01 00:00:00 UTC.
    pub unix_ms: u64,
}

impl Now {
    /// A reading of both clocks.
    #[must_use]
    pub const fn new(monotonic_ms: u64, unix_ms: u64) -> Self {
        Self { monotonic_ms, unix_ms }
    }

    /// Milliseconds since the earlier monotonic reading `start_ms`; 0 if the clock went back.
    #[must_use]
    pub(crate) const fn since(self, start_ms: u64) -> u64 {
        self.monotonic_ms.saturating_sub(start_ms)
    }

    /// Milliseconds until the monotonic time `at_ms`; 0 if it has passed.
    #[must_use]
    pub(crate) const fn until(self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.monotonic_ms)
    }

    /// The monotonic time `delay_ms` from now.
    #[must_use]
    pub(crate) const fn plus(self, delay_ms: u64) -> u64 {
        self.monotonic_ms.saturating_add(delay_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates() {
        let now = Now::new(100, 5);
        assert_eq!(now.since(40), 60);
        assert_eq!(now.since(140), 0);
        assert_eq!(now.until(140), 40);
        assert_eq!(now.until(40), 0);
        assert_eq!(now.plus(u64::MAX), u64::MAX);
    }
}
