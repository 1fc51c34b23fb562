//! Which numbers a client is registering, and which it has sent a create for a short while ago.
//!
//! How soon a new sender is listed is not documented. So a listing that does not have a number says little right
//! after a create of it, whether that create succeeded or its outcome is unknown.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a create is remembered after its end, in milliseconds: the time `ensure` looks for a number before it creates it again.
pub(crate) const REMEMBERED_MS: u64 = 12_000;

/// The numbers of one client, by [`SenderId::one_spelling`](crate::SenderId::one_spelling): few at a time.
#[derive(Default)]
pub(crate) struct Registrations(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// The numbers that an `ensure` holds, sorted.
    running: Vec<String>,
    /// The creates that are in flight or ended a short while ago, except those that surely had no effect.
    creates: Vec<Create>,
    last: u64,
}

struct Create {
    id: CreateId,
    number: String,
    /// Whether its answer may still come.
    under_way: bool,
    /// Whether its outcome is unknown.
    unknown: bool,
    /// When it is forgotten: some time after its end, or after the latest time at which it can end.
    until_ms: u64,
}

/// Names one create, so that its end says nothing about another create of the same number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct CreateId(u64);

impl Inner {
    fn forget_old(&mut self, now_ms: u64) {
        self.creates.retain(|create| now_ms < create.until_ms);
    }

    /// Whether a create of the number is remembered; if so, whether the outcome of one of them is unknown.
    fn sent(&self, number: &str) -> Option<bool> {
        let sent = self.creates.iter().filter(|create| create.number == number);
        sent.map(|create| create.unknown).reduce(|one, other| one || other)
    }

    fn change(&mut self, id: CreateId, change: impl FnOnce(&mut Create)) {
        if let Some(create) = self.creates.iter_mut().find(|create| create.id == id) {
            change(create);
        }
    }
}

/// Numbers in their order, each with its place in the list they are of: to be looked up by [`place_of`].
pub(crate) fn places<'n>(numbers: impl Iterator<Item = &'n String>) -> Vec<(&'n str, usize)> {
    let mut places: Vec<(&str, usize)> = numbers.map(String::as_str).zip(0..).collect();
    places.sort_unstable();
    places
}

/// The place of a number among those of [`places`].
pub(crate) fn place_of(places: &[(&str, usize)], number: &str) -> Option<usize> {
    let found = places.binary_search_by(|(other, _)| (*other).cmp(number)).ok()?;
    places.get(found).map(|(_, place)| *place)
}

impl Registrations {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes hold of all of the numbers, or of none of them if another call has one: an `ensure`, or a create that is under
    /// way. Returns, for each, whether a create of it was sent that a listing may not show yet; if so, whether its
    /// outcome is unknown.
    pub(crate) fn begin(&self, numbers: &[String], now_ms: u64) -> Option<Vec<Option<bool>>> {
        let mut inner = self.lock();
        inner.forget_old(now_ms);
        let is_under_way = |create: &&Create| create.under_way && now_ms + REMEMBERED_MS < create.until_ms;
        let under_way = places(inner.creates.iter().filter(is_under_way).map(|create| &create.number));
        let is_taken = |number: &String| {
            inner.running.binary_search(number).is_ok() || place_of(&under_way, number).is_some()
        };
        if numbers.iter().any(is_taken) {
            return None;
        }
        for number in numbers {
            let at = inner.running.binary_search(number).unwrap_or_else(|at| at);
            inner.running.insert(at, number.clone());
        }
        let all = places(inner.creates.iter().map(|create| &create.number));
        let unknown =
            places(inner.creates.iter().filter(|create| create.unknown).map(|create| &create.number));
        let sent = |number: &String| place_of(&all, number).map(|_| place_of(&unknown, number).is_some());
        Some(numbers.iter().map(sent).collect())
    }

    /// The same of one number that is held already, now.
    pub(crate) fn is_sent(&self, number: &str, now_ms: u64) -> Option<bool> {
        let mut inner = self.lock();
        inner.forget_old(now_ms);
        inner.sent(number)
    }

    /// Whether a create of the number was sent that a listing may not show yet; or, if the caller does not hold it, whether another
    /// call does.
    pub(crate) fn is_at_work(&self, number: &str, by_others: bool, now_ms: u64) -> bool {
        let is_held = |inner: &Inner| inner.running.binary_search_by(|one| one.as_str().cmp(number)).is_ok();
        (by_others && is_held(&self.lock())) || self.is_sent(number, now_ms).is_some()
    }

    /// Lets the numbers go.
    pub(crate) fn end(&self, numbers: &[String]) {
        let ended = places(numbers.iter());
        self.lock().running.retain(|number| place_of(&ended, number).is_none());
    }

    /// Lets one number go.
    pub(crate) fn end_one(&self, number: &String) {
        let mut inner = self.lock();
        if let Ok(at) = inner.running.binary_search(number) {
            inner.running.remove(at);
        }
    }

    /// Lets go of every number: in a forked process, nothing goes on with the calls of its parent.
    pub(crate) fn end_all(&self) {
        let mut inner = self.lock();
        inner.running.clear();
        inner.creates.iter_mut().for_each(|create| create.under_way = false);
    }

    /// A create of the number goes out, which ends within `attempt_ms`.
    pub(crate) fn sent(&self, number: String, now_ms: u64, attempt_ms: u64) -> CreateId {
        let mut inner = self.lock();
        inner.forget_old(now_ms);
        inner.last += 1;
        let id = CreateId(inner.last);
        let until_ms = now_ms.saturating_add(attempt_ms).saturating_add(REMEMBERED_MS);
        inner.creates.push(Create { id, number, under_way: true, unknown: true, until_ms });
        id
    }

    /// This create has ended; its outcome may be unknown.
    pub(crate) fn ended(&self, id: CreateId, now_ms: u64, unknown: bool) {
        self.lock().change(id, |create| {
            create.under_way = false;
            create.unknown = unknown;
            create.until_ms = now_ms.saturating_add(REMEMBERED_MS);
        });
    }

    /// The caller no longer waits for the response to this create.
    pub(crate) fn left(&self, id: CreateId) {
        self.lock().change(id, |create| create.under_way = false);
    }

    /// Adds a create that an earlier client sent and whose call has ended: with a response, or it may act for as long as an
    /// attempt takes.
    pub(crate) fn sent_before(&self, number: String, ended_ms: u64, attempt_ms: u64, unknown: bool) {
        let id = self.sent(number, ended_ms, if unknown { attempt_ms } else { 0 });
        self.lock().change(id, |create| {
            create.under_way = false;
            create.unknown = unknown;
        });
    }

    /// This create had no effect.
    pub(crate) fn had_no_effect(&self, id: CreateId) {
        self.lock().creates.retain(|create| create.id != id);
    }
}

/// Shows how many numbers there are, not which.
impl fmt::Debug for Registrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        write!(f, "Registrations({} running, {} sent)", inner.running.len(), inner.creates.len())
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
        let create = all.sent("a".to_owned(), 5, 1_000);
        all.end(&a);
        assert_eq!(all.begin(&b, 10), None, "its answer may still come");
        all.ended(create, 500, true);
        assert_eq!(all.begin(&b, 510), Some(vec![Some(true), None]));
        all.end_one(&a[0]);
        assert_eq!(all.begin(&a, 500 + REMEMBERED_MS - 1), Some(vec![Some(true)]));
        all.end_all();
        assert_eq!(all.begin(&a, 500 + REMEMBERED_MS), Some(vec![None]));
        assert_eq!(format!("{all:?}"), "Registrations(1 running, 0 sent)");
    }

    #[test]
    fn a_create_that_is_left_is_remembered_from_its_latest_end() {
        let all = Registrations::default();
        let a = ["a".to_owned()];
        let create = all.sent("a".to_owned(), 0, 1_000);
        assert_eq!(all.begin(&a, 999), None);
        all.left(create);
        assert_eq!(all.begin(&a, 1), Some(vec![Some(true)]));
        all.end(&a);
        assert_eq!(all.begin(&a, 1_000 + REMEMBERED_MS - 1), Some(vec![Some(true)]));
        all.end(&a);
        all.sent("b".to_owned(), 0, 1_000);
        assert_eq!(
            all.begin(&["b".to_owned()], 1_000),
            Some(vec![Some(true)]),
            "a driver that never says its end"
        );
    }

    #[test]
    fn a_create_of_a_client_before_is_remembered_from_its_end() {
        let all = Registrations::default();
        all.sent_before("a".to_owned(), 100, 1_000, true);
        all.sent_before("b".to_owned(), 100, 1_000, false);
        let both = ["a".to_owned(), "b".to_owned()];
        for (now_ms, a, b) in [
            (101, Some(true), Some(false)),
            (100 + REMEMBERED_MS - 1, Some(true), Some(false)),
            (100 + REMEMBERED_MS, Some(true), None),
            (1_100 + REMEMBERED_MS, None, None),
        ] {
            assert_eq!(all.begin(&both, now_ms), Some(vec![a, b]), "{now_ms}");
            all.end(&both);
        }
    }

    #[test]
    fn the_end_of_one_create_says_nothing_about_another() {
        let all = Registrations::default();
        let a = ["a".to_owned()];
        let first = all.sent("a".to_owned(), 0, 10);
        let refused = all.sent("a".to_owned(), 1, 10);
        all.had_no_effect(refused);
        all.ended(first, 2, true);
        assert_eq!(all.begin(&a, 2), Some(vec![Some(true)]));
    }

    #[test]
    fn creates_alone_do_not_pile_up() {
        let all = Registrations::default();
        for at in 0..1_000 {
            let id = all.sent(format!("{at}"), at * REMEMBERED_MS, 10);
            all.ended(id, at * REMEMBERED_MS, false);
        }
        assert_eq!(format!("{all:?}"), "Registrations(0 running, 1 sent)");
    }
}
