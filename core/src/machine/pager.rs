//! A listing: page after page until there is no next one, the limit is reached, or the server's links go in circles.

use std::fmt;
use std::ops::ControlFlow;

use super::retry_loop::RetryLoop;
use super::step::{AttemptId, Machine, Misuse, Step};
use super::token::Token;
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client, ResolvedOptions};
#[cfg(feature = "error-log")]
use crate::endpoints::ListAlerts;
use crate::endpoints::{Endpoint, ListSenders, Listing, Query};
use crate::error::{Error, ErrorKind, Executed};
use crate::http::HttpResponse;
use crate::http::TransportFailure;
use crate::ids::Channel;
use crate::time::Now;
use crate::types::{NextPage, quoted};

/// How many empty pages in a row are gone past. Not documented; an empty page with a next link may come, but a thousand
/// of them are a server that goes nowhere.
const MOST_EMPTY: u32 = 1_000;

/// A listing, such as `Pager<ListSenders>`. Yields every page, the empty ones too, and ends without a value. See [`Machine`].
///
/// The total timeout holds for each page by itself, since the reader sets the pace.
pub struct Pager<L: Endpoint> {
    channel: Option<Channel>,
    /// How many items may still be listed.
    left: Option<u64>,
    exchange: RetryLoop<L::Output>,
    /// The queries that were followed, to notice when they repeat: one a page, and pages have a thousand senders.
    followed: Vec<Query>,
    /// Empty pages since the last one with an item.
    empty: u32,
    /// When all pages must have been read, on the monotonic clock. `None` for a listing whose reader sets the pace.
    deadline_ms: Option<u64>,
    /// Why the caller left: no further page is asked for.
    cancelled: Option<Error>,
    state: State,
}

enum State {
    /// The request of a page is under way.
    Fetching,
    /// This query comes next.
    Pending(Query),
    /// There is nothing more.
    Done,
    /// The link cannot be followed.
    Failed(Box<Error>),
    /// The end was returned.
    Finished,
}

/// The place where a listing begins: its channel, the query, and how many items are left.
type Place = (Option<Channel>, Query, Option<u64>);

/// Reads a token of a listing: enough to go on, nothing secret.
fn read<L: Listing>(token: &str) -> Result<Place, InvalidArgument> {
    let place = || {
        let known: &[&str] = if L::HAS_CHANNEL { &["channel", "query", "left"] } else { &["query", "left"] };
        let token = Token::read(token, L::OPERATION, known)?;
        let channel: Option<Channel> =
            if L::HAS_CHANNEL { Some(token.text("channel")?.parse().ok()?) } else { None };
        Some((channel, Query::of_text(token.text("query")?, channel)?, token.number("left")?))
    };
    place()
        .ok_or_else(|| InvalidArgument::redacted("token", "must be a token of a listing, as a page gave it"))
}

#[expect(private_bounds, reason = "only this crate lists")]
impl<L: Listing> Pager<L> {
    fn start(
        client: &Client,
        channel: Option<Channel>,
        first: Query,
        left: Option<u64>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        let followed = vec![first.clone()];
        let exchange = RetryLoop::new(client, &L::request(first), options)?;
        let state = if left == Some(0) { State::Done } else { State::Fetching };
        Ok(Self { channel, left, exchange, followed, empty: 0, deadline_ms: None, cancelled: None, state })
    }

    /// Bounds all pages together by a moment of the monotonic clock; `settings` are those of the first page.
    pub(crate) fn within(mut self, deadline_ms: u64, settings: ResolvedOptions) -> Self {
        self.exchange.set_settings(settings);
        self.deadline_ms = Some(deadline_ms);
        self
    }

    /// Lets the attempts go on from those of an earlier exchange.
    pub(crate) fn counting_from(mut self, attempts: u32) -> Self {
        self.exchange.count_from(attempts);
        self
    }

    pub(crate) const fn attempts(&self) -> u32 {
        self.exchange.attempts()
    }

    pub(crate) fn cancel(&mut self, error: Error) {
        if matches!(self.state, State::Fetching) {
            self.exchange.cancel(error.clone());
        }
        self.cancelled = Some(error);
    }

    /// Takes a page in: cuts it at the limit, finds out what comes next, and writes its token.
    fn take(&mut self, now: Now, mut page: L::Output) -> L::Output {
        if let Some(left) = &mut self.left {
            L::cut(&mut page, usize::try_from(*left).unwrap_or(usize::MAX));
            *left = left.saturating_sub(L::len(&page) as u64);
        }
        self.empty = if L::len(&page) == 0 { self.empty + 1 } else { 0 };
        self.state = if self.left == Some(0) { State::Done } else { self.follow(now, L::next(&page)) };
        if let State::Pending(query) = &self.state {
            let channel = self
                .channel
                .map(|channel| format!(",\"channel\":\"{}\"", channel.as_str()))
                .unwrap_or_default();
            let left = self.left.map(|left| format!(",\"left\":{left}")).unwrap_or_default();
            let (operation, query) = (L::OPERATION, quoted(query.as_str()));
            let token = format!(r#"{{"v":1,"op":"{operation}"{channel},"query":{query}{left}}}"#);
            L::set_token(&mut page, token);
        }
        page
    }

    fn follow(&mut self, now: Now, next: &NextPage) -> State {
        let query = match next {
            NextPage::None => return State::Done,
            NextPage::Link(link) => {
                Query::of_link(link, self.channel).ok_or("a next page link without a usable query")
            }
            NextPage::Unknown(reason) => Err(*reason),
        };
        let reason = match query {
            Err(reason) => reason,
            Ok(_) if self.empty >= MOST_EMPTY => "a thousand empty pages in a row",
            Ok(query) if self.followed.contains(&query) => "a next page link that was followed before",
            Ok(query) => {
                self.followed.push(query.clone());
                return State::Pending(query);
            }
        };
        let (operation, items) = (L::OPERATION, L::ITEMS);
        let message =
            format!("{operation} got a page with {reason}: whether more {items} follow cannot be known");
        State::Failed(Box::new(Error::new(ErrorKind::Paging, message).with(|inner| {
            inner.attempts = self.exchange.attempts();
            inner.executed = Executed::Unknown;
            inner.ended_unix_ms = Some(now.unix_ms);
        })))
    }
}

impl Client {
    /// Lists senders, page by page.
    ///
    /// With the token of a page ([`SenderPage::next_token`](crate::SenderPage::next_token)) the listing goes on after
    /// that page: channel and page size are that listing's, and so is the limit unless `list` has one.
    ///
    /// # Errors
    /// [`InvalidArgument`] if the text is no token of a listing, or an option is out of bounds.
    pub fn list(
        &self,
        list: ListSenders,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Pager<ListSenders>, InvalidArgument> {
        let (channel, query, left) = match token {
            None => (Some(list.channel), list.first(), list.limit),
            Some(token) => read::<ListSenders>(token)?,
        };
        Pager::start(self, channel, query, list.limit.or(left), options)
    }

    /// Lists the error log, page by page. Its host is `monitor.twilio.com`, unless the client has a `base_url`.
    ///
    /// With the token of a page ([`AlertPage::next_token`](crate::AlertPage::next_token)) the listing goes on after that page:
    /// level and times are that listing's, and so is the limit unless `list` has one.
    ///
    /// # Errors
    /// [`InvalidArgument`] if the text is no token of such a listing, or an option is out of bounds.
    #[cfg(feature = "error-log")]
    pub fn alerts(
        &self,
        list: &ListAlerts,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Pager<ListAlerts>, InvalidArgument> {
        let (channel, query, left) = match token {
            None => (None, list.first()?, list.limit),
            Some(token) => read::<ListAlerts>(token)?,
        };
        Pager::start(self, channel, query, list.limit.or(left), options)
    }
}

impl<L: Listing> Machine for Pager<L> {
    type Yield = L::Output;
    type Output = ();

    fn step(&mut self, now: Now) -> Step<L::Output, ()> {
        match std::mem::replace(&mut self.state, State::Finished) {
            State::Done => return Step::Done(Ok(())),
            State::Failed(error) => return Step::Done(Err(*error)),
            State::Finished => return Step::Done(Err(Error::finished())),
            State::Pending(query) => {
                if let Some(error) = self.cancelled.take() {
                    return Step::Done(Err(error.with(|inner| {
                        inner.attempts = self.exchange.attempts();
                        inner.operation = Some(L::OPERATION);
                        inner.ended_unix_ms = Some(now.unix_ms);
                    })));
                }
                let mut settings = self.exchange.settings().clone();
                if let Some(deadline_ms) = self.deadline_ms {
                    let left_ms = now.until(deadline_ms).max(1);
                    settings.policy.total_timeout_ms = settings.policy.total_timeout_ms.min(left_ms);
                }
                let (client, attempts) = (self.exchange.client().clone(), self.exchange.attempts());
                self.exchange = RetryLoop::with_settings(&client, &L::request(query), settings, attempts);
            }
            State::Fetching => {}
        }
        match self.exchange.step(now) {
            ControlFlow::Continue(action) => {
                self.state = State::Fetching;
                Step::Act(action)
            }
            ControlFlow::Break(Ok(page)) => Step::Yield(self.take(now, page)),
            ControlFlow::Break(Err(error)) => Step::Done(Err(error)),
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        self.exchange.on_response(now, attempt, response)
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        self.exchange.on_failure(now, attempt, &failure)
    }
}

impl<L: Endpoint> fmt::Debug for Pager<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pager({} pages begun, {} sent)", self.followed.len(), self.exchange.attempts())
    }
}
