//! Waiting for a sender to come online: slow looks with a deadline, each new status yielded once.
//!
//! The API reports no change by itself: no callback for a sender's status is documented. So it is looked at, first at
//! once, then after 2 s, and each time half as long again up to 30 s. Twilio asks for "several minutes between Senders API
//! requests" when registering; a look is a read, and no limit for reads is published.

use std::fmt;
use std::ops::ControlFlow;

use super::retry_loop::RetryLoop;
use super::step::{AttemptId, Machine, Misuse, Step, WaitReason};
use super::token::Token;
use crate::argument::InvalidArgument;
use crate::client::bounded;
use crate::client::{CallOptions, Client};
use crate::endpoints::FetchSender;
use crate::error::{Error, ErrorKind, Executed};
use crate::http::HttpResponse;
use crate::http::TransportFailure;
use crate::ids::SenderSid;
use crate::line::{excerpt, plain};
use crate::naming::Text;
use crate::time::Now;
use crate::types::{Field as _, Sender, Status};

const FIRST_DELAY_MS: u64 = 2_000;
const LONGEST_DELAY_MS: u64 = 30_000;
const DEFAULT_TIMEOUT_MS: u64 = 600_000;
/// How long the look at the end of the time may take.
const LAST_LOOK_MS: u64 = 1_000;
/// How much of a status is kept, in bytes, and of how many: the server's words are not to make a token large.
const LONGEST_STATUS: usize = 64;
const MOST_STATUSES: usize = 64;

fn timeout(given_ms: Option<u64>, default_ms: u64) -> Result<u64, InvalidArgument> {
    bounded("timeout_ms", given_ms, default_ms, 0..=30 * 24 * 3_600_000)
}

/// How a wait is made. Made with [`WaitOptions::default`] and its setters.
#[derive(Clone, Copy, Debug, Default)]
pub struct WaitOptions {
    timeout_ms: Option<u64>,
    wait_for_verification: bool,
}

impl WaitOptions {
    /// The name that an error gives the time for an attempt of a look, since the wait's own is `timeout_ms`.
    pub const ATTEMPT_TIMEOUT: &'static str = "options.timeout_ms";

    /// Milliseconds to wait at most, 0 to 30 days; 0 looks once. Default 600000, ten minutes.
    #[must_use]
    pub const fn timeout_ms(mut self, value: u64) -> Self {
        self.timeout_ms = Some(value);
        self
    }

    /// Whether to go on waiting while the sender needs a verification code, because another person gives it. Default
    /// false: the wait ends with an error of kind `VerificationRequired`.
    #[must_use]
    pub const fn wait_for_verification(mut self, value: bool) -> Self {
        self.wait_for_verification = value;
        self
    }
}

/// A status that was not the one before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StatusChange {
    /// The sender as it was seen.
    pub sender: Sender,
    /// Its status.
    pub status: Status,
    /// The token to resume the wait from here, in another process or language.
    pub token: String,
}

/// A wait. Yields each change of status and ends with the sender once it is online. See [`Machine`].
///
/// A sender that can send but is still changing, such as `ONLINE:UPDATING`, is waited for, and is the result when the time
/// has run out. The wait ends with an error when the sender needs a verification code, is offline with reasons, or is
/// not online when the time has run out. The time the caller takes with a status it was handed does not count.
/// `OFFLINE` without reasons, `TWILIO_REVIEW`, `DRAFT`, `STUBBED` and every status this version does not know are waited
/// through: what they mean is not documented. A look that fails for a passing reason does not end the wait. The last
/// look, at the end of the time, may take up to a second more.
pub struct Waiter {
    client: Client,
    options: CallOptions,
    sid: SenderSid,
    wait_for_verification: bool,
    /// The time of the whole wait, which a token of an error starts again.
    timeout_ms: u64,
    until: Until,
    statuses: Vec<Status>,
    /// When a status was yielded, until the next step. The time between does not count against the deadline.
    handed_out: Option<Now>,
    delay_ms: u64,
    random: fastrand::Rng,
    attempts: u32,
    /// Why the last look failed, if it did.
    failed_look: Option<Error>,
    /// Why the caller left: nothing is sent after that.
    cancelled: Option<Error>,
    state: State,
}

/// The fields of a wait's token.
struct WaitToken {
    sid: SenderSid,
    /// When the wait ends; `None` if it had ended: its time starts again.
    deadline_unix_ms: Option<u64>,
    timeout_ms: u64,
    verification: bool,
    statuses: Vec<Status>,
}

impl WaitToken {
    fn read(text: &str) -> Option<Self> {
        let known = ["sid", "deadline_unix_ms", "timeout_ms", "verification", "statuses"];
        let token = Token::read(text, "wait", &known)?;
        let timeout_ms = token.number("timeout_ms")?;
        Some(Self {
            sid: SenderSid::parse(token.text("sid")?).ok()?,
            deadline_unix_ms: token.number("deadline_unix_ms")?,
            timeout_ms: timeout(timeout_ms, DEFAULT_TIMEOUT_MS).ok()?,
            verification: token.truth("verification")?,
            statuses: token.texts("statuses")?.into_iter().map(Status::from).collect(),
        })
    }
}

/// When the wait ends.
#[derive(Clone, Copy)]
enum Until {
    /// This long after the first step.
    After(u64),
    /// At this wall-clock time: a wait that was taken up again.
    Unix(u64),
    /// At this time on both clocks.
    At(Now),
}

enum State {
    Fetching(Box<RetryLoop<Sender>>),
    /// The last look, whose consequence is still to come.
    Observed(Sender),
    Sleeping {
        until_ms: u64,
    },
    Ended,
}

impl Waiter {
    pub(crate) fn new(
        client: &Client,
        sid: Option<SenderSid>,
        wait: WaitOptions,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        if let Some(token) = token {
            return Self::resume(client, sid.as_ref(), wait, token, options);
        }
        let sid = sid.ok_or_else(|| InvalidArgument::redacted("sid", "must be given, or a token"))?;
        let timeout_ms = timeout(wait.timeout_ms, DEFAULT_TIMEOUT_MS)?;
        let until = Until::After(timeout_ms);
        Self::start(client, sid, wait.wait_for_verification, (timeout_ms, until), Vec::new(), options)
    }

    fn resume(
        client: &Client,
        of: Option<&SenderSid>,
        wait: WaitOptions,
        token: &str,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        let Some(token) = WaitToken::read(token) else {
            let rule = "must be a token of a wait, as a status or an error gave it";
            return Err(InvalidArgument::redacted("token", rule));
        };
        let WaitToken { sid, deadline_unix_ms, timeout_ms: whole_ms, verification, statuses } = token;
        if of.is_some_and(|of| *of != sid) {
            let rule = "must be a token of a wait for the same sender as `sid`";
            return Err(InvalidArgument::redacted("token", rule));
        }
        let whole_ms = timeout(wait.timeout_ms, whole_ms)?;
        let until = match (wait.timeout_ms, deadline_unix_ms) {
            (None, Some(deadline)) => Until::Unix(deadline),
            _ => Until::After(whole_ms),
        };
        let verification = verification || wait.wait_for_verification;
        Self::start(client, sid, verification, (whole_ms, until), statuses, options)
    }

    fn start(
        client: &Client,
        sid: SenderSid,
        wait_for_verification: bool,
        (timeout_ms, until): (u64, Until),
        statuses: Vec<Status>,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        options
            .resolve(client.policy())
            .map_err(|error| error.renamed("timeout_ms", WaitOptions::ATTEMPT_TIMEOUT))?;
        Ok(Self {
            client: client.clone(),
            options: options.clone(),
            sid,
            wait_for_verification,
            timeout_ms,
            until,
            statuses,
            handed_out: None,
            delay_ms: FIRST_DELAY_MS,
            random: client.random(),
            attempts: 0,
            failed_look: None,
            cancelled: None,
            state: State::Sleeping { until_ms: 0 },
        })
    }

    pub(crate) fn cancel(&mut self, error: Error) {
        if let State::Fetching(look) = &mut self.state {
            look.cancel(error.clone());
        }
        self.cancelled = Some(error);
    }

    /// The moment the wait ends, fixed by the first step.
    fn deadline(&mut self, now: Now) -> Now {
        let own_ms = self.handed_out.take().map_or(0, |at| now.since(at.monotonic_ms));
        let at = match self.until {
            Until::At(at) => {
                Now::new(at.monotonic_ms.saturating_add(own_ms), at.unix_ms.saturating_add(own_ms))
            }
            Until::After(ms) => Now::new(now.plus(ms), now.unix_ms.saturating_add(ms)),
            Until::Unix(unix_ms) => Now::new(now.plus(unix_ms.saturating_sub(now.unix_ms)), unix_ms),
        };
        self.until = Until::At(at);
        at
    }

    /// The token of a wait that goes on until `deadline`; without one, of a wait that ended and whose time starts again.
    fn token(&self, deadline: Option<Now>) -> String {
        let mut statuses = String::new();
        self.statuses.write(&mut statuses);
        let deadline =
            deadline.map(|at| format!(r#""deadline_unix_ms":{},"#, at.unix_ms)).unwrap_or_default();
        format!(
            r#"{{"v":1,"op":"wait","sid":"{}",{deadline}"timeout_ms":{},"verification":{},"statuses":{statuses}}}"#,
            self.sid, self.timeout_ms, self.wait_for_verification,
        )
    }

    fn error(&self, now: Now, kind: ErrorKind, message: String, sender: Option<Sender>) -> Error {
        Error::new(kind, message).with(|inner| {
            inner.attempts = self.attempts;
            inner.executed = Executed::Unknown;
            inner.retryable = kind == ErrorKind::WaitTimeout;
            inner.sid = Some(self.sid.as_str().to_owned());
            inner.sender_id = sender.as_ref().and_then(|sender| sender.sender_id().map(Into::into));
            inner.sender = sender;
            inner.statuses.clone_from(&self.statuses);
            inner.ended_unix_ms = Some(now.unix_ms);
            inner.resume_token = Some(self.token(None));
        })
    }

    /// The error of a wait that its caller left, as for a look that was cancelled: it only reads.
    fn left(&self, now: Now, error: &Error, sender: Option<Sender>) -> Error {
        let end = self.error(now, error.kind(), error.message(), sender);
        end.with(|inner| inner.operation = Some("fetch"))
    }

    /// The end of the wait, if this look decides it.
    fn verdict(&self, now: Now, sender: &Sender) -> Option<Result<Sender, Error>> {
        let end = |kind, message: String| Some(Err(self.error(now, kind, message, Some(sender.clone()))));
        match sender.status() {
            Status::Online => Some(Ok(sender.clone())),
            status if status.needs_verification() && !self.wait_for_verification => end(
                ErrorKind::VerificationRequired,
                format!("sender {} waits for the verification code that was sent to its number", self.sid),
            ),
            Status::Offline => {
                let (code, said) = sender.first_offline_reason()?;
                let code = excerpt(code.as_deref().unwrap_or("without a code").as_bytes());
                let said = said.map(|text| format!(": {}", excerpt(text.as_bytes())));
                end(
                    ErrorKind::RegistrationFailed,
                    format!("sender {} is offline, reason {code}{}", self.sid, said.unwrap_or_default()),
                )
            }
            _ => None,
        }
    }

    /// After a look that decided nothing: the next pause, or the end of the time.
    fn pause(&mut self, now: Now, deadline: Now, sender: Option<Sender>) -> Option<Result<Sender, Error>> {
        if let Some(error) = self.cancelled.take() {
            return Some(Err(self.left(now, &error, sender)));
        }
        let left_ms = now.until(deadline.monotonic_ms);
        if left_ms == 0 {
            let sender = match sender {
                Some(sender) if sender.status().can_send() => return Some(Ok(sender)),
                other => other,
            };
            let last = match self.statuses.last() {
                Some(status) => format!("last status was {}", excerpt(status.as_str().as_bytes())),
                None => "status was never seen".to_owned(),
            };
            let failed =
                self.failed_look.as_ref().map(|error| format!("; the last look failed: {}", error.message()));
            let message = format!(
                "sender {} was not online in time; its {last}{}",
                self.sid,
                failed.unwrap_or_default()
            );
            // To wait again will not help before this is done.
            let first = self.failed_look.as_ref();
            let first = first.filter(|error| matches!(error.kind(), ErrorKind::Tls | ErrorKind::RateLimited));
            let advice =
                first.map(|error| Text::default().theirs(&error.next_step()).ours("; then wait again"));
            let end = self.error(now, ErrorKind::WaitTimeout, message, sender);
            return Some(Err(end.with(|inner| inner.advice = advice)));
        }
        let jittered = self.delay_ms - self.random.u64(0..=self.delay_ms / 5);
        self.delay_ms = (self.delay_ms + self.delay_ms / 2).min(LONGEST_DELAY_MS);
        self.state = State::Sleeping { until_ms: now.plus(jittered.min(left_ms)) };
        None
    }

    fn look(&mut self, now: Now, deadline: Now) -> Result<(), Error> {
        let left_ms = now.until(deadline.monotonic_ms);
        let mut settings = self.options.resolve(self.client.policy())?;
        // A wait of no time is a single look, which gets the time of a call.
        if self.timeout_ms > 0 {
            settings.policy.total_timeout_ms =
                settings.policy.total_timeout_ms.min(left_ms.max(LAST_LOOK_MS));
        }
        let fetch = FetchSender::new(self.sid.clone());
        let look = RetryLoop::with_settings(&self.client, &fetch, settings, self.attempts);
        self.state = State::Fetching(Box::new(look));
        Ok(())
    }
}

/// A status as it is kept.
fn short(status: &Status) -> Status {
    let word = status.as_str();
    if word.len() > LONGEST_STATUS {
        Status::from(plain(word, LONGEST_STATUS).as_str())
    } else {
        status.clone()
    }
}

impl Client {
    /// Looks at a sender again and again until it is online.
    ///
    /// With a token, an earlier wait goes on: the token of a status up to the same moment, the token of an error with
    /// its whole time again. A timeout in `wait` replaces either, and `wait_for_verification` holds from then on too.
    /// The token names the sender; a `sid` beside it must be the same.
    ///
    /// # Errors
    /// [`InvalidArgument`] if there is neither `sid` nor token, the text is no token of a wait for that sender, or an
    /// option is out of bounds.
    pub fn wait_until_online(
        &self,
        sid: Option<SenderSid>,
        wait: WaitOptions,
        token: Option<&str>,
        options: &CallOptions,
    ) -> Result<Waiter, InvalidArgument> {
        Waiter::new(self, sid, wait, token, options)
    }
}

impl Machine for Waiter {
    type Yield = StatusChange;
    type Output = Sender;

    // As in `Attempts::refused`.
    #[inline(never)]
    fn step(&mut self, now: Now) -> Step<StatusChange, Sender> {
        let deadline = self.deadline(now);
        // Each turn but the last changes the state: a pause that is over becomes a look, a look becomes what was seen.
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Step::Done(Err(Error::finished())),
                State::Sleeping { until_ms } => {
                    if let Some(error) = self.cancelled.take() {
                        return Step::Done(Err(self.left(now, &error, None)));
                    }
                    if now.until(until_ms) > 0 {
                        self.state = State::Sleeping { until_ms };
                        return Step::wait(now.until(until_ms), WaitReason::Poll);
                    }
                    if let Err(error) = self.look(now, deadline) {
                        return Step::Done(Err(error));
                    }
                }
                State::Fetching(mut look) => match look.step(now) {
                    ControlFlow::Continue(action) => {
                        self.attempts = look.attempts();
                        self.state = State::Fetching(look);
                        return Step::Act(action);
                    }
                    ControlFlow::Break(Ok(sender)) => {
                        self.failed_look = None;
                        let status = sender.status();
                        let kept = short(&status);
                        let changed = self.statuses.last() != Some(&kept);
                        self.state = State::Observed(sender.clone());
                        if changed {
                            if self.statuses.len() == MOST_STATUSES {
                                self.statuses.remove(0);
                            }
                            self.statuses.push(kept);
                            self.handed_out = Some(now);
                            let token = self.token(Some(deadline));
                            return Step::Yield(StatusChange { sender, status, token });
                        }
                    }
                    ControlFlow::Break(Err(error)) if error.is_retryable() => {
                        self.failed_look = Some(error);
                        if let Some(end) = self.pause(now, deadline, None) {
                            return Step::Done(end);
                        }
                    }
                    ControlFlow::Break(Err(error)) => {
                        let token = self.token(None);
                        let statuses = self.statuses.clone();
                        return Step::Done(Err(error.with(|inner| {
                            inner.statuses = statuses;
                            inner.resume_token = Some(token);
                        })));
                    }
                },
                State::Observed(sender) => {
                    if let Some(result) = self.verdict(now, &sender) {
                        return Step::Done(result);
                    }
                    if let Some(end) = self.pause(now, deadline, Some(sender)) {
                        return Step::Done(end);
                    }
                }
            }
        }
    }

    fn on_response(&mut self, now: Now, attempt: AttemptId, response: HttpResponse) -> Result<(), Misuse> {
        match &mut self.state {
            State::Fetching(look) => look.on_response(now, attempt, response),
            _ => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }

    fn on_failure(&mut self, now: Now, attempt: AttemptId, failure: TransportFailure) -> Result<(), Misuse> {
        match &mut self.state {
            State::Fetching(look) => look.on_failure(now, attempt, &failure),
            _ => Err(Misuse::NothingInFlight { answered: attempt }),
        }
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waiter({}, {} sent)", self.sid, self.attempts)
    }
}
