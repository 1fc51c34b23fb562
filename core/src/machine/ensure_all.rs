//! [`ensure`](crate::ensure) for many numbers at once: one listing serves them all.

use std::collections::VecDeque;
use std::fmt;
use std::ops::ControlFlow;

use super::ensure_errors as errors;
use super::ensure_errors::{is_registered_already, not_tried, out_of_time, still_unknown};
use super::ensure_item::{Doubt, Item, read_token, token_of};
use super::ensured::{Ensured, Resolution};
use super::pager::Pager;
use super::retry_loop::RetryLoop;
use super::step::{AttemptId, Machine, Misuse, Step, WaitReason};
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client, ResolvedOptions, place_of, places};
use crate::endpoints::{CreateSender, ListSenders};
use crate::error::{Error, ErrorKind, Executed};
use crate::http::{HttpResponse, TransportFailure};
use crate::ids::{Channel, one_spelling};
use crate::time::Now;
use crate::types::{Sender, SenderPage};

/// How often a number is created at most.
const MAX_CREATES: u32 = 2;
/// How long one number may take, and how long many may, unless a total timeout is given.
pub(crate) const ONE_MS: u64 = 300_000;
const MANY_MS: u64 = 3_600_000;
/// How long a call waits before it asks again whether another call has let its number go.
const QUEUE_MS: u64 = 200;
/// The most numbers of one call.
const MOST: usize = 10_000;

/// An event of [`EnsureAll`] on the way to its end.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EnsureEvent {
    /// The token to resume the call after a crash, by any process in any language: a small JSON text with
    /// the numbers in it. Returned once, before anything is sent. Store it where it survives the process, and remove
    /// it when the call has ended.
    Token(String),
    /// One number is done.
    Result {
        /// Its place in the list that was given, counted from 0.
        index: usize,
        /// The sender, or why there is none.
        result: Result<Ensured, Error>,
    },
}

/// A call of `ensure_all`. See [`Client::ensure_all`] and [`Machine`].
pub struct EnsureAll {
    client: Client,
    options: CallOptions,
    settings: ResolvedOptions,
    total_ms: u64,
    deadline_ms: u64,
    items: Vec<Item>,
    /// The numbers as [`SenderId::one_spelling`](crate::SenderId::one_spelling) writes them, in the order of the items.
    numbers: Vec<String>,
    /// Whether the call goes on from a token: a create of each number may have been sent by another process.
    resumed: bool,
    /// Whether this call holds its numbers.
    begun: bool,
    attempts: u32,
    /// When an event was yielded, until the next step. The time between does not count against the deadline.
    handed_out_ms: Option<u64>,
    events: VecDeque<EnsureEvent>,
    /// Why no further number is created.
    stopped: Option<Error>,
    /// Why the caller left: nothing is sent after that.
    cancelled: Option<Error>,
    started_unix_ms: Option<u64>,
    state: State,
}

enum State {
    Starting,
    /// Another call of this client holds one of the numbers.
    Queued {
        until_ms: u64,
    },
    Listing {
        pager: Box<Pager<ListSenders>>,
        /// The channels still to be listed after this one.
        others: Vec<Channel>,
        started_ms: u64,
    },
    Creating {
        at: usize,
        exchange: Box<RetryLoop<Sender>>,
    },
    Settling {
        until_ms: u64,
    },
    Ended,
}

impl EnsureAll {
    pub(crate) fn new(
        client: &Client,
        creates: Vec<CreateSender>,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        Self::within(client, creates, token, options, MANY_MS)
    }

    pub(crate) fn of_one(
        client: &Client,
        create: CreateSender,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        Self::within(client, vec![create], token, options, ONE_MS)
    }

    fn within(
        client: &Client,
        creates: Vec<CreateSender>,
        token: Option<&str>,
        options: &CallOptions,
        default_total_ms: u64,
    ) -> Result<Self, InvalidArgument> {
        if creates.len() > MOST {
            return Err(InvalidArgument::redacted("senders", "must be at most 10000 at once"));
        }
        let numbers: Vec<String> = creates.iter().map(|create| create.sender_id.one_spelling()).collect();
        let sorted = places(numbers.iter());
        let twice =
            sorted.windows(2).find(|pair| pair.first().map(|(a, _)| a) == pair.last().map(|(b, _)| b));
        if let Some((_, at)) = twice.and_then(<[_]>::last).copied() {
            let field = format!("senders[{at}].sender_id");
            let id = creates.get(at).map_or("", |create| create.sender_id.as_str());
            return Err(InvalidArgument::new(
                &field,
                "must not stand in the list twice, also not in another spelling",
                id,
            ));
        }
        if let Some(token) = token {
            let known = read_token(token).ok_or_else(|| {
                let rule = "must be a token of `ensure`, as its event or its error gave it";
                InvalidArgument::redacted("token", rule)
            })?;
            let known = places(known.iter());
            if !numbers.iter().all(|number| place_of(&known, number).is_some()) {
                let rule = "must be a token of the same numbers: this one is of others";
                return Err(InvalidArgument::redacted("token", rule));
            }
        }
        let item = |create| Item { create, creates: 0, doubt: None, respelled: None, done: false };
        Ok(Self {
            settings: options.resolve(client.policy())?,
            total_ms: options.total_of_many(client.total_timeout_ms(), default_total_ms),
            deadline_ms: 0,
            client: client.clone(),
            options: options.clone(),
            items: creates.into_iter().map(item).collect(),
            numbers,
            resumed: token.is_some(),
            begun: false,
            attempts: 0,
            handed_out_ms: None,
            events: VecDeque::new(),
            stopped: None,
            cancelled: None,
            started_unix_ms: None,
            state: State::Starting,
        })
    }

    /// Ends the call: it lets its numbers go.
    pub(crate) fn finish(&mut self) {
        self.state = State::Ended;
        self.let_go();
    }

    fn let_go(&mut self) {
        if std::mem::take(&mut self.begun) {
            let held = self.numbers.iter().zip(&self.items).filter(|(_, item)| !item.done);
            let held: Vec<String> = held.map(|(number, _)| number.clone()).collect();
            self.client.registrations().end(&held);
        }
    }

    /// The settings of one request, within the time that is left.
    fn settings(&self, now: Now) -> ResolvedOptions {
        let mut settings = self.settings.clone();
        let left_ms = now.until(self.deadline_ms).max(1);
        settings.policy.total_timeout_ms = settings.policy.total_timeout_ms.min(left_ms);
        settings
    }

    /// Takes hold of the numbers, or waits until the call that has one of them ends.
    fn begin(&mut self, now: Now) -> Result<(), Error> {
        let Some(sent) = self.client.registrations().begin(&self.numbers, now.monotonic_ms) else {
            let until_ms = now.plus(QUEUE_MS);
            if until_ms >= self.deadline_ms {
                let message = "another `ensure` of the same number was still running in this client";
                return Err(Error::new(ErrorKind::Timeout, message).with(|inner| inner.retryable = true));
            }
            self.state = State::Queued { until_ms };
            return Ok(());
        };
        self.begun = true;
        for (item, sent) in self.items.iter_mut().zip(sent) {
            if self.resumed || sent.is_some() {
                let unknown = self.resumed || sent == Some(true);
                item.doubt = Some(Doubt { unknown, ..Doubt::new(now.monotonic_ms) });
            }
        }
        self.list(now)
    }

    /// Begins a listing of every channel that a number is looked for in.
    fn list(&mut self, now: Now) -> Result<(), Error> {
        let pending = self.items.iter().filter(|item| !item.done);
        let is_wanted =
            |channel: &Channel| pending.clone().any(|item| item.create.sender_id.channel() == *channel);
        let channels = [Channel::Whatsapp, Channel::Rcs].into_iter().filter(is_wanted).collect();
        self.list_channels(now, channels, now.monotonic_ms)
    }

    fn list_channels(&mut self, now: Now, mut others: Vec<Channel>, started_ms: u64) -> Result<(), Error> {
        let Some(channel) = others.pop() else {
            self.state = State::Ended;
            return Ok(());
        };
        let list = self.client.list(ListSenders::new(channel), None, &self.options)?;
        let pager = list.counting_from(self.attempts).within(self.deadline_ms, self.settings(now));
        self.state = State::Listing { pager: Box::new(pager), others, started_ms };
        Ok(())
    }

    /// Takes a page of a listing in. Whether every number that is looked for has been found.
    fn take(&mut self, page: &SenderPage) -> bool {
        let places = places(self.numbers.iter());
        let mut found = Vec::new();
        for sender in page.senders() {
            let Some(id) = sender.sender_id() else { continue };
            let number = one_spelling(&id);
            let Some(at) = place_of(&places, &number) else { continue };
            let Some(item) = self.items.get_mut(at).filter(|item| !item.done) else { continue };
            if id == item.create.sender_id.as_str() {
                drop(id);
                found.push((at, sender));
            } else if item.respelled.is_none() {
                drop(id);
                item.respelled = Some(sender);
            }
        }
        for (at, sender) in found {
            self.found(at, sender);
        }
        self.items.iter().all(|item| item.done)
    }

    fn found(&mut self, at: usize, sender: Sender) {
        let Some(item) = self.items.get_mut(at) else { return };
        if item.done {
            return;
        }
        let unknown = item.doubt.as_ref().is_some_and(|doubt| doubt.unknown);
        let resolution = if unknown { Resolution::Reconciled } else { Resolution::Found };
        let ensured = Ensured::found(resolution, &item.create, sender);
        self.done(at, Ok(ensured));
    }

    fn done(&mut self, at: usize, result: Result<Ensured, Error>) {
        let attempts = self.attempts;
        let Some(item) = self.items.get_mut(at) else { return };
        item.done = true;
        if self.begun
            && let Some(number) = self.numbers.get(at)
        {
            self.client.registrations().end_one(number);
        }
        let result = result.map_err(|error| {
            let may_be_there = error.executed() == Executed::Unknown && !error.is_of_a_read();
            let in_doubt = self.resumed || error.is_in_doubt() || may_be_there;
            error.with(|inner| {
                inner.sender_id = Some(item.create.sender_id.as_str().to_owned());
                inner.attempts = attempts;
                inner.in_doubt = in_doubt;
                if in_doubt {
                    inner.resume_token = Some(token_of(std::slice::from_ref(item)));
                }
            })
        });
        self.events.push_back(EnsureEvent::Result { index: at, result });
    }

    /// A listing of every channel ended that began at `started_ms`: counts the look and decides what comes next.
    fn listed(&mut self, now: Now, started_ms: u64) -> Result<(), Error> {
        for at in 0..self.items.len() {
            let Some(item) = self.items.get_mut(at) else { continue };
            if item.done {
                continue;
            }
            if let Some(sender) = item.respelled.take() {
                self.found(at, sender);
                continue;
            }
            let Some(doubt) = &mut item.doubt else { continue };
            while doubt.due_ms().is_some_and(|due| due <= started_ms) {
                doubt.looks += 1;
            }
            if doubt.due_ms().is_none() && (doubt.refused || item.creates >= MAX_CREATES) {
                let error =
                    doubt.error.clone().unwrap_or_else(|| Error::internal("a refusal without an error"));
                let error = if doubt.refused { errors::registered_elsewhere(error) } else { error };
                self.done(at, Err(error));
            }
        }
        self.act(now)
    }

    /// Creates the next number that may be created, else waits for the next look that is due.
    fn act(&mut self, now: Now) -> Result<(), Error> {
        let ready = |item: &Item| {
            !item.done && item.doubt.as_ref().is_none_or(|doubt| !doubt.refused && doubt.due_ms().is_none())
        };
        if let Some(error) = self.stopped.clone() {
            for at in 0..self.items.len() {
                let Some(item) = self.items.get(at).filter(|item| ready(item)) else { continue };
                let unknown = item.doubt.as_ref().is_some_and(|doubt| doubt.unknown);
                let error = error.clone();
                self.done(at, Err(if unknown { still_unknown(error) } else { error }));
            }
        }
        if let Some(at) = self.items.iter().position(ready) {
            if now.until(self.deadline_ms) == 0 {
                return Err(out_of_time());
            }
            let settings = self.settings(now);
            let Some(item) = self.items.get_mut(at) else { return Err(Error::internal("no such number")) };
            // A create beside this call, since it began: looked for as if this call had sent it.
            let number = self.numbers.get(at).map_or("", String::as_str);
            if let Some(unknown) = self.client.registrations().is_sent(number, now.monotonic_ms) {
                item.doubt = Some(Doubt { unknown, ..Doubt::new(now.monotonic_ms) });
                return self.list(now);
            }
            item.creates += 1;
            let exchange = RetryLoop::with_settings(&self.client, &item.create, settings, self.attempts);
            self.state = State::Creating { at, exchange: Box::new(exchange) };
            return Ok(());
        }
        let pending = self.items.iter().filter(|item| !item.done);
        match pending.filter_map(|item| item.doubt.as_ref()?.due_ms()).min() {
            // A wait that cannot end in time is not begun.
            Some(due_ms) if due_ms >= self.deadline_ms => Err(out_of_time()),
            Some(due_ms) if now.until(due_ms) == 0 => self.list(now),
            Some(until_ms) => {
                self.state = State::Settling { until_ms };
                Ok(())
            }
            None => {
                self.state = State::Ended;
                Ok(())
            }
        }
    }

    /// Handles the end of a create.
    fn created(&mut self, now: Now, at: usize, result: Result<Sender, Error>) -> Result<(), Error> {
        let Some(item) = self.items.get_mut(at) else { return Err(Error::internal("no such number")) };
        let unknown = item.doubt.as_ref().is_some_and(|doubt| doubt.unknown);
        match result {
            Ok(sender) => self.done(at, Ok(Ensured::created(sender))),
            Err(error) if error.executed() == Executed::Unknown && error.kind() != ErrorKind::Cancelled => {
                let error = Some(error.with(|inner| {
                    inner.kind = ErrorKind::OutcomeUnknown;
                    inner.retryable = false;
                }));
                item.doubt = Some(Doubt { looks: 1, unknown: true, error, ..Doubt::new(now.monotonic_ms) });
            }
            Err(error) if is_registered_already(&error) => {
                let error = Some(if unknown { still_unknown(error) } else { error });
                item.doubt = Some(Doubt { unknown, refused: true, error, ..Doubt::new(now.monotonic_ms) });
            }
            Err(error) => {
                if matches!(
                    error.kind(),
                    ErrorKind::Authentication | ErrorKind::PermissionDenied | ErrorKind::RateLimited
                ) {
                    self.stopped = Some(not_tried(&error));
                }
                let cancelled = (error.kind() == ErrorKind::Cancelled).then(|| not_tried(&error));
                self.done(at, Err(if unknown { still_unknown(error) } else { error }));
                if let Some(error) = cancelled {
                    return Err(error);
                }
            }
        }
        self.act(now)
    }

    /// Ends the call from outside, and lets its numbers go at once. A create that is out may still be carried out.
    pub(crate) fn cancel(&mut self, error: Error) {
        match &mut self.state {
            State::Creating { exchange, .. } => exchange.cancel(error.clone()),
            State::Listing { pager, .. } => pager.cancel(error.clone()),
            State::Starting | State::Queued { .. } | State::Settling { .. } | State::Ended => {}
        }
        self.let_go();
        self.cancelled = Some(error);
    }

    /// Whether a create may have registered the number that this call does not know the end of: one of an earlier call, or
    /// of another call of this client.
    fn is_in_doubt(&self, now: Now, at: usize, item: &Item) -> bool {
        let number = self.numbers.get(at).map_or("", String::as_str);
        let known = self.resumed || item.doubt.is_some();
        known || self.client.registrations().is_at_work(number, !self.begun, now.monotonic_ms)
    }

    /// The call cannot go on: what is not done ends with this error, or with its own unknown outcome.
    fn fail(&mut self, now: Now, error: &Error) {
        let sent_unix_ms = self.started_unix_ms.filter(|_| self.attempts > 0);
        for at in 0..self.items.len() {
            let Some(item) = self.items.get(at).filter(|item| !item.done) else { continue };
            let own = match &item.doubt {
                Some(Doubt { error: Some(own), .. }) => own.clone().with(|inner| {
                    let is_left = error.kind() == ErrorKind::Cancelled;
                    let and = if is_left { "; " } else { "; looking for the sender failed too: " };
                    inner.message = inner.message.clone().ours(and).theirs(&error.message());
                }),
                // A call before may have sent a create, also while this one still waits for its turn.
                _ if self.is_in_doubt(now, at, item) => errors::in_doubt(error.clone()),
                _ => error.clone(),
            };
            let own = own.with(|inner| {
                inner.started_unix_ms = inner.started_unix_ms.or(sent_unix_ms);
                inner.ended_unix_ms = inner.ended_unix_ms.or(Some(now.unix_ms));
            });
            self.done(at, Err(own));
        }
        self.state = State::Ended;
    }

    /// Ends the call if the caller left and there is more to do.
    fn end_if_cancelled(&mut self) -> Result<(), Error> {
        match &self.cancelled {
            Some(error) if !matches!(self.state, State::Ended) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Obeys the state once; `Ok(None)` if it changed.
    fn round(&mut self, now: Now) -> Result<Option<Step<EnsureEvent, ()>>, Error> {
        if let Some(error) = &self.cancelled
            && !matches!(self.state, State::Creating { .. } | State::Listing { .. } | State::Ended)
        {
            return Err(error.clone());
        }
        match &mut self.state {
            State::Starting => {
                self.started_unix_ms = Some(now.unix_ms);
                self.deadline_ms = now.plus(self.total_ms);
                if !self.items.is_empty() {
                    self.events.push_back(EnsureEvent::Token(token_of(&self.items)));
                }
                self.state = State::Queued { until_ms: now.monotonic_ms };
            }
            State::Queued { until_ms } if now.until(*until_ms) > 0 => {
                return Ok(Some(Step::wait(now.until(*until_ms), WaitReason::Queue)));
            }
            State::Queued { .. } => self.begin(now)?,
            State::Settling { until_ms } if now.until(*until_ms) > 0 => {
                return Ok(Some(Step::wait(now.until(*until_ms), WaitReason::Reconcile)));
            }
            State::Settling { .. } => self.list(now)?,
            State::Creating { at, exchange } => {
                let at = *at;
                let step = exchange.step(now);
                self.attempts = exchange.attempts();
                match step {
                    ControlFlow::Continue(action) => return Ok(Some(Step::Act(action))),
                    ControlFlow::Break(result) => {
                        self.created(now, at, result)?;
                        self.end_if_cancelled()?;
                    }
                }
            }
            State::Listing { pager, others, started_ms } => {
                let step = pager.step(now);
                self.attempts = pager.attempts();
                let started_ms = *started_ms;
                match step {
                    Step::Yield(page) => {
                        if self.take(&page) {
                            self.state = State::Ended;
                        } else if let Some(error) = self.cancelled.take() {
                            return Err(error);
                        } else if now.until(self.deadline_ms) == 0 {
                            return Err(out_of_time());
                        }
                    }
                    Step::Done(Ok(())) => {
                        let others = std::mem::take(others);
                        if others.is_empty() {
                            self.listed(now, started_ms)?;
                        } else {
                            self.list_channels(now, others, started_ms)?;
                        }
                        self.end_if_cancelled()?;
                    }
                    Step::Done(Err(error)) => return Err(error),
                    Step::Act(action) => return Ok(Some(Step::Act(action))),
                }
            }
            State::Ended => {
                self.finish();
                // Done once, then a misuse: as every machine.
                let ended = std::mem::replace(&mut self.deadline_ms, 0) == 0;
                return Ok(Some(Step::Done(if ended { Err(Error::finished()) } else { Ok(()) })));
            }
        }
        Ok(None)
    }
}

impl Client {
    /// The same for many senders, at most 10000: one listing serves them all, and one token. The results come one by
    /// one, in the order they are known.
    ///
    /// Creates are sent one after the other. After one that is refused for its credentials, or with 429 until the
    /// attempts ran out, no further one is sent; the other numbers end with the same error.
    ///
    /// A total timeout bounds all of it. Default: 3600000 ms.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds, a number is in the list twice, or the token is not one of
    /// these numbers.
    pub fn ensure_all(
        &self,
        creates: Vec<CreateSender>,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<EnsureAll, InvalidArgument> {
        EnsureAll::new(self, creates, token, options)
    }
}

impl Machine for EnsureAll {
    type Yield = EnsureEvent;
    /// The results were returned one by one.
    type Output = ();

    // As in `Attempts::refused`.
    #[inline(never)]
    fn step(&mut self, now: Now) -> Step<EnsureEvent, ()> {
        if let Some(at_ms) = self.handed_out_ms.take()
            && self.deadline_ms > 0
        {
            self.deadline_ms = self.deadline_ms.saturating_add(now.since(at_ms));
        }
        // Each turn but the last changes the state, and the looks and creates of the numbers bound the turns.
        loop {
            if let Some(event) = self.events.pop_front() {
                self.handed_out_ms = Some(now.monotonic_ms);
                return Step::Yield(event);
            }
            match self.round(now) {
                Ok(None) => {}
                Ok(Some(step)) => return step,
                Err(error) => self.fail(now, &error),
            }
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        match &mut self.state {
            State::Listing { pager, .. } => pager.on_response(now, attempt, response),
            State::Creating { exchange, .. } => exchange.on_response(now, attempt, response),
            _ => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        match &mut self.state {
            State::Listing { pager, .. } => pager.on_failure(now, attempt, failure),
            State::Creating { exchange, .. } => exchange.on_failure(now, attempt, &failure),
            _ => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }
}

impl Drop for EnsureAll {
    fn drop(&mut self) {
        self.finish();
    }
}

impl fmt::Debug for EnsureAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnsureAll({} numbers, {} sent)", self.items.len(), self.attempts)
    }
}
