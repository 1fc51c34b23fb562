//! Registering a number once: look first, register if it is not there, and look again when the outcome is not known.
//!
//! ```text
//!   list ──found──▶ done: found
//!     │ not there
//!     ▼
//!   create ──answered──▶ done: created
//!     │ outcome not known          │ conflict
//!     ▼                            ▼
//!   list after 1, 2, 4 s         list once ──▶ done: found, or the conflict
//!     │        └──found──▶ done: reconciled
//!     ▼
//!   create once more; after that, unknown stays unknown
//! ```
//!
//! The API has no idempotency key, and how soon a new sender is listed is not documented: hence the pauses.

use std::convert::Infallible;
use std::fmt;

use serde_json::Value;

use crate::client::{CallOptions, Client, Settings};
use crate::endpoints::{CreateSender, ListSenders};
use crate::error::{Error, ErrorKind, InvalidArgument};
use crate::exchange::Exchange;
use crate::http::HttpResponse;
use crate::pager::Pager;
use crate::step::{AttemptId, Machine, Misuse, Step, TransportFailure, WaitReason};
use crate::time::Now;
use crate::types::Sender;

/// Pauses before each look after an unknown outcome.
const SETTLE_MS: [u64; 3] = [1_000, 2_000, 4_000];
/// How often a registration is sent at most.
const MAX_CREATES: u32 = 2;
/// Twilio's code for a number that is registered already.
const ALREADY_REGISTERED: u32 = 63110;

/// How a sender came to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// It was registered by this call.
    Created,
    /// It was there before.
    Found,
    /// A registration of this call had no known outcome, and the sender was found afterwards.
    Reconciled,
}

impl How {
    /// As a word: `created`, `found`, `reconciled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Found => "found",
            Self::Reconciled => "reconciled",
        }
    }
}

/// What `ensure` ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ensured {
    /// How it came to be there.
    pub how: How,
    /// The sender.
    pub sender: Sender,
    /// What of the request the found sender does not have, such as `profile.name`. It is reported, never overwritten:
    /// update the sender if it is to change. Verification fields are left out, since the server does not keep them.
    pub differences: Vec<String>,
}

/// A call of ensure. See [`Machine`].
pub struct Ensure {
    client: Client,
    options: CallOptions,
    settings: Settings,
    create: CreateSender,
    creates: u32,
    attempts: u32,
    state: State,
}

enum State {
    Listing { pager: Box<Pager>, then: Then },
    Creating(Box<Exchange<Sender>>),
    Settling { until_ms: u64, turn: usize, error: Error },
    Ended,
}

/// What it means that a listing does not have the number.
enum Then {
    /// It was never registered: register it.
    Create,
    /// The registration that had no known outcome did not take place so far.
    Settle { turn: usize, error: Error },
    /// The server refused a registration of a number it has, but the account does not.
    Fail(Error),
}

impl Ensure {
    pub(crate) fn new(
        client: &Client,
        create: CreateSender,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        let settings = options.over(client.policy())?;
        let pager = Pager::new(client, ListSenders::new(create.sender_id.channel()), options)?;
        Ok(Self {
            client: client.clone(),
            options: options.clone(),
            settings,
            create,
            creates: 0,
            attempts: 0,
            state: State::Listing { pager: Box::new(pager), then: Then::Create },
        })
    }

    fn list(&mut self, then: Then) -> Result<(), Error> {
        let list = ListSenders::new(self.create.sender_id.channel());
        let pager = Pager::new(&self.client, list, &self.options)?.counting_from(self.attempts);
        self.state = State::Listing { pager: Box::new(pager), then };
        Ok(())
    }

    fn register(&mut self) {
        self.creates += 1;
        let exchange =
            Exchange::with_settings(&self.client, &self.create, self.settings.clone(), self.attempts);
        self.state = State::Creating(Box::new(exchange));
    }

    /// A listing ended without the number.
    fn not_found(&mut self, now: Now, then: Then) -> Result<(), Error> {
        match then {
            Then::Create => self.register(),
            Then::Fail(error) => return Err(error),
            Then::Settle { turn, error } => match SETTLE_MS.get(turn) {
                Some(pause) => self.state = State::Settling { until_ms: now.plus(*pause), turn, error },
                None if self.creates < MAX_CREATES => self.register(),
                None => {
                    let attempts = self.attempts;
                    return Err(error.with(|inner| inner.attempts = attempts));
                }
            },
        }
        Ok(())
    }

    /// A registration was refused or had no known outcome.
    fn not_created(&mut self, now: Now, error: Error) -> Result<(), Error> {
        match error.kind() {
            ErrorKind::OutcomeUnknown => self.not_found(now, Then::Settle { turn: 0, error }),
            ErrorKind::Conflict => self.list(Then::Fail(error)),
            _ if error.code() == Some(ALREADY_REGISTERED) => self.list(Then::Fail(error)),
            _ => Err(error),
        }
    }

    fn found(&self, sender: Sender) -> Ensured {
        let how = if self.creates == 0 {
            How::Found
        } else if matches!(self.state, State::Listing { then: Then::Fail(_), .. }) && self.creates == 1 {
            // The server refused this call's only registration: somebody else's made it.
            How::Found
        } else {
            How::Reconciled
        };
        let differences = differences(&self.create, &sender);
        Ensured { how, sender, differences }
    }
}

/// The fields the request has and the sender has not, or otherwise.
fn differences(create: &CreateSender, sender: &Sender) -> Vec<String> {
    fn walk(wanted: &Value, have: Option<&Value>, path: &str, found: &mut Vec<String>) {
        match (wanted, have) {
            (Value::Object(fields), _) => {
                for (key, wanted) in fields {
                    if !matches!(key.as_str(), "verification_code" | "verification_method") {
                        walk(
                            wanted,
                            have.and_then(|have| have.get(key)),
                            &crate::types::join(path, key),
                            found,
                        );
                    }
                }
            }
            (Value::Null, None | Some(Value::Null)) => {}
            (wanted, Some(have)) if wanted == have => {}
            _ => found.push(path.to_owned()),
        }
    }
    let wanted: Value = serde_json::from_str(create.sections()).unwrap_or_default();
    let have: Value = serde_json::from_str(&sender.to_json()).unwrap_or_default();
    let mut found = Vec::new();
    walk(&wanted, Some(&have), "", &mut found);
    found
}

impl Machine for Ensure {
    type Yield = Infallible;
    type Output = Ensured;

    // As in `Attempts::refused`.
    #[inline(never)]
    fn step(&mut self, now: Now) -> Step<Infallible, Ensured> {
        // Each turn but the last changes the state, and the number of creates bounds the turns.
        loop {
            let turned = match &mut self.state {
                State::Ended => Err(Error::finished()),
                State::Settling { until_ms, .. } if now.until(*until_ms) > 0 => {
                    return Step::Wait { delay_ms: now.until(*until_ms), reason: WaitReason::Settle };
                }
                State::Settling { .. } => match std::mem::replace(&mut self.state, State::Ended) {
                    State::Settling { turn, error, .. } => self.list(Then::Settle { turn: turn + 1, error }),
                    _ => Err(Error::finished()),
                },
                State::Creating(exchange) => {
                    let progress = exchange.step(now);
                    self.attempts = exchange.attempts();
                    match progress {
                        Err(progress) => return progress.into(),
                        Ok(Ok(sender)) => {
                            self.state = State::Ended;
                            return Step::Done(Ok(Ensured {
                                how: How::Created,
                                sender,
                                differences: Vec::new(),
                            }));
                        }
                        Ok(Err(error)) => self.not_created(now, error),
                    }
                }
                State::Listing { pager, .. } => {
                    let step = pager.step(now);
                    self.attempts = pager.attempts();
                    match step {
                        Step::Yield(page) => {
                            let id = self.create.sender_id.as_str();
                            let there =
                                page.senders().find(|sender| sender.sender_id().as_deref() == Some(id));
                            match there {
                                Some(sender) => {
                                    let ensured = self.found(sender);
                                    self.state = State::Ended;
                                    return Step::Done(Ok(ensured));
                                }
                                None => Ok(()),
                            }
                        }
                        Step::Done(Ok(())) => match std::mem::replace(&mut self.state, State::Ended) {
                            State::Listing { then, .. } => self.not_found(now, then),
                            _ => Err(Error::internal("a listing that is none")),
                        },
                        Step::Done(Err(error)) => Err(self.list_failed(error)),
                        Step::Send { attempt, request, timeouts } => {
                            return Step::Send { attempt, request, timeouts };
                        }
                        Step::InFlight(attempt) => return Step::InFlight(attempt),
                        Step::Wait { delay_ms, reason } => return Step::Wait { delay_ms, reason },
                    }
                }
            };
            if let Err(error) = turned {
                self.state = State::Ended;
                return Step::Done(Err(error));
            }
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        match &mut self.state {
            State::Listing { pager, .. } => pager.on_response(now, attempt, response),
            State::Creating(exchange) => exchange.on_response(now, attempt, response),
            State::Settling { .. } | State::Ended => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        match &mut self.state {
            State::Listing { pager, .. } => pager.on_failure(now, attempt, failure),
            State::Creating(exchange) => exchange.on_failure(now, attempt, &failure),
            State::Settling { .. } | State::Ended => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }
}

impl Ensure {
    /// A listing failed. Before a registration that is the error; after one whose outcome is not known, that is.
    fn list_failed(&mut self, error: Error) -> Error {
        let attempts = self.attempts;
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Listing { then: Then::Settle { error: unknown, .. } | Then::Fail(unknown), .. } => unknown
                .with(|inner| {
                    inner.attempts = attempts;
                    inner
                        .message
                        .push_str(&format!("; looking for it afterwards failed too: {}", error.message()));
                }),
            _ => error,
        }
    }
}

impl fmt::Debug for Ensure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ensure({:?}, {} sent)", self.create.sender_id, self.attempts)
    }
}
