//! An update. Where its outcome is not known and repeating it would cost a code or a change of name, it looks first.
//!
//! ```text
//!   update ──answered──▶ done
//!      │ outcome not known, and the update gave a code or a name
//!      ▼
//!   fetch ──▶ the change is there: done with the fetched sender
//!      └────▶ it is not, or the look failed: outcome unknown, with what was seen
//! ```

use std::convert::Infallible;
use std::fmt;

use crate::client::{CallOptions, Client};
use crate::endpoints::{FetchSender, UpdateSender};
use crate::error::{Error, ErrorKind, InvalidArgument};
use crate::exchange::Exchange;
use crate::http::HttpResponse;
use crate::step::{AttemptId, Machine, Misuse, Step, TransportFailure};
use crate::time::Now;
use crate::types::{Sender, Status};

/// A call of update or verify. See [`Machine`].
pub struct Update {
    wanted: UpdateSender,
    update: Exchange<Sender>,
    /// The look, and the error that made it needed.
    look: Option<(Exchange<Sender>, Error)>,
}

impl Update {
    pub(crate) fn new(
        client: &Client,
        update: UpdateSender,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        let exchange = Exchange::new(client, &update, options)?;
        Ok(Self { wanted: update, update: exchange, look: None })
    }

    /// Whether what the update asked for is there.
    fn is_done(&self, sender: &Sender) -> bool {
        let named = self.wanted.name().is_none_or(|name| sender.name().as_deref() == Some(name));
        let status = sender.status();
        let verified = !self.wanted.verifies()
            || matches!(status, Status::Verifying | Status::TwilioReview)
            || status.is_online()
            || status.as_str().starts_with("ONLINE:");
        named && verified
    }
}

impl Machine for Update {
    type Yield = Infallible;
    type Output = Sender;

    fn step(&mut self, now: Now) -> Step<Infallible, Sender> {
        if self.look.is_none() {
            match self.update.step(now) {
                Err(progress) => return progress.into(),
                Ok(Err(error)) if error.kind() == ErrorKind::OutcomeUnknown => {
                    let fetch = FetchSender::new(self.wanted.sid.clone());
                    let settings = self.update.settings().clone();
                    let look = Exchange::with_settings(
                        self.update.client(),
                        &fetch,
                        settings,
                        self.update.attempts(),
                    );
                    self.look = Some((look, error));
                }
                Ok(result) => return Step::Done(result),
            }
        }
        let Some((mut look, error)) = self.look.take() else {
            return Step::Done(Err(Error::finished()));
        };
        match look.step(now) {
            Err(progress) => {
                self.look = Some((look, error));
                progress.into()
            }
            Ok(Ok(sender)) if self.is_done(&sender) => Step::Done(Ok(sender)),
            Ok(seen) => Step::Done(Err(error.with(|inner| {
                inner.attempts = look.attempts();
                inner.ended_unix_ms = Some(now.unix_ms);
                match seen {
                    Ok(sender) => {
                        let status = sender.status();
                        inner.message.push_str(&format!("; looked at afterwards, the sender was {status}"));
                        inner.sender = Some(sender);
                    }
                    Err(look) => {
                        inner
                            .message
                            .push_str(&format!("; looking at the sender failed too: {}", look.message()));
                    }
                }
            }))),
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        match &mut self.look {
            Some((look, _)) => look.on_response(now, attempt, response),
            None => self.update.on_response(now, attempt, response),
        }
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        match &mut self.look {
            Some((look, _)) => look.on_failure(now, attempt, &failure),
            None => self.update.on_failure(now, attempt, &failure),
        }
    }
}

impl fmt::Debug for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Update({} sent)", self.update.attempts())
    }
}
