//! Which address of a name is tried when: one rule for both drivers, without a socket and without a clock.
//!
//! As RFC 8305 ("happy eyeballs") has it: the families take turns, the next address is tried while the earlier ones may
//! still answer, and the first connection wins. So an address that swallows everything delays a call by [`STAGGER_MS`],
//! not by the whole limit.

/// How long an address has to itself before the next one is tried beside it (RFC 8305 §5 recommends this).
pub(crate) const STAGGER_MS: u64 = 250;

/// The order to try addresses in: the resolver's own, but with the two families taking turns. `is_v6` says of each
/// address in the resolver's order whether it is IPv6. Returns their indexes.
pub(crate) fn order(is_v6: &[bool]) -> Vec<usize> {
    let first = is_v6.first().copied().unwrap_or(false);
    let of = |family: bool| is_v6.iter().enumerate().filter(move |(_, v6)| **v6 == family).map(|(at, _)| at);
    let (mut preferred, mut other) = (of(first), of(!first));
    let mut order = Vec::with_capacity(is_v6.len());
    while order.len() < is_v6.len() {
        order.extend(preferred.next().into_iter().chain(other.next()));
    }
    order
}

/// The next step of a driver that connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DialStep {
    /// Begin to connect to the address at this place in the order.
    Begin(usize),
    /// Wait for one of the attempts under way to end, until this time at the latest; `None`: as long as the connect
    /// limit allows.
    Wait(Option<u64>),
    /// Every address has failed.
    Failed,
}

/// The attempts to connect to one name. Times are monotonic milliseconds.
#[derive(Debug)]
pub(crate) struct Dial {
    count: usize,
    begun: usize,
    under_way: usize,
    next_due_ms: u64,
    stagger_ms: u64,
}

impl Dial {
    /// Begins to connect to `count` addresses: each must be tried before `deadline_ms`.
    pub(crate) fn new(count: usize, now_ms: u64, deadline_ms: u64) -> Self {
        let shares = u64::try_from(count).unwrap_or(u64::MAX).saturating_add(1);
        let stagger_ms = STAGGER_MS.min(deadline_ms.saturating_sub(now_ms) / shares);
        Self { count, begun: 0, under_way: 0, next_due_ms: now_ms, stagger_ms }
    }

    /// The one thing to do next.
    pub(crate) fn step(&mut self, now_ms: u64) -> DialStep {
        if self.begun < self.count && (self.under_way == 0 || now_ms >= self.next_due_ms) {
            let place = self.begun;
            self.begun += 1;
            self.under_way += 1;
            self.next_due_ms = now_ms.saturating_add(self.stagger_ms);
            return DialStep::Begin(place);
        }
        if self.under_way == 0 {
            return DialStep::Failed;
        }
        DialStep::Wait((self.begun < self.count).then_some(self.next_due_ms))
    }

    /// One of the attempts under way has failed: the next address is due at once.
    pub(crate) const fn failed(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
        self.next_due_ms = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        assert_eq!(order(&[]), Vec::<usize>::new());
        assert_eq!(order(&[true, true, true, false, false]), [0, 3, 1, 4, 2]);
        assert_eq!(order(&[false, true, true]), [0, 1, 2]);
        assert_eq!(order(&[false, false]), [0, 1]);
    }

    #[test]
    fn a_silent_address_delays_by_the_stagger() {
        let mut dial = Dial::new(3, 1_000, 6_000);
        assert_eq!(dial.step(1_000), DialStep::Begin(0));
        assert_eq!(dial.step(1_000), DialStep::Wait(Some(1_250)));
        assert_eq!(dial.step(1_249), DialStep::Wait(Some(1_250)));
        assert_eq!(dial.step(1_250), DialStep::Begin(1));
        assert_eq!(dial.step(1_500), DialStep::Begin(2));
        assert_eq!(dial.step(9_000), DialStep::Wait(None));
    }

    #[test]
    fn a_failed_address_makes_the_next_one_due_at_once() {
        let mut dial = Dial::new(3, 0, 5_000);
        assert_eq!(dial.step(0), DialStep::Begin(0));
        dial.failed();
        assert_eq!(dial.step(1), DialStep::Begin(1));
        assert_eq!(dial.step(1), DialStep::Wait(Some(251)));
        dial.failed();
        assert_eq!(dial.step(2), DialStep::Begin(2));
        dial.failed();
        assert_eq!(dial.step(3), DialStep::Failed);
        assert_eq!(Dial::new(0, 0, 5_000).step(0), DialStep::Failed);
    }

    #[test]
    fn every_address_is_tried_within_the_limit() {
        for (count, limit) in [(2, 100), (30, 5_000), (400, 5_000), (1, 1), (5, 0)] {
            let mut dial = Dial::new(count, 0, limit);
            let mut begun = 0;
            let mut now = 0;
            while now <= limit {
                match dial.step(now) {
                    DialStep::Begin(place) => {
                        assert_eq!(place, begun);
                        begun += 1;
                    }
                    DialStep::Wait(Some(until)) => now = until,
                    DialStep::Wait(None) => break,
                    DialStep::Failed => panic!("nothing failed"),
                }
            }
            assert_eq!(begun, count, "{count} addresses within {limit} ms");
            assert!(limit < 200 || now < limit, "the last address has time left");
        }
    }
}
