//! A diagnosis: looks at a sender, reads the error log for entries that name it, and says what is wrong.

use std::fmt;
use std::ops::ControlFlow;

use super::findings::{Log, diagnosis};
use super::pager::Pager;
use super::retry_loop::RetryLoop;
use super::step::{AttemptId, Machine, Misuse, Step};
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client, bounded};
use crate::endpoints::{AlertTime, FetchSender, ListAlerts};
use crate::error::{Error, ErrorKind};
use crate::http::{HttpResponse, TransportFailure};
use crate::ids::SenderSid;
use crate::time::Now;
use crate::types::{Alert, Diagnosis, Sender};

/// How many pages of the error log are read: an account with much traffic has many entries that are about messages.
const MOST_PAGES: u32 = 10;

/// How far the error log is read back by default: 7 days.
const LOOK_BACK_MS: u64 = 7 * 86_400_000;

/// Twilio keeps entries for 30 days.
///
/// Source: Twilio's OpenAPI file of the Monitor API, v1.
const MOST_BACK_MS: u64 = 30 * 86_400_000;

/// A diagnosis. See [`Machine`].
pub struct Diagnose {
    sid: SenderSid,
    client: Client,
    options: CallOptions,
    look_back_ms: u64,
    state: State,
    /// Why the caller left.
    cancelled: Option<Error>,
}

enum State {
    Looking(Box<RetryLoop<Sender>>),
    Reading {
        sender: Sender,
        pager: Box<Pager<ListAlerts>>,
        alerts: Vec<Alert>,
        since: AlertTime,
        pages: u32,
    },
    Over,
}

impl Client {
    /// Finds out what is wrong with a sender: looks at it, then reads the error log for the last `look_back_ms` (1 minute to
    /// 30 days; 7 days if `None`). If the error log cannot be read, the diagnosis says so and has the rest.
    ///
    /// # Errors
    /// [`InvalidArgument`] if an option is out of bounds.
    pub fn diagnose(
        &self,
        sid: SenderSid,
        look_back_ms: Option<u64>,
        options: &CallOptions,
    ) -> Result<Diagnose, InvalidArgument> {
        let look_back_ms = bounded("look_back_ms", look_back_ms, LOOK_BACK_MS, 60_000..=MOST_BACK_MS)?;
        let look = RetryLoop::new(self, &FetchSender::new(sid.clone()), options)?;
        let (client, options) = (self.clone(), options.clone());
        Ok(Diagnose {
            sid,
            client,
            options,
            look_back_ms,
            state: State::Looking(Box::new(look)),
            cancelled: None,
        })
    }
}

impl Diagnose {
    pub(crate) fn cancel(&mut self, error: Error) {
        match &mut self.state {
            State::Looking(look) => look.cancel(error.clone()),
            State::Reading { pager, .. } => pager.cancel(error.clone()),
            State::Over => return,
        }
        self.cancelled = Some(error);
    }

    /// Begins to read the error log.
    fn read_log(&mut self, now: Now, sender: Sender, attempts: u32) -> Result<(), Error> {
        let since = AlertTime::of_unix_ms(now.unix_ms.saturating_sub(self.look_back_ms));
        let list = ListAlerts { start: Some(since.clone()), ..ListAlerts::default() };
        let pager = Box::new(self.client.alerts(&list, None, &self.options)?.counting_from(attempts));
        self.state = State::Reading { sender, pager, alerts: Vec::new(), since, pages: 0 };
        Ok(())
    }
}

impl Machine for Diagnose {
    type Yield = std::convert::Infallible;
    type Output = Box<Diagnosis>;

    fn step(&mut self, now: Now) -> Step<Self::Yield, Box<Diagnosis>> {
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Looking(mut look) => match look.step(now) {
                    ControlFlow::Continue(action) => {
                        self.state = State::Looking(look);
                        return Step::Act(action);
                    }
                    ControlFlow::Break(Err(error)) => return Step::Done(Err(error)),
                    ControlFlow::Break(Ok(_)) if self.cancelled.is_some() => {}
                    ControlFlow::Break(Ok(sender)) => {
                        if let Err(error) = self.read_log(now, sender, look.attempts()) {
                            return Step::Done(Err(error));
                        }
                    }
                },
                State::Reading { sender, mut pager, mut alerts, since, pages } => {
                    let log = match pager.step(now) {
                        Step::Act(action) => {
                            self.state = State::Reading { sender, pager, alerts, since, pages };
                            return Step::Act(action);
                        }
                        Step::Yield(page) => {
                            let pages = pages + 1;
                            let is_last = pages == MOST_PAGES && page.next_token().is_some();
                            alerts.extend(page.alerts.into_iter().filter(|alert| is_about(alert, &self.sid)));
                            if !is_last {
                                self.state = State::Reading { sender, pager, alerts, since, pages };
                                continue;
                            }
                            Log::Cut { since: since.as_str(), pages }
                        }
                        Step::Done(Ok(())) => Log::Whole { since: since.as_str() },
                        Step::Done(Err(error)) if error.kind() == ErrorKind::Cancelled => {
                            return Step::Done(Err(error));
                        }
                        Step::Done(Err(error)) => Log::Unread { error },
                    };
                    return Step::Done(Ok(Box::new(diagnosis(sender, &alerts, &log))));
                }
                State::Over => {
                    let error = self.cancelled.take().unwrap_or_else(Error::finished);
                    return Step::Done(Err(error));
                }
            }
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        match &mut self.state {
            State::Looking(look) => look.on_response(now, attempt, response),
            State::Reading { pager, .. } => pager.on_response(now, attempt, response),
            State::Over => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        match &mut self.state {
            State::Looking(look) => look.on_failure(now, attempt, &failure),
            State::Reading { pager, .. } => pager.on_failure(now, attempt, failure),
            State::Over => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }
}

/// Whether an entry names this sender.
fn is_about(alert: &Alert, sid: &SenderSid) -> bool {
    alert.resource_sid.value().is_some_and(|resource| resource.eq_ignore_ascii_case(sid.as_str()))
}

impl fmt::Debug for Diagnose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Diagnose({})", self.sid)
    }
}
