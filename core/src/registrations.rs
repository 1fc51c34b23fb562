//! Which numbers a client is registering, and which it has sent a create for a short while ago.
//!
//! How soon a new sender is listed is not documented. So a listing that does not have a number says little right
//! after a create of it, whether that create succeeded or its outcome is unknown.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a create is remembered, in milliseconds: the time `ensure` looks for a number before it creates it again.
pub(crate) const REMEMBERED_MS: u64 = 12_000;

/// The numbers of one client, by [`SenderId::one_spelling`](crate::SenderId::one_spelling): few at a time.
#[derive(Default)]
pub(crate) struct Registrations(Mutex<Vec<Registration>>);

struct Registration {
    number: String,
    /// Whether an `ensure` has it in hand.
    running: bool,
    /// When the last create was sent, on the monotonic clock; `None` if it surely had no effect.
    sent_ms: Option<u64>,
}

/// The entry of a number, made where there is none.
fn entry<'a>(all: &'a mut Vec<Registration>, number: &str) -> Option<&'a mut Registration> {
    let at = all.iter().position(|entry| entry.number == number).unwrap_or(all.len());
    if at == all.len() {
        all.push(Registration { number: number.to_owned(), running: false, sent_ms: None });
    }
    all.get_mut(at)
}

impl Registrations {
    fn lock(&self) -> MutexGuard<'_, Vec<Registration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes all of the numbers in hand, or none of them if another call has one. Returns, for each, when a create of it
    /// was sent that a listing may not show yet.
    pub(crate) fn begin(&self, numbers: &[String], now_ms: u64) -> Option<Vec<Option<u64>>> {
        let mut all = self.lock();
        all.retain_mut(|entry| {
            entry.sent_ms = entry.sent_ms.filter(|sent| now_ms.saturating_sub(*sent) < REMEMBERED_MS);
            entry.running || entry.sent_ms.is_some()
        });
        if all.iter().any(|entry| entry.running && numbers.contains(&entry.number)) {
            return None;
        }
        let begun = numbers.iter().map(|number| {
            let entry = entry(&mut all, number)?;
            entry.running = true;
            entry.sent_ms
        });
        Some(begun.collect())
    }

    /// Lets the numbers go.
    pub(crate) fn end(&self, numbers: &[String]) {
        self.lock().iter_mut().for_each(|entry| entry.running &= !numbers.contains(&entry.number));
    }

    /// Lets go of every number: in a forked process, nothing goes on with the calls of its parent.
    pub(crate) fn end_all(&self) {
        self.lock().iter_mut().for_each(|entry| entry.running = false);
    }

    /// A create of the number goes out.
    pub(crate) fn sent(&self, number: &str, now_ms: u64) {
        let mut all = self.lock();
        if let Some(entry) = entry(&mut all, number) {
            entry.sent_ms = Some(now_ms);
        }
    }

    /// The create of the number had no effect.
    pub(crate) fn had_no_effect(&self, number: &str) {
        let mut all = self.lock();
        if let Some(entry) = entry(&mut all, number) {
            entry.sent_ms = None;
        }
    }
}

/// Shows how many numbers there are, not which.
impl fmt::Debug for Registrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registrations({})", self.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_in_one_hand_and_a_create_is_remembered_for_a_while() {
        let all = Registrations::default();
        let (a, b) = (["a".to_owned()], ["a".to_owned(), "b".to_owned()]);
        assert_eq!(all.begin(&a, 0), Some(vec![None]));
        assert_eq!(all.begin(&b, 0), None);
        all.sent("a", 5);
        all.end(&a);
        assert_eq!(all.begin(&b, 10), Some(vec![Some(5), None]));
        all.end_all();
        assert_eq!(all.begin(&a, 5 + REMEMBERED_MS - 1), Some(vec![Some(5)]));
        all.end(&a);
        assert_eq!(all.begin(&a, 5 + REMEMBERED_MS), Some(vec![None]));
        all.end(&a);
        all.sent("a", 20_000);
        all.had_no_effect("a");
        assert_eq!(all.begin(&a, 20_001), Some(vec![None]));
        assert_eq!(format!("{all:?}"), "Registrations(1)");
    }
}
