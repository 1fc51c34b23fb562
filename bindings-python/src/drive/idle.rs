//! The idle connections of a transport: which one is used again, for how long, and in which process. Pure: a driver gives
//! it the time and the process, and opens, checks and closes connections itself.

use std::sync::Arc;

use senders_core::{FailureKind, Now, Origin, TransportFailure};

use crate::net::not_sent;

/// The time for which an idle connection may be used again. Well below that of servers and load balancers (60 s and more
/// are usual), so that a request seldom meets a connection that is just being closed.
pub(crate) const IDLE_MS: u64 = 30_000;

/// The idle connections of one process.
pub(crate) struct IdlePool<C> {
    /// The process that opened them.
    process: u32,
    capacity: usize,
    closed: bool,
    /// The last used one is the last.
    entries: Vec<Entry<C>>,
}

struct Entry<C> {
    connection: C,
    origin: Arc<Origin>,
    since: Now,
}

impl<C> Entry<C> {
    /// Returns whether the connection has been idle for [`IDLE_MS`] by either clock: the monotonic one stops while
    /// a laptop or a function sleeps, and the server does not wait for it. A wall clock that was set back says nothing.
    const fn has_expired(&self, now: Now) -> bool {
        now.monotonic_ms.saturating_sub(self.since.monotonic_ms) >= IDLE_MS
            || now.unix_ms.saturating_sub(self.since.unix_ms) >= IDLE_MS
    }
}

impl<C> IdlePool<C> {
    pub(crate) const fn new(process: u32, capacity: usize) -> Self {
        Self { process, capacity, closed: false, entries: Vec::new() }
    }

    /// Takes the connection to `origin` that was used last and has not expired. Returns `None` if there is none.
    ///
    /// # Errors
    /// If the pool is closed.
    pub(crate) fn take(&mut self, origin: &Arc<Origin>, now: Now) -> Result<Option<C>, TransportFailure> {
        if self.closed {
            return Err(not_sent(FailureKind::Aborted, "the client was closed"));
        }
        let fits = |entry: &Entry<C>| is_same(&entry.origin, origin) && !entry.has_expired(now);
        let found = self.entries.iter().rposition(fits);
        Ok(found.map(|index| self.entries.remove(index).connection))
    }

    /// Takes the connection that was used last, to any origin.
    pub(crate) fn take_last(&mut self) -> Option<C> {
        self.entries.pop().map(|entry| entry.connection)
    }

    /// Takes every connection that has expired.
    pub(crate) fn take_expired(&mut self, now: Now) -> Vec<C> {
        let mut expired = Vec::new();
        while let Some(index) = self.entries.iter().position(|entry| entry.has_expired(now)) {
            expired.push(self.entries.remove(index).connection);
        }
        expired
    }

    /// Takes the connection that `is_it` names.
    pub(crate) fn take_this(&mut self, is_it: impl Fn(&C) -> bool) -> Option<C> {
        let found = self.entries.iter().position(|entry| is_it(&entry.connection));
        found.map(|index| self.entries.remove(index).connection)
    }

    /// Keeps a connection that was used just now by `process`.
    ///
    /// # Errors
    /// Returns the connection if it must be closed instead: the pool is closed or full, or another process's.
    pub(crate) fn put(
        &mut self,
        origin: &Arc<Origin>,
        connection: C,
        now: Now,
        process: u32,
    ) -> Result<(), C> {
        if self.closed || self.process != process || self.is_full(self.entries.len()) {
            return Err(connection);
        }
        self.entries.push(Entry { connection, origin: Arc::clone(origin), since: now });
        Ok(())
    }

    /// Makes this the pool of `process`. In a forked process it returns the connections it had, whose sockets are the
    /// parent's: the caller must drop them and send nothing to the server.
    pub(crate) fn adopt(&mut self, process: u32) -> Vec<C> {
        if self.process == process {
            return Vec::new();
        }
        self.process = process;
        self.take_all()
    }

    /// Closes the pool: it takes and gives no connection any more. Returns those that `process` has to close; in a forked
    /// process these are none, for they are the parent's.
    pub(crate) fn close(&mut self, process: u32) -> Vec<C> {
        self.closed = true;
        let connections = self.take_all();
        if self.process == process { connections } else { Vec::new() }
    }

    fn take_all(&mut self) -> Vec<C> {
        std::mem::take(&mut self.entries).into_iter().map(|entry| entry.connection).collect()
    }

    /// Returns when the next connection expires by the monotonic clock.
    pub(crate) fn next_expiry_ms(&self) -> Option<u64> {
        self.entries.iter().map(|entry| entry.since.monotonic_ms.saturating_add(IDLE_MS)).min()
    }

    /// Returns whether this number of connections is the maximum.
    pub(crate) const fn is_full(&self, connections: usize) -> bool {
        connections >= self.capacity
    }

    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &C> {
        self.entries.iter().map(|entry| &entry.connection)
    }
}

/// Returns whether two origins are the same; those of one client are one object.
pub(crate) fn is_same(one: &Arc<Origin>, other: &Arc<Origin>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

#[cfg(test)]
mod tests {
    use senders_core::{Client, Config};

    use super::*;

    const PARENT: u32 = 7;
    const CHILD: u32 = 8;
    const START: Now = Now::new(1_000, 1_700_000_000_000);

    fn origin(port: u16) -> Arc<Origin> {
        let config = Config::builder().base_url(format!("http://127.0.0.1:{port}")).build().unwrap();
        Arc::new(Client::new(config).origin().clone())
    }

    /// The time after `ms` on both clocks.
    fn after(ms: u64) -> Now {
        Now::new(START.monotonic_ms + ms, START.unix_ms + ms)
    }

    fn pool(capacity: usize) -> IdlePool<&'static str> {
        IdlePool::new(PARENT, capacity)
    }

    #[test]
    fn the_last_used_connection_to_an_origin_is_taken_first() {
        let (one, two) = (origin(1), origin(2));
        let mut pool = pool(9);
        for (origin, name) in [(&one, "a"), (&one, "b"), (&two, "c")] {
            pool.put(origin, name, START, PARENT).unwrap();
        }
        assert_eq!(pool.take(&origin(1), START).unwrap(), Some("b"), "equal, not only the same object");
        pool.put(&one, "b", after(1), PARENT).unwrap();
        assert_eq!(pool.iter().copied().collect::<Vec<_>>(), ["a", "c", "b"]);
        assert_eq!(pool.take(&two, START).unwrap(), Some("c"));
        assert_eq!(pool.take(&two, START).unwrap(), None);
        assert_eq!(pool.take_last(), Some("b"));
        assert_eq!(pool.len(), 1);
    }

    #[test]
    fn one_connection_is_taken_out_and_the_others_keep_their_order() {
        let one = origin(1);
        let mut pool = pool(9);
        for name in ["a", "b", "c"] {
            pool.put(&one, name, START, PARENT).unwrap();
        }
        assert_eq!(pool.take_this(|name| *name == "a"), Some("a"));
        assert_eq!(pool.take_this(|name| *name == "a"), None);
        assert_eq!(pool.take(&one, START).unwrap(), Some("c"));
    }

    #[test]
    fn a_connection_expires_by_either_clock() {
        let one = origin(1);
        let early = after(IDLE_MS - 1);
        for (now, expires) in [
            (early, false),
            (after(IDLE_MS), true),
            (Now { unix_ms: START.unix_ms, ..after(IDLE_MS) }, true),
            // The monotonic clock stood still: a laptop or a function slept.
            (Now { monotonic_ms: START.monotonic_ms, ..after(IDLE_MS) }, true),
            // The wall clock was set back.
            (Now { unix_ms: START.unix_ms - IDLE_MS, ..early }, false),
            (Now { unix_ms: 0, ..after(IDLE_MS) }, true),
        ] {
            let with_one = || {
                let mut pool = pool(9);
                pool.put(&one, "a", START, PARENT).unwrap();
                pool
            };
            assert_eq!(with_one().take(&one, now).unwrap().is_none(), expires, "{now:?}");
            assert_eq!(with_one().take_expired(now).is_empty(), !expires, "{now:?}");
        }
    }

    #[test]
    fn only_expired_connections_are_taken_as_such() {
        let mut pool = pool(9);
        for (port, name, ms) in [(1, "a", 0), (2, "b", 5), (1, "c", 1), (2, "d", 9)] {
            pool.put(&origin(port), name, after(ms), PARENT).unwrap();
        }
        assert_eq!(pool.take_expired(after(IDLE_MS + 1)), ["a", "c"]);
        assert_eq!(pool.iter().copied().collect::<Vec<_>>(), ["b", "d"]);
        assert_eq!(pool.next_expiry_ms(), Some(after(IDLE_MS + 5).monotonic_ms));
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let one = origin(1);
        let mut pool = pool(2);
        assert_eq!(pool.put(&one, "a", START, PARENT), Ok(()));
        assert!(!pool.is_full(pool.len()));
        assert_eq!(pool.put(&one, "b", START, PARENT), Ok(()));
        assert!(pool.is_full(pool.len()));
        assert_eq!(pool.put(&one, "c", START, PARENT), Err("c"));
        assert_eq!(pool.take(&one, START).unwrap(), Some("b"));
        assert_eq!(pool.put(&one, "c", START, PARENT), Ok(()));
    }

    #[test]
    fn a_forked_process_uses_no_connection_of_its_parent() {
        let one = origin(1);
        let mut pool = pool(9);
        pool.put(&one, "a", START, PARENT).unwrap();
        assert!(pool.adopt(PARENT).is_empty());
        // One that was in use at the fork.
        assert_eq!(pool.put(&one, "b", START, CHILD), Err("b"));
        assert_eq!(pool.adopt(CHILD), ["a"]);
        assert_eq!(pool.take(&one, START).unwrap(), None);
        assert_eq!(pool.put(&one, "c", START, CHILD), Ok(()));
        assert_eq!(pool.take(&one, START).unwrap(), Some("c"));
    }

    #[test]
    fn a_closed_pool_gives_and_keeps_none() {
        let one = origin(1);
        let mut own = pool(9);
        own.put(&one, "a", START, PARENT).unwrap();
        assert_eq!(own.close(PARENT), ["a"]);
        assert_eq!(own.put(&one, "b", START, PARENT), Err("b"));
        let failure = own.take(&one, START).unwrap_err();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Aborted, "the client was closed"));

        let mut inherited = pool(9);
        inherited.put(&one, "a", START, PARENT).unwrap();
        assert!(inherited.close(CHILD).is_empty(), "the parent's: not closed with a word to the server");
        assert_eq!(inherited.len(), 0);
    }
}
