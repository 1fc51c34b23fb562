//! A listing: page after page until there is no next one, the limit is reached, or the server's links go in circles.

use std::fmt;
use std::ops::ControlFlow;

use super::retry_loop::RetryLoop;
use super::step::{AttemptId, Machine, Misuse, Step};
use super::token::Token;
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client, ResolvedOptions};
use crate::endpoints::{ListSenders, Page, Query};
use crate::error::{Error, ErrorKind, Executed};
use crate::http::HttpResponse;
use crate::http::TransportFailure;
use crate::ids::Channel;
use crate::time::Now;
use crate::types::quoted;
use crate::types::{NextPage, SenderPage};

/// How many empty pages in a row are gone past. Not documented; an empty page with a next link may come, but a thousand
/// of them are a server that goes nowhere.
const MOST_EMPTY: u32 = 1_000;

/// A listing. Yields every page, the empty ones too, and ends without a value. See [`Machine`].
///
/// The total timeout holds for each page by itself, since the reader sets the pace.
pub struct Pager {
    channel: Channel,
    /// How many senders may still be listed.
    left: Option<u64>,
    exchange: RetryLoop<SenderPage>,
    /// The queries that were followed, to notice when they repeat: one a page, and pages have a thousand senders.
    followed: Vec<Query>,
    /// Empty pages since the last one with a sender.
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

impl Pager {
    pub(crate) fn new(
        client: &Client,
        list: ListSenders,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        let Some(token) = token else {
            return Self::start(client, list.channel, list.first(), list.limit, options);
        };
        let Some((channel, query, left)) = Self::read(token) else {
            let rule = "must be a token of a listing, as a page gave it";
            return Err(InvalidArgument::redacted("token", rule));
        };
        Self::start(client, channel, query, list.limit.or(left), options)
    }

    /// Reads a token of a listing: enough to go on, nothing secret.
    fn read(token: &str) -> Option<(Channel, Query, Option<u64>)> {
        let token = Token::read(token, "list", &["channel", "query", "left"])?;
        let channel: Channel = token.text("channel")?.parse().ok()?;
        Some((channel, Query::of_text(token.text("query")?, channel)?, token.number("left")?))
    }

    fn start(
        client: &Client,
        channel: Channel,
        first: Query,
        left: Option<u64>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        let followed = vec![first.clone()];
        let exchange = RetryLoop::new(client, &Page(first), options)?;
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
    fn take(&mut self, now: Now, mut page: SenderPage) -> SenderPage {
        if let Some(left) = &mut self.left {
            page.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left = left.saturating_sub(page.len() as u64);
        }
        self.empty = if page.is_empty() { self.empty + 1 } else { 0 };
        self.state = if self.left == Some(0) { State::Done } else { self.follow(now, &page.next) };
        if let State::Pending(query) = &self.state {
            let left = self.left.map(|left| format!(",\"left\":{left}")).unwrap_or_default();
            page.next_token = Some(format!(
                r#"{{"v":1,"op":"list","channel":"{}","query":{}{left}}}"#,
                self.channel.as_str(),
                quoted(query.as_str())
            ));
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
        let message = format!("list got a page with {reason}: whether more senders follow cannot be known");
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
    ) -> Result<Pager, InvalidArgument> {
        Pager::new(self, list, token, options)
    }
}

impl Machine for Pager {
    type Yield = SenderPage;
    type Output = ();

    fn step(&mut self, now: Now) -> Step<SenderPage, ()> {
        match std::mem::replace(&mut self.state, State::Finished) {
            State::Done => return Step::Done(Ok(())),
            State::Failed(error) => return Step::Done(Err(*error)),
            State::Finished => return Step::Done(Err(Error::finished())),
            State::Pending(query) => {
                if let Some(error) = self.cancelled.take() {
                    return Step::Done(Err(error.with(|inner| {
                        inner.attempts = self.exchange.attempts();
                        inner.operation = Some("list");
                        inner.ended_unix_ms = Some(now.unix_ms);
                    })));
                }
                let mut settings = self.exchange.settings().clone();
                if let Some(deadline_ms) = self.deadline_ms {
                    let left_ms = now.until(deadline_ms).max(1);
                    settings.policy.total_timeout_ms = settings.policy.total_timeout_ms.min(left_ms);
                }
                let (client, attempts) = (self.exchange.client().clone(), self.exchange.attempts());
                self.exchange = RetryLoop::with_settings(&client, &Page(query), settings, attempts);
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

impl fmt::Debug for Pager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pager({} pages begun, {} sent)", self.followed.len(), self.exchange.attempts())
    }
}
