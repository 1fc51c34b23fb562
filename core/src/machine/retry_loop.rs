//! One request with its repetitions: the part every machine is made of.

use std::ops::ControlFlow;

use super::attempts::Attempts;
use super::step::{Action, AttemptId, Misuse};
use crate::argument::InvalidArgument;
use crate::client::{CallOptions, Client, ResolvedOptions};
use crate::endpoints::Definition;
use crate::error::Error;
use crate::http::{HttpResponse, TransportFailure};
use crate::time::Now;
use crate::types::DecodeError;

/// One request of an endpoint, repeated as the rules say, and what is read of its response.
///
/// All there is to decide is in [`Attempts`], which knows no type of response: its code is there once.
pub(crate) struct RetryLoop<T> {
    attempts: Attempts,
    read: fn(Vec<u8>) -> Result<T, DecodeError>,
    value: Option<T>,
}

impl<T> RetryLoop<T> {
    pub(crate) fn new<E: Definition<Output = T>>(
        client: &Client,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Self, InvalidArgument> {
        Ok(Self::with_settings(client, endpoint, options.resolve(client.policy())?, 0))
    }

    /// An exchange that goes on counting after `attempts`, so that attempt ids stay unique within a machine.
    pub(crate) fn with_settings<E: Definition<Output = T>>(
        client: &Client,
        endpoint: &E,
        settings: ResolvedOptions,
        attempts: u32,
    ) -> Self {
        let attempts = Attempts::new(client, endpoint.spec(), settings, attempts);
        Self { attempts, read: E::parse, value: None }
    }

    pub(crate) const fn attempts(&self) -> u32 {
        self.attempts.attempts
    }

    pub(crate) const fn count_from(&mut self, attempts: u32) {
        self.attempts.attempts = attempts;
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.attempts.client
    }

    pub(crate) fn set_settings(&mut self, settings: ResolvedOptions) {
        self.attempts.settings = settings;
    }

    pub(crate) const fn settings(&self) -> &ResolvedOptions {
        &self.attempts.settings
    }

    /// Ends it with this error, unless its end is known already.
    pub(crate) fn cancel(&mut self, error: Error) {
        self.attempts.cancel(error);
    }

    /// Breaks with the result, or continues with what the driver has to do.
    pub(crate) fn step(&mut self, now: Now) -> ControlFlow<Result<T, Error>, Action> {
        match self.value.take() {
            Some(value) => ControlFlow::Break(Ok(value)),
            None => self.attempts.step(now).map_break(Err),
        }
    }

    pub(crate) fn on_response(
        &mut self,
        now: Now,
        attempt: AttemptId,
        response: HttpResponse,
    ) -> Result<(), Misuse> {
        if let Some(HttpResponse { status, headers, body }) =
            self.attempts.on_response(now, attempt, response)?
        {
            match (self.read)(body) {
                Ok(value) => self.value = Some(value),
                Err(unreadable) => {
                    let head = HttpResponse::new(status, headers, Vec::new());
                    self.attempts.unreadable(now, &head, &unreadable);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn on_failure(
        &mut self,
        now: Now,
        attempt: AttemptId,
        failure: &TransportFailure,
    ) -> Result<(), Misuse> {
        self.attempts.on_failure(now, attempt, failure)
    }
}
